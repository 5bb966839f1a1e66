"""Figure: where the curve over the synthetic size differs from balance, with a band around all sizes at once."""

from __future__ import annotations

import textwrap
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from synthsize.catalogue.names import Names
from synthsize.errors import InputError
from synthsize.report import style
from synthsize.report.content import Column, Table, make_table
from synthsize.report.figures.curve_ranges import ZOOM_FROM, readable_limits
from synthsize.report.figures.frame import frame
from synthsize.report.figures.number_tables import NUMBER, PLACE, TITLE, limits
from synthsize.report.figures.panels import gap_words, note, panel_grid, raw_words, say
from synthsize.report.rows import in_words, select
from synthsize.report.wording import sample_in_words, splits_in_words

ENTRY = {
    "title": "Differences to m = 1 at all sizes",
    "section": "choices",
    "classifiers": "all",
    "order": 70,
    "tables": ["bands"],
    "words": "Balanced risk of {classifier} minus that at m = 1 on the same split, against the synthetic-size "
    "multiplier; dark: Nadeau-Bengio interval of each size alone, light: band over all sizes at once.",
}

REFERENCE, BALANCE = "m=1", 1.0
OFF_GRID = "m = 1 is not on the grid"
FEWEST_IN_ZOOM = 2  # with no more multipliers than these around balance, panels show all
FEW_POINTS = 12  # up to here every multiplier gets a marker
BAND_SHARE = 6.0  # the band is what the figure is about; a flat curve within it is an answer
INTERVAL_ALPHA = 0.3  # lies on the band, which shines through
ABOVE_PANEL = 1.03  # height of the marks, in panels
TITLE_PAD = 10  # points: room for the marks
SIDES = {"better": ("v", style.CURVE_COLOUR), "worse": ("^", "white")}  # marker and its face


def draw(bands: pd.DataFrame, *, names: Names, classifier: str) -> Figure:
    """Grid of differences to m = 1 against m, a row per task and a column per generator.

    Parameters
    ----------
    bands : DataFrame
        Columns task, classifier, generator, metric, reference, multiplier, mean, nadeau_bengio_low,
        nadeau_bengio_high, simultaneous_low, simultaneous_high, level, n_splits, n_train_mean and n_test_mean.
    classifier : str
        Whose differences to draw.
    names : Names
        Of the run.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If the table has no difference to m = 1 of this classifier.
    """
    shown = differences_to_balance(bands, classifier, names)
    generators = names.generator_order(shown["generator"])
    with mpl.rc_context(style.RC):
        figure, panels = panel_grid(
            list(names.tasks.values()), [names.generator(name) for name in generators]
        )
        for panel in panels.ravel():
            panel.set_title(panel.get_title(), pad=TITLE_PAD)
        for row, task in zip(panels, names.tasks, strict=True):
            curves = [select(shown, {"task": task, "generator": name}) for name in generators]
            _draw_row(row, [curve.sort_values("multiplier") for curve in curves])
        end = max(float(shown["multiplier"].max()), BALANCE)
        panels[0, 0].set_xlim(-0.03 * end, 1.03 * end)
        quantity = f"{names.risk(classifier)} minus that at m = 1"
        quantity = names.with_unit(quantity, classifier)
        frame(figure, x="Synthetic-size multiplier m", y=quantity, handles=_handles(shown), columns=3)
    return figure


def caption(bands: pd.DataFrame, *, names: Names, classifier: str) -> str:
    """Sentences that explain the figure to its reader."""
    shown = differences_to_balance(bands, classifier, names)
    quantity = (
        f"{names.with_unit(names.risk(classifier), classifier)} of {names.in_sentence(classifier)} at each "
        "multiplier m of the class gap, minus that of the same generator at m = 1 on the same split: below zero "
        "the size does better than balance."
    )
    if not (shown["multiplier"] == BALANCE).any():
        return f"{quantity} No difference can be given: {OFF_GRID}."
    mean = f"Line: mean over {sample_in_words(shown)}"
    if not _has_bands(shown):
        return f"{quantity} {mean}; neither band nor interval can be given. {_VIEW}"
    level = f"{100 * shown['level'].iloc[0]:g}%"
    return (
        f"{quantity} {mean}. Light: {level} simultaneous band, which holds for all sizes of a panel at once and so "
        "also for the lowest point, or any other that was picked by looking. Dark: "
        f"{level} Nadeau-Bengio interval, valid for one size that was named before the results were seen. Both apply "
        f"to new {names.people}. {_marks_in_words(shown)} Each band is for one task and generator, and nothing is "
        f"adjusted for their number. {_VIEW}"
    )


def numbers(bands: pd.DataFrame, *, names: Names, classifier: str) -> Table:
    """Tabulate the differences: a row per task, generator and multiplier."""
    shown = differences_to_balance(bands, classifier, names)
    level = float(shown["level"].iloc[0])
    side = pd.Series("", index=shown.index)
    for name, marked in beyond_zero(shown).items():
        side[marked] = {"better": "below", "worse": "above"}[name]
    keys = ["task", "generator", "multiplier", "mean", "nadeau_bengio_low", "nadeau_bengio_high"]
    rows = shown[[*keys, "simultaneous_low", "simultaneous_high"]].assign(
        side=side, note=shown["note"].astype(object).fillna("")
    )
    quantity = f"{names.risk(classifier)} minus that at m = 1"
    return make_table(
        in_words(rows, task=names.tasks, generator=names.generator_labels),
        name=f"numbers_differences_to_balance_{classifier}",
        title=TITLE,
        text="Mean over the splits of the difference within a split; limits have its unit. The interval is for one "
        "size that was named beforehand, the band for all sizes of a task and generator at once.",
        columns={
            **PLACE,
            "generator": Column("Generator"),
            "mean": Column(names.with_unit(quantity, classifier), NUMBER),
            "nadeau_bengio_low": limits("nadeau_bengio_high", style.interval_label("nadeau_bengio", level)),
            "simultaneous_low": limits("simultaneous_high", f"{100 * level:g}% simultaneous band"),
            "side": Column("Whole band lies"),
            "note": Column("What is missing"),
        },
    )


_VIEW = (
    "Panels show the part around balance; curves and bands may leave them, and a mean at m = 0 that lies outside is "
    "given as a number with an arrow."
)


def differences_to_balance(bands: pd.DataFrame, classifier: str, names: Names) -> pd.DataFrame:
    """Rows of the risk of one classifier against m = 1.

    Raises
    ------
    InputError
        If there is none.
    """
    metric = names.risk_metric(classifier)
    found = select(bands, {"classifier": classifier, "metric": metric, "reference": REFERENCE})
    if len(found):
        return found
    raise InputError(
        f"the table of bands has no difference to m = 1 for {classifier!r}; check experiment.classifiers, or delete "
        "the table so that it is made again"
    )


def beyond_zero(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Return at which sizes the whole simultaneous band lies on one side of zero.

    A band without width, where every split has the same difference, counts as neither side.

    Returns
    -------
    dict of str to Series of bool
        For each of `SIDES`.
    """
    low, high = rows["simultaneous_low"], rows["simultaneous_high"]
    return {"better": (high < 0) & (low < high), "worse": (low > 0) & (low < high)}


def _has_bands(shown: pd.DataFrame) -> bool:
    return bool(shown["simultaneous_low"].notna().any())


def _marks_in_words(shown: pd.DataFrame) -> str:
    if any(marked.any() for marked in beyond_zero(shown).values()):
        return (
            "Triangles above a panel: sizes, outside its range too, whose whole band lies below zero (filled, "
            "pointing down) or above it (open, pointing up)."
        )
    return "At no size does the whole band lie on one side of zero."


def _draw_row(panels: np.ndarray, curves: list[pd.DataFrame]) -> None:
    limits = _limits(pd.concat(curves))
    panels[0].set_ylim(*limits)
    panels[0].yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    for panel, curve in zip(panels, curves, strict=True):
        nothing = _nothing(curve)
        if nothing:
            say(panel, nothing)
            continue
        panel.axhline(0, color=style.BLACK, linewidth=style.RC["axes.linewidth"], zorder=1, gid="zero")
        panel.axvline(BALANCE, color=style.GREY, linewidth=0.5, alpha=0.6, zorder=0)
        _draw_curve(panel, curve)
        _draw_marks(panel, curve)
        raw = curve.loc[curve["multiplier"] == 0, "mean"]
        note(panel, [*(raw_words(level, limits) for level in raw), gap_words(curve["mean"])])


def _nothing(curve: pd.DataFrame) -> str:
    """Return why a panel is empty; an empty string if there is a curve to draw."""
    if len(curve) and not (curve["multiplier"] == BALANCE).any():
        return textwrap.fill(OFF_GRID, 14)
    others = curve[curve["multiplier"] != BALANCE]
    if len(curve) and others.empty:
        return "no size\nbut m = 1"
    return "no result" if others["mean"].isna().all() else ""


def _draw_curve(panel: Axes, curve: pd.DataFrame) -> None:
    colour, grid = style.CURVE_COLOUR, curve["multiplier"]
    for kind, alpha in (("simultaneous", style.BAND_ALPHA), ("nadeau_bengio", INTERVAL_ALPHA)):
        ends = curve[f"{kind}_low"], curve[f"{kind}_high"]
        panel.fill_between(grid, *ends, color=colour, alpha=alpha, linewidth=0, gid=kind)
    # A point between two gaps would not be seen without a marker.
    marked = len(curve) <= FEW_POINTS or curve["mean"].isna().any()
    panel.plot(grid, curve["mean"], color=colour, marker="o" if marked else None, gid="curve")


def _draw_marks(panel: Axes, curve: pd.DataFrame) -> None:
    for side, marked in beyond_zero(curve).items():
        grid = curve.loc[marked, "multiplier"]
        if grid.empty:  # an empty text has no extent, which the layout cannot handle outside a panel
            continue
        panel.plot(
            grid,
            np.full(len(grid), ABOVE_PANEL),
            transform=panel.get_xaxis_transform(),
            clip_on=False,
            gid=side,
            **_mark(side),
        )


def _mark(side: str) -> dict[str, Any]:
    marker, face = SIDES[side]
    return {
        "marker": marker,
        "linestyle": "",
        "color": style.CURVE_COLOUR,
        "markerfacecolor": face,
        "markeredgewidth": 0.5,
    }


def _limits(curves: pd.DataFrame) -> tuple[float, float]:
    """Range of means and bands from `ZOOM_FROM` on and of the best point, with room for the words about m = 0."""
    known = curves.rename(columns={"simultaneous_low": "low", "simultaneous_high": "high"})
    known = known.dropna(subset=["mean"])
    around = known[known["multiplier"] >= ZOOM_FROM]
    best = known.sort_values("mean").head(1)
    zoomed = around["multiplier"].nunique() > FEWEST_IN_ZOOM
    zero = pd.DataFrame({"mean": [0.0] * bool(len(known))})
    low, high = readable_limits([around if zoomed else known, best, zero], 0.0, BAND_SHARE)
    raw = known.loc[known["multiplier"] == 0, "mean"]
    room = 0.15 * (high - low)
    return low - room * bool((raw < low).any()), high + room * bool((raw > high).any())


def _handles(shown: pd.DataFrame) -> list[Line2D | Patch]:
    level, splits = f"{100 * shown['level'].iloc[0]:g}%", splits_in_words(shown["n_splits"])
    has_bands = _has_bands(shown)
    words = f"mean over {splits}" + ("" if has_bands else ", no interval")
    colour = style.CURVE_COLOUR
    dark = 1 - (1 - style.BAND_ALPHA) * (1 - INTERVAL_ALPHA)
    bands = [
        Patch(facecolor=colour, alpha=style.BAND_ALPHA, label=f"{level} simultaneous band (all m at once)"),
        Patch(facecolor=colour, alpha=dark, label=f"{level} Nadeau-Bengio interval (each m alone)"),
    ]
    labels = {"better": "whole band below zero", "worse": "whole band above zero"}
    marks = [
        Line2D([], [], label=labels[side], **_mark(side))
        for side, marked in beyond_zero(shown).items()
        if marked.any()
    ]
    balanced = Line2D([], [], color=style.GREY, linewidth=0.5, label="classes balanced (m = 1)")
    return [Line2D([], [], color=colour, label=words), *bands * has_bands, balanced, *marks]
