"""Figure: net benefit of each recipe over threshold probabilities, as fitted and recalibrated."""

from __future__ import annotations

from typing import Literal

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, PercentFormatter

from synthsize.catalogue.names import Names
from synthsize.errors import InputError
from synthsize.report import style
from synthsize.report.content import Column, Table, make_table
from synthsize.report.figures.frame import frame
from synthsize.report.figures.number_tables import TITLE, limits
from synthsize.report.figures.panels import panel_grid, say
from synthsize.report.rates import EVERYBODY, NOT_SHOWN, suppress_net_benefit
from synthsize.report.rows import in_words, select
from synthsize.report.tables.benefits import chosen_words, recipes_in_words
from synthsize.report.wording import in_a_row, interval_words, sample_in_words

ENTRY = {
    "title": "Decision curves",
    "section": "benefit",
    "classifiers": "all",
    "order": 87,
    "tables": ["net_benefit", "table1"],
    "params": ["interval", "suppress_below"],
    "words": "Net benefit of {classifier} by recipe, against the threshold probability, as fitted and recalibrated on "
    "training folds; bands over the outer splits.",
}

LINES: dict[str, tuple[str, Literal["-", "--", "-."]]] = {
    "raw": (style.BLACK, "-"),
    "prior_shift": (style.PURPLE, "--"),
    "class_weight": (style.GREEN, "-."),
    "weights": (style.GREEN, "-."),
    "chosen": (style.VTSS_COLOUR, "-"),
    "best_generator": (style.VTSS_COLOUR, "-"),
}
COLUMNS = {False: "as fitted", True: "recalibrated on training folds"}
PER = 1000
PANEL_HEIGHT = 2.0
# Recipes often decide alike, and a solid line would hide a broken one.
BROKEN, EVERYBODY_ABOVE = 2.2, 2.3  # zorder
BELOW = 0.25  # of the highest net benefit, shown below zero


def draw(
    net_benefit: pd.DataFrame,
    table1: pd.DataFrame,
    *,
    names: Names,
    classifier: str,
    interval: str,
    suppress_below: int,
) -> Figure:
    """Grid of panels, a row per task; left the risks as fitted, right the recalibrated ones.

    Parameters
    ----------
    net_benefit : DataFrame
        Columns of `contracts.summaries.SUMMARIES` ``net_benefit``.
    table1 : DataFrame
        Class sizes of the tasks.
    names : Names
        Of the run.
    classifier : str
        Whose decisions to draw; one of margins has recalibrated ones alone.
    interval : str
        Which interval makes the bands.
    suppress_below : int
        Smallest count that may be shown; panels of tasks whose class sizes are hidden are empty.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If the table has no row of this classifier.
    """
    shown = _shown(suppress_net_benefit(net_benefit, table1, suppress_below), classifier)
    sides = [side for side in COLUMNS if (_recipes(shown)["recalibrated"] == side).any()]
    with mpl.rc_context(style.RC):
        figure, panels = panel_grid(
            list(names.tasks.values()),
            [COLUMNS[side] for side in sides],
            height=PANEL_HEIGHT,
            width=style.PAGE_WIDTH if len(sides) > 1 else 1.4 * style.COLUMN_WIDTH,
        )
        for row, task in zip(panels, names.tasks, strict=True):
            own = select(shown, {"task": task})
            for panel, side in zip(row, sides, strict=True):
                _draw_panel(panel, own, side, interval)
        frame(
            figure,
            x="Threshold probability",
            y=f"Net benefit (true positives per 1,000 {names.people})",
            handles=_handles(shown, names),
            columns=3 if len(sides) > 1 else 2,
        )
    return figure


def caption(
    net_benefit: pd.DataFrame,
    table1: pd.DataFrame,
    *,
    names: Names,
    classifier: str,
    interval: str,
    suppress_below: int,
) -> str:
    """Sentences that explain the figure to its reader."""
    shown = _shown(suppress_net_benefit(net_benefit, table1, suppress_below), classifier)
    bands = "no interval can be given"
    if shown[f"{interval}_low"].notna().any():
        bands = (
            f"bands: {interval_words(interval)}; they mostly show how splits differ, which two recipes share: the "
            "table holds the differences within a split"
        )
    margins = ""
    if not (_recipes(shown)["recalibrated"] == False).any():  # noqa: E712
        margins = (
            f" The scores of {names.in_sentence(classifier)} are margins and claim no probability, so that only "
            "recalibrated ones are shown."
        )
    elif (shown["recipe"] == "prior_shift").any():
        margins = (
            " A shifted prior makes the decisions of the raw fit again once both are recalibrated: one line."
        )
    return (
        f"Net benefit of {names.in_sentence(classifier)}: true positives less the false ones at the odds of the "
        "threshold probability, from which on the answer is positive; higher is better. Grey dashes: everybody "
        "is called positive; zero: nobody is; a model is of use only where it lies above both. "
        "Recalibrated: by a logistic regression on scores of the training rows "
        f"out of fold.{chosen_words(shown)} Mean over {sample_in_words(shown)}; {bands}.{margins}"
        f"{_hidden_in_words(shown, names)}"
    )


def numbers(
    net_benefit: pd.DataFrame,
    table1: pd.DataFrame,
    *,
    names: Names,
    classifier: str,
    interval: str,
    suppress_below: int,
) -> Table:
    """Tabulate the curves: a row per task, recipe, side and threshold."""
    shown = _shown(suppress_net_benefit(net_benefit, table1, suppress_below), classifier)
    ends = [f"{interval}_low", f"{interval}_high"]
    rows = shown[["task", "recipe", "recalibrated", "threshold", "mean", *ends]]
    rows = rows.assign(**{name: PER * rows[name] for name in ("mean", *ends)})
    return make_table(
        in_words(rows, task=names.tasks, recipe=recipes_in_words(names)),
        name=f"numbers_net_benefit_{classifier}",
        title=TITLE,
        text=f"True positives per 1,000 {names.people}, less the false ones at the odds of the threshold.",
        columns={
            "task": Column("Task"),
            "recipe": Column("Recipe"),
            "recalibrated": Column("Recalibrated"),
            "threshold": Column("Threshold", "{:.0%}"),
            "mean": Column("Net benefit per 1,000", "{:.2f}"),
            f"{interval}_low": limits(f"{interval}_high", style.interval_label(interval)),
        },
    )


def _shown(benefit: pd.DataFrame, classifier: str) -> pd.DataFrame:
    found = select(benefit, {"classifier": classifier})
    if len(found):
        return found
    raise InputError(
        f"the table of net benefit has no row of {classifier!r}; check experiment.classifiers, or delete the table so "
        "that it is made again"
    )


def _hidden_in_words(shown: pd.DataFrame, names: Names) -> str:
    tasks = shown.loc[shown["note"] == NOT_SHOWN, "task"]
    if tasks.empty:
        return ""
    return (
        f" Hidden: {in_a_row([names.task(task) for task in tasks.unique()])}, whose class sizes would follow."
    )


def _recipes(shown: pd.DataFrame) -> pd.DataFrame:
    return shown[shown["recipe"] != EVERYBODY]


def _draw_panel(panel: Axes, rows: pd.DataFrame, recalibrated: bool, interval: str) -> None:
    curves = rows[rows["recalibrated"] == recalibrated]
    if _recipes(curves)["mean"].isna().all():
        say(panel, *(["hidden"] if (rows["note"] == NOT_SHOWN).any() else []))
        return
    panel.axhline(0, color=style.BLACK, linewidth=style.RC["axes.linewidth"], zorder=1, gid="nobody")
    everybody = rows[rows["recipe"] == EVERYBODY].sort_values("threshold")
    panel.plot(
        everybody["threshold"],
        PER * everybody["mean"],
        color=style.GREY,
        linestyle="--",
        linewidth=0.8,
        zorder=EVERYBODY_ABOVE,
        gid=EVERYBODY,
    )
    for name, (colour, line) in LINES.items():
        own = curves[curves["recipe"] == name].sort_values("threshold")
        low, high = PER * own[f"{interval}_low"], PER * own[f"{interval}_high"]
        panel.fill_between(
            own["threshold"], low, high, color=colour, alpha=0.5 * style.BAND_ALPHA, linewidth=0, gid="band"
        )
        panel.plot(
            own["threshold"],
            PER * own["mean"],
            color=colour,
            linestyle=line,
            linewidth=1.0,
            zorder=2.0 if line == "-" else BROKEN,
            gid=name,
        )
    top = PER * float(rows[["mean", f"{interval}_high"]].max().max())
    panel.set_ylim(-BELOW * top, 1.05 * top)
    panel.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    panel.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))


def _handles(shown: pd.DataFrame, names: Names) -> list[Line2D]:
    run, words = set(shown["recipe"]), recipes_in_words(names)
    lines = [
        Line2D([], [], color=colour, linestyle=line, linewidth=1.0, label=words[name])
        for name, (colour, line) in LINES.items()
        if name in run
    ]
    thin = style.RC["axes.linewidth"]
    return [
        *lines,
        Line2D([], [], color=style.GREY, linestyle="--", linewidth=0.8, label="everybody positive"),
        Line2D([], [], color=style.BLACK, linewidth=thin, label="nobody positive"),
    ]
