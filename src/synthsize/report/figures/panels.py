"""What figures of several panels share: the grid, and text in a panel."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from numpy.typing import NDArray

from synthsize.report import style

Sharing = bool | Literal["none", "all", "row", "col"]
LABEL_WIDTH = 18  # letters in a line of a row's label
LETTERS_PER_INCH = 13  # of a column's title
LEAST_COLUMN = 1.25  # inches
MOST_COLUMNS, MOST_IN_LINE = 6, 5  # panels of an unbroken row, and of each line of one that is broken
TITLE_HEIGHT = 0.25  # inches, of titles that stand above further lines
AROUND = 0.85  # inches: room for the legend above and the axis labels below
MOST_CURVES = 5  # in one panel
BEHIND_WORDS = {"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.8}  # lines pass behind
UP, DOWN = "\N{UPWARDS ARROW}", "\N{DOWNWARDS ARROW}"


def panel_grid(
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    height: float | Sequence[float] = style.PANEL_HEIGHT,
    width: float | None = None,
    margin: float = 0.0,
    sharex: Sharing = True,
    sharey: Sharing = "row",
) -> tuple[Figure, NDArray[np.object_]]:
    """Make a figure of empty panels with a label left of each row and a title above each column.

    A row of more than `MOST_COLUMNS` panels is broken into lines, each with titles of its own, so that the figure
    stays as wide as a page. Call it, draw, and put words around it by `frame.frame`, within
    ``matplotlib.rc_context(style.RC)``.

    Parameters
    ----------
    rows, columns : sequence of str
        Labels and titles.
    height : float or sequence of float
        Of one panel, or of the panels of each row, inches.
    width : float
        Of the figure, inches; `page_width` if None.
    margin : float
        Share of the width that stays free at the right, for marks beside the last panels.
    sharex, sharey : bool or {"row", "col"}
        Which panels share an axis; a row is one although it takes several lines.

    Returns
    -------
    figure : Figure
    panels : ndarray of Axes of shape (len(rows), len(columns))
    """
    heights = [height] * len(rows) if isinstance(height, int | float) else list(height)
    side_by_side = panels_in_line(len(columns))
    lines = -(-len(columns) // side_by_side)
    titles = TITLE_HEIGHT * (len(rows) * lines - 1) * (lines > 1)
    figure = Figure(
        figsize=(width or page_width(len(columns)), lines * sum(heights) + titles + AROUND),
        layout=ConstrainedLayoutEngine(rect=(0, 0, 1 - margin, 1)),
    )
    FigureCanvasAgg(figure)
    places = figure.add_gridspec(
        len(rows) * lines, side_by_side, height_ratios=[one for one in heights for _ in range(lines)]
    )
    panels = np.empty((len(rows), len(columns)), dtype=object)
    for i, j in np.ndindex(panels.shape):
        panels[i, j] = figure.add_subplot(
            places[i * lines + j // side_by_side, j % side_by_side],
            sharex=_shared_with(panels, i, j, sharex),
            sharey=_shared_with(panels, i, j, sharey),
        )
    _hide_inner_ticks(panels, sharex, sharey)
    for panel, title in zip(panels.flat, [*columns] * len(rows), strict=True):
        if lines > 1 or panel.get_subplotspec().is_first_row():
            panel.set_title(fill_title(title, len(columns)))
    for row, label in zip(panels, rows, strict=True):
        for panel in row[::side_by_side]:
            panel.set_ylabel(label if "\n" in label else textwrap.fill(label, LABEL_WIDTH))
    figure.align_ylabels(list(panels[:, ::side_by_side].flat))
    return figure, panels


def panels_in_line(columns: int) -> int:
    """Count the panels that stand side by side where a row has so many: all of a few, else lines of equal length."""
    if columns <= MOST_COLUMNS:
        return columns
    lines = -(-columns // MOST_IN_LINE)
    return -(-columns // lines)


def in_groups(names: Sequence[str]) -> list[list[str]]:
    """Spread the curves of a panel over as few panels as keep them legible, in order and about as many to each."""
    groups = max(-(-len(names) // MOST_CURVES), 1)
    ends = [round(len(names) * place / groups) for place in range(groups + 1)]
    return [list(names[start:end]) for start, end in pairwise(ends)]


def groups_in_words(names: Sequence[str]) -> str:
    """Return the sentence that a task has several rows of panels; empty if `in_groups` makes one group."""
    groups = len(in_groups(names))
    return f" The generators of a task take {groups} rows of panels, on the same scales." * (groups > 1)


def share_scales(rows: NDArray[np.object_]) -> None:
    """Give the panels of every row the scales of those in the first, as far as they do not have them yet."""
    for row in rows[1:]:
        for panel, first in zip(row, rows[0], strict=True):
            if not panel.get_shared_x_axes().joined(panel, first):
                panel.sharex(first)
            if not panel.get_shared_y_axes().joined(panel, first):
                panel.sharey(first)


def _shared_with(panels: NDArray[np.object_], i: int, j: int, sharing: Sharing) -> Axes | None:
    """Return the panel whose axis that of panel i, j is; None if it is the first of its kind."""
    first = {"row": (i, 0), "col": (0, j), "all": (0, 0), True: (0, 0)}.get(sharing, (i, j))
    found: Axes | None = panels[first]  # None until it is made
    return found


def _hide_inner_ticks(panels: NDArray[np.object_], sharex: Sharing, sharey: Sharing) -> None:
    """Leave numbers to the lowest and leftmost panels of those that share an axis."""
    every: list[Axes] = panels.ravel().tolist()
    filled = {_place(panel) for panel in every}
    in_lines = panels.shape[1] > MOST_COLUMNS
    for panel in every:
        line, place = _place(panel)
        shared_below = sharex in (True, "all") or (sharex == "col" and not in_lines)
        if shared_below and (line + 1, place) in filled:
            panel.tick_params(axis="x", which="both", labelbottom=False)
            panel.xaxis.get_offset_text().set_visible(False)
        if sharey in (True, "all", "row") and place:
            panel.tick_params(axis="y", which="both", labelleft=False)
            panel.yaxis.get_offset_text().set_visible(False)


def _place(panel: Axes) -> tuple[int, int]:
    """Line and place in it."""
    spec = panel.get_subplotspec()
    assert spec is not None
    return spec.rowspan.start, spec.colspan.start


def page_width(columns: int) -> float:
    """Width of a figure with so many panels in a row, inches: that of a page, or a little more."""
    return max(style.PAGE_WIDTH, LEAST_COLUMN * panels_in_line(columns))


def fill_title(title: str, columns: int) -> str:
    """Break the title of a column into lines, so that those of so many columns do not meet."""
    return textwrap.fill(title, int(LETTERS_PER_INCH * page_width(columns) / panels_in_line(columns)))


def say(panel: Axes, words: str = "no result") -> None:
    """Write text into the middle of an empty panel."""
    panel.text(0.5, 0.5, words, transform=panel.transAxes, ha="center", va="center", color=style.GREY)


def say_in_line(panel: Axes, position: float, words: str) -> None:
    """Write text in place of the mark of a line, above what passes behind."""
    panel.text(
        *(0.5, position, words),
        transform=panel.get_yaxis_transform(),
        ha="center",
        va="center",
        color=style.GREY,
        bbox=BEHIND_WORDS,
    )


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
    """Write lines of text, empty ones left out, into an upper corner, or a lower one if a line points down."""
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
        bbox=BEHIND_WORDS,
    )
