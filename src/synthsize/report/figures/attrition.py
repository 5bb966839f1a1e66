"""Figure: who is left after each step from the raw extract to the analysis tables (a flow diagram)."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from synthsize.report import style
from synthsize.report.hidden import Hidden
from synthsize.report.suppression import JOINT, suppress_attrition

ENTRY = {
    "title": "Flow of admissions",
    "section": "cohort",
    "category": "Cohort",
    "order": 90,
    "tables": ["attrition"],
    "params": ["suppress_below"],
    "lacks": "tasks",
    "words": "Admissions and patients left after each step from the raw extract to the analysis tables.",
}

PART = "of these "  # prefix of the table's rows that are parts of the analysis tables
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
        Text beside the arrow that leads to it; empty if no patient was removed.
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


def draw(attrition: pd.DataFrame, *, suppress_below: int) -> Figure:
    """Boxes from the first step down to the analysis tables, and the parts of these.

    Parameters
    ----------
    attrition : DataFrame
        Columns step, admissions, patients and removed; rows whose `removed` is missing are parts of the last step.
    suppress_below : int
        Smallest count that may be shown; see `suppression.suppress_attrition`.

    Returns
    -------
    matplotlib.figure.Figure
        Steps that remove no patient, or too few to show, share a box with their neighbours.
    """
    boxes = list(_boxes(suppress_attrition(attrition, suppress_below)))
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


def caption(attrition: pd.DataFrame, *, suppress_below: int) -> str:
    """Sentences that explain the figure to its reader."""
    shown = suppress_attrition(attrition, suppress_below)
    steps = shown.dropna(subset=["removed"])
    start_is_hidden = isinstance(steps["removed"].iloc[0], Hidden)
    start = "of a size that is not shown" if start_is_hidden else _people(steps.iloc[0])
    hidden = (
        f" Counts from 1 to {suppress_below - 1} are not shown, and steps that remove so few admissions or patients "
        "share a box with their neighbours; where the positives of two tasks differ by so few, the smaller count is "
        "hidden."
    )
    return (
        f"From the raw extract ({start}) to the analysis tables ({_people(steps.iloc[-1])}), and what these hold."
        + (hidden if suppress_below > 1 else "")
    )


def _boxes(attrition: pd.DataFrame) -> Iterator[Box]:
    steps, parts = attrition[attrition["removed"].notna()], attrition[attrition["removed"].isna()]
    for group in _groups(list(steps["removed"])):
        names = [name for step in steps["step"].iloc[group] for name in step.split(JOINT)]
        yield Box(_lines(names, steps.iloc[group[-1]]), _removed(steps["removed"].iloc[group[0]]))
    for _, part in parts.iterrows():
        yield Box(_lines([str(part["step"]).removeprefix(PART)], part), part=True)


def _groups(removed: list[int | Hidden]) -> list[list[int]]:
    """Positions of the steps of each box: those between the ends that remove no patient join the one before them."""
    groups: list[list[int]] = []
    for position, count in enumerate(removed):
        if count == 0 and 1 < position < len(removed) - 1:
            groups[-1].append(position)
        else:
            groups.append([position])
    return groups


def _lines(steps: list[str], row: pd.Series) -> tuple[str, ...]:
    words = [line for step in steps for line in textwrap.wrap(step[:1].upper() + step[1:], LETTERS)]
    return (*words, _count(row))


def _count(row: pd.Series) -> str:
    if isinstance(row["admissions"], Hidden):
        return f"{row['admissions'].words} admissions"
    return f"n = {row['admissions']:,} ({_said(row['patients'])} patients)"


def _people(row: pd.Series) -> str:
    return f"{_said(row['admissions'])} admissions of {_said(row['patients'])} patients"


def _removed(count: int | Hidden) -> str:
    return f"{_said(count)} removed" if count else ""


def _said(count: int | Hidden) -> str:
    return count.words if isinstance(count, Hidden) else f"{count:,}"


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
