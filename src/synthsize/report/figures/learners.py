"""Figure: every learner with every recipe, minus a reference learner on the same test rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from synthsize.catalogue.names import Names
from synthsize.report import style
from synthsize.report.figures.frame import frame
from synthsize.report.figures.panels import BEHIND_WORDS, panel_grid, say, say_in_line
from synthsize.report.rows import select
from synthsize.report.wording import sample_in_words

ENTRY = {
    "title": "Classifiers beside each other",
    "section": "learners",
    "order": 55,
    "tables": ["learner_differences", "learner_answers"],
    "words": "Every classifier with every recipe minus a reference classifier on the same test rows, mean over the "
    "outer splits with Nadeau-Bengio (thin) and normal (thick) intervals; at the right: whether it is simply better "
    "than every oversampled linear model.",
}

RECIPES = {
    "none": ("raw data", style.BLACK, "o"),
    "prior_shift": ("prior shifted", style.BLUE, "D"),
    "class_weight": ("class weights", style.GREEN, "s"),
    "joint": ("choice among all recipes", style.VERMILION, "^"),
}
LEFT, RIGHT = "\N{LEFTWARDS ARROW}", "\N{RIGHTWARDS ARROW}"
METRICS = {
    "auroc": ("AUROC", f"Difference\nbetter {RIGHT}"),
    "balanced_accuracy": ("Balanced accuracy", f"Difference\nbetter {RIGHT}"),
    "balanced_risk": ("Balanced log-loss", f"Difference (nats)\n{LEFT} better"),
}
ROW_HEIGHT = 0.5  # inches per learner
DODGE = 0.22  # of a row, between recipes
MARGIN = 0.08  # of the range shown
BESIDE = 1.03  # position of the answers, in widths of the panel
QUESTION = "simply\nbetter?"
ANSWERS = {"better": "yes", "beaten": "no", "open": "?"}
THIN, THICK = 0.9, 2.2  # lines of the two intervals


def draw(learner_differences: pd.DataFrame, learner_answers: pd.DataFrame, *, names: Names) -> Figure:
    """Grid of panels, a row per task and a column per metric, with a line per learner and a mark per recipe.

    Parameters
    ----------
    learner_differences : DataFrame
        Columns `statistics.learner_comparison.LEARNER_COLUMNS`.
    learner_answers : DataFrame
        Columns `statistics.learner_answers.LEARNER_ANSWER_COLUMNS`; may have no rows.
    names : Names
        Of the run.

    Returns
    -------
    matplotlib.figure.Figure
    """
    found = learner_differences
    tasks = {
        name: label for name, label in names.tasks.items() if (found["task"] == name).any()
    } or names.tasks
    metrics = [name for name in METRICS if (found["metric"] == name).any()] or ["auroc"]
    learners = names.learner_order(found["classifier"])
    with mpl.rc_context(style.RC):
        figure, panels = panel_grid(
            list(tasks.values()),
            [METRICS[name][0] for name in metrics],
            height=0.35 + ROW_HEIGHT * max(len(learners), 1),
            sharex="col",
            sharey=True,
        )
        for j, metric in enumerate(metrics):
            of_metric = select(found, {"metric": metric})
            limits = _limits(of_metric)
            for i, task in enumerate(tasks):
                _draw_panel(panels[i, j], select(of_metric, {"task": task}), learners, limits)
                answers = select(learner_answers, {"task": task, "metric": metric})
                _write_answers(panels[i, j], answers, learners, titled=i == 0)
            panels[-1, j].set_xlabel(METRICS[metric][1])
        panels[0, 0].set_yticks(range(len(learners)), [names.learner(name) for name in learners])
        panels[0, 0].set_ylim(max(len(learners), 1) - 0.5, -0.5)  # the first learner on top
        if len(found):
            frame(figure, handles=_handles(found), columns=4)
    return figure


def caption(learner_differences: pd.DataFrame, learner_answers: pd.DataFrame, *, names: Names) -> str:
    """Sentences that explain the figure to its reader."""
    found = learner_differences
    if found.empty:
        return "No two classifiers have a split in common, so that nothing can be compared."
    first = found.iloc[0]
    overlap, split = (
        style.interval_label(name, float(first["level"])) for name in ("nadeau_bengio", "normal")
    )
    references = " or ".join(
        f"{names.in_sentence(learner)} with {_recipe_words(recipe)}"
        for learner, recipe in found[["reference", "reference_recipe"]]
        .drop_duplicates()
        .itertuples(index=False)
    )
    return (
        f"Each classifier with each recipe minus {references} (the line at zero), on the same test rows, in the splits "
        f"that both have: mean over {sample_in_words(found)}; thin line: {overlap}, which allows for the overlap of "
        f"the splits; thick line: {split}, which tells Monte Carlo error within this cohort. Filled: the corrected "
        "t-test remains significant after Holm's adjustment over all tasks, classifiers and recipes of the metric. "
        "Log-losses are compared between classifiers that estimate probabilities alone, never with a hinge loss; a "
        "shifted prior leaves the AUROC as it is. Log-losses are balanced risks as they are, not above an "
        "oracle's, as not every classifier has one. An arrow with a number: raw data beyond the panel."
        + _about_answers(learner_answers)
    )


def _about_answers(answers: pd.DataFrame) -> str:
    if answers.empty:
        return ""
    return (
        " Right of a panel, for classifiers that are not linear: whether the raw fit, or that with its prior shifted, "
        "is simply better than every linear classifier with every generator (yes), at least one of these is better "
        f"than it (no), or neither is shown at {1 - float(answers['level'].iloc[0]):.0%} error (?)."
    )


def _recipe_words(recipe: str) -> str:
    return {"none": "raw data", "joint": "the choice among all recipes"}.get(recipe, RECIPES[recipe][0])


def _limits(rows: pd.DataFrame) -> tuple[float, float]:
    """Range of all recipes but the raw data, which may lie far off; of all where there is no other."""
    others = rows[rows["recipe"] != "none"]
    shown = others if len(others) else rows
    ends = shown[["mean_difference", "nadeau_bengio_low", "nadeau_bengio_high"]].to_numpy(dtype=float)
    low, high = float(np.nanmin(ends, initial=0.0)), float(np.nanmax(ends, initial=0.0))
    width = max(high - low, 1e-3)
    return low - MARGIN * width, high + MARGIN * width


def _draw_panel(
    panel: Axes, rows: pd.DataFrame, learners: Sequence[str], limits: tuple[float, float]
) -> None:
    panel.spines["left"].set_visible(False)
    panel.tick_params(axis="y", length=0)
    panel.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    panel.set_xlim(*limits)
    if rows["mean_difference"].isna().all():
        say(panel)
        return
    panel.axvline(0, color=style.BLACK, linewidth=style.RC["axes.linewidth"], zorder=1)
    for position, learner in enumerate(learners):
        own = rows[rows["classifier"] == learner].dropna(subset=["mean_difference"])
        if own.empty:
            say_in_line(panel, position, "not comparable")
        for _, row in own[own["recipe"].isin(list(RECIPES))].iterrows():
            _draw_mark(panel, row, position + _offset(row["recipe"]), limits)


def _offset(recipe: str) -> float:
    """Return the position of a recipe's mark in the line of its learner."""
    return DODGE * (list(RECIPES).index(recipe) - (len(RECIPES) - 1) / 2)


def _write_answers(panel: Axes, answers: pd.DataFrame, learners: Sequence[str], *, titled: bool) -> None:
    """Write right of the panel whether learners are better than every linear one with every generator."""
    look: dict[str, Any] = {"fontsize": style.RC["xtick.labelsize"], "ha": "left"}
    for _, row in answers[answers["classifier"].isin(learners)].iterrows():
        line = learners.index(row["classifier"]) + _offset(row["recipe"])
        panel.text(
            *(BESIDE, line, ANSWERS[row["verdict"]]),
            transform=panel.get_yaxis_transform(),
            va="center",
            color=RECIPES[row["recipe"]][1],
            gid="answer",
            **look,
        )
    if titled and len(answers):
        panel.text(BESIDE, 1.0, QUESTION, transform=panel.transAxes, va="bottom", **look)


def _draw_mark(panel: Axes, row: pd.Series, position: float, limits: tuple[float, float]) -> None:
    _, colour, marker = RECIPES[row["recipe"]]
    mean = float(row["mean_difference"])
    if not limits[0] <= mean <= limits[1]:
        right = mean > limits[1]
        words = f"{mean:+.2f} {RIGHT}" if right else f"{LEFT} {mean:+.2f}"
        panel.text(
            *(0.99 if right else 0.01, position, words),
            transform=panel.get_yaxis_transform(),
            ha="right" if right else "left",
            va="center",
            color=colour,
            fontsize=style.RC["xtick.labelsize"],
            bbox=BEHIND_WORDS,
        )
        return
    for interval, width in (("nadeau_bengio", THIN), ("normal", THICK)):
        ends = [row[f"{interval}_low"], row[f"{interval}_high"]]
        panel.plot(ends, [position] * 2, color=colour, linewidth=width, solid_capstyle="butt", gid=interval)
    panel.plot(
        *(mean, position),
        **_look(colour, marker, filled=bool(row["significant"])),
        zorder=4,
        gid="mean",
    )


def _look(colour: str, marker: str, *, filled: bool) -> dict[str, Any]:
    face = colour if filled else "white"
    return {"color": colour, "marker": marker, "markersize": 4, "markerfacecolor": face, "linestyle": ""}


def _handles(found: pd.DataFrame) -> list[Line2D]:
    level = f"{100 * found['level'].iloc[0]:g}%"
    there = set(found["recipe"])
    marks = [
        Line2D([], [], label=words, **_look(colour, marker, filled=False))
        for name, (words, colour, marker) in RECIPES.items()
        if name in there
    ]
    return [
        *marks,
        Line2D([], [], label="filled: significant (Holm)", **_look(style.GREY, "o", filled=True)),
        Line2D([], [], color=style.GREY, linewidth=THIN, label=f"{level} Nadeau-Bengio interval"),
        Line2D([], [], color=style.GREY, linewidth=THICK, label=f"{level} normal interval over splits"),
    ]
