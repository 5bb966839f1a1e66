"""One block of outer splits under a shortcut, which may leave a task too small to be split."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from synthsize.benchmark.block import BlockResult, run_block
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.splits import TooFewRows
from synthsize.contracts.results import NOT_RUN, SWEEP, VTSS, WHOLE_SPLIT


def run_shortcut_block(
    table: pd.DataFrame,
    *,
    task: str,
    classifier: str,
    generator: str,
    splits: Sequence[int],
    settings: Settings,
) -> BlockResult:
    """Run `run_block`, or record why it cannot be run.

    A shortcut that drops admissions may leave a rare outcome with fewer patients than folds. That is a finding about
    the shortcut and no reason to lose the report of the run.
    """
    try:
        return run_block(
            table, task=task, classifier=classifier, generator=generator, splits=splits, settings=settings
        )
    except TooFewRows as error:
        cell = {"task": task, "classifier": classifier, "generator": generator}
        what = {"repeat": WHOLE_SPLIT, "fold": WHOLE_SPLIT, "event": NOT_RUN, "detail": str(error)}
        events = pd.DataFrame([{**cell, "split": split, **what} for split in splits])
        return BlockResult(
            pd.DataFrame(columns=list(SWEEP.columns)), pd.DataFrame(columns=list(VTSS.columns)), events
        )
