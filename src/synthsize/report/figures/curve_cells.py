"""What the panels of the curves show: the rows of each task and generator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.errors import InputError
from synthsize.recipes import WEIGHTS
from synthsize.report.figures.panels import gap_words
from synthsize.report.rows import first_criterion, select

REALISED_WITHIN = 0.02  # requested and realised multipliers this close coincide on the axis


@dataclass(frozen=True)
class CurveCell:
    """What one panel shows: the curve over multipliers, VTSS's row if it reached a level, and the task's controls."""

    curve: pd.DataFrame
    vtss: pd.Series | None
    controls: pd.DataFrame
    marks: Mapping[str, str]  # marker of each control whose level is marked
    raw: float  # mean of the raw data, NaN if there is none or a split lacks it
    raw_at_zero: bool  # whether the curve begins there

    @property
    def empty(self) -> bool:
        """Whether no multiplier has a mean."""
        return bool(self.curve["mean"].isna().all())

    @property
    def gaps(self) -> list[str]:
        """What the panel cannot show although there is a curve, in words."""
        return [gap_words(self.curve["mean"]), "VTSS: no result" if self.vtss is None else ""]

    @property
    def elsewhere(self) -> pd.DataFrame:
        """Points of the curve whose realised multiplier differs visibly from the requested one."""
        known = self.curve.dropna(subset=["mean"])
        far = (known["realised_multiplier"] - known["multiplier"]).abs() > REALISED_WITHIN
        return known[far]

    @property
    def augmented(self) -> pd.DataFrame:
        """Curve without the raw data."""
        return self.curve[self.curve["multiplier"] > 0] if self.raw_at_zero else self.curve

    @property
    def weights(self) -> pd.DataFrame:
        """Curve of the minority weights that adding rows amounts to, at multipliers above 0."""
        rows = self.controls[self.controls["control"] == WEIGHTS].sort_values("multiplier")
        return rows[rows["multiplier"] > 0]

    @property
    def levels(self) -> dict[str, float]:
        """Mean of each control that has one level."""
        rows = self.controls[self.controls["control"].isin(list(self.marks))]
        return dict(zip(rows["control"], rows["mean"], strict=True))


@dataclass(frozen=True)
class CellGrid:
    """All panels of one figure, a row per task and a column per generator.

    Attributes
    ----------
    names : Names
        Of the run.
    metric, classifier, interval : str
        What the figure shows.
    criterion : str
        By which VTSS chose; empty if it did not run.
    tasks : list of str
        Labels of the rows.
    generators : list of str
        Names of the columns.
    rows : list of list of CurveCell
    """

    names: Names
    metric: str
    classifier: str
    interval: str
    criterion: str
    tasks: list[str]
    generators: list[str]
    rows: list[list[CurveCell]]

    def __iter__(self) -> Iterator[tuple[str, str, CurveCell]]:
        """Yield task label, generator and panel."""
        for task, row in zip(self.tasks, self.rows, strict=True):
            for generator, cell in zip(self.generators, row, strict=True):
                yield task, generator, cell

    @property
    def curves(self) -> pd.DataFrame:
        """Rows of all curves."""
        return pd.concat([cell.curve for _, _, cell in self])

    @property
    def controls(self) -> set[str]:
        """Names of the controls that some panel shows."""
        return {name for _, _, cell in self for name in cell.controls["control"]}

    @property
    def has_raw(self) -> bool:
        """Whether any curve has a level without synthetic rows."""
        return any(np.isfinite(cell.raw) for _, _, cell in self)

    @property
    def has_intervals(self) -> bool:
        """Whether any curve has a band."""
        return bool(self.curves["low"].notna().any())


def lay_out(
    curves: pd.DataFrame,
    vtss: pd.DataFrame,
    controls: pd.DataFrame,
    *,
    metric: str,
    classifier: str,
    names: Names,
    interval: str,
) -> CellGrid:
    """Sort the rows of one metric, classifier and interval into panels; see `curves.draw_curves`.

    Raises
    ------
    InputError
        If the table has no row of this metric, classifier and interval.
    """
    wanted = {"metric": metric, "classifier": classifier, "interval": interval}
    curves, vtss, controls = (select(frame, wanted) for frame in (curves, vtss, controls))
    if curves.empty:
        raise InputError(
            f"the table of curves has no {metric!r} of {classifier!r} with interval {interval!r}; check "
            "experiment.classifiers and protocol.interval, or delete the table so that it is made again"
        )
    criterion = first_criterion(vtss["criterion"], metric)
    vtss = vtss[vtss["criterion"] == criterion]
    generators = names.generator_order(curves["generator"])
    return CellGrid(
        names=names,
        metric=metric,
        classifier=classifier,
        interval=interval,
        criterion=criterion,
        tasks=list(names.tasks.values()),
        generators=generators,
        rows=[
            [_cell(curves, vtss, controls, task, name, names) for name in generators] for task in names.tasks
        ],
    )


def _cell(
    curves: pd.DataFrame,
    vtss: pd.DataFrame,
    controls: pd.DataFrame,
    task: str,
    generator: str,
    names: Names,
) -> CurveCell:
    place = {"task": task, "generator": generator}
    curve = select(curves, place).sort_values("multiplier")
    chosen = select(vtss, place).dropna(subset=["mean"])
    beside = select(controls, {"task": task}).dropna(subset=["mean"])
    if not names.adds_rows_alone(generator):
        beside = beside[beside["control"] != WEIGHTS]
    raw_at_zero = names.raw_at_zero(generator)
    at_zero = select(curve if raw_at_zero else _of_raw_data(curves, task, names), {"multiplier": 0.0})["mean"]
    return CurveCell(
        curve,
        chosen.iloc[0] if len(chosen) else None,
        beside,
        names.marked_controls,
        float(at_zero.iloc[0]) if len(at_zero) else np.nan,
        raw_at_zero,
    )


def _of_raw_data(curves: pd.DataFrame, task: str, names: Names) -> pd.DataFrame:
    """Return the curve of a generator that begins at the raw data, which are the same for all."""
    known = [name for name in curves["generator"].unique() if names.raw_at_zero(name)]
    return select(curves, {"task": task, "generator": known[0]}) if known else curves.iloc[:0]
