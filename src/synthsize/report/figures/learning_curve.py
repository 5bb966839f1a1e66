"""Figure: what a generator gains over its simple alternatives, against the number of minority training rows."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from synthsize.catalogue.names import Names
from synthsize.errors import InputError
from synthsize.report import style
from synthsize.report.content import Column, Table, make_table
from synthsize.report.figures.frame import frame, legend_beside
from synthsize.report.figures.number_tables import NUMBER, TITLE, limits
from synthsize.report.figures.panels import groups_in_words, in_groups, panel_grid, say, share_scales
from synthsize.report.rows import first_criterion, in_words, select
from synthsize.report.suppression import suppress_few_positives
from synthsize.report.wording import in_a_row, splits_in_words

ENTRY = {
    "title": "Differences by number of minority training rows",
    "section": "learning",
    "classifiers": "all",
    "order": 85,
    "tables": ["learning_curve"],
    "params": ["suppress_below"],
    "words": "Balanced risk of {classifier} with each generator at its validated size, minus that of what needs no "
    "synthetic rows, against the number of minority training rows.",
}

LEFT_ASIDE = "class_weight"  # shown together with tuned weights
PANEL_HEIGHT = 1.7
APART = 0.025  # of neighbouring generators on the logarithmic axis, in decades
MOST_TICKS = 6
MARKERS = ("o", "s", "D", "^", "v")  # of the generators of a panel


def draw(learning_curve: pd.DataFrame, *, names: Names, classifier: str, suppress_below: int = 0) -> Figure:
    """Grid of panels, a row per task and a column per reference, with a line per generator.

    Many generators are spread over several rows of a task, which share their scales.

    Parameters
    ----------
    learning_curve : DataFrame
        Columns of `contracts.summaries.SUMMARIES` ``learning_curve``.
    names : Names
        Of the run.
    classifier : str
        Whose differences to draw.
    suppress_below : int
        Points of fewer minority training rows are left out.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If the table has no row of VTSS for this classifier.
    """
    shown = _shown(suppress_few_positives(learning_curve, suppress_below), classifier, names)
    groups = in_groups(names.generator_order(shown["generator"]))
    columns = _references(shown, names)
    with mpl.rc_context(style.RC):
        figure, panels = panel_grid(
            [label for label in names.tasks.values() for _ in groups],
            [f"against {names.short(name)}" for name in columns],
            height=PANEL_HEIGHT,
            sharex="row",
            sharey=False,
        )
        for i, task in enumerate(names.tasks):
            rows = panels[i * len(groups) : (i + 1) * len(groups)]
            share_scales(rows)
            for column, reference in zip(rows.T, columns, strict=True):
                _draw_column(column, select(shown, {"task": task, "reference": reference}), groups, names)
            known = select(shown, {"task": task}).dropna(subset=["mean_difference"])
            for panel in rows.ravel():
                _mark_numbers(panel, known["n_minority_mean"].to_numpy())
        handles = [_handles(group, names) for group in groups]
        common = _common_handles(shown)
        if len(groups) > 1:
            for row, own in zip(panels, handles * len(names.tasks), strict=True):
                legend_beside(row[-1], own)
        else:
            common = [*handles[0], *common]
        risk = names.with_unit(f"{names.risk(classifier)}, generator minus reference", classifier)
        frame(figure, x="Minority training rows (logarithmic)", y=risk, handles=common)
    return figure


def caption(learning_curve: pd.DataFrame, *, names: Names, classifier: str, suppress_below: int = 0) -> str:
    """Sentences that explain the figure to its reader."""
    shown = _shown(suppress_few_positives(learning_curve, suppress_below), classifier, names)
    criterion = style.display(str(shown["criterion"].iloc[0]), style.CRITERIA)
    intervals = "no interval can be given"
    if shown["nadeau_bengio_low"].notna().any():
        level = style.interval_label("nadeau_bengio", float(shown["level"].iloc[0]))
        intervals = (
            f"bars: {level}, each right for one point that was named beforehand; filled: significant after Holm's "
            "adjustment over the points and generators of a panel"
        )
    left_out = shown.loc[(shown["positives"] == 0) & shown["n_minority_mean"].isna(), "task"].unique()
    hidden = (
        f" Left out: the last point of {in_a_row([names.task(task) for task in left_out])}, from which hidden class "
        "sizes would follow."
        if len(left_out)
        else ""
    )
    return (
        f"{names.with_unit(names.risk(classifier), classifier)} of {names.in_sentence(classifier)} at the size that "
        f"validation chose by {criterion}, minus that of a reference fitted to the same rows: below zero the generator "
        "helps. Parts of each split's training rows are nested and keep the imbalance; the last point is all training "
        f"rows; every point is scored on the same test rows. Mean over {splits_in_words(shown['n_splits'])}; "
        f"{intervals}. Points of one number are drawn side by side. Each task and reference has a scale of its own. "
        f"A bar that holds zero shows neither help nor harm at that number.{hidden}"
        + groups_in_words(names.generator_order(shown["generator"]))
    )


def numbers(learning_curve: pd.DataFrame, *, names: Names, classifier: str, suppress_below: int = 0) -> Table:
    """Tabulate the differences, at m = 1 too: a row per task, generator, reference and number of rows."""
    metric = names.risk_metric(classifier)
    curve = suppress_few_positives(learning_curve, suppress_below)
    rows = select(curve, {"classifier": classifier, "metric": metric})
    criterion = first_criterion(rows.loc[rows["subject"] == "vtss", "criterion"].dropna())
    rows = rows[(rows["subject"] == "fixed") | (rows["criterion"] == criterion)]
    rows = rows.assign(subject=rows["subject"].map({"fixed": "m = 1", "vtss": "chosen"}))
    level = float(rows["level"].dropna().iloc[0]) if rows["level"].notna().any() else 0.95
    keys = [
        "task",
        "generator",
        "reference",
        "n_minority_mean",
        "subject",
        "multiplier_mean",
        "mean_difference",
    ]
    return make_table(
        in_words(
            rows[[*keys, "nadeau_bengio_low", "nadeau_bengio_high"]],
            task=names.tasks,
            generator=names.generator_labels,
            reference=names.references,
        ),
        name=f"numbers_learning_curve_{classifier}",
        title=TITLE,
        text="Mean over the splits of the difference within a split.",
        columns={
            "task": Column("Task"),
            "generator": Column("Generator"),
            "reference": Column("Reference"),
            "n_minority_mean": Column("Minority training rows", "{:,.0f}"),
            "subject": Column("Size"),
            "multiplier_mean": Column("m, mean", "{:.2f}"),
            "mean_difference": Column(names.with_unit("Difference", classifier), NUMBER),
            "nadeau_bengio_low": limits("nadeau_bengio_high", style.interval_label("nadeau_bengio", level)),
        },
    )


def _shown(curve: pd.DataFrame, classifier: str, names: Names) -> pd.DataFrame:
    metric = names.risk_metric(classifier)
    rows = select(curve, {"classifier": classifier, "metric": metric, "subject": "vtss"})
    found = rows[rows["criterion"] == first_criterion(rows["criterion"])]
    if len(found):
        return found
    raise InputError(
        f"the table of the learning curve has no row of VTSS for {classifier!r}; check experiment.classifiers and "
        "learning_curve.positives, or delete the table so that it is made again"
    )


def _references(shown: pd.DataFrame, names: Names) -> list[str]:
    """Columns of the figure: one kind of weights, as class weights and tuned ones mostly coincide."""
    run = [name for name in names.references if (shown["reference"] == name).any()]
    return [name for name in run if name != LEFT_ASIDE or "weights_vtss" not in run]


def _draw_column(
    panels: Sequence[Axes], rows: pd.DataFrame, groups: Sequence[Sequence[str]], names: Names
) -> None:
    """Draw the panels of one task and reference, a group of generators each."""
    known = rows.dropna(subset=["mean_difference"])
    for panel, group in zip(panels, groups, strict=True):
        _draw_panel(panel, known[known["generator"].isin(group)], group, names)
    panels[0].yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]) if len(known) else NullLocator())


def _draw_panel(panel: Axes, known: pd.DataFrame, generators: Sequence[str], names: Names) -> None:
    if known.empty:
        say(panel)
        return
    panel.set_xscale("log")
    panel.axhline(0, color=style.BLACK, linewidth=style.RC["axes.linewidth"], zorder=1, gid="zero")
    for place, generator in enumerate(generators):
        own = known[known["generator"] == generator].sort_values("n_minority_mean")
        if len(own):
            beside = 10 ** (APART * (place - (len(generators) - 1) / 2))
            _draw_curve(panel, own, own["n_minority_mean"] * beside, names.colour(generator), MARKERS[place])


def _draw_curve(panel: Axes, rows: pd.DataFrame, x: pd.Series, colour: str, marker: str) -> None:
    y = rows["mean_difference"]
    panel.vlines(
        x, rows["nadeau_bengio_low"], rows["nadeau_bengio_high"], color=colour, linewidth=0.8, gid="interval"
    )
    panel.plot(x, y, color=colour, linewidth=0.9, zorder=2, gid="curve")
    for told, face in ((True, colour), (False, "white")):
        own = (rows["significant"] == told).to_numpy()
        panel.plot(
            x[own],
            y[own],
            marker=marker,
            markersize=3.5,
            markeredgewidth=0.8,
            color=colour,
            markerfacecolor=face,
            linestyle="",
            zorder=3,
            gid="resolved" if told else "open",
        )


def _mark_numbers(panel: Axes, counts: np.ndarray) -> None:
    """Put the ticks where the points are, some of them where they are many or near each other."""
    ticks: list[float] = []
    for count in sorted({round(float(value)) for value in counts}, reverse=True):
        if not ticks or np.log10(ticks[-1] / count) > np.log10(max(counts) / min(counts)) / MOST_TICKS:
            ticks.append(count)
    panel.xaxis.set_major_locator(FixedLocator(ticks))
    panel.xaxis.set_minor_locator(NullLocator())
    panel.set_xticks(ticks, [f"{count:,}" for count in ticks])


def _handles(generators: Sequence[str], names: Names) -> list[Line2D]:
    return [
        Line2D(
            [],
            [],
            color=names.colour(name),
            marker=MARKERS[place],
            markersize=3.5,
            markerfacecolor="white",
            linewidth=0.9,
            label=names.generator(name),
        )
        for place, name in enumerate(generators)
    ]


def _common_handles(shown: pd.DataFrame) -> list[Line2D]:
    if not shown["significant"].astype(bool).any():
        return []
    label = "filled: significant (Holm)"
    return [Line2D([], [], color=style.GREY, marker="o", markersize=3.5, linestyle="", label=label)]
