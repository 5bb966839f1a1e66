"""Figure: the learning curves of the runs, a line per run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator, StrMethodFormatter

from synthsize.catalogue.names import Names
from synthsize.compare.drawing import compared_tasks, handles, looks
from synthsize.report import style
from synthsize.report.figures.frame import frame
from synthsize.report.figures.panels import panel_grid, say
from synthsize.report.rows import select
from synthsize.report.suppression import suppress_few_positives
from synthsize.report.wording import splits_in_words

Tables = Mapping[str, pd.DataFrame]
AGAINST = {  # the strongest simple alternative first
    "weights_vtss": "weights of validated size",
    "class_weight": "class weights",
    "prior_shift": "a shifted prior",
    "m=0": "raw data",
}
PANEL_HEIGHT = 1.7


def curves_shown(curves: pd.DataFrame, classifier: str, names: Names, below: int = 0) -> pd.DataFrame:
    """Points of the tasks and generators that two runs have, against the strongest reference that they share.

    Returns
    -------
    DataFrame
        Empty where no two runs share a learning curve.
    """
    of_classifier = select(curves, {"classifier": classifier})
    if of_classifier.empty:  # no run made one
        return of_classifier
    own = suppress_few_positives(of_classifier, below)
    own = own.dropna(subset=["mean_difference"])
    own = own[own["metric"] == names.risk_metric(classifier)]
    shared = own.groupby(["task", "generator", "reference"])["run"].transform("nunique") > 1
    own = own[shared]
    reference = next((name for name in AGAINST if (own["reference"] == name).any()), "")
    return own[own["reference"] == reference]


def draw(tables: Tables, *, runs: Sequence[str], names: Names, classifier: str, below: int) -> Figure:
    """Grid with a row per task and a column per generator; see `side_by_side.draw`."""
    shown = curves_shown(tables["learning_curves"], classifier, names, below)
    tasks = compared_tasks(shown, classifier, names)
    generators = names.generator_order(shown["generator"])
    with mpl.rc_context(style.RC):
        columns = [names.generator(name) for name in generators] or [""]
        figure, panels = panel_grid(
            [names.task(task) for task in tasks] or [""],
            columns,
            height=PANEL_HEIGHT,
            width=None if len(columns) > 1 else style.COLUMN_WIDTH + 1,
            sharex="all",
        )
        if not tasks:
            say(panels[0, 0], "no learning curve is in two of the runs")
            panels[0, 0].set_axis_off()
            return figure
        for row, task in zip(panels, tasks, strict=True):
            for panel, generator in zip(row, generators, strict=True):
                _draw_panel(panel, select(shown, {"task": task, "generator": generator}), runs)
        against = AGAINST[shown["reference"].iloc[0]]
        risk = f"{names.risk(classifier)}, generator minus {against}"
        frame(
            figure,
            x="Minority training rows (logarithmic)",
            y=names.with_unit(risk, classifier),
            handles=handles(runs, list(shown["run"].unique())),
        )
    return figure


def caption(tables: Tables, *, runs: Sequence[str], names: Names, classifier: str, below: int) -> str:  # noqa: ARG001
    """Sentences that explain the figure to its reader; takes what `draw` takes."""
    shown = curves_shown(tables["learning_curves"], classifier, names, below)
    if shown.empty:
        return "No task and generator has a learning curve in two of the runs."
    levels = sorted(shown["level"].dropna().unique())
    interval = " or ".join(style.interval_label("nadeau_bengio", float(level)) for level in levels)
    return (
        f"{names.risk(classifier)} of {names.in_sentence(classifier)} with each generator at the size that validation "
        f"chose, minus that of {AGAINST[shown['reference'].iloc[0]]}, on parts of the training rows: below zero the "
        f"generator helps. Mean over {splits_in_words(shown['n_splits'])}; bars: "
        f"{interval or 'no interval can be given'}, each right for one point that was named beforehand. Lines of two "
        "runs at one number of rows compare hospitals of that size, not the same patients."
    )


def _draw_panel(panel: Axes, rows: pd.DataFrame, runs: Sequence[str]) -> None:
    if rows.empty:
        say(panel)
        return
    panel.set_xscale("log")
    panel.axhline(0, color=style.BLACK, linewidth=style.RC["axes.linewidth"], zorder=1)
    for place, (run, (colour, marker)) in enumerate(looks(runs).items()):
        own = select(rows, {"run": run}).sort_values("n_minority_mean")
        x = own["n_minority_mean"] * 10 ** (0.02 * (place - (len(runs) - 1) / 2))
        panel.vlines(x, own["low"], own["high"], color=colour, linewidth=0.8, gid="interval")
        panel.plot(
            x, own["mean_difference"], color=colour, marker=marker, markersize=3.5, linewidth=0.9, gid="curve"
        )
    panel.xaxis.set_major_locator(LogLocator(10, subs=(1, 2, 5)))
    panel.xaxis.set_minor_locator(NullLocator())
    panel.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    panel.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
