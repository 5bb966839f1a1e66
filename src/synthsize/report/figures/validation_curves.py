"""Figure: the validation criterion against the synthetic size, tasks by generators, with the size VTSS chose."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from synthsize.catalogue.metrics import LOWER_IS_BETTER
from synthsize.catalogue.names import Names
from synthsize.errors import InputError
from synthsize.report import style
from synthsize.report.content import Table
from synthsize.report.figures.curve_ranges import ZOOM_FROM, readable_limits
from synthsize.report.figures.frame import frame
from synthsize.report.figures.number_tables import by_generator
from synthsize.report.figures.panels import gap_words, note, panel_grid, raw_words, say
from synthsize.report.rows import of_first_criterion, select
from synthsize.report.wording import interval_words, sample_in_words, splits_in_words

ENTRY = {
    "title": "Validation curves",
    "section": "choices",
    "classifiers": "all",
    "order": 50,
    "tables": ["validation"],
    "params": ["interval"],
    "words": "Validation criterion of {classifier} inside the training sets against the synthetic-size multiplier, "
    "mean over the outer splits with a 95 % interval; dashed: median of the chosen sizes.",
}

FEWEST_IN_ZOOM = 2  # with no more multipliers than these around balance, panels show all
LEAST_SPAN = 0.01  # of the level shown; the place of a shallow minimum is to be seen
FEW_POINTS = 12  # up to here every multiplier gets a marker


MEANING = {
    "normal": ", which shows Monte Carlo error within this cohort only",
    "nadeau_bengio": ", which allows for the overlap of the splits; it is wide, as two splits validate on mostly "
    "the same rows",
}


def draw(validation: pd.DataFrame, *, names: Names, classifier: str, interval: str) -> Figure:
    """Grid of validation curves, a row per task and a column per generator.

    Parameters
    ----------
    validation : DataFrame
        Columns task, classifier, generator, criterion, multiplier, mean, low, high, interval, chosen_median, n_splits,
        n_train_mean and n_test_mean.
    classifier : str
        Whose curves to draw.
    names : Names
        Of the run.
    interval : str
        Which interval the bands show.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If the table has no row of this classifier and interval.
    """
    shown = _shown(validation, classifier, interval)
    criterion = str(shown["criterion"].iloc[0])
    generators = names.generator_order(shown["generator"])
    with mpl.rc_context(style.RC):
        figure, panels = panel_grid(
            list(names.tasks.values()), [names.generator(name) for name in generators]
        )
        for row, task in zip(panels, names.tasks, strict=True):
            curves = [select(shown, {"task": task, "generator": name}) for name in generators]
            _draw_row(row, [curve.sort_values("multiplier") for curve in curves], criterion)
        end = max(float(shown["multiplier"].max()), 1.0)
        panels[0, 0].set_xlim(-0.03 * end, 1.03 * end)
        frame(
            figure,
            x="Synthetic-size multiplier m",
            y=_axis_label(criterion, classifier, names),
            handles=_handles(shown, interval),
            columns=2,
        )
    return figure


def caption(validation: pd.DataFrame, *, names: Names, classifier: str, interval: str) -> str:
    """Sentences that explain the figure to its reader."""
    shown = _shown(validation, classifier, interval)
    criterion = str(shown["criterion"].iloc[0])
    better = "lower" if criterion in LOWER_IS_BETTER else "higher"
    band = (
        f"band: {style.interval_label(interval)} at each m by itself"
        f"{MEANING.get(interval, '')}; single splits "
        "differ more in the height of their curves than in the place of the minimum"
        if shown["low"].notna().any()
        else "no interval can be given"
    )
    return (
        f"What VTSS sees: {style.display(criterion, style.CRITERIA)} of {names.in_sentence(classifier)} on "
        f"validation rows inside the training sets, against the multiplier m of the class gap; {better} is "
        f"better. Line: mean over {sample_in_words(shown)}; {band}. Diamond and dashed line: median of the m "
        "chosen in the single splits, which need not be where the mean is best. Test rows play no part here. A "
        "mean at m = 0 that lies outside a panel is given as a number with an arrow; bands may leave their panels. "
        "Where the line is flat, the exact size matters little."
    )


def numbers(validation: pd.DataFrame, *, names: Names, classifier: str, interval: str) -> Table:
    """Tabulate the curves: a row per task and multiplier, a column per generator."""
    shown = _shown(validation, classifier, interval)
    criterion = style.display(str(shown["criterion"].iloc[0]), style.CRITERIA)
    return by_generator(
        shown,
        names,
        name=f"numbers_validation_{classifier}",
        text=f"Validation {criterion}, mean over the splits ({style.interval_label(interval)}).",
    )


def _shown(validation: pd.DataFrame, classifier: str, interval: str) -> pd.DataFrame:
    rows = select(validation, {"classifier": classifier, "interval": interval})
    found = of_first_criterion(rows)
    if len(found):
        return found
    raise InputError(
        f"the table of validation curves has no row of {classifier!r} with interval {interval!r}; check "
        "experiment.classifiers and experiment.vtss.criteria, or delete the table so that it is made again"
    )


def _axis_label(criterion: str, classifier: str, names: Names) -> str:
    quantity = f"Validation {style.display(criterion, style.CRITERIA)}"
    return names.with_unit(quantity, classifier) if criterion == "balanced_loss" else quantity


def _draw_row(panels: np.ndarray, curves: list[pd.DataFrame], criterion: str) -> None:
    limits = _limits(pd.concat(curves), criterion in LOWER_IS_BETTER)
    panels[0].set_ylim(*limits)
    panels[0].yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    for panel, curve in zip(panels, curves, strict=True):
        if curve["mean"].isna().all():
            say(panel)
            continue
        panel.axvline(1, color=style.GREY, linewidth=0.5, alpha=0.6, zorder=0)
        _draw_curve(panel, curve)
        _draw_chosen(panel, curve)
        raw = curve.loc[curve["multiplier"] == 0, "mean"]
        note(panel, [*(raw_words(level, limits) for level in raw), gap_words(curve["mean"])])


def _draw_curve(panel: Axes, curve: pd.DataFrame) -> None:
    colour, grid = style.CURVE_COLOUR, curve["multiplier"]
    panel.fill_between(
        grid, curve["low"], curve["high"], color=colour, alpha=style.BAND_ALPHA, linewidth=0, gid="band"
    )
    # A point between two gaps would not be seen without a marker.
    marked = len(curve) <= FEW_POINTS or curve["mean"].isna().any()
    panel.plot(grid, curve["mean"], color=colour, marker="o" if marked else None, gid="curve")


def _draw_chosen(panel: Axes, curve: pd.DataFrame) -> None:
    chosen = float(curve["chosen_median"].iloc[0])
    if np.isnan(chosen):
        return
    panel.axvline(chosen, color=style.VTSS_COLOUR, linestyle="--", linewidth=0.9, gid="chosen")
    known = curve.dropna(subset=["mean"])
    level = np.interp(chosen, known["multiplier"], known["mean"])
    panel.plot(chosen, level, color=style.VTSS_COLOUR, marker="D")


def _limits(curves: pd.DataFrame, lower_is_better: bool) -> tuple[float, float]:
    """Range of the curves from `ZOOM_FROM` on and of the best point, with room for the words about m = 0."""
    known = curves.dropna(subset=["mean"])
    around = known[known["multiplier"] >= ZOOM_FROM]
    best = known.sort_values("mean", ascending=lower_is_better).head(1)
    zoomed = around["multiplier"].nunique() > FEWEST_IN_ZOOM
    low, high = readable_limits([around if zoomed else known, best], LEAST_SPAN)
    raw = known.loc[known["multiplier"] == 0, "mean"]
    room = 0.15 * (high - low)
    return low - room * bool((raw < low).any()), high + room * bool((raw > high).any())


def _handles(shown: pd.DataFrame, interval: str) -> list[Line2D | Patch]:
    has_band = shown["low"].notna().any()
    words = f"mean over {splits_in_words(shown['n_splits'])}" + ("" if has_band else ", no interval")
    mean = Line2D([], [], color=style.CURVE_COLOUR, label=words)
    band = Patch(facecolor=style.CURVE_COLOUR, alpha=style.BAND_ALPHA, label=interval_words(interval))
    chosen = Line2D(
        [], [], color=style.VTSS_COLOUR, linestyle="--", marker="D", label="median of the chosen m (VTSS)"
    )
    balanced = Line2D([], [], color=style.GREY, linewidth=0.5, label="classes balanced (m = 1)")
    return [mean, *[band] * bool(has_band), chosen, balanced]
