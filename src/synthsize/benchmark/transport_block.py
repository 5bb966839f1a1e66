"""Blocks of splits by stratum: the cells and controls of the benchmark, tested on strata not trained on."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from synthsize.benchmark.block import BlockResult, run_block
from synthsize.benchmark.controls import ControlsResult, run_controls
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.split_data import TaskRows, deal_strata, read_rows
from synthsize.benchmark.transport import Dealing, describe_dealing
from synthsize.contracts.results import EVENTS, NOT_RUN, WHOLE_SPLIT

SHARED = "shared_with_stratum"  # event of a split that leaves training rows out for that reason


def run_transport_block(
    table: pd.DataFrame,
    *,
    task: str,
    classifier: str,
    generator: str,
    splits: Sequence[int],
    settings: Settings,
) -> BlockResult:
    """Run `run_block` on those of `splits` that hold out a stratum, and record why others do not.

    Parameters as for `run_block`; `settings.transport` is set.
    """
    rows = read_rows(table, task, settings)
    dealing = deal_strata(rows, settings)
    dealt = [number for number in splits if number < dealing.n_splits]
    block = run_block(
        table, task=task, classifier=classifier, generator=generator, splits=dealt, settings=settings
    )
    cell = {"task": task, "classifier": classifier, "generator": generator}
    return BlockResult(block.sweep, block.vtss, _with_events(block.events, rows, dealing, splits, cell))


def run_transport_controls(
    table: pd.DataFrame,
    *,
    task: str,
    classifier: str,
    controls: Sequence[str],
    splits: Sequence[int],
    settings: Settings,
) -> ControlsResult:
    """Run `run_controls` on those of `splits` that hold out a stratum; see `run_transport_block`."""
    dealing = deal_strata(read_rows(table, task, settings), settings)
    dealt = [number for number in splits if number < dealing.n_splits]
    return run_controls(
        table, task=task, classifier=classifier, controls=controls, splits=dealt, settings=settings
    )


def held_out_strata(table: pd.DataFrame, *, task: str, settings: Settings) -> pd.DataFrame:
    """Tabulate which stratum each split of a task holds out, in `contracts.transport.HELD_OUT`."""
    return describe_dealing(deal_strata(read_rows(table, task, settings), settings), task)


def _with_events(
    events: pd.DataFrame, rows: TaskRows, dealing: Dealing, splits: Sequence[int], cell: dict[str, str]
) -> pd.DataFrame:
    """Add the events of a split by stratum: no stratum to hold out, or patients who occur in other strata too."""
    found = []
    for number in splits:
        where = {**cell, "split": number, "repeat": WHOLE_SPLIT, "fold": WHOLE_SPLIT}
        if not dealing.held_out:
            reason = "fewer than two strata can be held out"
            found.append({**where, "event": NOT_RUN, "detail": reason})
        elif number < dealing.n_splits and rows.shared_with(dealing.stratum(number)):
            detail = f"rows elsewhere of patients or admissions of stratum {dealing.stratum(number)!r} are left out"
            found.append({**where, "event": SHARED, "detail": detail})
    added = pd.DataFrame(found, columns=list(EVENTS.columns))
    both = pd.concat([part for part in (events, added) if len(part)] or [events])
    return both.sort_values(list(EVENTS.sort_by), kind="stable", ignore_index=True)
