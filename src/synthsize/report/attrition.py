"""Figure: who is left after each step from the raw extract to the analysis tables (a flow diagram)."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from synthsize.report import style
from synthsize.report.save import save_figure

FEWEST = 10  # smaller counts could point at single persons
PART = "of these "  # how the table begins a part of the analysis tables
# Inches.
BOX_WIDTH, BESIDE, INDENT = 2.3, 2.42, 0.3
LINE, PAD, GAP = 0.135, 0.07, 0.17
LETTERS = 42  # in a line of a box
FONT_SIZE = 7.0


@dataclass(frozen=True)
class Box:
    """One box of the diagram.

    Attributes
    ----------
    words : tuple of str
        Its lines; the last gives the count.
    removed : str
        What stands beside the arrow that leads to it; empty if nobody was removed.
    part : bool
        Whether it is a part of the box above the parts rather than a step.
    """

    words: tuple[str, ...]
    removed: str = ""
    part: bool = False

    @property
    def height(self) -> float:
        """Inches."""
        return LINE * len(self.words) + 2 * PAD


def plot_attrition(attrition: pd.DataFrame, *, output: list[Path]) -> None:
    """Draw the flow diagram and save it under every path of `output`; see `draw_attrition`."""
    save_figure(draw_attrition(attrition), output)


def draw_attrition(attrition: pd.DataFrame) -> Figure:
    """Boxes from the first step down to the analysis tables, and the parts of these.

    Parameters
    ----------
    attrition : DataFrame
        Columns step, admissions, patients and removed; rows whose `removed` is missing are parts of the last step.

    Returns
    -------
    matplotlib.figure.Figure
        Steps that remove fewer than `FEWEST` admissions share a box with the next, and smaller parts have no count.
    """
    boxes = list(_boxes(attrition))
    height = sum(box.height for box in boxes) + GAP * (len(boxes) - 1) + 2 * PAD
    with mpl.rc_context(style.RC):
        figure = Figure(figsize=(style.COLUMN_WIDTH, height))
        FigureCanvasAgg(figure)
        panel = figure.add_axes((0, 0, 1, 1))
        panel.set_xlim(-PAD, style.COLUMN_WIDTH - PAD)
        panel.set_ylim(-height + PAD, PAD)  # downwards from 0
        panel.axis("off")
        _draw(panel, boxes)
    return figure


def attrition_caption(attrition: pd.DataFrame) -> str:
    """Sentences that explain the figure to its reader."""
    steps = attrition.dropna(subset=["removed"])
    first, last = steps.iloc[0], steps.iloc[-1]
    return (
        f"From the raw extract ({first['admissions']:,} admissions of {first['patients']:,} patients) to the analysis "
        f"tables ({last['admissions']:,} of {last['patients']:,}), and what these hold. Steps that remove fewer than "
        f"{FEWEST} admissions stand in one box with the next, and parts of fewer than {FEWEST} are given without their "
        "count."
    )


def _boxes(attrition: pd.DataFrame) -> Iterator[Box]:
    steps, parts = attrition[attrition["removed"].notna()], attrition[attrition["removed"].isna()]
    first, between, last = steps.iloc[:1], steps.iloc[1:-1], steps.iloc[-1:]
    for group in [first, *_groups(between), last]:
        yield Box(_lines(list(group["step"]), group.iloc[-1]), _removed(int(group["removed"].sum())))
    for _, part in parts.iterrows():
        yield Box(_lines([str(part["step"]).removeprefix(PART)], part), part=True)


def _groups(steps: pd.DataFrame) -> list[pd.DataFrame]:
    """Gather steps until at least `FEWEST` admissions are removed; what is left over joins the last group."""
    groups: list[list[int]] = [[]]
    removed = 0
    for position, step_removed in enumerate(steps["removed"]):
        groups[-1].append(position)
        removed += int(step_removed)
        if removed >= FEWEST:
            groups.append([])
            removed = 0
    *closed, rest = groups
    if closed:
        closed[-1] += rest
    elif rest:
        closed = [rest]
    return [steps.iloc[group] for group in closed]


def _lines(steps: list[str], row: pd.Series) -> tuple[str, ...]:
    words = [line for step in steps for line in textwrap.wrap(step[:1].upper() + step[1:], LETTERS)]
    return (*words, _count(row))


def _count(row: pd.Series) -> str:
    if 0 < row["admissions"] < FEWEST:
        return f"fewer than {FEWEST} admissions"
    return f"n = {row['admissions']:,} ({row['patients']:,} patients)"


def _removed(count: int) -> str:
    if count == 0:
        return ""
    return f"fewer than {FEWEST} removed" if count < FEWEST else f"{count:,} removed"


def _draw(panel: Axes, boxes: list[Box]) -> None:
    top, trunk = 0.0, 0.0
    for i, box in enumerate(boxes):
        left = INDENT if box.part else 0.0
        _draw_box(panel, box, left, top)
        if box.part:
            middle = top - box.height / 2
            panel.plot(
                [INDENT / 2, INDENT / 2, INDENT], [trunk, middle, middle], color=style.GREY, linewidth=0.8
            )
        else:
            if i:
                _draw_step(panel, box, top)
            trunk = top - box.height
        top -= box.height + GAP


def _draw_box(panel: Axes, box: Box, left: float, top: float) -> None:
    panel.add_patch(
        FancyBboxPatch(
            (left, top - box.height),
            BOX_WIDTH,
            box.height,
            boxstyle="round,pad=0,rounding_size=0.04",
            facecolor="white" if box.part else "#EAF2F8",
            edgecolor=style.GREY if box.part else style.BLUE,
            linewidth=0.8,
        )
    )
    for i, line in enumerate(box.words):
        panel.text(
            left + PAD,
            top - PAD - LINE * (i + 0.5),
            line,
            va="center",
            fontsize=FONT_SIZE,
            weight="bold" if i == len(box.words) - 1 else "normal",
        )


def _draw_step(panel: Axes, box: Box, top: float) -> None:
    """Draw the arrow from the box above, and what was removed on the way."""
    x = BOX_WIDTH / 2
    arrow = {"arrowstyle": "-|>", "color": style.BLUE, "linewidth": 0.9, "shrinkA": 0, "shrinkB": 0}
    panel.annotate("", (x, top), (x, top + GAP), arrowprops=arrow)
    if not box.removed:
        return
    arrow = {**arrow, "color": style.GREY}
    panel.annotate("", (BESIDE, top + GAP / 2), (x, top + GAP / 2), arrowprops=arrow)
    panel.text(
        BESIDE + 0.04,
        top + GAP / 2,
        textwrap.fill(box.removed, 16),
        va="center",
        fontsize=FONT_SIZE,
        gid="removed",
    )
