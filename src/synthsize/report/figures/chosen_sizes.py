"""Figure: how often VTSS chose each synthetic size, tasks by generators."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from synthsize.catalogue.names import Names
from synthsize.errors import InputError
from synthsize.grid import grid_edges
from synthsize.report import style
from synthsize.report.content import Column, Table, make_table
from synthsize.report.figures.frame import frame
from synthsize.report.figures.number_tables import PLACE, SHARE, TITLE
from synthsize.report.figures.panels import panel_grid, say
from synthsize.report.rows import in_words, select
from synthsize.report.wording import sample_in_words

ENTRY = {
    "title": "Distribution of the chosen sizes",
    "section": "choices",
    "classifiers": "all",
    "order": 40,
    "tables": ["choices"],
    "words": "Synthetic sizes that validation (VTSS) chose for {classifier} over the outer splits, by balanced loss "
    "(upwards) and balanced accuracy (downwards); outlines: the one-standard-error rule.",
}

WIDEST_BAR = 0.2  # in units of m, on a coarse grid
OUTLINE_COLOUR = style.BLACK
RULES = {"argmin": "best mean", "1se": "1-SE rule"}
HEADROOM = 1.3  # of the tallest bar, for the words at the edges


def draw(choices: pd.DataFrame, *, names: Names, classifier: str) -> Figure:
    """Grid of histograms, a row per task and a column per generator.

    Bars above the line count choices by balanced loss, bars below it choices by balanced accuracy; outlines count the
    choices of the one-standard-error rule.

    Parameters
    ----------
    choices : DataFrame
        Columns task, classifier, generator, criterion, rule, multiplier, count, share, n_splits,
        n_train_mean and n_test_mean.
    classifier : str
        Whose choices to draw.
    names : Names
        Of the run.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If the table has no row of this classifier.
    """
    choices = choices[(choices["classifier"] == classifier) & choices["criterion"].isin(list(style.CRITERIA))]
    if choices.empty:
        raise InputError(
            f"the table of choices has no row of {classifier!r}; check experiment.classifiers and "
            "experiment.vtss.criteria, or delete the table so that it is made again"
        )
    generators = names.generator_order(choices["generator"])
    directions = _directions(choices)
    with mpl.rc_context(style.RC):
        figure, panels = panel_grid(
            list(names.tasks.values()),
            [names.generator(name) for name in generators],
            sharey=True,
        )
        for i, task in enumerate(names.tasks):
            for j, generator in enumerate(generators):
                cell = select(choices, {"task": task, "generator": generator})
                _draw_panel(panels[i, j], cell, directions, names.largest(generator))
        _set_scales(panels[0, 0], choices, directions)
        frame(
            figure,
            x="Chosen synthetic-size multiplier m",
            y="Share of splits",
            handles=_handles(directions),
            columns=2,
        )
    return figure


def caption(choices: pd.DataFrame, *, names: Names, classifier: str) -> str:
    """Sentences that explain the figure to its reader."""
    shown = choices[choices["classifier"] == classifier]
    directions = _directions(shown)
    criteria = " and ".join(_words(name, direction) for name, direction in directions.items())
    return (
        f"Synthetic sizes that validation (VTSS) chose for {names.in_sentence(classifier)}, as multiples m of "
        f"the class gap, over {sample_in_words(shown)}: bars count the best validation mean, by {criteria}; "
        f"outlines count the smallest m within one standard error of it. {_about_the_grid(shown)} "
        f"{_about_lost_choices(shown)}No interval is shown: the splits overlap, so their choices are not independent. "
        "Bars at one size: validation clearly prefers it; bars spread over many: it does not distinguish them."
    )


def numbers(choices: pd.DataFrame, *, names: Names, classifier: str) -> Table:
    """Tabulate the sizes that were chosen at least once: a row per task, generator, criterion and multiplier."""
    keys = ["task", "generator", "criterion", "multiplier"]
    shown = select(choices, {"classifier": classifier})
    # pivot_table would drop the cells without a choice.
    wide = shown.pivot(index=keys, columns="rule", values="share").reset_index()  # noqa: PD010
    rules = [name for name in RULES if name in wide]
    words = in_words(
        _chosen_or_lost(wide[[*keys, *rules]], rules),
        task=names.tasks,
        generator=names.generator_labels,
        criterion=style.CRITERIA,
    )
    return make_table(
        words,
        name=f"numbers_choices_{classifier}",
        title=TITLE,
        text="Share of the splits in which VTSS chose each size by the best validation mean, and by the "
        "one-standard-error rule; sizes that neither ever chose are left out. A dash: no split has a choice.",
        columns={
            **PLACE,
            "generator": Column("Generator"),
            "criterion": Column("Criterion"),
            **{name: Column(f"Chosen by {RULES[name]}", SHARE) for name in rules},
        },
    )


def _chosen_or_lost(wide: pd.DataFrame, rules: list[str]) -> pd.DataFrame:
    """Rows of the sizes that were chosen, and one row without a size for each cell that has no choice."""
    lost = wide[wide[rules].isna().all(axis=1)].drop_duplicates(["task", "generator", "criterion"])
    return pd.concat([wide[(wide[rules] > 0).any(axis=1)], lost.assign(multiplier=np.nan)])


def _about_the_grid(shown: pd.DataFrame) -> str:
    grid = np.unique(shown["multiplier"])
    if len(grid) == 1:
        return "The grid has one size, so there was no choice."
    ends = "line" if len(grid_edges(grid.tolist())) == 1 else "lines"
    return (
        f"The grid could be widened beyond the dotted {ends}; a percentage beside one gives the share of splits whose "
        "best m lay on that edge, where a wider grid might have held a better one."
    )


def _about_lost_choices(shown: pd.DataFrame) -> str:
    """Return the sentence on panels that count fewer splits than were run; empty if none does."""
    argmin = shown[shown["rule"] == "argmin"].groupby(["task", "generator", "criterion"])
    short = (argmin["count"].sum() < argmin["n_splits"].max()).groupby(["task", "generator"]).any()
    n = int(short.sum())
    return f"Some splits lack a choice and are not counted (panels: {n}). " if n else ""


def _directions(choices: pd.DataFrame) -> dict[str, float]:
    """Give each criterion that was run the sign of its bars: the first up, the second down, so that neither hides."""
    run = [name for name in style.CRITERIA if (choices["criterion"] == name).any()]
    return dict(zip(run, (1.0, -1.0), strict=False))


def _words(criterion: str, direction: float) -> str:
    return style.display(criterion, style.CRITERIA) + (" (downwards)" if direction < 0 else "")


def _draw_panel(panel: Axes, cell: pd.DataFrame, directions: Mapping[str, float], largest: float) -> None:
    if not (cell["share"] > 0).any():
        say(panel)
        return
    grid = np.unique(cell["multiplier"])
    width = min(0.9 * float(np.diff(grid, append=np.inf).min()), WIDEST_BAR)
    panel.axhline(0, color=style.BLACK, linewidth=style.RC["axes.linewidth"])
    for edge in grid_edges(grid.tolist(), largest).values():
        panel.axvline(edge, color=style.GREY, linestyle=":", linewidth=0.8, zorder=0)
    for criterion, rows in cell.groupby("criterion"):
        direction = directions[str(criterion)]
        for rule, part in rows.sort_values("multiplier").groupby("rule"):
            heights = direction * part["share"].to_numpy()
            if rule == "1se":
                _draw_outline(panel, part["multiplier"].to_numpy(), heights, width)
                continue
            colour = style.CRITERION_COLOURS[str(criterion)]
            panel.bar(part["multiplier"], heights, width=width, color=colour, gid=str(criterion))
            _name_edges(panel, part, direction, width, largest)


def _draw_outline(panel: Axes, grid: np.ndarray, heights: np.ndarray, width: float) -> None:
    chosen = heights != 0
    panel.bar(
        grid[chosen],
        heights[chosen],
        width=width,
        facecolor="none",
        edgecolor=OUTLINE_COLOUR,
        linewidth=0.7,
        zorder=3,  # before the bars
        gid="1se",
    )


def _name_edges(panel: Axes, part: pd.DataFrame, direction: float, width: float, largest: float) -> None:
    """Give the share of choices on each edge of the grid, unless nothing was chosen there."""
    shares = part.set_index("multiplier")["share"]
    for name, edge in grid_edges(shares.index.tolist(), largest).items():
        align, inwards = {"lower": ("left", 1.0), "upper": ("right", -1.0)}[name]
        if shares[edge] > 0:
            panel.text(
                edge + inwards * 0.8 * width,
                0.99 if direction > 0 else 0.01,
                f"{shares[edge]:.0%}",
                transform=panel.get_xaxis_transform(),
                ha=align,
                va="top" if direction > 0 else "bottom",
                fontsize=style.RC["xtick.labelsize"],
                gid="edge",
            )


def _set_scales(panel: Axes, choices: pd.DataFrame, directions: Mapping[str, float]) -> None:
    tallest = HEADROOM * float(np.nanmax([choices["share"].max(), 0.05]))
    panel.set_ylim(-tallest if len(directions) > 1 else 0.0, tallest)
    panel.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    panel.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{abs(share):.0%}"))


def _handles(directions: Mapping[str, float]) -> list[Patch | Line2D]:
    bars: list[Patch | Line2D] = [
        Patch(
            facecolor=style.CRITERION_COLOURS[name],
            label=f"best by {_words(name, direction)}",
        )
        for name, direction in directions.items()
    ]
    return [
        *bars,
        Patch(
            facecolor="none",
            edgecolor=OUTLINE_COLOUR,
            linewidth=0.7,
            label="smallest within one standard error",
        ),
        Line2D([], [], color=style.GREY, linestyle=":", linewidth=0.8, label="edge of the grid"),
    ]
