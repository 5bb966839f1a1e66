"""Diagnosis of one training set by the theory of synthetic size: its regime, and the advised size.

Write R_0, R_1, R_s for the mean losses of majority, minority and synthetic rows, and theta for the minimum of the
balanced risk w R_0 + (1 - w) R_1. With n synthetic rows the training loss has at theta the gradient

    b = (n0/N - w) g_phi + (n/N) g_psi,   N = n0 + n1 + n,   g_phi = grad(R_0 - R_1),   g_psi = grad(R_s - R_1):

the asymmetry g_phi is the pull of imbalance, the mismatch g_psi that of the generator. Where g_phi = 0 (local
symmetry) imbalance does not move the solution and synthetic rows only add mismatch. Elsewhere the theory's size is the
n at which b has no component along g_phi: (n0 - n1) / (1 - 2 |g_psi|/|g_phi| cos) for w = 1/2. Where g_psi lies along
g_phi, b is then zero altogether, theta minimises the training loss itself, and the size is exact; where it does not,
the rest of b stays and the size is first-order advice. (Ma and Zhang, arXiv:2601.16120, Theorems 2 to 5.)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from synthsize.balance.checks import check_labelled
from synthsize.balance.cross_fitting import cross_fitted, half_sample_error
from synthsize.balance.events import Event
from synthsize.balance.generators import Generator, make_generator
from synthsize.balance.gradients import (
    LOGISTIC,
    Matrix,
    Moments,
    SlopesDifference,
    Vector,
    WaldTest,
    error_length,
    gradient_moments,
    slopes_difference,
    wald_test,
)
from synthsize.balance.path import report
from synthsize.balance.random_state import Seed, as_seed
from synthsize.balance.risk import ORACLE_C, fit_balanced
from synthsize.balance.solvers import LinearFit, get_classifier

NO_SIZE = float("inf")  # the mismatch repeats so much of the asymmetry that no size cancels it
SIGNIFICANCE = 0.05
# Value of `mismatch_to_noise` above which a size near balance is no better than any other.
COARSE_MISMATCH = 10.0
# Nats of balanced log-loss up to which training on the real rows alone does no harm.
NEGLIGIBLE_EXCESS = 0.01
STEPS = tuple(round(0.05 * i, 2) for i in range(41))  # 0, 0.05, ..., 2


@dataclass(frozen=True)
class Diagnosis:
    """Gradients at the balanced fit and what follows from them, estimated from one training set.

    Attributes
    ----------
    n_majority, n_minority : int
    asymmetry, asymmetry_se : float
        |g_phi| and its standard error.
    mismatch, mismatch_se : float
        |g_psi| of the generators as fitted, and its standard error.
    cosine : float
        Of the angle between the two; NaN where either is zero.
    alignment, alignment_se : float
        |g_psi|/|g_phi| cos: the share of the asymmetry that the mismatch repeats.
    symmetry : WaldTest
        Of g_phi = 0.
    theory_multiplier : float
        The theory's size in units of the class gap; infinite where none exists, NaN without a gap or an asymmetry.
    multiplier_low, multiplier_high : float
        95 % interval, carried over from that of `alignment`; NaN where its error is not known.
    mismatch_to_noise : float
        Excess risk that the mismatch of n0 - n1 synthetic rows causes, over that from sampling noise:
        (n0 - n1)^2/(2 n0) g_psi' H^-1 g_psi / tr(H^-1 S), S the gradient covariance of the augmented sample.
    slopes : SlopesDifference, optional
        Between the raw and the balanced fit; see `slopes_difference`.
    raw_excess_high : float
        Upper 95 % limit of the balanced excess risk of training on the real rows alone, from the asymmetry: to second
        order b' H^-1 b / 2 with b at n = 0. Symmetry is shown, not just not refuted, where it is negligible. Infinite
        where there are not more minority rows than directions.
    """

    n_majority: int
    n_minority: int
    asymmetry: float
    asymmetry_se: float
    mismatch: float
    mismatch_se: float
    cosine: float
    alignment: float
    alignment_se: float
    symmetry: WaldTest
    theory_multiplier: float
    multiplier_low: float
    multiplier_high: float
    mismatch_to_noise: float
    slopes: SlopesDifference | None = None
    raw_excess_high: float = float("inf")


def diagnose(
    majority: Moments,
    minority: Moments,
    synthetic: Moments,
    majority_weight: float = 0.5,
    means_error: Matrix | None = None,
) -> Diagnosis:
    """Compare the gradients of majority, minority and synthetic rows at the minimum of the balanced loss.

    Parameters
    ----------
    majority, minority : Moments
        Of all real rows, at the minimum of their balanced loss.
    synthetic : Moments
        Of synthetic rows at the same theta. For an unbiased mismatch each minority row must have its share of them made
        by a generator that did not see it (cross-fitting).
    majority_weight : float
        w of the balanced risk, between 0 and 1.
    means_error : ndarray of shape (2p, 2p), optional
        Covariance of the minority's and the synthetic rows' mean gradients. Without it they count as independent, which
        rows of generators that learned from the same minority rows are not, cross-fitted or not: see
        `cross_fitting.half_sample_error`. NaN leaves mismatch, alignment and size without error and interval.
    """
    phi = majority.gradient - minority.gradient
    psi = synthetic.gradient - minority.gradient
    p = len(phi)
    independent = np.zeros((2 * p, 2 * p))
    independent[:p, :p], independent[p:, p:] = minority.error, synthetic.error
    # The asymmetry involves no synthetic rows; the error of its own means has full rank, as the tests require.
    of_phi = _joint_error(majority, minority, synthetic, majority_weight, independent)[:p, :p]
    error = _joint_error(
        majority, minority, synthetic, majority_weight, independent if means_error is None else means_error
    )
    alignment, alignment_se = _alignment(phi, psi, error)
    half_width = float(norm.ppf(0.975)) * alignment_se
    size, low, high = (
        _theory_multiplier(value, majority.n, minority.n, majority_weight)
        for value in (alignment, alignment - half_width, alignment + half_width)
    )
    symmetry = wald_test(phi, of_phi, min(majority.n, minority.n))
    return Diagnosis(
        n_majority=majority.n,
        n_minority=minority.n,
        asymmetry=float(np.linalg.norm(phi)),
        asymmetry_se=_length_se(phi, of_phi),
        mismatch=float(np.linalg.norm(psi)),
        mismatch_se=_length_se(psi, error[p:, p:]),
        cosine=_ratio(float(phi @ psi), float(np.linalg.norm(phi) * np.linalg.norm(psi))),
        alignment=alignment,
        alignment_se=alignment_se,
        symmetry=symmetry,
        theory_multiplier=size,
        multiplier_low=low,
        multiplier_high=high,
        mismatch_to_noise=_mismatch_to_noise(psi, majority, minority, synthetic, majority_weight),
        raw_excess_high=_raw_excess_high(phi, of_phi, symmetry.df, majority, minority, majority_weight),
    )


def diagnose_regime(
    X: ArrayLike,
    y: ArrayLike,
    generator: str | Generator,
    folds: Iterable[tuple[NDArray[np.intp], NDArray[np.intp]]],
    *,
    majority_weight: float = 0.5,
    random_state: Seed = 0,
    events: list[Event] | None = None,
) -> Diagnosis:
    """Diagnose logistic regression with an intercept, next to unpenalised, on one training set and one generator.

    Parameters
    ----------
    X : array of shape (n, d)
        Real training rows, imputed and standardised.
    y : array of shape (n,)
    generator : str or Generator
        A name of `GENERATORS`, or a generator to be fitted anew.
    folds : iterable of (train, held_out)
        Row numbers, the held-out parts disjoint and together all rows: in each fold the generator learns from one
        part and its rows are compared with the real minority rows of the other.
    majority_weight : float
        w of the balanced risk.
    random_state : int, SeedSequence, Generator or RandomState
        Names the synthetic rows; as many are drawn as there are majority rows.
    events : list of Event, optional
        Receives fits that missed their tolerance and the generator's degenerate cases.

    Raises
    ------
    InputError
        If a class is missing, in all rows or in a fold's training part.
    """
    rows, labels = check_labelled(X, y)
    found: list[Event] = []
    balanced = fit_balanced("logistic", rows, labels, majority_weight=majority_weight, events=found)
    raw = get_classifier("logistic").start(rows, labels, ORACLE_C).fit(len(labels))
    if raw.failure:
        found.append(Event("not_converged", f"unpenalised logistic fit: {raw.failure}"))
    Z, theta, parts, seed = _design(rows), _stacked(balanced), list(folds), as_seed(random_state)
    unfitted = make_generator(generator)
    synthetic = cross_fitted(rows, labels, unfitted, parts, seed, found)

    def mean_gradient(group: Matrix) -> Vector:
        return gradient_moments(LOGISTIC, _design(group), 1, theta).gradient

    means_error = half_sample_error(rows, labels, unfitted, parts, seed, mean_gradient)
    if means_error is None:
        found.append(
            Event("no_standard_error", "too few minority rows to halve: no interval of the theory's size")
        )
        means_error = np.full((2 * len(theta), 2 * len(theta)), np.nan)
    report(found, events)
    diagnosis = diagnose(
        gradient_moments(LOGISTIC, Z[labels == 0], 0, theta),
        gradient_moments(LOGISTIC, Z[labels == 1], 1, theta),
        gradient_moments(LOGISTIC, _design(synthetic), 1, theta),
        majority_weight,
        means_error,
    )
    slopes = slopes_difference(LOGISTIC, Z, labels, _stacked(raw), theta, slice(0, -1), majority_weight)
    return replace(diagnosis, slopes=slopes)


def theory_guided_multipliers(diagnosis: Diagnosis) -> tuple[float, ...]:
    """Candidate sizes for VTSS that the diagnosis leaves worth trying.

    Where an asymmetry is found and the mismatch is small beside sampling noise, 0.8 to 1.2 times balance and 0.8 to 1.2
    times the theory's size; with a coarse mismatch, or without a theory's size, the whole range from 0 to 2. Where
    local symmetry is shown, sizes near none: 0 to 0.2. All in steps of 0.05.

    A test that finds no asymmetry does not show symmetry: with few minority rows it has no power. Symmetry counts as
    shown where the asymmetry that the data allow (`raw_excess_high`) would cost training on the real rows alone at
    most 0.01 nats, a test of equivalence [1]_ at 5 %. Between the two the case is undecided: the whole range.

    Returns
    -------
    tuple of float
        Increasing.

    References
    ----------
    .. [1] Wellek (2010), Testing Statistical Hypotheses of Equivalence and Noninferiority, 2nd ed., Chapman and Hall.
    """
    if not diagnosis.symmetry.p_value < SIGNIFICANCE:  # also where the test has no value
        return STEPS[:5] if diagnosis.raw_excess_high <= NEGLIGIBLE_EXCESS else STEPS
    if diagnosis.mismatch_to_noise > COARSE_MISMATCH or not np.isfinite(diagnosis.theory_multiplier):
        return STEPS
    around = STEPS[16:25]
    guided = {round(factor * diagnosis.theory_multiplier, 4) for factor in around}
    return tuple(sorted(guided.union(around)))


def _joint_error(
    majority: Moments, minority: Moments, synthetic: Moments, w: float, means_error: Matrix
) -> Matrix:
    """Covariance of (g_phi, g_psi), shape (2p, 2p), allowing for the error of theta itself.

    theta moves by -H^-1 (w e_0 + (1 - w) e_1) with the errors e of the mean gradients, and a difference of gradients
    by its difference of Hessians times that. For g_phi the factors of e_0 and e_1 reduce to H_1 H^-1 and -H_0 H^-1.
    """
    inverse = np.linalg.pinv(_balanced_hessian(majority, minority, w), hermitian=True)
    drift = (synthetic.hessian - minority.hessian) @ inverse
    identity = np.eye(len(inverse))
    of_majority = np.vstack([minority.hessian @ inverse, -w * drift])
    of_minority = np.vstack([-majority.hessian @ inverse, -identity - (1.0 - w) * drift])
    of_synthetic = np.vstack([np.zeros_like(identity), identity])
    of_both = np.hstack([of_minority, of_synthetic])
    total: Matrix = of_majority @ majority.error @ of_majority.T + of_both @ means_error @ of_both.T
    return total


def _balanced_hessian(majority: Moments, minority: Moments, w: float) -> Matrix:
    return w * majority.hessian + (1.0 - w) * minority.hessian


def _alignment(phi: Vector, psi: Vector, error: Matrix) -> tuple[float, float]:
    """Return phi . psi / |phi|^2 and its standard error by the delta method."""
    square = float(phi @ phi)
    if square == 0.0:
        return float("nan"), float("nan")
    alignment = float(phi @ psi) / square
    direction = np.concatenate([psi - 2.0 * alignment * phi, phi]) / square
    return alignment, float(np.sqrt(direction @ error @ direction))


def _length_se(vector: Vector, error: Matrix) -> float:
    length = float(np.linalg.norm(vector))
    return _ratio(float(np.sqrt(vector @ error @ vector)), length)


def _theory_multiplier(alignment: float, n_majority: int, n_minority: int, w: float) -> float:
    """Size at which (n0/N - w) + (n/N) alignment = 0, over the gap."""
    gap = n_majority - n_minority
    if gap <= 0 or np.isnan(alignment):
        return float("nan")
    if alignment >= w:
        return NO_SIZE
    return max(n_majority - w * (n_majority + n_minority), 0.0) / (w - alignment) / gap


def _mismatch_to_noise(
    psi: Vector, majority: Moments, minority: Moments, synthetic: Moments, w: float
) -> float:
    n0, n1 = majority.n, minority.n
    inverse = np.linalg.pinv(_balanced_hessian(majority, minority, w), hermitian=True)
    # Mean over the 2 n0 rows of the balanced sample; `error` is the covariance of one row over n.
    noise = (n0 * n0 * majority.error + n1 * n1 * minority.error) / (2 * n0)
    noise = noise + (n0 - n1) / (2 * n0) * synthetic.n * synthetic.error
    return _ratio((n0 - n1) ** 2 / (2 * n0) * float(psi @ inverse @ psi), float(np.trace(inverse @ noise)))


def _raw_excess_high(
    phi: Vector, error: Matrix, df: int, majority: Moments, minority: Moments, w: float
) -> float:
    """Upper limit of b' H^-1 b / 2 at n = 0, where b = (n0/(n0 + n1) - w) g_phi.

    The length of g_phi in the metric of H^-1 is at most that of its estimate plus that of the estimate's error.
    """
    inverse = np.linalg.pinv(_balanced_hessian(majority, minority, w), hermitian=True)
    length = np.sqrt(float(phi @ inverse @ phi)) + error_length(
        np.asarray(inverse, dtype=float), error, min(majority.n, minority.n), df
    )
    pull = majority.n / (majority.n + minority.n) - w
    return float(0.5 * (pull * length) ** 2)


def _ratio(above: float, below: float) -> float:
    return above / below if below > 0.0 else float("nan")


def _design(X: Matrix) -> Matrix:
    """Rows with a last column of ones."""
    return np.column_stack([X, np.ones(len(X))])


def _stacked(fit: LinearFit) -> Vector:
    return np.append(fit.coef, fit.intercept)
