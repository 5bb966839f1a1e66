"""The frame that figures of several panels share: its size, the words in a panel and how it counts splits."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from synthsize.report import style

Sharing = bool | Literal["none", "all", "row", "col"]
LABEL_WIDTH = 18  # letters in a line of a row's label
LETTERS_PER_INCH = 13  # of a column's title
LEAST_COLUMN = 1.25  # inches; a figure of many columns is wider than a page
UP, DOWN = "\N{UPWARDS ARROW}", "\N{DOWNWARDS ARROW}"


def panel_grid(
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    height: float = style.PANEL_HEIGHT,
    width: float | None = None,
    sharex: Sharing = True,
    sharey: Sharing = "row",
) -> tuple[Figure, NDArray[np.object_]]:
    """Make a figure of empty panels with a label left of each row and a title above each column.

    Call it, and draw, within ``matplotlib.rc_context(style.RC)``.

    Parameters
    ----------
    rows, columns : sequence of str
        Labels and titles.
    height : float
        Of one panel, inches.
    width : float
        Of the figure, inches; `page_width` if None.
    sharex, sharey : bool or {"row", "col"}
        Which panels share an axis.

    Returns
    -------
    figure : Figure
    panels : ndarray of Axes of shape (len(rows), len(columns))
    """
    figure = Figure(
        figsize=(width or page_width(len(columns)), height * len(rows) + 0.85), layout="constrained"
    )
    FigureCanvasAgg(figure)
    panels = figure.subplots(len(rows), len(columns), sharex=sharex, sharey=sharey, squeeze=False)
    for panel, title in zip(panels[0], columns, strict=True):
        panel.set_title(fill_title(title, len(columns)))
    for panel, label in zip(panels[:, 0], rows, strict=True):
        panel.set_ylabel(textwrap.fill(label, LABEL_WIDTH))
    figure.align_ylabels(panels[:, 0])
    return figure, panels


def page_width(columns: int) -> float:
    """Width of a figure with so many panels side by side, inches: that of a page, or more where they would not fit."""
    return max(style.PAGE_WIDTH, LEAST_COLUMN * columns)


def fill_title(title: str, columns: int) -> str:
    """Break the title of a column into lines, so that those of so many columns do not meet."""
    return textwrap.fill(title, int(LETTERS_PER_INCH * page_width(columns) / columns))


def say(panel: Axes, words: str = "no result") -> None:
    """Put words into the middle of a panel that has nothing to show."""
    panel.text(0.5, 0.5, words, transform=panel.transAxes, ha="center", va="center", color=style.GREY)


def arrow(level: float, limits: tuple[float, float]) -> str:
    """Point to a level that lies beyond the limits of its panel; empty if it does not, or is NaN."""
    if level > limits[1]:
        return UP
    return DOWN if level < limits[0] else ""


def raw_words(raw: float, limits: tuple[float, float], called: str = "m = 0") -> str:
    """Give the level without synthetic rows in words where its panel cannot show it; else empty."""
    direction = arrow(raw, limits)
    return f"{called}: {raw:.3f} {direction}" if direction else ""


def gap_words(means: pd.Series[float]) -> str:
    """Count the sizes of a curve that have no result; empty if all have one."""
    lost = int(means.isna().sum())
    return f"{lost} of {len(means)} sizes: no result" if lost else ""


def note(panel: Axes, words: Sequence[str], side: Literal["left", "right"] = "right") -> None:
    """Put lines of words, empty ones left out, into an upper corner, or a lower one if a line points down."""
    lines = [line for line in words if line]
    if not lines:
        return
    top = not any(line.endswith(DOWN) for line in lines)
    panel.text(
        0.98 if side == "right" else 0.02,
        0.97 if top else 0.03,
        "\n".join(lines),
        transform=panel.transAxes,
        ha=side,
        va="top" if top else "bottom",
        fontsize=style.RC["xtick.labelsize"],
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.8},  # lines pass behind
    )
