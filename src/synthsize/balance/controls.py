"""What a user would do without synthetic rows: reweight, resample, shift the prior or move the threshold.

Each control answers a question that a generator's curve leaves open. `weights` at multiplier m puts on the real
minority rows the weight that the synthetic rows would carry, so it is oversampling without noise and without a
generator: a generator's risk minus that of `weights` at the same m is what the generator itself adds or costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import roc_curve

from synthsize.balance.checks import check_labelled
from synthsize.balance.events import Event
from synthsize.balance.generators import make_generator
from synthsize.balance.path import fit_path, n_synthetic, report
from synthsize.balance.preprocessing import Preprocessor
from synthsize.balance.risk import undersample
from synthsize.balance.solvers import LinearFit, get_classifier
from synthsize.errors import InputError

NO_MULTIPLIER = float("nan")


@dataclass(frozen=True)
class ControlFit:
    """One control fitted to one training set.

    Attributes
    ----------
    control : str
        A name of `CONTROLS`.
    multiplier : float
        In units of the class gap; NaN where the control knows no size.
    coef : ndarray of shape (d,)
    intercept : float
    has_risk : bool
        Whether the score may be judged by its loss. A tuned threshold is no estimate of risk: only decisions count.
    """

    control: str
    multiplier: float
    coef: NDArray[np.float64]
    intercept: float
    has_risk: bool = True

    def scores(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """Score rows preprocessed as the training rows were; returns shape (n,)."""
        return np.asarray(X @ self.coef + self.intercept)


@dataclass(frozen=True)
class TrainingSet:
    """What the controls of one training set share.

    Attributes
    ----------
    classifier : {"logistic", "svm"}
    X : ndarray of shape (n, d)
        Real rows, imputed and standardised.
    y : ndarray of shape (n,)
        Both classes occur.
    multipliers : tuple of float
        Sizes of `weights` and `random_oversample`, in units of the class gap.
    C : float
    oversample_seed, undersample_seed : int or SeedSequence
    out_of_fold : ndarray of shape (n,), optional
        Score of each row by a fit that did not see it (see `out_of_fold_scores`); `threshold` needs it.
    """

    classifier: str
    X: NDArray[np.float64]
    y: NDArray[np.int8]
    multipliers: tuple[float, ...]
    C: float = 1.0
    oversample_seed: int | SeedSequence = 0
    undersample_seed: int | SeedSequence = 0
    out_of_fold: NDArray[np.float64] | None = None

    @property
    def n_majority(self) -> int:
        """Majority rows."""
        return int((self.y == 0).sum())

    @property
    def n_minority(self) -> int:
        """Minority rows."""
        return int((self.y == 1).sum())

    @property
    def gap(self) -> int:
        """Majority minus minority rows."""
        return self.n_majority - self.n_minority

    @cached_property
    def raw(self) -> LinearFit:
        """Fit on the real rows as they are."""
        return self.fit_weighted(1.0, 1.0)

    def fit_weighted(self, majority_weight: float, minority_weight: float) -> LinearFit:
        """Minimise C sum weight loss + ||coef||^2 / 2 with one weight per class."""
        weight = np.where(self.y == 1, minority_weight, majority_weight)
        return get_classifier(self.classifier).start(self.X, self.y, self.C, weight).fit(len(self.y))


def fit_controls(
    names: Sequence[str], training: TrainingSet, events: list[tuple[str, Event]]
) -> list[ControlFit]:
    """Fit controls to one training set.

    - ``none``: the real rows as they are.
    - ``prior_shift``: that fit, its log-odds raised by log(n0/n1), which turns probabilities at the training set's
      prevalence into those at balanced classes (logistic alone: a hinge score is no log-odds, so ``svm`` has none).
    - ``class_weight``: scikit-learn's ``class_weight="balanced"``, weights n/(2 n0) and n/(2 n1), total n.
    - ``weights``: majority rows weigh 1, minority rows 1 + m gap/n1, at each multiplier m; at m = 1 this is
      ``class_weight`` with all weights larger by 2 n0/n, and as C multiplies the sum of weighted losses, with that
      much less penalty. Synthetic rows at the same C relax the penalty in the same way.
    - ``random_oversample``: m gap minority rows drawn again, with replacement, at each multiplier.
    - ``random_undersample``: as many majority rows, drawn without replacement, as there are minority rows.
    - ``threshold``: the raw fit, its cut moved to where out-of-fold balanced accuracy is best; decisions alone.

    Parameters
    ----------
    names : sequence of str
        From `CONTROLS`.
    training : TrainingSet
    events : list of (control, Event)
        Receives degenerate cases.

    Returns
    -------
    list of ControlFit
        In the order of `names`; several for a control with multipliers, none for one that does not apply.

    Raises
    ------
    InputError
        If a control does not exist, a class is missing, or `threshold` lacks its out-of-fold scores.
    """
    unknown = [name for name in names if name not in CONTROLS]
    if unknown:
        raise InputError(f"there is no control {unknown[0]!r}; choose from {', '.join(CONTROLS)}")
    check_labelled(training.X, training.y)
    if min(training.n_majority, training.n_minority) == 0:
        raise InputError("y holds one class only, so no control can be fitted; both 0 and 1 must occur")
    fits: list[ControlFit] = []
    for name in names:
        found: list[Event] = []
        fits += CONTROLS[name](training, found)
        events += [(name, event) for event in found]
    return fits


def out_of_fold_scores(
    classifier: str,
    X: ArrayLike,
    y: ArrayLike,
    folds: Iterable[tuple[NDArray[np.intp], NDArray[np.intp]]],
    C: float = 1.0,
    imputation_means: NDArray[np.float64] | None = None,
    events: list[Event] | None = None,
) -> NDArray[np.float64]:
    """Score every row by a raw fit, with its own preprocessing, on the rows of the other folds.

    Parameters
    ----------
    classifier : {"logistic", "svm"}
    X : array of shape (n, d)
        Rows as measured; NaN marks a missing value.
    y : array of shape (n,)
    folds : iterable of (train, validation)
        Row numbers; the validation parts are disjoint and cover all rows.
    C : float
    imputation_means : ndarray of shape (d,), optional
        Fixed means to impute with.
    events : list of Event, optional
        Receives a "not_converged" event for each fold's fit that missed its tolerance.

    Returns
    -------
    ndarray of shape (n,)

    Raises
    ------
    InputError
        If the folds leave a row without a score.
    """
    raw, labels = check_labelled(X, y, allow_nan=True)
    scores = np.full(len(labels), np.nan)
    for train, validation in folds:
        preprocessor = Preprocessor(imputation_means).fit(raw[train])
        rows = preprocessor.transform(raw[train])
        fit = get_classifier(classifier).start(rows, labels[train], C).fit(len(train))
        scores[validation] = preprocessor.transform(raw[validation]) @ fit.coef + fit.intercept
        if fit.failure:
            report(
                [Event("not_converged", f"{classifier} on a fold for the threshold: {fit.failure}")], events
            )
    if np.isnan(scores).any():
        raise InputError("folds must hold every row once for validation, so that each gets a score")
    return scores


def tune_threshold(scores: ArrayLike, y: ArrayLike) -> float:
    """Find the cut with the best balanced accuracy on these rows.

    Rows above the cut are called minority. The cut lies midway between two neighbouring scores; of equally good ones
    the highest. It is infinite where no cut does better than to call all rows majority.

    Parameters
    ----------
    scores, y : array of shape (n,)
    """
    false_positives, true_positives, levels = roc_curve(y, scores, drop_intermediate=False)
    best = int(np.argmax(true_positives - false_positives))
    if best + 1 == len(levels):
        return -np.inf
    return float((levels[best] + levels[best + 1]) / 2.0)


def _none(training: TrainingSet, events: list[Event]) -> list[ControlFit]:
    return [_recorded("none", NO_MULTIPLIER, training.raw, training.classifier, events)]


def _prior_shift(training: TrainingSet, events: list[Event]) -> list[ControlFit]:
    if training.classifier != "logistic":
        return []
    shift = float(np.log(training.n_majority / training.n_minority))
    raw = _recorded("prior_shift", NO_MULTIPLIER, training.raw, training.classifier, events)
    return [ControlFit("prior_shift", NO_MULTIPLIER, raw.coef, raw.intercept + shift)]


def _class_weight(training: TrainingSet, events: list[Event]) -> list[ControlFit]:
    n = len(training.y)
    fit = training.fit_weighted(n / (2 * training.n_majority), n / (2 * training.n_minority))
    return [_recorded("class_weight", NO_MULTIPLIER, fit, training.classifier, events)]


def _weights(training: TrainingSet, events: list[Event]) -> list[ControlFit]:
    _record_gap(training, events)
    per_gap = max(training.gap, 0) / training.n_minority
    return [
        _recorded("weights", m, training.fit_weighted(1.0, 1.0 + m * per_gap), training.classifier, events)
        for m in training.multipliers
    ]


def _random_oversample(training: TrainingSet, events: list[Event]) -> list[ControlFit]:
    _record_gap(training, events)
    sizes = [n_synthetic(m, training.gap) for m in training.multipliers]
    generator = make_generator("random_oversample").fit(training.X, training.y)
    events += generator.events_
    drawn = generator.stream(max(sizes), training.oversample_seed)
    coef, intercept = fit_path(training.classifier, training.X, training.y, drawn, sizes, training.C, events)
    return [
        ControlFit("random_oversample", m, coef[i], float(intercept[i]))
        for i, m in enumerate(training.multipliers)
    ]


def _random_undersample(training: TrainingSet, events: list[Event]) -> list[ControlFit]:
    _record_gap(training, events)
    kept = undersample(training.y, training.undersample_seed)
    rows, labels = training.X[kept], training.y[kept]
    fit = get_classifier(training.classifier).start(rows, labels, training.C).fit(len(kept))
    return [_recorded("random_undersample", NO_MULTIPLIER, fit, training.classifier, events)]


def _threshold(training: TrainingSet, events: list[Event]) -> list[ControlFit]:
    if training.out_of_fold is None:
        raise InputError("control 'threshold' needs out_of_fold scores; make them with out_of_fold_scores")
    cut = tune_threshold(training.out_of_fold, training.y)
    if not np.isfinite(cut):
        events.append(Event("no_useful_threshold", "no cut of the out-of-fold scores separates the classes"))
    raw = _recorded("threshold", NO_MULTIPLIER, training.raw, training.classifier, events)
    return [ControlFit("threshold", NO_MULTIPLIER, raw.coef, raw.intercept - cut, has_risk=False)]


def _recorded(
    control: str, multiplier: float, fit: LinearFit, classifier: str, events: list[Event]
) -> ControlFit:
    if fit.failure:
        size = "" if np.isnan(multiplier) else f" at m = {multiplier:g}"
        events.append(Event("not_converged", f"{classifier}, {control}{size}: {fit.failure}"))
    return ControlFit(control, multiplier, fit.coef, fit.intercept)


def _record_gap(training: TrainingSet, events: list[Event]) -> None:
    if training.gap <= 0:
        events.append(Event("no_gap", f"majority minus minority rows is {training.gap}: nothing to balance"))


CONTROLS: dict[str, Callable[[TrainingSet, list[Event]], list[ControlFit]]] = {
    "none": _none,
    "prior_shift": _prior_shift,
    "class_weight": _class_weight,
    "weights": _weights,
    "random_oversample": _random_oversample,
    "random_undersample": _random_undersample,
    "threshold": _threshold,
}
