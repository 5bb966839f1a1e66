"""Figure: one row per task; what each run recommends, which sizes it chose, and what its recipe gains over what."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from synthsize.catalogue.names import Names
from synthsize.compare.drawing import (
    LINE,
    beside,
    compared_tasks,
    draw_estimate,
    handles,
    looks,
    rows_from_above,
)
from synthsize.compare.rows import ITSELF
from synthsize.compare.words import (
    cohort_in_words,
    reference_in_words,
    settings_names,
    shown_cohorts,
    verdict_in_words,
)
from synthsize.recipes import NONE
from synthsize.report import style
from synthsize.report.rows import select
from synthsize.report.wording import splits_in_words

Tables = Mapping[str, pd.DataFrame]
WIDTHS = (2.2, 1.1, 0.9, 1.5)  # of the columns, relative to each other
TEXT_LINE = 0.135  # inches
WIDE = 6.0  # times the median half-width of the intervals in a column: what is wider is cut
LEAST_SIZES = (0.45, 1.55)  # that the axis of the chosen sizes shows, where all of them are balance
LETTERS = 43  # in a line of the first column


def draw(tables: Tables, *, runs: Sequence[str], names: Names, classifier: str, below: int) -> Figure:
    """Grid with a row per task that two runs have: cohort and verdict in words, chosen sizes, gains.

    Parameters
    ----------
    tables : dict of str to DataFrame
        Columns of `rows.CONTRACTS`.
    runs : sequence of str
        Labels, in order.
    names : Names
        Of all runs.
    classifier : str
    below : int
        Smallest count of people that is shown.

    Returns
    -------
    matplotlib.figure.Figure
    """
    tasks = compared_tasks(tables["recommended"], classifier, names)
    cells = {task: _of_cell(tables, task, classifier) for task in tasks}
    cohorts = shown_cohorts(tables["cohorts"], below)
    with mpl.rc_context(style.RC):
        heights = [_height(cell, runs) for cell in cells.values()]
        figure = Figure(figsize=(style.PAGE_WIDTH, sum(heights) + 1.1), layout="constrained")
        FigureCanvasAgg(figure)
        panels = figure.subplots(
            len(tasks), len(WIDTHS), squeeze=False, width_ratios=WIDTHS, height_ratios=heights, sharex="col"
        )
        for row, (task, cell) in zip(panels, cells.items(), strict=True):
            _write_verdicts(row[0], names.task(task), cell, select(cohorts, {"task": task}), runs, names)
            _draw_sizes(row[1], cell["sizes"], runs, names)
            raw = cell["gains"]["reference"] == NONE
            _draw_gains(row[2], cell["gains"][raw], cell["recommended"], runs, names)
            row[2].set_yticks([])
            _draw_gains(row[3], cell["gains"][~raw], cell["recommended"], runs, names)
        of_classifier = select(tables["gains"], {"classifier": classifier})
        of_classifier = of_classifier[of_classifier["task"].isin(tasks)]
        raw = of_classifier["reference"] == NONE
        _limit_gains(list(panels[:, 2]), of_classifier[raw])
        _limit_gains(list(panels[:, 3]), of_classifier[~raw])
        panels[0, 1].set_title("Size chosen\nby validation")
        panels[0, 2].set_title("Gain over\nraw data")
        panels[0, 3].set_title("Gain over\nother recipes")
        panels[-1, 1].set_xlabel("m")
        for panel in panels[-1, 2:]:
            panel.set_xlabel(names.loss_unit(classifier))
        figure.legend(handles=handles(runs, runs), loc="outside lower center", ncols=min(4, len(runs)))
        _name_settings(figure, settings_names(tables["differing_settings"]))
    return figure


def caption(tables: Tables, *, runs: Sequence[str], names: Names, classifier: str, below: int) -> str:  # noqa: ARG001
    """Sentences that explain the figure to its reader; takes what `draw` takes."""
    gains = select(tables["gains"], {"classifier": classifier})
    levels = sorted(gains["level"].dropna().unique())
    interval = " or ".join(style.interval_label("nadeau_bengio", float(level)) for level in levels)
    splits = splits_in_words(select(tables["recommended"], {"classifier": classifier})["n_splits"])
    return (
        f"The same tasks in {len(runs)} runs, {names.in_sentence(classifier)}. Left: admissions (rows, of a table of "
        "one's own), positives, imbalance, and the recipe that each run recommends. Then median and quartiles of the "
        "size m that validation chose over the splits (1 balances the classes). Gains: "
        f"{names.risk(classifier).lower()} of a reference minus that of the run's recommended recipe, within a split: "
        "right of zero the recipe is better; an open diamond at zero is the recipe itself; grey is the practical "
        f"limit, where all runs have the same. Bars: {interval or 'no interval can be given'}, each run's own "
        f"({splits}); an arrow where a bar goes on beyond the panel. Nothing is tested between the runs: their "
        "patients, and the settings named above the figure, differ."
    )


def _of_cell(tables: Tables, task: str, classifier: str) -> dict[str, pd.DataFrame]:
    cell = {"task": task, "classifier": classifier}
    return {name: select(tables[name], cell) for name in ("recommended", "sizes", "gains")}


def _height(cell: Mapping[str, pd.DataFrame], runs: Sequence[str]) -> float:
    """Inches that the fullest of the three panels takes."""
    points = max(
        cell["gains"][["reference", "generator"]].drop_duplicates().shape[0] - 1,
        cell["sizes"]["generator"].nunique(),
    )
    return max(points * (len(runs) * LINE + 0.06), (4 * len(runs) + 1.5) * TEXT_LINE, 0.9)


def _write_verdicts(
    panel: Axes,
    task: str,
    cell: Mapping[str, pd.DataFrame],
    cohorts: pd.DataFrame,
    runs: Sequence[str],
    names: Names,
) -> None:
    """Write the name of the task, and below it the cohort and the verdict of each run in its colour."""
    panel.set_axis_off()
    line = 0.0

    def write(words: str, **look: object) -> None:
        nonlocal line
        for part in textwrap.wrap(words, LETTERS) or [""]:
            panel.annotate(
                part,
                (0, 1),
                xycoords="axes fraction",
                xytext=(0, -line * 72 * TEXT_LINE),
                textcoords="offset points",
                va="top",
                **look,  # type: ignore[arg-type]
            )
            line += 1

    write(task, weight="bold")
    for run, (colour, _) in looks(runs).items():
        line += 0.2
        write(run, color=colour, weight="bold", fontsize=7)
        answers, sizes = (select(found, {"run": run}) for found in (cell["recommended"], cohorts))
        if answers.empty:
            write("no results of this task", fontsize=6.5, color=style.GREY)
            continue
        for row in sizes.to_dict("records"):
            write(cohort_in_words(row), fontsize=6.5)
        write(verdict_in_words(answers.iloc[0].to_dict(), names), fontsize=6.5)


def _draw_sizes(panel: Axes, sizes: pd.DataFrame, runs: Sequence[str], names: Names) -> None:
    generators = names.generator_order(sizes["generator"])
    rows_from_above(panel, [names.generator(name) for name in generators])
    panel.axvline(1, color=style.GREY, linewidth=0.6, linestyle="--", zorder=1)
    for row in sizes.dropna(subset=["median"]).to_dict("records"):
        place = list(runs).index(row["run"])
        y = generators.index(row["generator"]) + beside(place, len(runs))
        limits = (row["quartile_1"], row["quartile_3"])
        draw_estimate(panel, row["median"], y, limits, looks(runs)[row["run"]])
    panel.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
    low, high = panel.get_xlim()
    panel.set_xlim(min(low, LEAST_SIZES[0]), max(high, LEAST_SIZES[1]))


def _name_settings(figure: Figure, settings: Sequence[str]) -> None:
    """Write above the panels which settings differ, so that the figure can be read by itself."""
    if settings:
        words = f"Settings differ between the runs: {', '.join(settings)}."
        figure.suptitle(
            "\n".join(textwrap.wrap(words, 120, max_lines=3, placeholder=" …")),
            fontsize=style.RC["xtick.labelsize"],
            color=style.VERMILION,
        )


def _draw_gains(
    panel: Axes, gains: pd.DataFrame, answers: pd.DataFrame, runs: Sequence[str], names: Names
) -> None:
    references = _references(gains, names)
    rows_from_above(panel, [reference_in_words(*reference, names) for reference in references])
    panel.axvline(0, color=style.BLACK, linewidth=0.6, zorder=1)
    ropes = set(answers["rope"].dropna())
    if len(ropes) == 1:
        (rope,) = ropes
        panel.axvspan(-rope, rope, color=style.GREY, alpha=0.15, linewidth=0, zorder=0)
    for row in gains.to_dict("records"):
        generator = row["generator"] if isinstance(row["generator"], str) else ""
        if (row["reference"], generator) not in references:
            continue
        y = references.index((row["reference"], generator)) + beside(list(runs).index(row["run"]), len(runs))
        look = looks(runs)[row["run"]]
        if row["note"] == ITSELF:
            panel.plot(
                [0],
                [y],
                color=look[0],
                marker="D",
                markersize=4.5,
                markerfacecolor="white",
                linestyle="",
                zorder=3,
                gid="itself",
            )
        elif pd.notna(row["gain"]):
            draw_estimate(panel, row["gain"], y, (row["low"], row["high"]), look)
    panel.xaxis.set_major_locator(MaxNLocator(3))


def _limit_gains(panels: Sequence[Axes], gains: pd.DataFrame) -> None:
    """Set the range of a column so that one wide interval does not press the others together; arrows mark cuts."""
    known = gains.dropna(subset=["gain"])
    if known.empty:
        return
    widest = WIDE * ((known["high"] - known["low"]) / 2).median()
    reach = (known[["low", "high"]].sub(known["gain"], axis=0)).abs().max(axis=1).fillna(0.0)
    reach = reach.clip(upper=widest) if widest > 0 else reach
    low, high = min(0.0, (known["gain"] - reach).min()), max(0.0, (known["gain"] + reach).max())
    room = 0.06 * (high - low) or 1.0
    limits = (low - room, high + room)
    panels[0].set_xlim(limits)  # the others of the column share it
    for panel in panels:
        for line in panel.lines:
            if line.get_gid() != "interval":
                continue
            ends, heights = np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float)
            for end, beyond, marker in zip(ends, (-1, 1), ("<", ">"), strict=True):
                edge = limits[0] if beyond < 0 else limits[1]
                if beyond * end > beyond * edge:
                    panel.plot(
                        [edge],
                        [heights[0]],
                        marker,
                        color=line.get_color(),
                        markersize=4,
                        clip_on=False,
                        gid="cut",
                    )


def _references(gains: pd.DataFrame, names: Names) -> list[tuple[str, str]]:
    """List the references of which some run has a gain, controls before the generators at m = 1."""
    known = gains[gains["gain"].notna() | (gains["note"] == ITSELF)]
    found = zip(known["reference"], known["generator"].fillna(""), strict=True)
    places = {
        name: place for place, name in enumerate(["", *names.generator_order(known["generator"].dropna())])
    }
    return sorted(dict.fromkeys(found), key=lambda reference: places[reference[1]])
