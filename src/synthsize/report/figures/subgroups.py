"""Figure: sensitivity, specificity and calibration of subgroups, before and after rebalancing."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from synthsize.catalogue.names import Names
from synthsize.errors import InputError
from synthsize.report import style
from synthsize.report.figures.frame import frame
from synthsize.report.figures.panels import panel_grid, say
from synthsize.report.rows import select
from synthsize.report.subgroup_suppression import hide_estimates
from synthsize.report.tables.subgroups import DIMENSIONS, SUBJECTS, group_order, group_words

ENTRY = {
    "title": "Decisions by subgroup",
    "section": "subgroups",
    "classifiers": "all",
    "order": 77,
    "tables": ["subgroups"],
    "words": "Sensitivity, specificity and observed-to-expected ratio of {classifier} by sex, age band and "
    "stratum, with "
    "and without synthetic rows.",
    "params": ["interval", "suppress_below"],
}

METRICS = {
    "sensitivity": "Sensitivity",
    "specificity": "Specificity",
    "observed_to_expected": "Observed / expected positives",
}
MARKS: dict[str, dict[str, Any]] = {
    "m=0": {"color": style.BLACK, "marker": "o", "markerfacecolor": "white"},
    "prior_shift": {"color": style.BLACK, "marker": "s", "markerfacecolor": "white"},
    "m=1": {"color": style.BLUE, "marker": "^"},
    "vtss": {"color": style.VERMILION, "marker": "o"},
    "chosen": {"color": style.GREEN, "marker": "D"},
}
ROW_HEIGHT = 0.3  # inches per group
RATIOS = (0.1, 0.2, 0.5, 1, 2, 5, 10)
DECADES = tuple(10.0**power for power in range(-6, 7, 2))
MOST_RATIO = 1000  # between the ends of an axis on which the ticks of `RATIOS` stay apart


def draw(
    subgroups: pd.DataFrame, *, names: Names, classifier: str, interval: str, suppress_below: int
) -> Figure:
    """Grid of panels, a row per task and a column per metric, with a line per group.

    Parameters
    ----------
    subgroups : DataFrame
        Columns of `statistics.subgroups.SUBGROUP_COLUMNS`.
    names : Names
        Of the run.
    classifier : str
    interval : str
        Which interval to draw.
    suppress_below : int
        Smallest count of people that is shown, apart from 0.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If the table has no row of this classifier.
    """
    shown = _shown(subgroups, names, classifier, suppress_below)
    metrics = [name for name in METRICS if (shown["metric"] == name).any()]
    subjects = [name for name in SUBJECTS if (shown["subject"] == name).any()]
    lines = _lines(shown) or [("", "no subgroup to tell of")]
    with mpl.rc_context(style.RC):
        figure, panels = panel_grid(
            list(names.tasks.values()),
            [METRICS[name] for name in metrics],
            height=0.4 + ROW_HEIGHT * len(lines),
            sharex="col",
            sharey=True,
        )
        for row, task in zip(panels, names.tasks, strict=True):
            for panel, metric in zip(row, metrics, strict=True):
                _draw_panel(panel, select(shown, {"task": task, "metric": metric}), lines, subjects, interval)
                _scale(panel, metric)
        panels[0, 0].set_yticks(range(len(lines)), [words for _, words in lines])
        panels[0, 0].set_ylim(len(lines) - 0.5, -0.5)
        frame(figure, handles=_handles(shown, subjects, interval), columns=5)
    return figure


def caption(
    subgroups: pd.DataFrame, *, names: Names, classifier: str, interval: str, suppress_below: int
) -> str:
    """Sentences that explain the figure to its reader."""
    shown = _shown(subgroups, names, classifier, suppress_below)
    generator = names.generator(str(shown["generator"].iloc[0]))
    hidden = ""
    if shown["hidden"].any():
        hidden = f" Values that fewer than {suppress_below} people decide are not shown{_left_out(shown)}."
    joint = ""
    if (shown["subject"] == "chosen").any():
        joint = "; with the recipe that validation chose among all in each split (chosen recipe)"
    ratio = ""
    if (shown["metric"] == "observed_to_expected").any():
        ratio = (
            " Observed / expected: positives over the sum of the estimated risks, 1 if these are right on "
            "average, on a "
            "logarithmic scale."
        )
    return (
        f"Decisions of {names.in_sentence(classifier)} on test rows at an estimated risk of 1/2 (a margin of 0), by "
        f"subgroup: without synthetic rows (m = 0), with a shifted prior where risks are estimated, balanced by "
        f"{generator} (m = 1), and at the size that validation chose for it (VTSS)"
        f"{joint}. Lines: "
        f"{_interval_words(shown, interval)}.{ratio}{hidden} Compare recipes within a group: groups of another "
        "prevalence differ whatever the recipe. Other generators are in the table."
    )


def _shown(subgroups: pd.DataFrame, names: Names, classifier: str, below: int) -> pd.DataFrame:
    """Rows of the run's first generator."""
    rows = select(hide_estimates(subgroups, below), {"classifier": classifier})
    rows = rows[rows["metric"].isin(METRICS)].fillna({"group": "unknown"})
    if rows.empty:
        raise InputError(
            f"the table of subgroups has no row of {classifier!r}; check experiment.classifiers, or delete the "
            "table so "
            "that it is made again"
        )
    return select(rows, {"generator": names.generator_order(rows["generator"])[0]})


def _lines(shown: pd.DataFrame) -> list[tuple[str, str]]:
    """Dimension and words of each group that has a value to show, from the top."""
    known = shown.dropna(subset=["mean"])
    order, lines = group_order(shown), []
    for dimension in DIMENSIONS:
        own = known.loc[known["dimension"] == dimension, "group"].unique()
        words = sorted((group_words(dimension, group) for group in own), key=order.index)
        lines += [(dimension, name) for name in words]
    return lines


def _left_out(shown: pd.DataFrame) -> str:
    """Name the groups that are not shown."""
    pairs = shown[["dimension", "group"]].drop_duplicates().itertuples(index=False)
    kept = set(_lines(shown))
    lost = [words for words in ((d, group_words(d, g)) for d, g in pairs) if words not in kept]
    return f" (no value for: {', '.join(name for _, name in lost)})" if lost else ""


def _draw_panel(
    panel: Axes, rows: pd.DataFrame, lines: list[tuple[str, str]], subjects: list[str], interval: str
) -> None:
    panel.spines["left"].set_visible(False)
    panel.tick_params(axis="y", length=0)
    for i in range(1, len(lines)):
        if lines[i][0] != lines[i - 1][0]:
            panel.axhline(i - 0.5, color=style.GREY, linewidth=0.5, linestyle=":", zorder=0)
    known = rows.dropna(subset=["mean"])
    if known.empty:
        say(panel)
        return
    offsets = dict(zip(subjects, np.linspace(-0.3, 0.3, len(subjects)), strict=True))
    for dimension, group, subject, mean, low, high in zip(
        *(known[name] for name in ("dimension", "group", "subject", "mean")),
        *(known[f"{interval}_{end}"] for end in ("low", "high")),
        strict=True,
    ):
        y = lines.index((dimension, group_words(dimension, group))) + offsets[subject]
        mark = MARKS[subject]
        panel.plot([low, high], [y, y], color=mark["color"], linewidth=0.8, gid="interval")
        panel.plot(mean, y, linestyle="", markersize=3, zorder=4, gid="mean", **mark)


def _scale(panel: Axes, metric: str) -> None:
    if metric == "observed_to_expected":
        panel.set_xscale("log")
        panel.axvline(1, color=style.BLACK, linewidth=style.RC["axes.linewidth"], zorder=1)
        low, high = panel.get_xlim()
        ratios = RATIOS if high / low <= MOST_RATIO else DECADES
        panel.xaxis.set_major_locator(FixedLocator(ratios))
        panel.xaxis.set_minor_locator(NullLocator())
        panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    else:
        panel.set_xlim(-0.02, 1.02)
        panel.xaxis.set_major_locator(MaxNLocator(5))


def _interval_words(shown: pd.DataFrame, interval: str) -> str:
    return style.interval_label(interval, float(shown["level"].iloc[0]))


def _handles(shown: pd.DataFrame, subjects: list[str], interval: str) -> list[Line2D]:
    marks = [
        Line2D([], [], linestyle="", markersize=4, label=SUBJECTS[name], **MARKS[name]) for name in subjects
    ]
    if shown[f"{interval}_low"].isna().all():
        return marks
    return [*marks, Line2D([], [], color=style.GREY, linewidth=0.8, label=_interval_words(shown, interval))]
