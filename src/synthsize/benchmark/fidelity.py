"""Fidelity of one generator's rows to the real minority rows it learned from, on a few outer splits.

The rows are those of the benchmark's own fits: same training rows, same stream.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from synthsize.balance.events import Event
from synthsize.balance.fidelity import FEWEST, Fidelity, measure_fidelity
from synthsize.benchmark.seeds import synthetic_seed
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.split_data import SplitRows, draw_split, read_rows
from synthsize.contracts.fidelity import FIDELITY, SYNTHETIC, TEST_ROWS
from synthsize.contracts.results import EVENTS, WHOLE_SPLIT

logger = logging.getLogger("synthsize.benchmark")

MOST_ROWS = 2000  # that distances are measured of: more say little more

Row = dict[str, Any]


@dataclass(frozen=True)
class FidelityResult:
    """Tidy rows, in the columns and order of `contracts.fidelity.FIDELITY` and `contracts.results.EVENTS`."""

    measured: pd.DataFrame
    events: pd.DataFrame


def run_fidelity(
    table: pd.DataFrame, *, task: str, generator: str, splits: Sequence[int], settings: Settings
) -> FidelityResult:
    """Measure the rows of a generator, and the real test rows beside them, on each of `splits`.

    Parameters
    ----------
    table : DataFrame
        An analysis table (`contracts.analysis.ANALYSIS` and one column per feature; NaN marks a missing value).
    task, generator : str
    splits : sequence of int
        Numbers of the outer splits, from 0.
    settings : Settings

    Raises
    ------
    InputError
        If the task cannot be split, or the generator fails.
    """
    rows = read_rows(table, task, settings)
    measured: list[Row] = []
    events: list[Row] = []
    with threadpool_limits(limits=1):
        for done, number in enumerate(splits, start=1):
            found, noted = _split_rows(draw_split(rows, settings, number), generator, settings)
            measured += [{"task": task, "generator": generator, "split": number, **row} for row in found]
            events += [_event_row(task, generator, number, event) for event in noted]
            logger.info("split %d of %d", done, len(splits))
    return FidelityResult(_tidy(measured, FIDELITY), _tidy(events, EVENTS))


def _split_rows(split: SplitRows, generator: str, settings: Settings) -> tuple[list[Row], list[Event]]:
    real, held_out = split.X_train[split.y_train == 1], split.X_test[split.y_test == 1]
    drawn = _drawn(split, generator, settings, len(held_out))
    n_margins = min(len(held_out), len(drawn))
    found = {
        SYNTHETIC: (drawn, measure_fidelity(real, drawn, n_margins)),
        TEST_ROWS: (held_out, measure_fidelity(real, held_out, n_margins)),
    }
    rows = [
        {
            "rows": kind,
            "n_real": len(real),
            "n_rows": len(own),
            "n_margins": n_margins,
            **asdict(fidelity),
            "worst_feature": _named(fidelity.worst_feature, split.rows.features),
            "collapsed": fidelity.collapsed,
            "exploded": fidelity.exploded,
        }
        for kind, (own, fidelity) in found.items()
    ]
    return rows, _events(found[SYNTHETIC][1], len(real))


def _drawn(split: SplitRows, generator: str, settings: Settings, fewest: int) -> NDArray[np.float64]:
    """Draw the rows that balance the classes, or the first of them, and never fewer than there are test rows."""
    fitted = settings.make_generator(generator).in_units_of(split.preprocessor)
    fitted.fit(split.X_train, split.y_train)
    gap = int((split.y_train == 0).sum() - (split.y_train == 1).sum())
    wanted = max(min(gap, MOST_ROWS), fewest)
    number = wanted if fitted.supply is None else min(wanted, fitted.supply)
    task = split.rows.task
    seed = synthetic_seed(settings.seed, task, split.number, generator, WHOLE_SPLIT, WHOLE_SPLIT)
    return fitted.sample(number, seed)


def _events(fidelity: Fidelity, n_real: int) -> list[Event]:
    events = []
    if n_real < FEWEST:
        events.append(
            Event("fidelity_unknown", f"{n_real} minority row: nothing to compare synthetic rows with")
        )
    if fidelity.collapsed:
        events.append(
            Event(
                "generator_collapsed",
                f"{fidelity.copies_share:.0%} of the rows are copies of real ones, {fidelity.repeats_share:.0%} of one "
                f"another; distance to real rows {fidelity.distance_ratio:.2f} times real rows' own",
            )
        )
    if fidelity.exploded:
        events.append(
            Event(
                "generator_exploded",
                f"distance to real rows {fidelity.distance_ratio:.2f} times real rows' own; "
                f"{fidelity.outlying_share:.0%} of the rows lie farther off than any real row",
            )
        )
    return events


def _named(column: int, features: Sequence[str]) -> str:
    return features[column] if column >= 0 else ""


def _event_row(task: str, generator: str, split: int, event: Event) -> Row:
    keys = {"task": task, "classifier": "", "generator": generator, "split": split}
    return {**keys, "repeat": WHOLE_SPLIT, "fold": WHOLE_SPLIT, "event": event.event, "detail": event.detail}


def _tidy(rows: list[Row], table: Any) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(table.columns))
    return frame.sort_values(list(table.sort_by), kind="stable", ignore_index=True)
