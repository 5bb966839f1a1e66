"""Figure: the validation criterion against the synthetic size, tasks by generators, with the size VTSS chose."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from synthsize.errors import InputError
from synthsize.report import style
from synthsize.report.panels import panel_grid, say, select, splits_in_words
from synthsize.report.save import save_figure

CRITERIA = ("balanced_loss", "balanced_accuracy")  # the first that was run is drawn
ZOOM_FROM = 0.5  # the curve falls steeply below; panels show its part from here on in full
FEWEST_IN_ZOOM = 2  # with no more multipliers than these, panels show all
MARGIN = 0.08  # of the range shown
FEW_POINTS = 12  # up to here every multiplier gets a marker


def plot_validation(
    validation: pd.DataFrame, *, classifier: str, task_labels: Mapping[str, str], output: list[Path]
) -> None:
    """Draw the validation curves and save them under every path of `output`; see `draw_validation`."""
    save_figure(draw_validation(validation, classifier=classifier, task_labels=task_labels), output)


def draw_validation(validation: pd.DataFrame, *, classifier: str, task_labels: Mapping[str, str]) -> Figure:
    """Grid of validation curves, a row per task and a column per generator.

    Parameters
    ----------
    validation : DataFrame
        Columns task, classifier, generator, criterion, multiplier, mean, low, high, chosen_median and n_splits.
    classifier : str
        Whose curves to draw.
    task_labels : mapping of str to str
        Task name to the words a reader sees, in the order of the rows.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If the table has no row of this classifier.
    """
    shown = _shown(validation, classifier)
    criterion = str(shown["criterion"].iloc[0])
    generators = style.generator_order(shown["generator"])
    with mpl.rc_context(style.RC):
        figure, panels = panel_grid(
            list(task_labels.values()), [style.display(name, style.GENERATORS) for name in generators]
        )
        for row, task in zip(panels, task_labels, strict=True):
            curves = [select(shown, {"task": task, "generator": name}) for name in generators]
            _draw_row(row, [curve.sort_values("multiplier") for curve in curves], criterion)
        end = max(float(shown["multiplier"].max()), 1.0)
        panels[0, 0].set_xlim(-0.03 * end, 1.03 * end)
        figure.supxlabel("Synthetic-size multiplier m", fontsize=style.RC["font.size"])
        figure.supylabel(_axis_label(criterion, classifier), fontsize=style.RC["font.size"])
        figure.legend(handles=_handles(shown), loc="outside upper center", ncols=2)
    return figure


def validation_caption(validation: pd.DataFrame, *, classifier: str) -> str:
    """Sentences that explain the figure to its reader."""
    shown = _shown(validation, classifier)
    criterion = str(shown["criterion"].iloc[0])
    better = "higher" if criterion in style.HIGHER_IS_BETTER else "lower"
    band = (
        "band: 95% normal interval over the splits, which tells Monte Carlo error within this cohort and no more; "
        "single splits differ more in the height of their curves than in the place of the minimum"
        if shown["low"].notna().any()
        else "no interval can be given"
    )
    return (
        f"What VTSS sees: {style.display(criterion, style.CRITERIA)} of {style.in_sentence(classifier)} on validation "
        f"rows inside the training sets, against the multiplier m of the class gap; {better} is better. Line: mean "
        f"over {splits_in_words(shown['n_splits'])}; {band}. Diamond and dashed line: median of the m chosen in the "
        "single splits, which need not be where the mean is best. Test rows play no part here. A mean at m = 0 that "
        "lies outside a panel is given as a number with an arrow."
    )


def _shown(validation: pd.DataFrame, classifier: str) -> pd.DataFrame:
    rows = validation[validation["classifier"] == classifier]
    for criterion in CRITERIA:
        found = rows[rows["criterion"] == criterion]
        if len(found):
            return found
    raise InputError(
        f"the table of validation curves has no row of {classifier!r}; check experiment.classifiers and "
        "experiment.vtss.criteria, or delete the table so that it is made again"
    )


def _axis_label(criterion: str, classifier: str) -> str:
    unit = f" ({style.loss_unit(classifier)})" if criterion == "balanced_loss" else ""
    return f"Validation {style.display(criterion, style.CRITERIA)}{unit}"


def _draw_row(panels: np.ndarray, curves: list[pd.DataFrame], criterion: str) -> None:
    limits = _limits(pd.concat(curves), criterion in style.HIGHER_IS_BETTER)
    panels[0].set_ylim(*limits)
    panels[0].yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    for panel, curve in zip(panels, curves, strict=True):
        if curve["mean"].isna().all():
            say(panel)
            continue
        panel.axvline(1, color=style.GREY, linewidth=0.5, alpha=0.6, zorder=0)
        _draw_curve(panel, curve)
        _draw_chosen(panel, curve)
        _tell_raw(panel, curve, limits)


def _draw_curve(panel: Axes, curve: pd.DataFrame) -> None:
    colour, grid = style.CURVE_COLOUR, curve["multiplier"]
    panel.fill_between(
        grid, curve["low"], curve["high"], color=colour, alpha=style.BAND_ALPHA, linewidth=0, gid="band"
    )
    marker = "o" if curve["mean"].notna().sum() <= FEW_POINTS else None
    panel.plot(grid, curve["mean"], color=colour, marker=marker, gid="curve")


def _draw_chosen(panel: Axes, curve: pd.DataFrame) -> None:
    chosen = float(curve["chosen_median"].iloc[0])
    if np.isnan(chosen):
        return
    panel.axvline(chosen, color=style.VTSS_COLOUR, linestyle="--", linewidth=0.9, gid="chosen")
    known = curve.dropna(subset=["mean"])
    level = np.interp(chosen, known["multiplier"], known["mean"])
    panel.plot(chosen, level, color=style.VTSS_COLOUR, marker="D")


def _tell_raw(panel: Axes, curve: pd.DataFrame, limits: tuple[float, float]) -> None:
    raw = curve.loc[curve["multiplier"] == 0, "mean"]
    if raw.empty or not (raw.iloc[0] < limits[0] or raw.iloc[0] > limits[1]):
        return
    above = raw.iloc[0] > limits[1]
    panel.text(
        0.98,
        0.97 if above else 0.03,
        f"m = 0: {raw.iloc[0]:.3f} {'↑' if above else '↓'}",
        transform=panel.transAxes,
        ha="right",
        va="top" if above else "bottom",
        fontsize=style.RC["xtick.labelsize"],
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},  # lines pass behind the words
    )


def _limits(curves: pd.DataFrame, higher_is_better: bool) -> tuple[float, float]:
    """Range of the curves and bands from `ZOOM_FROM` on and of the best point, with room for the words about m = 0."""
    known = curves.dropna(subset=["mean"])
    if known.empty:
        return 0.0, 1.0
    around = known[known["multiplier"] >= ZOOM_FROM]
    best = known.sort_values("mean", ascending=not higher_is_better).head(1)
    zoomed = around["multiplier"].nunique() > FEWEST_IN_ZOOM
    near = pd.concat([around if zoomed else known, best])
    low = float(np.nanmin(near[["low", "mean"]]))
    high = float(np.nanmax(near[["high", "mean"]]))
    span = max(high - low, 1e-3)
    raw = known.loc[known["multiplier"] == 0, "mean"]
    room = 0.15 * span
    return (
        low - MARGIN * span - room * bool((raw < low).any()),
        high + MARGIN * span + room * bool((raw > high).any()),
    )


def _handles(shown: pd.DataFrame) -> list[Line2D | Patch]:
    mean = Line2D([], [], color=style.CURVE_COLOUR, label=f"mean over {splits_in_words(shown['n_splits'])}")
    chosen = Line2D(
        [], [], color=style.VTSS_COLOUR, linestyle="--", marker="D", label="median of the chosen m (VTSS)"
    )
    balanced = Line2D([], [], color=style.GREY, linewidth=0.5, label="classes balanced (m = 1)")
    if shown["low"].isna().all():
        return [mean, chosen, balanced]
    words = f"95% interval ({style.INTERVALS['normal']})"
    band = Patch(facecolor=style.CURVE_COLOUR, alpha=style.BAND_ALPHA, label=words)
    return [mean, band, chosen, balanced]
