"""Where more patients change the comparison: generators against what needs no rows, by the number of minority rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from synthsize.contracts.curves import ALL_ROWS
from synthsize.statistics.comparisons import compare
from synthsize.statistics.differences import adjust_families
from synthsize.statistics.paired_levels import CELL, panels
from synthsize.statistics.references import FIXED, references

AGAINST_ALL = ("m=0", "prior_shift", "class_weight", "weights_vtss")  # what needs no synthetic rows
NOT_FITTED = "not fitted in {lost} of {splits} splits: too few minority training rows"

LEARNING_COLUMNS = {
    "task": "as in config.yaml",
    "classifier": "as in config.yaml",
    "generator": "of the synthetic rows",
    "positives": "minority training rows asked for; 0 for all of a training set, which are the fits of the run itself",
    "n_minority_mean": "minority training rows, mean over splits",
    "n_train_mean": "training rows of both classes, mean over splits",
    "n_test_mean": "test rows, mean over splits; the same test rows at every number of training rows",
    "metric": "excess_risk (balanced_risk without an oracle; nats or hinge loss, lower is better) or balanced_accuracy",
    "subject": "fixed: m = 1 in every split; vtss: the multiplier that validation chose in each split",
    "criterion": "what VTSS optimised; empty for m = 1",
    "multiplier_mean": "of the class gap, mean over splits",
    "reference": "m=0 (the raw data), prior_shift, class_weight or weights_vtss, fitted to the same training rows",
    "mean_difference": "subject minus reference, mean over splits, unit of the metric",
    "normal_low": "lower end of the normal interval over splits (Monte Carlo error given this cohort)",
    "normal_high": "its upper end",
    "nadeau_bengio_low": "lower end of the Nadeau-Bengio interval (allows for new patients)",
    "nadeau_bengio_high": "its upper end",
    "level": "nominal coverage of both intervals",
    "n_splits": "outer splits of the curve",
    "nadeau_bengio_p": "two-sided p-value of the corrected resampled t-test",
    "family": "tests that Holm's adjustment takes together: all generators and numbers of rows of one task and "
    "classifier against one reference",
    "family_size": "tests of the family that could be made",
    "holm_p": "nadeau_bengio_p adjusted within the family",
    "significant": "holm_p is at most 1 - level",
    "note": "what is missing and why; empty if nothing is",
}


@dataclass(frozen=True)
class Rows:
    """Rows of sweep, vtss and controls: of the run, or with the column ``positives`` of parts of its training rows."""

    sweep: pd.DataFrame
    vtss: pd.DataFrame
    controls: pd.DataFrame

    def at(self, positives: int) -> Rows:
        """Rows of one number of minority training rows."""
        return Rows(*(frame[frame["positives"] == positives] for frame in self._frames))

    def first(self, splits: int) -> Rows:
        """Rows of the first splits of a run, as the last point of its learning curve."""
        return Rows(
            *(frame[frame["split"] < splits].assign(positives=ALL_ROWS) for frame in self._frames),
        )

    @property
    def _frames(self) -> tuple[pd.DataFrame, ...]:
        return self.sweep, self.vtss, self.controls


def learning_curve(
    run: Rows, parts: Rows, *, positives: Sequence[int], splits: int, alpha: float = 0.05
) -> pd.DataFrame:
    """Compare each generator with its simple alternatives at every number of minority training rows.

    The interval's correction for overlapping training sets takes the whole training sets of the splits, whatever part
    of them was used: the cohort from which both are drawn is the limit. Parts overlap less than whole training sets do.

    Parameters
    ----------
    run : Rows
        Of the run itself; its fits to all training rows are the last point.
    parts : Rows
        Of `contracts.curves.CURVE_TABLES`.
    positives : sequence of int
        Requested number of minority training rows.
    splits : int
        How many of the run's splits the curve has; a cell with fewer has those.
    alpha : float
        Error rate of each family of tests, and 1 - level of the intervals.

    Returns
    -------
    DataFrame
        Columns `LEARNING_COLUMNS`, where each is described. A number of rows that not every split of a cell could
        fill has one row per cell that says so.

    Raises
    ------
    InputError
        If the tables are of different runs.
    """
    whole = run.first(splits)
    blocks = [
        block
        for asked in (*positives, ALL_ROWS)
        for block in _point(whole if asked == ALL_ROWS else parts.at(asked), whole, asked, alpha)
    ]
    table = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()
    table = table.reindex(columns=list(LEARNING_COLUMNS)).fillna({"note": ""})
    made = table["nadeau_bengio_p"].notna()
    adjusted = adjust_families(table[made], _families(table[made]), alpha)
    others = table[~made].assign(family="", family_size=0, significant=False)
    filled = [frame for frame in (adjusted, others) if len(frame)]
    return pd.concat(filled).sort_index() if filled else table


def _point(rows: Rows, whole: Rows, asked: int, alpha: float) -> Iterator[pd.DataFrame]:
    """Yield the rows of one number of minority training rows, and a note for each cell that cannot have it."""
    expected = whole.sweep.groupby(CELL)["split"].nunique()
    lost = expected - rows.sweep.groupby(CELL)["split"].nunique().reindex(expected.index, fill_value=0)
    yield _notes(lost[lost > 0], expected, asked)
    complete = lost[lost == 0].index
    sweep, vtss = (frame[_in_cells(frame, complete)] for frame in (rows.sweep, rows.vtss))
    pool = whole.sweep.drop_duplicates([*CELL, "split"])[[*CELL, "split", "n_train"]]
    of_pool = sweep.drop(columns="n_train").merge(pool, on=[*CELL, "split"])
    sizes = sweep.drop_duplicates([*CELL, "split"]).groupby(CELL)
    trained, gap = (sizes[name].mean().to_dict() for name in ("n_train", "gap"))
    for panel in panels(of_pool, vtss):
        cell = panel.cell["task"], panel.cell["classifier"], panel.cell["generator"]
        for reference in references(panel, rows.controls):
            if reference.name not in AGAINST_ALL or not reference.applies:
                continue
            for block in compare(panel, reference, 0.0, alpha):
                wanted = (block["subject"] == "vtss") | (block["multiplier"] == FIXED["m=1"])
                chosen = panel.choices.groupby("criterion")["multiplier"].mean()
                yield block[wanted].assign(
                    positives=asked,
                    n_minority_mean=(trained[cell] - gap[cell]) / 2,
                    n_train_mean=trained[cell],
                    multiplier_mean=block["criterion"].map(chosen).fillna(block["multiplier"]),
                )


def _in_cells(frame: pd.DataFrame, cells: pd.Index[Any]) -> np.ndarray:
    return np.asarray(pd.MultiIndex.from_frame(frame[CELL]).isin(cells))


def _notes(lost: pd.Series[int], expected: pd.Series[int], asked: int) -> pd.DataFrame:
    rows = lost.index.to_frame(index=False)
    words = [NOT_FITTED.format(lost=lost[cell], splits=expected[cell]) for cell in lost.index]
    return rows.assign(positives=asked, n_splits=expected[lost.index].to_numpy(), note=words)


def _families(rows: pd.DataFrame) -> pd.Series[str]:
    by = (" by " + rows["criterion"]).where(rows["criterion"] != "", "")
    subject = rows["subject"].where(rows["subject"] != "fixed", "m=1") + by
    return (
        subject
        + " against "
        + rows["reference"]
        + ", "
        + rows["metric"]
        + ", "
        + rows["task"]
        + ", "
        + rows["classifier"]
    )
