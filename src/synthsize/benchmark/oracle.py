"""The lowest balanced risk on a split's test rows, which every method of the split is measured against."""

from __future__ import annotations

from synthsize.balance.events import Event
from synthsize.balance.learners import Learner
from synthsize.benchmark.seeds import oracle_seed
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.split_data import SplitRows


def split_oracle(learner: Learner, split: SplitRows, settings: Settings, events: list[Event]) -> float:
    """Return the oracle's risk; NaN where the learner has no oracle, so that nothing is told in excess of it.

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
    return learner.oracle_risk(
        split.X_test,
        split.y_test,
        variant=settings.oracle,
        majority_weight=settings.majority_weight,
        random_state=oracle_seed(settings.seed, split.rows.task, split.number),
        events=events,
    )
