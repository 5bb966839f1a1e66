"""Panels of the studies' figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter

from synthsize.report import style
from synthsize.studies.engine.blocks import load_study

COLOURS = (style.BLUE, style.VERMILION, style.GREEN, style.PURPLE, style.ORANGE, style.BLACK, style.GREY)
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
NORMAL_95 = 1.96


def draw_study(study: str, table: pd.DataFrame, settings: Mapping[str, Any]) -> Figure:
    """Draw the figure of a study in the report's style."""
    with mpl.rc_context(style.RC):
        figure: Figure = load_study(study).draw(table, settings)
    return figure


def panels(
    columns: int, rows: int = 1, height: float = 2.3, width: float = style.PAGE_WIDTH
) -> tuple[Figure, list[Axes]]:
    """Make a figure of rows x columns panels in the report's style, and list the panels row by row."""
    figure = Figure(figsize=(width, height * rows + 0.25), layout="constrained")
    return figure, list(figure.subplots(rows, columns, squeeze=False).flat)


def line(
    axes: Axes,
    rows: pd.DataFrame,
    x: str,
    colour: str,
    label: str,
    *,
    marker: str = "o",
    theory: bool = True,
    **style_of_line: Any,
) -> None:
    """Draw means with 95 % Monte Carlo intervals, and the closed form, where there is one, as a dashed line.

    Parameters
    ----------
    axes : Axes
    rows : DataFrame
        Rows of one metric of a study's table.
    x : str
        Column of the abscissa.
    colour, label, marker : str
    theory : bool
        Draw the closed form too.
    **style_of_line
        Further properties of the line.
    """
    if axes.get_xscale() == "log" and len(set(rows[x])) == 1:  # one value alone gives such an axis no extent
        axes.set_xlim(float(rows[x].iloc[0]) / 2.0, float(rows[x].iloc[0]) * 2.0)
    drawn = rows.dropna(subset=["mean"]).sort_values(x)
    if not drawn.empty:
        error = NORMAL_95 * drawn["se"].fillna(0.0).to_numpy(dtype=float)
        # On a logarithmic axis a limit at 0 or below has no place.
        reach = 0.9 * drawn["mean"].to_numpy(dtype=float) if axes.get_yscale() == "log" else np.inf
        below = np.minimum(error, reach)
        options = {"linestyle": "-" if len(drawn) > 1 else "none", "capsize": 1.5, "elinewidth": 0.7}
        axes.errorbar(
            drawn[x],
            drawn["mean"],
            yerr=[np.maximum(below, 0.0), error] if error.any() else None,
            color=colour,
            marker=marker,
            label=label,
            **{**options, **style_of_line},
        )
    known = rows.dropna(subset=["theory"]).sort_values(x)
    if theory and not known.empty:
        marker = "_" if len(known) == 1 else ""
        axes.plot(
            known[x],
            known["theory"],
            color=colour,
            linestyle=(0, (4, 2)),
            linewidth=0.9,
            marker=marker,
            markersize=9,
        )


@dataclass(frozen=True)
class Dot:
    """One mean in a column of named means.

    Attributes
    ----------
    label : str
    row : Series or None
        Row of a study's table; None, or one without a mean, leaves its place empty.
    colour, marker : str
    """

    label: str
    row: pd.Series[Any] | None
    colour: str
    marker: str = "o"


def dots(axes: Axes, column: Sequence[Dot], *, named: bool = True) -> None:
    """Draw means with 95 % Monte Carlo intervals one below the other, with their names at the axis."""
    for place, dot in enumerate(column):
        if dot.row is not None and np.isfinite(dot.row["mean"]):
            error = NORMAL_95 * np.nan_to_num(float(dot.row["se"]))
            axes.errorbar(
                float(dot.row["mean"]),
                place,
                xerr=error,
                color=dot.colour,
                marker=dot.marker,
                capsize=1.5,
                elinewidth=0.8,
            )
    axes.set_yticks(range(len(column)), [dot.label if named else "" for dot in column])
    axes.set_ylim(len(column) - 0.5, -0.5)
    axes.locator_params(axis="x", nbins=5)


def log_axes(axes: Axes, which: str = "xy") -> None:
    """Make axes logarithmic, with plain numbers at the ticks."""
    for name in which:
        getattr(axes, f"set_{name}scale")("log")
        axis = getattr(axes, f"{name}axis")
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.set_minor_formatter(FuncFormatter(partial(_minor_label, axis)))


def _minor_label(axis: Axis, value: float, _: int | None) -> str:
    """Label 2 and 5 times a power of ten, where the axis has hardly a power of ten to show."""
    low, high = axis.get_view_interval()
    leading = round(value / 10.0 ** np.floor(np.log10(value)))
    return f"{value:g}" if high < 20.0 * low and leading in (2, 5) else ""


def dashed_key(label: str = "closed form") -> Line2D:
    """Entry of a legend for the dashed lines."""
    return Line2D([], [], color=style.GREY, linestyle=(0, (4, 2)), linewidth=0.9, label=label)


def legend_below(figure: Figure, axes: Sequence[Axes], *extra: Line2D, columns: int = 4) -> None:
    """One legend for all panels below them, each name once."""
    entries: dict[str, Any] = {}
    for panel in axes:
        for handle, label in zip(*panel.get_legend_handles_labels(), strict=True):
            entries.setdefault(label, handle)
    for handle in extra:
        entries.setdefault(str(handle.get_label()), handle)
    figure.legend(
        list(entries.values()),
        list(entries),
        loc="outside lower center",
        ncols=min(columns, max(len(entries), 1)),
    )


def name_axes(axes: Axes, title: str, x: str, y: str) -> None:
    """Title and axis labels; a panel without any curve says that it has none."""
    axes.set_title(title, loc="left")
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    if not axes.has_data():
        say(axes, "nothing to show\nat these settings")


def say(axes: Axes, words: str, x: float = 0.5, y: float = 0.5, **options: Any) -> None:
    """Write text into a panel, in coordinates of the panel."""
    axes.text(
        x, y, words, transform=axes.transAxes, **{"ha": "center", "va": "center", "fontsize": 6.5, **options}
    )
