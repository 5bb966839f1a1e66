"""One classifier on real rows plus growing prefixes of a synthetic stream."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.exceptions import ConvergenceWarning

from synthsize.balance.checks import check_labelled, check_positive, check_rows
from synthsize.balance.events import Event
from synthsize.balance.interpolated import InterpolatedRows
from synthsize.balance.solvers import get_classifier
from synthsize.balance.solvers.base import Added, LinearClassifier, PathSolver
from synthsize.balance.threads import one_blas_thread
from synthsize.errors import InputError


def n_synthetic(multiplier: float, gap: int) -> int:
    """Return the number of synthetic rows of `multiplier`: multiplier * gap, rounded half to even.

    The only place where that number is rounded. A gap (majority minus minority rows) of 0 or less gives none.

    Raises
    ------
    InputError
        If `multiplier` is negative, NaN or infinite.
    """
    if not 0.0 <= multiplier < np.inf:
        raise InputError(f"a multiplier must be 0 or a finite number above, not {multiplier!r}")
    return round(multiplier * gap) if gap > 0 else 0


def fit_path(
    classifier: str,
    X: ArrayLike,
    y: ArrayLike,
    X_synthetic: ArrayLike | InterpolatedRows,
    sizes: Sequence[int] | NDArray[np.integer],
    C: float = 1.0,
    events: list[Event] | None = None,
    start: tuple[ArrayLike, ArrayLike] | None = None,
    tolerance: float | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit on the real rows plus the first `size` synthetic rows, for each size.

    One thread works, whatever the machine offers: products with so few columns gain nothing from a second one, and the
    result must not depend on it.

    Each fit minimises C sum loss + ||coef||^2 / 2, intercept unpenalised, and starts near the solutions of smaller
    sizes, or near `start`. Equal sizes share one fit.

    Parameters
    ----------
    classifier : {"logistic", "svm"}
    X : array of shape (n, d)
        Real training rows, standardised.
    y : array of shape (n,)
        1 marks the minority, 0 the majority; both must occur.
    X_synthetic : array or InterpolatedRows of shape (n_max, d)
        Synthetic minority rows in the order of their stream. Of interpolated rows, as a generator's `stream` draws
        them, a matrix is made only where they have few features and take little memory: it saves time there.
    sizes : sequence or array of int, shape (M,)
        Synthetic rows of each fit, from 0 to n_max, in any order.
    C : float
        Above 0 and finite.
    events : list of Event, optional
        Receives a "not_converged" event for each fit that missed its tolerance; without it they are warned about. A
        "constant_score" event marks each fit whose coefficients are exactly 0: all rows get the same score.
    start : tuple of arrays of shape (len(sizes), d) and (len(sizes),), optional
        Coefficients and intercepts of a similar path to start near: for a fold, those of the whole training set. They
        save time; the result is the same within the solver's tolerance, whatever they are.
    tolerance : float, optional
        Largest relative gap between a fit's objective and the minimum, where it is to be closer than the classifier's
        own; above 0.

    Returns
    -------
    coef : ndarray of shape (len(sizes), d)
    intercept : ndarray of shape (len(sizes),)

    Raises
    ------
    InputError
        If the arrays are sparse, hold NaN or do not fit together, a class is missing, a size is fractional or outside
        the stream, `C` or `tolerance` is not above 0, or `start` does not hold one finite row per size.
    """
    real, labels = check_labelled(X, y)
    if isinstance(X_synthetic, InterpolatedRows):
        synthetic: Added = X_synthetic
        check_rows("X_synthetic", X_synthetic.table)
    else:
        synthetic = check_rows("X_synthetic", X_synthetic)
    counts = _check_path(real, labels, synthetic, sizes)
    check_positive("C", C)
    if tolerance is not None:
        check_positive("tolerance", tolerance)
    solver = _close(classifier, tolerance).start(real, labels, C, added=synthetic)
    near = None if start is None else _stack_start(start, len(counts), real.shape[1])
    rows = len(real) + counts
    return _walk(
        solver, rows, near, events, lambda row: f"{classifier} with {row - len(real)} synthetic rows"
    )


def fit_prefixes(
    classifier: str,
    X: ArrayLike,
    y: ArrayLike,
    counts: Sequence[int],
    C: float = 1.0,
    *,
    sample_weight: NDArray[np.float64] | None = None,
    events: list[Event] | None = None,
    start: tuple[ArrayLike, ArrayLike] | None = None,
    tolerance: float | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit on the first `count` rows, for each count: `fit_path` where real and synthetic rows are mixed or weighted.

    Parameters
    ----------
    classifier, C, events, start, tolerance
        As in `fit_path`.
    X : array of shape (n, d)
        Training rows of both kinds, standardised.
    y : array of shape (n,)
    counts : sequence of int, shape (M,)
        Up to n; both classes occur among the rows of each.
    sample_weight : ndarray of shape (n,), optional

    Returns
    -------
    coef : ndarray of shape (len(counts), d)
    intercept : ndarray of shape (len(counts),)

    Raises
    ------
    InputError
        As `fit_path` does.
    """
    rows, labels = check_labelled(X, y)
    check_positive("C", C)
    if tolerance is not None:
        check_positive("tolerance", tolerance)
    solver = _close(classifier, tolerance).start(rows, labels, C, sample_weight)
    near = None if start is None else _stack_start(start, len(counts), rows.shape[1])
    return _walk(solver, np.asarray(counts), near, events, lambda row: f"{classifier} on {row} rows")


def _close(classifier: str, tolerance: float | None) -> LinearClassifier:
    chosen = get_classifier(classifier)
    return chosen if tolerance is None else chosen.refined(tolerance)


def _walk(
    solver: PathSolver,
    counts: NDArray[np.intp],
    start: NDArray[np.float64] | None,
    events: list[Event] | None,
    named: Callable[[int], str],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit each distinct number of rows once, the fewest first."""
    distinct, first, position = np.unique(counts, return_index=True, return_inverse=True)
    near = None if start is None else start[first]
    with one_blas_thread():
        fits = [solver.fit(int(count), None if near is None else near[i]) for i, count in enumerate(distinct)]
    failures = [
        Event("not_converged", f"{named(int(count))}: {fit.failure}")
        for count, fit in zip(distinct, fits, strict=True)
        if fit.failure
    ]
    report(failures, events, stacklevel=4)
    if events is not None:
        events += [
            constant_score(named(int(count)))
            for count, fit in zip(distinct, fits, strict=True)
            if fit.constant
        ]
    return np.stack([fit.coef for fit in fits])[position], np.array([fit.intercept for fit in fits])[position]


def constant_score(fit: str) -> Event:
    """Return the event of a fit that gives all rows the same score: no slope lowers its objective."""
    return Event("constant_score", f"{fit}: all rows get the same score")


def report(found: list[Event], events: list[Event] | None, stacklevel: int = 3) -> None:
    """Hand events to the caller's list, or warn when the caller keeps none."""
    if events is not None:
        events.extend(found)
        return
    for event in found:
        warnings.warn(event.detail, ConvergenceWarning, stacklevel=stacklevel)


def _stack_start(start: tuple[ArrayLike, ArrayLike], n_sizes: int, d: int) -> NDArray[np.float64]:
    """Return (coef, intercept) as one array of shape (n_sizes, d + 1)."""
    coef, intercept = (np.asarray(part, dtype=np.float64) for part in start)
    if coef.shape != (n_sizes, d) or intercept.shape != (n_sizes,):
        raise InputError(
            f"start must hold coefficients of shape {(n_sizes, d)} and intercepts of shape {(n_sizes,)}, one row per "
            f"size, not {coef.shape} and {intercept.shape}"
        )
    if not (np.isfinite(coef).all() and np.isfinite(intercept).all()):
        raise InputError("start holds NaN or infinite values; leave it out to start from nothing")
    return np.column_stack([coef, intercept])


def _check_path(
    real: NDArray[np.float64],
    labels: NDArray[np.int8],
    synthetic: Added,
    sizes: Sequence[int] | NDArray[np.integer],
) -> NDArray[np.intp]:
    """Return the sizes as an array, where they and the rows fit together."""
    if synthetic.shape[1] != real.shape[1]:
        raise InputError(
            f"X_synthetic must have the {real.shape[1]} columns of X, not shape {synthetic.shape}"
        )
    asked = np.asarray(sizes)
    if asked.ndim != 1 or len(asked) == 0 or asked.dtype.kind not in "iuf":
        raise InputError(f"sizes must list at least one whole number, not {sizes!r}")
    if not (np.isfinite(asked).all() and (asked == np.floor(asked)).all()):
        raise InputError(f"sizes must be whole numbers of rows (n_synthetic rounds), got {asked.tolist()}")
    if asked.min() < 0 or asked.max() > len(synthetic):
        raise InputError(
            f"sizes must lie between 0 and the {len(synthetic)} rows of X_synthetic, got {asked.tolist()}"
        )
    if labels.min(initial=1) == labels.max(initial=0):
        raise InputError("y holds one class only, so no classifier can be fitted; both 0 and 1 must occur")
    return asked.astype(np.intp)
