"""Figure: which admissions have a value of each variable, by charting system or unit, and what is left to impute."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from synthsize.catalogue.variables import VariableEntry
from synthsize.contracts.variables import ALL_STRATA, VARIABLES
from synthsize.report import style
from synthsize.report.figures.panels import say
from synthsize.report.hidden import Hidden
from synthsize.report.strata import counted_strata, has_many_strata, strata_spread
from synthsize.report.suppression import suppress_coverage, suppress_missingness

ENTRY = {
    "title": "Measured and missing",
    "section": "cohort",
    "category": "Cohort",
    "order": 100,
    "tables": ["coverage", "missingness"],
    "params": ["suppress_below"],
    "lacks": "nothing",
    "words": "Admissions with at least one value of each variable, by charting system or unit, and the feature cells "
    "that are imputed.",
}

MARKS = (
    ("o", style.BLUE),
    ("s", style.VERMILION),
    ("^", style.GREEN),
    ("D", style.ORANGE),
    ("v", style.PURPLE),
)
SPREAD = 0.7  # of a line's height: positions of the marks of one variable
LEGEND_CHARACTERS = 120  # of labels side by side
HEIGHT, LINE_HEIGHT = 3.1, 0.28  # inches: of the figure and of a variable at least
MARK_HEIGHT = 0.09  # inches: of a variable for each of its strata


def draw(coverage: pd.DataFrame, missingness: pd.DataFrame, *, suppress_below: int) -> Figure:
    """Share of admissions with a value by stratum, beside the share of feature cells without one.

    Parameters
    ----------
    coverage : DataFrame
        Columns stratum, admissions and ``<variable>_percent``; the row ``all`` stands for all strata. Many of them are
        drawn as percentiles (`strata.strata_spread`).
    missingness : DataFrame
        Columns variable, admissions, admissions_percent, bins_percent and missing_cells_percent.
    suppress_below : int
        Smallest count that may be shown; see `suppression`. Strata with nothing to show are left out.

    Returns
    -------
    matplotlib.figure.Figure
    """
    with mpl.rc_context(style.RC):
        variables = [entry for entry in VARIABLES if f"{entry.name}_percent" in coverage]
        told = _told(suppress_coverage(coverage, suppress_below))
        if has_many_strata(coverage):
            told = told[told["stratum"] == ALL_STRATA]
        line = max(LINE_HEIGHT, MARK_HEIGHT * (told["stratum"] != ALL_STRATA).sum())
        figure = Figure(figsize=(style.PAGE_WIDTH, max(HEIGHT, line * len(variables))), layout="constrained")
        FigureCanvasAgg(figure)
        left, right = figure.subplots(1, 2, sharey=True, width_ratios=[3, 2])
        left.set_yticks(range(len(variables)), [variable.label for variable in variables])
        left.set_ylim(len(variables) - 0.5, -0.5)  # the first variable on top
        for panel, words in ((left, "Admissions with a value (%)"), (right, "Feature cells to impute (%)")):
            panel.set_xlim(-3, 103)
            panel.set_xlabel(words)
            panel.tick_params(axis="y", length=0)
            panel.grid(axis="x", color=style.GREY, alpha=0.25, linewidth=0.5)
            panel.set_axisbelow(True)
        if has_many_strata(coverage):
            _draw_spread(left, variables, strata_spread(coverage, suppress_below))
        _draw_strata(left, variables, told)
        _draw_missing(right, variables, suppress_missingness(missingness, suppress_below))
        handles, labels = left.get_legend_handles_labels()
        longest = max(map(len, labels), default=1)
        columns = max(1, min(4, LEGEND_CHARACTERS // longest))
        figure.legend(handles, labels, loc="outside upper center", ncols=columns)
    return figure


def caption(coverage: pd.DataFrame, *, suppress_below: int) -> str:
    """Sentences that explain the figure to its reader."""
    shares = (
        "Left: percentage of admissions with at least one value of each variable within the observation window, by "
        "charting system, unit type, era or hospital. A variable that one of them lacks separates them rather than "
        "their patients."
    )
    cells = (
        " Right: percentage of each variable's cells in the feature table that are empty and are imputed before a "
        "model is fitted. Counts of this cohort, so no interval."
    )
    if has_many_strata(coverage):
        counted = counted_strata(strata_spread(coverage, suppress_below))
        return f"{shares} Percentiles over {counted}; small strata scatter by chance.{cells}"
    strata = suppress_coverage(coverage, suppress_below)
    left_out = strata["stratum"][~strata["stratum"].isin(_told(strata)["stratum"])]
    hidden = ""
    if suppress_below > 1:
        hidden = f" Hidden: shares of fewer than {suppress_below} admissions or of all but so few"
        hidden += "".join(f"; stratum {style.display(name, style.STRATA)}" for name in left_out) + "."
    return f"{shares}{hidden}{cells}"


def _told(coverage: pd.DataFrame) -> pd.DataFrame:
    """Strata with anything to show."""
    shares = coverage.filter(like="_percent")
    return coverage[[not all(isinstance(share, Hidden) for share in row) for row in shares.to_numpy()]]


def _draw_strata(panel: Axes, variables: list[VariableEntry], coverage: pd.DataFrame) -> None:
    if coverage.empty:
        say(panel)
        return
    columns = [f"{variable.name}_percent" for variable in variables]
    lines = np.arange(len(variables))
    strata = coverage[coverage["stratum"] != ALL_STRATA]
    offsets = np.linspace(-SPREAD / 2, SPREAD / 2, len(strata)) if len(strata) > 1 else [0.0]
    for i, (offset, (_, row)) in enumerate(zip(offsets, strata.iterrows(), strict=False)):
        # Each round of marks takes its colours one further on, so that no two strata look alike.
        marker, colour = MARKS[i % len(MARKS)][0], MARKS[(i + i // len(MARKS)) % len(MARKS)][1]
        panel.plot(
            _numbers(row[columns]),
            lines + offset,
            marker=marker,
            color=colour,
            linestyle="",
            label=_label(row),
            clip_on=False,
        )
    for _, row in coverage[coverage["stratum"] == ALL_STRATA].iterrows():
        panel.plot(
            _numbers(row[columns]),
            lines,
            marker="|",
            markersize=11,
            color=style.BLACK,
            linestyle="",
            label=_label(row),
            zorder=1,
        )


def _draw_spread(panel: Axes, variables: list[VariableEntry], spread: pd.DataFrame) -> None:
    """Bars over the percentiles of the strata, thick around the middle half, with a dot at the median."""
    shares = spread.set_index("stratum")
    counted = int(spread["counted"].iloc[0])
    for line, variable in enumerate(variables):
        share = shares[f"{variable.name}_percent"]
        first = line == 0  # is named in the legend
        for low, high, width, words in (
            (10, 90, 1.2, f"10th to 90th percentile of {counted:,} strata"),
            (25, 75, 4.5, "middle half"),
        ):
            panel.plot(
                [share[low], share[high]],
                [line, line],
                color=style.BLUE,
                linewidth=width,
                solid_capstyle="butt",
                label=words if first else None,
            )
        panel.plot(
            [share[50]],
            [line],
            marker="o",
            markerfacecolor="white",
            markeredgecolor=style.BLUE,
            markersize=4,
            linestyle="",
            label="median stratum" if first else None,
            clip_on=False,
        )


def _numbers(shares: pd.Series) -> pd.Series:
    """Shares as numbers, those that are hidden as NaN."""
    return pd.Series([np.nan if isinstance(share, Hidden) else float(share) for share in shares])


def _label(row: pd.Series) -> str:
    size = row["admissions"]
    admissions = "n hidden" if isinstance(size, Hidden) else f"n = {size:,}"
    return f"{style.display(row['stratum'], style.STRATA)} ({admissions})"


def _draw_missing(panel: Axes, variables: list[VariableEntry], missingness: pd.DataFrame) -> None:
    share = missingness.set_index("variable")["missing_cells_percent"]
    share = share.reindex([variable.name for variable in variables])
    lengths = _numbers(share).fillna(0.0)
    panel.barh(range(len(share)), lengths, height=0.6, color=style.GREY, gid="missing")
    for position, (value, length) in enumerate(zip(share, lengths, strict=True)):
        panel.annotate(
            _in_words(value),
            (length, position),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize=style.RC["xtick.labelsize"],
        )


def _in_words(share: float | Hidden) -> str:
    if isinstance(share, Hidden):
        return share.text
    return "no result" if np.isnan(share) else f"{share:.1f}"
