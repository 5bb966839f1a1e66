"""Figure: what synthetic rows gain on random splits, and on strata that were not trained on."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from synthsize.catalogue.names import Names
from synthsize.errors import InputError
from synthsize.report import style
from synthsize.report.figures.frame import frame
from synthsize.report.figures.panels import panel_grid, say
from synthsize.report.rows import of_first_criterion, select
from synthsize.report.tables.transport import PLACES, RANDOM, STRATA, STRATUM, place_words

ENTRY = {
    "title": "Transport between strata",
    "section": "transport",
    "classifiers": "all",
    "order": 75,
    "tables": ["transport"],
    "words": "Balanced risk of VTSS for {classifier} minus that of a shifted prior and of tuned weights, on random "
    "splits and on strata that were not trained on.",
    "params": ["interval"],
}

RIVALS = ("prior_shift", "weights_vtss")  # m = 0 replaces them where a run has neither
MARKS: dict[str, dict[str, Any]] = {
    "prior_shift": {"color": style.BLACK, "marker": "s", "markerfacecolor": "white"},
    "weights_vtss": {"color": style.GREEN, "marker": "o", "markerfacecolor": style.GREEN},
    "m=0": {"color": style.BLACK, "marker": "o", "markerfacecolor": "white"},
}
OFFSETS = {"prior_shift": -0.17, "weights_vtss": 0.17, "m=0": 0.0}
MANY = 8  # more strata than this share one line, a point each
TOGETHER = "strata, each"
ROW_HEIGHT = 0.27  # inches per place
DIRECTIONS = "\N{LEFTWARDS ARROW} VTSS better        {}        VTSS worse \N{RIGHTWARDS ARROW}"


def draw(transport: pd.DataFrame, *, names: Names, classifier: str, interval: str) -> Figure:
    """Grid of panels, a row per task and a column per generator, with a line per place.

    Parameters
    ----------
    transport : DataFrame
        Columns of `statistics.transport.TRANSPORT_COLUMNS`.
    names : Names
        Of the run.
    classifier : str
        Whose differences to draw.
    interval : str
        Which interval to draw.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If the table has no row of VTSS for this classifier.
    """
    shown = _shown(transport, classifier, names)
    places = _places(shown)
    generators = names.generator_order(shown["generator"])
    with mpl.rc_context(style.RC):
        figure, panels = panel_grid(
            list(names.tasks.values()),
            [names.generator(name) for name in generators],
            height=0.4 + ROW_HEIGHT * len(places),
            sharex="row",
            sharey=True,
        )
        for row, task in zip(panels, names.tasks, strict=True):
            for panel, generator in zip(row, generators, strict=True):
                _draw_panel(panel, select(shown, {"task": task, "generator": generator}), places, interval)
        panels[0, 0].set_yticks(range(len(places)), places)
        panels[0, 0].set_ylim(len(places) - 0.5, -0.5)  # random splits on top
        quantity = f"{names.with_unit(names.risk(classifier), classifier)}, VTSS minus reference"
        frame(figure, x=DIRECTIONS.format(quantity), handles=_handles(shown, names, interval), columns=3)
    return figure


def caption(transport: pd.DataFrame, *, names: Names, classifier: str, interval: str) -> str:
    """Sentences that explain the figure to its reader."""
    shown = _shown(transport, classifier, names)
    strata = shown.loc[shown["place"] == STRATUM, "stratum"].nunique()
    start = (
        f"{names.with_unit(names.risk(classifier), classifier)} of {names.in_sentence(classifier)} at the size that "
        "validation chose (VTSS), minus that of a reference fitted to the same training rows: below zero the synthetic "
        "rows do better."
    )
    if not strata:
        return f"{start} On random splits alone: no task has two strata to train on one and test on another."
    many = f" The {strata} strata share a line, a point each." if strata > MANY else ""
    whole = shown.loc[shown["place"] == STRATUM, f"{interval}_low"].isna().all()
    single = (
        "; single strata, each held out once and as a whole, have none"
        if whole
        else f", single strata to their own new {names.people}"
    )
    return (
        f"{start} First line: random splits. Other lines: {names.people} of that stratum alone, with models trained on "
        f"the others.{many} Lines: {_interval_words(shown, interval)}; a mean over strata applies to another "
        f"stratum{single}. Each row of panels has a scale of its own. "
        "What random splits show holds elsewhere only where the other lines lie on the same side of zero."
    )


def _shown(transport: pd.DataFrame, classifier: str, names: Names) -> pd.DataFrame:
    metric = names.risk_metric(classifier)
    rows = select(transport, {"classifier": classifier, "metric": metric, "subject": "vtss"})
    if rows.empty:
        raise InputError(
            f"the table of transport has no row of VTSS for {classifier!r}; check experiment.classifiers, or "
            "delete the "
            "table so that it is made again"
        )
    rivals = [name for name in RIVALS if (rows["reference"] == name).any()] or ["m=0"]
    found = of_first_criterion(rows[rows["reference"].isin(rivals)])
    if found.empty:  # nothing to compare with: panels say that there is no result
        found = of_first_criterion(rows).assign(reference="m=0", mean=float("nan"))
    found = found.assign(words=place_words(found["place"], found["stratum"].fillna("")))
    strata = found.loc[found["place"] == STRATUM, "stratum"].nunique()
    if strata > MANY:
        found.loc[found["place"] == STRATUM, "words"] = f"{TOGETHER}: {strata}"
    return found


def _places(shown: pd.DataFrame) -> list[str]:
    first = [PLACES[RANDOM]]
    last = [PLACES[STRATA]] if (shown["place"] == STRATA).any() else []
    return [*first, *sorted(set(shown["words"]) - {*first, *last}), *last]


def _draw_panel(panel: Axes, rows: pd.DataFrame, places: list[str], interval: str) -> None:
    panel.spines["left"].set_visible(False)
    panel.tick_params(axis="y", length=0)
    panel.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
    if rows["mean"].isna().all():
        say(panel)
        return
    panel.axvline(0, color=style.BLACK, linewidth=style.RC["axes.linewidth"], zorder=1)
    panel.axhline(0.5, color=style.GREY, linewidth=0.5, linestyle=":", zorder=0)
    for place, words, reference, mean, low, high in zip(
        rows["place"],
        rows["words"],
        rows["reference"],
        rows["mean"],
        rows[f"{interval}_low"],
        rows[f"{interval}_high"],
        strict=True,
    ):
        y, mark = places.index(words) + OFFSETS[reference], MARKS[reference]
        shared = place == STRATUM and words.startswith(TOGETHER)
        if not shared:
            panel.plot([low, high], [y, y], color=mark["color"], linewidth=0.9, gid="interval")
        panel.plot(
            mean,
            y,
            linestyle="",
            markersize=2.0 if shared else 4,
            alpha=0.6 if shared else 1,
            zorder=4,
            gid="mean",
            **mark,
        )


def _interval_words(shown: pd.DataFrame, interval: str) -> str:
    return style.interval_label(interval, float(shown["level"].iloc[0]))


def _handles(shown: pd.DataFrame, names: Names, interval: str) -> list[Line2D]:
    marks = [
        Line2D([], [], linestyle="", markersize=4, label=f"minus {names.short(name)}", **mark)
        for name, mark in MARKS.items()
        if (shown["reference"] == name).any()
    ]
    if shown[f"{interval}_low"].isna().all():
        return marks
    return [*marks, Line2D([], [], color=style.GREY, linewidth=0.9, label=_interval_words(shown, interval))]
