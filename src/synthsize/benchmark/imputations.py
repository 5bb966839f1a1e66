"""Multiple imputation as a sensitivity run: the sweep's fits at three sizes, on several completed data sets.

Chained equations with draws from the posterior of each (scikit-learn's IterativeImputer with Bayesian ridge regression
[1]_), learned from the features of the training rows alone: no outcome, which a new patient does not have yet, and no
test row. A test row is completed by the same equations, and its score is the mean over the completed data sets, the
linear predictor that Rubin's rules pool.

References
----------
.. [1] van Buuren and Groothuis-Oudshoorn (2011), Journal of Statistical Software 45(3).
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.experimental import enable_iterative_imputer  # noqa: F401 (makes the next import possible)
from sklearn.impute import IterativeImputer
from threadpoolctl import threadpool_limits

from synthsize.balance.events import Event
from synthsize.balance.metrics import evaluate
from synthsize.benchmark.oracle import split_risk
from synthsize.benchmark.refits import Refits
from synthsize.benchmark.seeds import imputation_seed, sklearn_seed
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.split_data import SplitRows, draw_split, read_rows
from synthsize.contracts.imputations import IMPUTATIONS
from synthsize.contracts.results import EVENTS, NOT_RUN, WHOLE_SPLIT

logger = logging.getLogger("synthsize.benchmark")

ROUNDS = 10  # of the chained equations, scikit-learn's default
NOTHING_MISSING = "no value is missing"

Row = dict[str, Any]
Array = NDArray[np.float64]


@dataclass(frozen=True)
class ImputationResult:
    """Tidy rows, in the columns and order of `contracts.imputations.IMPUTATIONS` and `contracts.results.EVENTS`."""

    fits: pd.DataFrame
    events: pd.DataFrame


def run_imputations(
    table: pd.DataFrame,
    vtss: pd.DataFrame,
    *,
    task: str,
    classifier: str,
    generator: str,
    imputations: int,
    splits: Sequence[int],
    settings: Settings,
) -> ImputationResult:
    """Fit each split at m = 0, m = 1 and VTSS's choice on several completed data sets, and score the pooled test rows.

    Parameters
    ----------
    table : DataFrame
        An analysis table (`contracts.analysis.ANALYSIS` and one column per feature; NaN marks a missing value).
    vtss : DataFrame
        The cell's rows of `contracts.results.VTSS`; the size is chosen there, with the run's own imputation.
    task, classifier, generator : str
    imputations : int
        Completed data sets of a split.
    splits : sequence of int
    settings : Settings
        Of the cell's blocks.
    """
    rows = read_rows(table, task, settings)
    refits = Refits(rows, classifier, generator, settings, vtss)
    keys = {"task": task, "classifier": classifier, "generator": generator}
    if not np.isnan(rows.X).any():
        told = [{**keys, "split": number, **_event(NOT_RUN, NOTHING_MISSING)} for number in splits]
        return ImputationResult(_tidy([], IMPUTATIONS), _tidy(told, EVENTS))
    found: list[Row] = []
    events: list[Row] = []
    with threadpool_limits(limits=1):
        for done, number in enumerate(splits, start=1):
            noted: list[Event] = []
            split = draw_split(rows, settings, number)
            found += [
                {**keys, "split": number, **row} for row in _split_rows(split, refits, imputations, noted)
            ]
            named = dict.fromkeys((event.event, event.detail) for event in noted)
            events += [{**keys, "split": number, **_event(*event)} for event in named]
            logger.info("split %d of %d", done, len(splits))
    return ImputationResult(_tidy(found, IMPUTATIONS), _tidy(events, EVENTS))


def complete(
    train: Array, test: Array, features: Sequence[str], random_state: int, events: list[Event]
) -> tuple[Array, Array]:
    """Draw missing values from equations learned from training rows, within the range that these were observed in.

    Parameters
    ----------
    train, test : ndarray of shape (n, d)
        NaN marks a missing value.
    features : sequence of str, length d
    random_state : int
    events : list of Event
        Receives features without an observed training value, which are set to 0 everywhere.

    Returns
    -------
    train, test : ndarray of shape (n, d)
        Without missing values; observed ones unchanged.
    """
    empty = np.isnan(train).all(axis=0)
    events += [
        Event("empty_feature", f"feature {features[column]} has no observed value to train on: set to 0")
        for column in np.flatnonzero(empty).tolist()
    ]
    done_train, done_test = np.zeros_like(train), np.zeros_like(test)
    known = train[:, ~empty]
    if known.shape[1]:
        imputer = IterativeImputer(
            sample_posterior=True,
            max_iter=ROUNDS,
            min_value=np.nanmin(known, axis=0),
            max_value=np.nanmax(known, axis=0),
            random_state=random_state,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # draws from a posterior never settle
            done_train[:, ~empty] = imputer.fit_transform(known)
            done_test[:, ~empty] = imputer.transform(test[:, ~empty])
    return done_train, done_test


def _split_rows(split: SplitRows, refits: Refits, imputations: int, events: list[Event]) -> Iterator[Row]:
    sizes = refits.sizes(split.number)
    scores = np.mean(list(_scores(split, refits, list(sizes.values()), imputations, events)), axis=0)
    learner = refits.procedure.learner
    risk = split_risk(learner, scores, split, refits.settings)
    metrics = evaluate(scores, split.y_test, estimates=learner.estimates_risk)
    for i, (subject, multiplier) in enumerate(sizes.items()):
        yield {
            "subject": subject,
            "multiplier": multiplier,
            "imputations": imputations,
            "n_train": len(split.train),
            "n_test": len(split.test),
            "balanced_risk": risk[i],
            **{name: values[i] for name, values in metrics.items()},
        }


def _scores(
    split: SplitRows, refits: Refits, multipliers: list[float], imputations: int, events: list[Event]
) -> Iterator[Array]:
    """Yield the test rows' scores with each completed data set, shape (n_test, sizes)."""
    rows = split.rows
    for number in range(imputations):
        state = sklearn_seed(imputation_seed(refits.settings.seed, rows.task, split.number, number))
        train, test = complete(rows.X[split.train], rows.X[split.test], rows.features, state, events)
        fits = refits.fit(split, multipliers, train)
        events += fits.events
        yield fits.scores(test)


def _event(event: str, detail: str) -> Row:
    return {"repeat": WHOLE_SPLIT, "fold": WHOLE_SPLIT, "event": event, "detail": detail}


def _tidy(rows: list[Row], table: Any) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(table.columns))
    return frame.sort_values(list(table.sort_by), kind="stable", ignore_index=True)
