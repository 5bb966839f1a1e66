"""Figure: what a larger synthetic size buys in balanced risk and what it costs in calibration."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from synthsize.catalogue.metrics import IDEAL
from synthsize.catalogue.names import Names
from synthsize.errors import InputError
from synthsize.report import style
from synthsize.report.content import Column, Table, make_table
from synthsize.report.figures.frame import frame, legend_beside
from synthsize.report.figures.number_tables import NUMBER, PLACE, TITLE
from synthsize.report.figures.panels import (
    gap_words,
    groups_in_words,
    in_groups,
    note,
    panel_grid,
    say,
    share_scales,
)
from synthsize.report.rows import in_words, select
from synthsize.report.wording import sample_in_words

ENTRY = {
    "title": "Balanced risk against calibration",
    "section": "metrics",
    "classifiers": "estimating_risk",
    "order": 80,
    "tables": ["curves", "controls"],
    "words": "Balanced risk of {classifier} against its calibration at the natural prevalence, along the "
    "synthetic-size multiplier; means over the outer splits.",
}

LineStyle = Literal["-"] | tuple[float, Sequence[float]]
RISK = "balanced_risk"
CALIBRATION = {
    "log_loss": "Log-loss at natural prevalence (nats; lower is better)",
    "calibration_intercept": "Calibration intercept (log odds; below 0: risks too high)",
}
PATH_OF_WEIGHTS = "weights"
PANEL_HEIGHT = 2.1
GROUP_HEIGHT = 1.6  # where a task has several rows of panels
LETTERS_BESIDE_LEGENDS = 36  # in a line of an axis label, where legends make the panels narrow
DASHES: tuple[LineStyle, ...] = (
    "-",
    (0, (6, 1)),
    (0, (4, 1, 1, 1)),
    (0, (1.5, 1)),
    (0, (9, 2)),
)  # of a panel's paths
KEYS = ["task", "method", "multiplier"]


@dataclass(frozen=True)
class Step:
    """One size that is marked on every path."""

    multiplier: float
    label: str
    marker: str
    shape: str
    is_open: bool = False


def draw(curves: pd.DataFrame, controls: pd.DataFrame, *, names: Names, classifier: str) -> Figure:
    """Grid of panels, a row per task and a column per measure of calibration, with a path over m per generator.

    Many generators are spread over several rows of a task, which share their scales.

    Parameters
    ----------
    curves : DataFrame
        Columns task, classifier, generator, metric, multiplier, mean, n_splits, n_train_mean and n_test_mean.
    controls : DataFrame
        Columns task, classifier, control, metric, multiplier and mean; may have no rows.
    classifier : str
        Whose results to draw; one that estimates probabilities.
    names : Names
        Of the run.

    Returns
    -------
    matplotlib.figure.Figure
        Panels whose metric the tables lack say so.

    Raises
    ------
    InputError
        If the table of curves has no row of this classifier.
    """
    paths = risk_and_calibration(curves, "generator", classifier)
    marks = risk_and_calibration(controls, "control", classifier)
    if paths.empty:
        raise InputError(
            f"the table of curves has no row of {classifier!r}; check experiment.classifiers, or delete the table so "
            "that it is made again"
        )
    groups = in_groups(names.generator_order(paths["method"]))
    steps = _steps(paths["multiplier"])
    with mpl.rc_context(style.RC):
        figure, panels = panel_grid(
            [label for label in names.tasks.values() for _ in groups],
            ["" for _ in CALIBRATION],
            height=PANEL_HEIGHT if len(groups) == 1 else GROUP_HEIGHT,
            sharex=False,
        )
        for i, task in enumerate(names.tasks):
            rows = panels[i * len(groups) : (i + 1) * len(groups)]
            path, mark = (select(table, {"task": task}) for table in (paths, marks))
            share_scales(rows)
            for row, group in zip(rows, groups, strict=True):
                _draw_row(row, path[path["method"].isin(group)], mark, names, group, steps)
        for panel, words in zip(panels[-1], CALIBRATION.values(), strict=True):
            panel.set_xlabel(words if len(groups) == 1 else textwrap.fill(words, LETTERS_BESIDE_LEGENDS))
        handles = [_paths(names, group) for group in groups]
        common = _handles(names, steps, set(marks["method"]))
        if len(groups) > 1:
            for row, own in zip(panels, handles * len(names.tasks), strict=True):
                legend_beside(row[-1], own)
        else:
            common = [*handles[0], *common]
        frame(figure, y=names.metric_with_unit(RISK, classifier), handles=common, columns=3)
    return figure


def caption(curves: pd.DataFrame, controls: pd.DataFrame, *, names: Names, classifier: str) -> str:
    """Sentences that explain the figure to its reader."""
    shown = curves[curves["classifier"] == classifier]
    known = [metric for metric in CALIBRATION if shown.loc[shown["metric"] == metric, "mean"].notna().any()]
    if not known:
        return (
            f"Balanced risk of {names.in_sentence(classifier)} against its calibration: no result, because the "
            "tables of this run hold no measure of calibration."
        )
    run = set(controls.loc[controls["classifier"] == classifier, "control"])
    beside = ", ".join(names.control(name).lower() for name in names.marked_controls if name in run)
    steps = ", ".join(f"{step.label} ({step.shape})" for step in _steps(shown["multiplier"]))
    return (
        f"Balanced risk of {names.in_sentence(classifier)} on test rows (lower is better) against calibration at "
        "the natural prevalence: log-loss (left; lower is better) and calibration intercept (right; 0 is ideal, "
        f"below 0 risks are estimated too high). Each path follows one generator over the sizes, marked at {steps}"
        + (f"; beside them: {beside}" if beside else "")
        + f". Means over {sample_in_words(shown)}, without intervals: those of single levels mostly "
        "show how splits differ from each other. Where a path ends beside weights or a shifted prior, what it costs in "
        "calibration is due to rebalancing and not to the generator."
        + groups_in_words(names.generator_order(shown["generator"]))
    )


def numbers(curves: pd.DataFrame, controls: pd.DataFrame, *, names: Names, classifier: str) -> Table:
    """Tabulate risk and calibration: a row per task, generator or control, and multiplier."""
    without_risk = [name for name, entry in names.controls.items() if not entry.estimates_risk]
    parts = [
        risk_and_calibration(curves, "generator", classifier),
        risk_and_calibration(controls[~controls["control"].isin(without_risk)], "control", classifier),
    ]
    rows = pd.concat(parts, ignore_index=True)
    metrics = [RISK, *CALIBRATION]
    return make_table(
        in_words(rows, task=names.tasks, method={**names.generator_labels, **names.control_labels}),
        name=f"numbers_pareto_{classifier}",
        title=TITLE,
        text="Means over the splits. A dash: a split lacks the value, or a control has no size.",
        columns={
            **PLACE,
            "method": Column("Generator or control"),
            **{metric: Column(names.metric_with_unit(metric, classifier), NUMBER) for metric in metrics},
        },
    )


def _steps(multipliers: pd.Series[float]) -> list[Step]:
    """Sizes on the grid that are marked on every path."""
    grid, last = set(multipliers), float(multipliers.max())
    steps = [
        Step(0.0, "m = 0, the raw data", "o", "open circle", is_open=True),
        Step(1.0, "m = 1, classes balanced", "o", "filled circle"),
        Step(last, f"m = {last:g}, end of the grid", "^", "triangle"),
    ]
    return [step for step in steps[:2] if step.multiplier in grid] + steps[2:] * (last not in (0.0, 1.0))


def risk_and_calibration(table: pd.DataFrame, method: str, classifier: str) -> pd.DataFrame:
    """Set balanced risk and the measures of calibration side by side.

    Parameters
    ----------
    table : DataFrame
        Columns task, classifier, metric, multiplier, mean and the one that `method` names.
    method : str
        Column of the generator or control.
    classifier : str
        Whose results to take.

    Returns
    -------
    DataFrame
        Columns task, method, multiplier, `RISK` and those of `CALIBRATION`, NaN where a metric is absent; one row per
        task, method and multiplier.
    """
    rows = table[table["classifier"] == classifier].rename(columns={method: "method"})
    rows = rows.drop_duplicates([*KEYS, "metric"])  # one per interval, with the same mean
    # pivot_table would drop the controls without a multiplier.
    wide = rows.pivot(index=KEYS, columns="metric", values="mean").reset_index()  # noqa: PD010
    return wide.reindex(columns=[*KEYS, RISK, *CALIBRATION]).sort_values(KEYS, kind="stable")


def _draw_row(
    row: Sequence[Axes],
    paths: pd.DataFrame,
    marks: pd.DataFrame,
    names: Names,
    generators: Sequence[str],
    steps: Sequence[Step],
) -> None:
    """Draw a group of generators."""
    for panel, metric in zip(row, CALIBRATION, strict=True):
        _draw_panel(panel, paths, marks, metric, names, generators, steps)
    if not any(panel.lines for panel in row):
        row[0].set_yticks([])


def _draw_panel(
    panel: Axes,
    paths: pd.DataFrame,
    marks: pd.DataFrame,
    metric: str,
    names: Names,
    generators: Sequence[str],
    steps: Sequence[Step],
) -> None:
    panel.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    panel.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    paths = paths.assign(**{metric: paths[metric].where(paths[RISK].notna())})
    if paths[metric].isna().all():
        say(panel)
        panel.set_xticks([])
        return
    if metric in IDEAL:
        panel.axvline(IDEAL[metric], color=style.GREY, linewidth=0.5, zorder=0)
    _draw_controls(panel, marks, metric, names)
    for generator, dashes in zip(generators, DASHES, strict=False):
        _draw_path(panel, paths[paths["method"] == generator], metric, generator, dashes, names, steps)
    gaps = [
        _gap(paths.loc[paths["method"] == generator, metric], names.generator(generator))
        for generator in generators
    ]
    note(panel, gaps, side="left" if metric in IDEAL else "right")  # where no path begins


def _gap(values: pd.Series[float], label: str) -> str:
    """Return what the path of a generator lacks; empty if nothing."""
    words = "no result" if values.isna().all() else gap_words(values)
    return words and f"{label}: {words}"


def _draw_controls(panel: Axes, marks: pd.DataFrame, metric: str, names: Names) -> None:
    weights = marks[marks["method"] == PATH_OF_WEIGHTS]
    panel.plot(
        weights[metric], weights[RISK], color=style.BLACK, linestyle="--", linewidth=0.8, gid="weights"
    )
    for control, marker in names.marked_controls.items():
        point = marks[marks["method"] == control]
        panel.plot(point[metric], point[RISK], **style.control_mark(marker), zorder=4, gid=control)


def _draw_path(
    panel: Axes,
    path: pd.DataFrame,
    metric: str,
    generator: str,
    dashes: LineStyle,
    names: Names,
    steps: Sequence[Step],
) -> None:
    colour = names.colour(generator)
    panel.plot(path[metric], path[RISK], color=colour, linestyle=dashes, linewidth=1.0, gid=generator)
    for step in steps:
        if step.multiplier == 0.0 and not names.raw_at_zero(generator):
            continue
        point = path[path["multiplier"] == step.multiplier]
        panel.plot(
            point[metric],
            point[RISK],
            marker=step.marker,
            markersize=4.5,
            markerfacecolor="white" if step.is_open else colour,
            markeredgecolor=style.BLACK if step.is_open else colour,
            linestyle="",
            zorder=3,
        )


def _paths(names: Names, generators: Sequence[str]) -> list[Line2D]:
    return [
        Line2D([], [], color=names.colour(name), linestyle=dashes, linewidth=1.0, label=names.generator(name))
        for name, dashes in zip(generators, DASHES, strict=False)
    ]


def _handles(names: Names, steps: Sequence[Step], controls: set[str]) -> list[Line2D]:
    marks = [_mark(step.marker, "white" if step.is_open else style.GREY, step.label) for step in steps]
    if PATH_OF_WEIGHTS in controls:
        label = "minority weights, same m"
        marks.append(Line2D([], [], color=style.BLACK, linestyle="--", linewidth=0.8, label=label))
    beside = [
        Line2D([], [], **style.control_mark(marker), label=names.control(name).lower())
        for name, marker in names.marked_controls.items()
        if name in controls
    ]
    return [*marks, *beside]


def _mark(marker: str, face: str, label: str) -> Line2D:
    edge = style.BLACK if face == "white" else face
    return Line2D(
        [],
        [],
        marker=marker,
        markersize=4.5,
        markerfacecolor=face,
        markeredgecolor=edge,
        linestyle="",
        label=label,
    )
