"""Drawing of one panel of the curves."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import offset_copy
from numpy.typing import NDArray

from synthsize.report import style
from synthsize.report.figures.curve_cells import CurveCell
from synthsize.report.figures.panels import arrow, note, raw_words, say

VTSS_BAND_ALPHA = 0.75 * style.BAND_ALPHA  # paler: it crosses the whole panel
FEW_POINTS = 12  # up to here every multiplier gets a marker
MARK_STEP = 5.0  # points right of the panel, and from one control of one level to the next: many coincide
REALISED_MARK = "x"


def draw_row(panels: NDArray[np.object_], row: list[CurveCell], limits: tuple[float, float]) -> None:
    """Draw the cells of one task side by side on one vertical scale."""
    panels[0].set_ylim(*limits)
    panels[0].yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    for panel, cell in zip(panels, row, strict=True):
        if cell.empty:
            say(panel)
        else:
            _draw_cell(panel, cell, limits)


def _draw_cell(panel: Axes, cell: CurveCell, limits: tuple[float, float]) -> None:
    panel.axvline(1, color=style.GREY, linewidth=0.5, alpha=0.6, zorder=0)
    _draw_controls(panel, cell, limits)
    _draw_curve(panel, cell.augmented if arrow(cell.raw, limits) else cell.curve)
    _draw_realised(panel, cell.elsewhere)
    if np.isfinite(cell.raw) and not arrow(cell.raw, limits):
        panel.axhline(cell.raw, color=style.RAW_COLOUR, linestyle=":", linewidth=0.9, gid="raw")
    if cell.vtss is not None:
        _draw_vtss(panel, cell.vtss)
    called = "m = 0" if cell.raw_at_zero else "raw data"
    note(panel, [raw_words(cell.raw, limits, called), *cell.gaps])


def _draw_curve(panel: Axes, curve: pd.DataFrame) -> None:
    # A point between two gaps would not be seen without a marker.
    marked = len(curve) <= FEW_POINTS or curve["mean"].isna().any()
    panel.fill_between(
        curve["multiplier"],
        curve["low"],
        curve["high"],
        color=style.CURVE_COLOUR,
        alpha=style.BAND_ALPHA,
        linewidth=0,
    )
    panel.plot(
        curve["multiplier"],
        curve["mean"],
        color=style.CURVE_COLOUR,
        marker="o" if marked else None,
        gid="curve",
    )


def _draw_realised(panel: Axes, points: pd.DataFrame) -> None:
    """Mark where points of the curve would lie by the rows that were really added."""
    if points.empty:
        return
    colour = style.CURVE_COLOUR
    panel.hlines(
        points["mean"],
        points["realised_multiplier"],
        points["multiplier"],
        color=colour,
        linestyle=":",
        linewidth=0.6,
    )
    panel.plot(
        points["realised_multiplier"],
        points["mean"],
        color=colour,
        marker=REALISED_MARK,
        markersize=4,
        linestyle="",
        gid="realised",
    )


def _draw_controls(panel: Axes, cell: CurveCell, limits: tuple[float, float]) -> None:
    """Thin curve of the weights, and marks right of the panel, side by side, for the controls of one level."""
    weights = cell.weights
    panel.plot(
        weights["multiplier"], weights["mean"], color=style.WEIGHTS_COLOUR, linewidth=0.8, gid="weights"
    )
    edge = panel.get_yaxis_transform()
    levels = cell.levels
    places = [control for control in cell.marks if control in levels]
    for place, control in enumerate(places, start=1):
        if not arrow(levels[control], limits):
            beside = offset_copy(edge, fig=panel.get_figure(root=True), x=place * MARK_STEP, units="points")
            mark = style.control_mark(cell.marks[control])
            panel.plot(1.0, levels[control], **mark, transform=beside, clip_on=False, gid=control)


def _draw_vtss(panel: Axes, chosen: pd.Series) -> None:
    if np.isfinite(chosen["low"]) and np.isfinite(chosen["high"]):
        panel.axhspan(
            chosen["low"], chosen["high"], color=style.VTSS_COLOUR, alpha=VTSS_BAND_ALPHA, linewidth=0
        )
    panel.axhline(chosen["mean"], color=style.VTSS_COLOUR, linestyle="--", gid="vtss")
    panel.plot(chosen["multiplier_median"], chosen["mean"], color=style.VTSS_COLOUR, marker="D")
