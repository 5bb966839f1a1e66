"""Nested stratified subsamples of a split's training rows, as if fewer patients had been seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthsize.benchmark.seeds import subsample_seed
from synthsize.benchmark.split_data import SplitRows
from synthsize.benchmark.splits import TooFewRows


def subsample(split: SplitRows, positives: int, seed: int) -> SplitRows:
    """Keep so many minority training rows, and majority rows in the proportion of the whole training set.

    The test rows stay. A smaller subsample lies within every larger one of the same split, so that points of one
    learning curve differ by rows that were added and none that were exchanged.

    Parameters
    ----------
    split : SplitRows
    positives : int
        Minority rows to keep, at least 1.
    seed : int
        The run's.

    Raises
    ------
    TooFewRows
        If the training set has fewer minority rows.
    """
    minority, majority = (split.train[split.y_train == label] for label in (1, 0))
    if positives > len(minority):
        raise TooFewRows(
            f"learning_curve.positives asks for {positives} minority training rows, split {split.number} of task "
            f"{split.rows.task!r} has {len(minority)}: not fitted"
        )
    rng = np.random.default_rng(subsample_seed(seed, split.rows.task, split.number))
    beside = max(1, round(positives * len(majority) / len(minority)))
    kept = [rng.permutation(minority)[:positives], rng.permutation(majority)[:beside]]
    return replace(split, train=np.sort(np.concatenate(kept)))
