"""The folds that VTSS validates on inside a split's training rows."""

from __future__ import annotations

from collections.abc import Iterator

from synthsize.balance.vtss import Fold
from synthsize.benchmark.seeds import folds_seed, learner_seed, synthetic_seed
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.split_data import SplitRows
from synthsize.benchmark.splits import split_folds


def validation_folds(split: SplitRows, settings: Settings, stream: str, repeats: int) -> Iterator[Fold]:
    """Yield a split's folds, the same for whatever is validated; their row numbers count the split's training rows.

    Parameters
    ----------
    split : SplitRows
    settings : Settings
    stream : str
        Whose rows are drawn in the folds: a generator's or control's name.
    repeats : int
        How often all folds are drawn anew.
    """
    task = split.rows.task
    groups = split.rows.groups[split.train]
    for repeat in range(repeats):
        seed = folds_seed(settings.seed, task, split.number, repeat)
        parts = split_folds(groups, split.y_train, settings.folds, seed, task)
        for fold, (inner, validation) in enumerate(parts):
            own = synthetic_seed(settings.seed, task, split.number, stream, repeat, fold)
            learner = learner_seed(settings.seed, task, split.number, repeat, fold)
            yield Fold(repeat, fold, inner, validation, own, learner)
