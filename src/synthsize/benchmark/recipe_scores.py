"""A recipe at one size, fitted to a split: its scores on the test rows, and out of fold on the training rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthsize.balance.calibration import recalibration
from synthsize.balance.certainty import wrong_certainties
from synthsize.balance.events import Event
from synthsize.balance.procedure import Procedure, SizeFits
from synthsize.benchmark.folds import validation_folds
from synthsize.benchmark.seeds import learner_seed, synthetic_seed
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.split_data import SplitRows
from synthsize.contracts.results import WHOLE_SPLIT

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class RecipeScores:
    """Scores of a recipe for the rows of a split.

    Attributes
    ----------
    test : ndarray of shape (n_test,)
        Scores of the test rows by the fit to all training rows.
    out_of_fold : ndarray of shape (n_train,)
        Score of each training row by a fit, with preprocessing and synthetic rows of its own, that did not see it.
    events : tuple of Event
        Each case once.
    """

    test: Scores
    out_of_fold: Scores
    events: tuple[Event, ...]


def fit_recipe(
    split: SplitRows, procedure: Procedure, multiplier: float, stream: str, settings: Settings
) -> SizeFits:
    """Fit a procedure at one size to all training rows of a split; parameters as in `recipe_scores`."""
    seed, task = settings.seed, split.rows.task
    return procedure.prepare(split.rows.X[split.train], split.y_train).fit_sizes(
        procedure.learner,
        (multiplier,),
        synthetic_seed(seed, task, split.number, stream, WHOLE_SPLIT, WHOLE_SPLIT),
        learner_state=learner_seed(seed, task, split.number, WHOLE_SPLIT, WHOLE_SPLIT),
    )


def recipe_scores(
    split: SplitRows, procedure: Procedure, multiplier: float, stream: str, settings: Settings
) -> RecipeScores:
    """Fit a procedure at one size to the training rows of a split, and in the folds of VTSS's first repeat.

    Parameters
    ----------
    split : SplitRows
    procedure : Procedure
    multiplier : float
        In units of the class gap.
    stream : str
        Name of the generator, by which its synthetic rows are those of the benchmark.
    settings : Settings

    Raises
    ------
    TooFewRows
        If a class has fewer patients or admissions than folds.
    """
    rows = split.rows
    raw, y = rows.X[split.train], split.y_train
    whole = fit_recipe(split, procedure, multiplier, stream, settings)
    events = list(whole.events)
    held_out = np.full(len(y), np.nan)
    for fold in validation_folds(split, settings, stream, 1):
        training = procedure.prepare(raw[fold.train], y[fold.train])
        fits = training.fit_sizes(procedure.learner, (multiplier,), fold.stream, learner_state=fold.learner)
        held_out[fold.validation] = fits.scores(raw[fold.validation])[:, 0]
        events += fits.events
    test = whole.scores(rows.X[split.test])[:, 0]
    for scores, labels in ((held_out, y), (test, split.y_test)):
        events += wrong_certainties(procedure.learner, scores[:, np.newaxis], labels, (np.nan,))
    return RecipeScores(test, held_out, tuple(dict.fromkeys(events)))


def recalibrate(scores: RecipeScores, y_train: NDArray[np.int8], events: list[Event]) -> tuple[float, float]:
    """Return intercept and slope by which scores become log odds, learned from the training rows out of fold.

    Scores that are all equal carry the prevalence alone: slope 0. NaN where no finite slope exists.

    Parameters
    ----------
    scores : RecipeScores
    y_train : ndarray of shape (n_train,)
    events : list of Event
        Receives a "recalibration_undefined" event where the fit does not exist.
    """
    if np.ptp(scores.out_of_fold) == 0.0:
        share = float(y_train.mean())
        events.append(
            Event("recalibration_constant", "all out-of-fold scores are equal: every row gets the prevalence")
        )
        return float(np.log(share / (1.0 - share))), 0.0
    intercept, slope = recalibration(scores.out_of_fold, y_train)
    if np.isnan(slope):
        events.append(
            Event(
                "recalibration_undefined",
                "out-of-fold scores separate the classes, or the recalibration did not converge: no decisions",
            )
        )
    return intercept, slope
