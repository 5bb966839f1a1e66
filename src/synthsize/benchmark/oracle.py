"""The balanced risk of every method of a split, and the lowest one there, on the same test rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthsize.balance.events import Event
from synthsize.balance.learners import Learner
from synthsize.balance.risk import balanced_risk, undersample
from synthsize.benchmark.seeds import oracle_seed
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.split_data import SplitRows


def risk_rows(split: SplitRows, settings: Settings) -> NDArray[np.intp]:
    """Return which of the split's test rows balanced risks are read off, increasing.

    All of them, or under ``oracle = "undersampled"`` the minority and as many majority rows, drawn once per split for
    the oracle and every method: a risk on other rows than the oracle's could lie below it.
    """
    if settings.oracle == "undersampled":
        return undersample(split.y_test, oracle_seed(settings.seed, split.rows.task, split.number))
    return np.arange(len(split.test))


def split_risk(
    learner: Learner, scores: NDArray[np.float64], split: SplitRows, settings: Settings
) -> NDArray[np.float64]:
    """Return the balanced risk of scores of all test rows, shape (n,) or (n, columns), on the split's `risk_rows`."""
    kept = risk_rows(split, settings)
    return balanced_risk(learner, scores[kept], split.y_test[kept], settings.majority_weight)


def split_oracle(learner: Learner, split: SplitRows, settings: Settings, events: list[Event]) -> float:
    """Return the lowest balanced risk on the split's `risk_rows`.

    NaN where the learner has no oracle, and excess risk is then not reported.

    Parameters
    ----------
    learner : Learner
    split : SplitRows
    settings : Settings
    events : list of Event
        Receives an oracle fit that did not converge.
    """
    if not learner.has_oracle:
        return float("nan")
    kept = risk_rows(split, settings)
    return learner.oracle_risk(
        split.X_test[kept], split.y_test[kept], majority_weight=settings.majority_weight, events=events
    )
