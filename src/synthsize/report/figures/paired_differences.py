"""Figure: what VTSS gains or loses, split by split, against fixed sizes and what needs no new rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from synthsize.catalogue.names import Names
from synthsize.errors import InputError
from synthsize.report import style
from synthsize.report.figures.frame import frame
from synthsize.report.figures.panels import panel_grid, say, say_in_line
from synthsize.report.rows import of_first_criterion, select
from synthsize.report.wording import sample_in_words, splits_in_words

ENTRY = {
    "title": "Paired differences",
    "section": "choices",
    "classifiers": "all",
    "order": 60,
    "tables": ["paired"],
    "words": "Balanced risk of VTSS for {classifier} minus that of a reference on the same split, mean over the outer "
    "splits with Nadeau-Bengio (thin) and normal (thick) intervals.",
}

DIRECTIONS = "\N{LEFTWARDS ARROW} VTSS better        {}        VTSS worse \N{RIGHTWARDS ARROW}"
WEIGHTS_OF_M = "weights(m)"
ROW_HEIGHT = 0.24  # inches per generator
ROPE_ALPHA = 0.25
THIN, THICK = 0.9, 2.4  # lines of the two intervals
COLOUR = style.VTSS_COLOUR


def draw(paired: pd.DataFrame, *, names: Names, classifier: str) -> Figure:
    """Grid of panels, a row per task and a column per reference, with a line per generator.

    Parameters
    ----------
    paired : DataFrame
        Columns task, classifier, generator, metric, subject, criterion, reference, mean_difference, normal_low,
        normal_high, nadeau_bengio_low, nadeau_bengio_high, significant, rope, n_splits, n_train_mean and
        n_test_mean.
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
        If the table has no row of VTSS for this classifier.
    """
    shown = _shown(paired, classifier, names)
    generators = names.generator_order(shown["generator"])
    references = [
        name
        for name in names.references
        if (shown["reference"] == name).any() and (name != "prior_shift" or _has_prior(classifier, names))
    ]
    with mpl.rc_context(style.RC):
        figure, panels = panel_grid(
            list(names.tasks.values()),
            [names.short(name) for name in references],
            height=0.35 + ROW_HEIGHT * len(generators),
            sharex="col",
            sharey=True,
        )
        for i, task in enumerate(names.tasks):
            for j, reference in enumerate(references):
                cell = select(shown, {"task": task, "reference": reference})
                _draw_panel(panels[i, j], cell, generators, _not_compared(reference, generators, names))
        panels[0, 0].set_yticks(range(len(generators)), [names.generator(name) for name in generators])
        panels[0, 0].set_ylim(len(generators) - 0.5, -0.5)  # the first generator on top
        for column in panels.T:
            if not any(panel.lines for panel in column):
                column[0].set_xticks([])
        risk = names.with_unit(names.risk(classifier), classifier)
        quantity = f"{risk}, VTSS minus reference"
        frame(figure, x=DIRECTIONS.format(quantity), handles=_handles(shown), columns=3)
    return figure


def caption(paired: pd.DataFrame, *, names: Names, classifier: str) -> str:
    """Sentences that explain the figure to its reader."""
    shown = _shown(paired, classifier, names)
    criterion = style.display(str(shown["criterion"].iloc[0]), style.CRITERIA)
    first = shown.iloc[0]
    overlap, split = (
        style.interval_label(name, float(first["level"])) for name in ("nadeau_bengio", "normal")
    )
    intervals, tests = "no interval and no test can be given", ""
    if _has_intervals(shown):
        intervals = (
            f"thin line: {overlap}, which allows for the overlap of the splits; thick line: {split}, which shows "
            "Monte Carlo error within this cohort"
        )
        tests = (
            "Filled: the corrected t-test remains significant after Holm's adjustment over all tasks, classifiers and "
            "generators. "
        )
    rope = first["rope"]
    equivalent = f"Grey: differences of at most {rope:g}, which hardly matter in practice. " if rope else ""
    tuned = "minority weights of a size that validation chose for weights (tuned weights)"
    matched = "minority weights that match the m chosen for the generator (weights(m))"
    has_matched = (shown["reference"] == WEIGHTS_OF_M).any()
    weights = f"{tuned}, or {matched}" if has_matched else f"or {tuned}"
    shifted = "the raw fit with its prior shifted, " if _has_prior(classifier, names) else ""
    return (
        f"{names.with_unit(names.risk(classifier), classifier)} of {names.in_sentence(classifier)} at the size "
        f"that validation chose by {criterion} (VTSS), minus the risk of a reference fitted to the same split: "
        f"the same generator at m = 1 or m = 0, {shifted}class weights, {weights}. "
        f"Points left of zero favour VTSS. Mean over {sample_in_words(shown)}; {intervals}. "
        f"{equivalent}{tests}A point at zero without a line: every split chose the reference's own size, so that both "
        f"are one fit and nothing is known of new {names.people}. Columns have scales of their own. A line that holds "
        "zero shows neither help nor harm; synthetic rows are worth their work only where they also do better than "
        "what needs none."
    )


def _shown(paired: pd.DataFrame, classifier: str, names: Names) -> pd.DataFrame:
    metric = names.risk_metric(classifier)
    rows = select(paired, {"classifier": classifier, "metric": metric, "subject": "vtss"})
    found = of_first_criterion(rows)
    if len(found):
        return found
    raise InputError(
        f"the table of paired differences has no row of VTSS for {classifier!r}; check experiment.classifiers and "
        "experiment.vtss.criteria, or delete the table so that it is made again"
    )


def _has_prior(classifier: str, names: Names) -> bool:
    """Return whether the classifier's scores are log odds; a margin has no prior to shift."""
    return names.learners[classifier].estimates_risk


def _has_intervals(shown: pd.DataFrame) -> bool:
    return bool(shown["nadeau_bengio_low"].notna().any())


def _not_compared(reference: str, generators: Sequence[str], names: Names) -> set[str]:
    """Name the generators that a reference does not match: weights of the same m stand for rows that are just added."""
    if reference != WEIGHTS_OF_M:
        return set()
    return {name for name in generators if not names.adds_rows_alone(name)}


def _draw_panel(
    panel: Axes, rows: pd.DataFrame, generators: Sequence[str], not_compared: Collection[str]
) -> None:
    panel.spines["left"].set_visible(False)
    panel.tick_params(axis="y", length=0)
    panel.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
    if rows["mean_difference"].isna().all():
        say(panel)
        return
    rope = float(rows["rope"].iloc[0])
    if rope:
        panel.axvspan(-rope, rope, color=style.GREY, alpha=ROPE_ALPHA, linewidth=0, zorder=0, gid="rope")
    panel.axvline(0, color=style.BLACK, linewidth=style.RC["axes.linewidth"], zorder=1)
    for position, generator in enumerate(generators):
        found = rows[rows["generator"] == generator].dropna(subset=["mean_difference"])
        if found.empty:
            say_in_line(panel, position, "not compared" if generator in not_compared else "no result")
            continue
        _draw_line(panel, found.iloc[0], position)


def _draw_line(panel: Axes, row: pd.Series, position: int) -> None:
    for interval, width in (("nadeau_bengio", THIN), ("normal", THICK)):
        ends = [row[f"{interval}_low"], row[f"{interval}_high"]]
        panel.plot(ends, [position] * 2, color=COLOUR, linewidth=width, solid_capstyle="butt", gid=interval)
    panel.plot(
        row["mean_difference"],
        position,
        marker="o",
        markersize=4,
        color=COLOUR,
        markerfacecolor=COLOUR if row["significant"] else "white",
        linestyle="",
        zorder=4,
        gid="mean",
    )


def _handles(shown: pd.DataFrame) -> list[Line2D | Patch]:
    level, rope = f"{100 * shown['level'].iloc[0]:g}%", shown["rope"].iloc[0]
    splits = splits_in_words(shown["n_splits"])
    mean = _mark("white", f"mean over {splits}" + ("" if _has_intervals(shown) else ", no interval"))
    label = f"within {rope:g}: practically equivalent"
    equivalent = [Patch(facecolor=style.GREY, alpha=ROPE_ALPHA, label=label)] if rope else []
    if not _has_intervals(shown):
        return [mean, *equivalent]
    return [
        mean,
        _mark(COLOUR, "the same, significant (Holm)"),
        Line2D([], [], color=COLOUR, linewidth=THIN, label=f"{level} Nadeau-Bengio interval"),
        Line2D([], [], color=COLOUR, linewidth=THICK, label=f"{level} normal interval over splits"),
        *equivalent,
    ]


def _mark(face: str, label: str) -> Line2D:
    return Line2D(
        [], [], color=COLOUR, marker="o", markersize=4, markerfacecolor=face, linestyle="", label=label
    )
