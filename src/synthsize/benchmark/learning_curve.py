"""The benchmark on growing parts of the training rows: what a generator gains with fewer patients."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
from threadpoolctl import threadpool_limits

from synthsize.benchmark import block, controls
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.split_data import SplitRows, TaskRows, draw_split, read_rows
from synthsize.benchmark.splits import TooFewRows
from synthsize.benchmark.subsamples import subsample
from synthsize.contracts.curves import CURVE_TABLES
from synthsize.contracts.results import NOT_RUN, WHOLE_SPLIT

logger = logging.getLogger("synthsize.benchmark")

Rows = list[block.Row]
TABLES = 3  # that a part of the training rows makes, by generators and by controls


@dataclass(frozen=True)
class CurveResult:
    """Tidy rows of a block of splits, in the columns and order of `contracts.curves.CURVE_TABLES`."""

    sweep: pd.DataFrame
    vtss: pd.DataFrame
    events: pd.DataFrame


@dataclass(frozen=True)
class CurveControls:
    """Tidy rows of the controls of a block of splits, in the columns and order of `contracts.curves.CURVE_TABLES`."""

    controls: pd.DataFrame
    events: pd.DataFrame


def run_curve_block(
    table: pd.DataFrame,
    *,
    task: str,
    classifier: str,
    generator: str,
    positives: Sequence[int],
    splits: Sequence[int],
    settings: Settings,
) -> CurveResult:
    """Run the sweep and VTSS on nested parts of the training rows of each of `splits`.

    A part with all training rows gives the rows that `block.run_block` gives for the split.

    Parameters
    ----------
    table, task, classifier, generator, splits, settings
        As in `block.run_block`.
    positives : sequence of int
        Minority rows of each part; a part that the split cannot fill, or whose rows cannot be cross-validated, has no
        rows and an event that says why.

    Raises
    ------
    InputError
        If the task has too few positive rows to be split, no feature, or values that are not numbers.
    """
    cell = block.make_cell(table, task, classifier, generator, settings)
    keys = {"task": task, "classifier": classifier, "generator": generator}
    sweep, vtss, events = _on_parts(
        cell.rows, positives, splits, settings, keys, lambda part: block.run_split(cell, part)
    )
    return CurveResult(_tidy(sweep, "sweep"), _tidy(vtss, "vtss"), _tidy(events, "events"))


def run_curve_controls(
    table: pd.DataFrame,
    *,
    task: str,
    classifier: str,
    controls_run: Sequence[str],
    positives: Sequence[int],
    splits: Sequence[int],
    settings: Settings,
) -> CurveControls:
    """Fit the controls to the parts of the training rows that `run_curve_block` fits generators to.

    Parameters
    ----------
    controls_run : sequence of str
        Names of `balance.controls.CONTROLS`; may be empty.
    table, task, classifier, positives, splits, settings
        As in `run_curve_block`.
    """
    rows, learner = read_rows(table, task, settings), settings.make_learner(classifier)
    keys = {"task": task, "classifier": classifier, "generator": "controls"}
    found, _, events = _on_parts(
        rows,
        positives,
        splits,
        settings,
        keys,
        lambda part: controls.run_split(part, classifier, learner, controls_run, settings),
    )
    return CurveControls(_tidy(found, "controls"), _tidy(events, "events"))


def _on_parts(
    rows: TaskRows,
    positives: Sequence[int],
    splits: Sequence[int],
    settings: Settings,
    keys: block.Row,
    run: Callable[[SplitRows], Sequence[Rows]],
) -> list[Rows]:
    """Collect the rows of three tables, of which events are the last, over splits and parts."""
    collected: list[Rows] = [[] for _ in range(TABLES)]
    # Sums in another order differ in the last bit; one thread makes the order fixed.
    with threadpool_limits(limits=1):
        for done, number in enumerate(splits, start=1):
            split = draw_split(rows, settings, number)
            for asked in positives:
                try:
                    found = run(subsample(split, asked, settings.seed))
                except TooFewRows as error:
                    found = [*([] for _ in range(TABLES - 1)), [_not_run(keys, number, error)]]
                for table, new in zip(collected, found, strict=True):
                    table += [{"positives": asked, **row} for row in new]
            logger.info("split %d of %d", done, len(splits))
    return collected


def _not_run(keys: block.Row, split: int, error: TooFewRows) -> block.Row:
    where = {**keys, "split": split, "repeat": WHOLE_SPLIT, "fold": WHOLE_SPLIT}
    return {**where, "event": NOT_RUN, "detail": str(error)}


def _tidy(rows: Rows, name: str) -> pd.DataFrame:
    contract = CURVE_TABLES[name]
    frame = pd.DataFrame(rows, columns=list(contract.columns))
    return frame.sort_values(list(contract.sort_by), kind="stable", ignore_index=True)
