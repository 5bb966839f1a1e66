"""Figure: a metric against the synthetic size, tasks by generators, with the level VTSS reaches."""

from __future__ import annotations

import textwrap
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from synthsize.errors import InputError
from synthsize.report import style
from synthsize.report.curve_ranges import Cell, full_scale, outside, x_limits, zoom
from synthsize.report.panels import select, splits_in_words
from synthsize.report.save import save_figure

VTSS_BAND_ALPHA = 0.75 * style.BAND_ALPHA  # paler: it crosses the whole panel
FEW_POINTS = 12  # up to here every multiplier gets a marker
MARK_AT = 1.02  # where controls of one level stand, in widths of the panel


def plot_curves(
    curves: pd.DataFrame,
    vtss: pd.DataFrame,
    controls: pd.DataFrame,
    *,
    metric: str,
    classifier: str,
    task_labels: dict[str, str],
    output: list[Path],
    interval: str = "nadeau_bengio",
) -> None:
    """Draw the curves and save them under every path of `output`; see `draw_curves`."""
    figure = draw_curves(
        curves,
        vtss,
        controls,
        metric=metric,
        classifier=classifier,
        task_labels=task_labels,
        interval=interval,
    )
    save_figure(figure, output)


def draw_curves(
    curves: pd.DataFrame,
    vtss: pd.DataFrame,
    controls: pd.DataFrame,
    *,
    metric: str,
    classifier: str,
    task_labels: dict[str, str],
    interval: str,
) -> Figure:
    """Grid of panels, a row per task and a column per generator.

    The upper panels show the curves around balance, `ZOOM_FROM` and above, where sizes compete. The level
    without synthetic rows often lies far off; where it does, an arrow at the panel's edge gives its value,
    and a second block of panels shows the full scale.

    Parameters
    ----------
    curves : DataFrame
        Columns task, classifier, generator, metric, multiplier, mean, low, high, interval and n_splits.
    vtss : DataFrame
        Columns task, classifier, generator, criterion, metric, mean, low, high, interval and
        multiplier_median.
    controls : DataFrame
        Columns task, classifier, control, multiplier, metric, mean and interval; may have no rows.
    metric : str
        Which metric to draw.
    classifier : str
        Whose results to draw.
    task_labels : dict of str to str
        Task name to the words a reader sees, in the order of the rows.
    interval : str
        Which interval the bands show.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If the table has no row of this metric, classifier and interval.
    """
    wanted = {"metric": metric, "classifier": classifier, "interval": interval}
    curves, vtss, controls = (select(frame, wanted) for frame in (curves, vtss, controls))
    if curves.empty:
        raise InputError(
            f"the table of curves has no {metric!r} of {classifier!r} with interval {interval!r}; check "
            "experiment.classifiers and protocol.interval, or delete the table so that it is made again"
        )
    vtss = vtss[vtss["criterion"] == _criterion(vtss, metric)]
    generators = style.generator_order(curves["generator"])
    grid = [[_cell(curves, vtss, controls, task, name) for name in generators] for task in task_labels]
    with mpl.rc_context(style.RC):
        return _draw_grid(grid, generators, list(task_labels.values()), metric, classifier, interval)


def curve_caption(*, metric: str, classifier: str, interval: str) -> str:
    """Sentences that explain the figure to its reader."""
    better = "higher" if metric in style.HIGHER_IS_BETTER else "lower"
    return (
        f"{style.metric_label(metric, classifier)} of {_lower(classifier)} on test rows, against the amount of "
        "synthetic minority rows, as a multiple m of the class gap (m = 0 adds none, m = 1 balances the classes); "
        f"{better} is better. Solid: mean over the outer splits; dashed: the level reached "
        "when validation chooses the size in each split (VTSS), with a mark at the median size it chose; "
        f"bands: 95% intervals ({style.display(interval, style.INTERVALS)}). Upper panels show the part around "
        "balance, and curves and bands may leave them; where the level without synthetic rows (dotted) lies "
        "outside, an arrow gives its value and the lower panels show the full scale. Thin: real minority rows weighted "
        "as heavily as m would make them, without any synthetic row; marks at the right edge: class weights, and for "
        "logistic regression the raw fit with its prior shifted."
    )


def _lower(classifier: str) -> str:
    words = style.display(classifier, style.CLASSIFIERS)
    return words[0].lower() + words[1:]


def _criterion(vtss: pd.DataFrame, metric: str) -> str:
    """Accuracy figures show the choice by accuracy if it was run; all others the choice by balanced loss."""
    by_accuracy = metric == "balanced_accuracy" and (vtss["criterion"] == metric).any()
    return "balanced_accuracy" if by_accuracy else "balanced_loss"


def _cell(
    curves: pd.DataFrame, vtss: pd.DataFrame, controls: pd.DataFrame, task: str, generator: str
) -> Cell:
    place = {"task": task, "generator": generator}
    curve = select(curves, place).dropna(subset=["mean"]).sort_values("multiplier")
    chosen = select(vtss, place).dropna(subset=["mean"])
    beside = select(controls, {"task": task}).dropna(subset=["mean"])
    return Cell(curve, chosen.iloc[0] if len(chosen) else None, beside)


def _draw_grid(
    grid: list[list[Cell]],
    generators: list[str],
    tasks: list[str],
    metric: str,
    classifier: str,
    interval: str,
) -> Figure:
    zooms = [zoom(row, metric in style.HIGHER_IS_BETTER) for row in grid]
    cropped = any(outside(cell.raw, part) for row, part in zip(grid, zooms, strict=True) for cell in row)
    heights = [style.PANEL_HEIGHT] * len(tasks) + [style.STRIP_HEIGHT] * len(tasks) * cropped
    figure = Figure(figsize=(style.PAGE_WIDTH, sum(heights) + 0.85), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(
        len(heights), len(generators), sharex=True, sharey="row", squeeze=False, height_ratios=heights
    )
    for i, task in enumerate(tasks):
        _draw_row(axes[i], grid[i], zooms[i])
        axes[i, 0].set_ylabel(textwrap.fill(task, 18))
        if cropped:
            strip = axes[len(tasks) + i]
            _draw_row(strip, grid[i], full_scale(grid[i]))
            strip[0].set_ylabel(f"{textwrap.fill(task, 18)},\nfull scale")
    for panel, name in zip(axes[0], generators, strict=True):
        panel.set_title(style.display(name, style.GENERATORS))
    axes[0, 0].set_xlim(*x_limits(grid))
    figure.align_ylabels(axes[:, 0])
    figure.supxlabel("Synthetic-size multiplier m", fontsize=style.RC["font.size"])
    figure.supylabel(style.metric_label(metric, classifier), fontsize=style.RC["font.size"])
    _draw_legend(figure, grid, interval)
    return figure


def _draw_row(panels: np.ndarray, row: list[Cell], limits: tuple[float, float]) -> None:
    panels[0].set_ylim(*limits)
    panels[0].yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    for panel, cell in zip(panels, row, strict=True):
        if cell.curve.empty:
            panel.text(
                0.5, 0.5, "no result", transform=panel.transAxes, ha="center", va="center", color=style.GREY
            )
            continue
        panel.axvline(1, color=style.GREY, linewidth=0.5, alpha=0.6, zorder=0)
        _draw_controls(panel, cell, limits)
        _draw_curve(panel, cell.augmented if outside(cell.raw, limits) else cell.curve)
        _draw_raw(panel, cell.raw, limits)
        if cell.vtss is not None:
            _draw_vtss(panel, cell.vtss)


def _draw_curve(panel: Axes, curve: pd.DataFrame) -> None:
    marker = "o" if len(curve) <= FEW_POINTS else None
    panel.fill_between(
        curve["multiplier"],
        curve["low"],
        curve["high"],
        color=style.CURVE_COLOUR,
        alpha=style.BAND_ALPHA,
        linewidth=0,
    )
    panel.plot(curve["multiplier"], curve["mean"], color=style.CURVE_COLOUR, marker=marker, gid="curve")


def _draw_controls(panel: Axes, cell: Cell, limits: tuple[float, float]) -> None:
    """Thin curve of the weights, and a mark at the right edge for each control of one level."""
    weights = cell.weights
    panel.plot(
        weights["multiplier"], weights["mean"], color=style.WEIGHTS_COLOUR, linewidth=0.8, gid="weights"
    )
    edge = panel.get_yaxis_transform()
    for control, level in cell.levels.items():
        if not outside(level, limits):
            marker, colour = style.CONTROL_MARKS[control]
            panel.plot(
                MARK_AT,
                level,
                marker=marker,
                color=colour,
                markersize=4.5,
                markeredgewidth=0,
                transform=edge,
                clip_on=False,
                gid=control,
            )


def _draw_vtss(panel: Axes, chosen: pd.Series) -> None:
    if np.isfinite(chosen["low"]) and np.isfinite(chosen["high"]):
        panel.axhspan(
            chosen["low"], chosen["high"], color=style.VTSS_COLOUR, alpha=VTSS_BAND_ALPHA, linewidth=0
        )
    panel.axhline(chosen["mean"], color=style.VTSS_COLOUR, linestyle="--", gid="vtss")
    panel.plot(chosen["multiplier_median"], chosen["mean"], color=style.VTSS_COLOUR, marker="D")


def _draw_raw(panel: Axes, raw: float, limits: tuple[float, float]) -> None:
    if np.isnan(raw):
        return
    if not outside(raw, limits):
        panel.axhline(raw, color=style.RAW_COLOUR, linestyle=":", linewidth=0.9, gid="raw")
        return
    above = raw > limits[1]
    panel.text(
        0.98,
        0.97 if above else 0.03,
        f"m = 0: {raw:.3g} {'↑' if above else '↓'}",
        transform=panel.transAxes,
        ha="right",
        va="top" if above else "bottom",
        fontsize=style.RC["xtick.labelsize"],
    )


def _draw_legend(figure: Figure, grid: list[list[Cell]], interval: str) -> None:
    shown = pd.concat([cell.curve for row in grid for cell in row])
    lines = [
        Line2D([], [], color=style.CURVE_COLOUR, label=f"mean over {splits_in_words(shown['n_splits'])}"),
        Line2D(
            [],
            [],
            color=style.VTSS_COLOUR,
            linestyle="--",
            marker="D",
            label="size chosen by validation (VTSS), mark: median m",
        ),
        Line2D([], [], color=style.RAW_COLOUR, linestyle=":", label="no synthetic rows (m = 0)"),
        Line2D([], [], color=style.GREY, linewidth=0.5, label="classes balanced (m = 1)"),
    ]
    controls = _control_handles(grid)
    bands = []
    if shown["low"].notna().any():
        words = f"95% interval ({style.display(interval, style.INTERVALS)})"
        bands = [
            Patch(facecolor=style.CURVE_COLOUR, alpha=style.BAND_ALPHA, label=words),
            Patch(facecolor=style.VTSS_COLOUR, alpha=VTSS_BAND_ALPHA, label="the same for VTSS"),
        ]
    # A legend fills its columns one by one; each line stands above its own band.
    pairs = [handle for pair in zip(lines, bands, strict=False) for handle in pair]
    handles = [*pairs, *lines[len(bands) :], *controls]
    figure.legend(handles=handles, loc="outside upper center", ncols=3 if bands else 2)


def _control_handles(grid: list[list[Cell]]) -> list[Line2D]:
    """Legend entries of the controls that some panel shows."""
    shown = {control for row in grid for cell in row for control in cell.controls["control"]}
    handles = [
        Line2D(
            [], [], color=colour, marker=marker, linestyle="", label=f"{_word(control)}, no synthetic rows"
        )
        for control, (marker, colour) in style.CONTROL_MARKS.items()
        if control in shown
    ]
    if "weights" in shown:
        label = "minority weights that match m"
        handles.append(Line2D([], [], color=style.WEIGHTS_COLOUR, linewidth=0.8, label=label))
    return handles


def _word(control: str) -> str:
    return style.display(control, style.CONTROLS).lower()
