"""The frame that figures of several panels share: its size, its missing cells and how it counts splits."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
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


def panel_grid(
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    height: float = style.PANEL_HEIGHT,
    width: float = style.PAGE_WIDTH,
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
        Of the figure, inches.
    sharex, sharey : bool or {"row", "col"}
        Which panels share an axis.

    Returns
    -------
    figure : Figure
    panels : ndarray of Axes of shape (len(rows), len(columns))
    """
    figure = Figure(figsize=(width, height * len(rows) + 0.85), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(len(rows), len(columns), sharex=sharex, sharey=sharey, squeeze=False)
    for panel, title in zip(panels[0], columns, strict=True):
        panel.set_title(title)
    for panel, label in zip(panels[:, 0], rows, strict=True):
        panel.set_ylabel(textwrap.fill(label, LABEL_WIDTH))
    figure.align_ylabels(panels[:, 0])
    return figure, panels


def say(panel: Axes, words: str = "no result") -> None:
    """Put words into the middle of a panel that has nothing to show."""
    panel.text(0.5, 0.5, words, transform=panel.transAxes, ha="center", va="center", color=style.GREY)


def select(frame: pd.DataFrame, wanted: Mapping[str, object]) -> pd.DataFrame:
    """Rows in which every named column holds the wanted value."""
    keep = np.ones(len(frame), dtype=bool)
    for column, value in wanted.items():
        keep &= (frame[column] == value).to_numpy()
    return frame[keep]


def splits_in_words(counts: Iterable[float]) -> str:
    """Say how many splits stand behind a figure; a range where cells differ."""
    known = sorted({int(count) for count in counts if not pd.isna(count)})
    if not known:
        return "no split"
    if known == [1]:
        return "1 split"
    return f"{known[0]} splits" if len(known) == 1 else f"{known[0]} to {known[-1]} splits"
