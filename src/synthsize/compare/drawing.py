"""What the figures of a comparison share: how a run looks, and which cells can be compared."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from synthsize.catalogue.looks import COLOURS
from synthsize.catalogue.names import Names
from synthsize.report import style

MARKERS = ("o", "s", "D", "^", "v", "P", "X", "*")
LINE = 0.13  # inches for one point of one run, so that intervals do not meet


def looks(runs: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Colour and marker of each run, the same in every figure."""
    return {
        run: (COLOURS[place % len(COLOURS)], MARKERS[place % len(MARKERS)]) for place, run in enumerate(runs)
    }


def compared_tasks(rows: pd.DataFrame, classifier: str, names: Names) -> list[str]:
    """Tasks of which at least two runs have rows of the classifier, in the order of the page."""
    counts = rows[rows["classifier"] == classifier].groupby("task")["run"].nunique()
    return [task for task in names.tasks if counts.get(task, 0) > 1]


def handles(runs: Sequence[str], marked: Sequence[str]) -> list[Line2D]:
    """Legend entries of the runs that a figure shows."""
    look = looks(runs)
    return [
        Line2D([], [], color=look[run][0], marker=look[run][1], markersize=3.5, linewidth=0.9, label=run)
        for run in runs
        if run in marked
    ]


def draw_estimate(
    panel: Axes, value: float, y: float, limits: tuple[float, float], look: tuple[str, str]
) -> None:
    """Draw a point with its interval; limits of NaN draw none."""
    colour, marker = look
    panel.plot(limits, (y, y), color=colour, linewidth=1.0, zorder=2, gid="interval")
    panel.plot(
        [value], [y], color=colour, marker=marker, markersize=3.8, linestyle="", zorder=3, gid="estimate"
    )


def rows_from_above(panel: Axes, labels: Sequence[str]) -> None:
    """Put one labelled row per category from above, each with room for a point of every run."""
    panel.set_ylim(len(labels) - 0.5, -0.5)
    panel.set_yticks(range(len(labels)), labels)
    panel.tick_params(axis="y", length=0)
    for edge in range(1, len(labels)):
        panel.axhline(edge - 0.5, color=style.GREY, linewidth=0.3, alpha=0.5, zorder=0)


def beside(place: int, n_runs: int) -> float:
    """Where the point of a run lies within its row, which is one unit high."""
    return 0.0 if n_runs == 1 else 0.62 * (place / (n_runs - 1) - 0.5)
