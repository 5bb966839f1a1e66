"""Tables of a comparison: what each run recommends and gains, and the sizes that its validation chose."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.compare.drawing import compared_tasks
from synthsize.compare.rows import BALANCE, ITSELF
from synthsize.compare.words import recipe_in_words, shown_cohorts
from synthsize.recipes import CLASS_WEIGHT, NONE, PRIOR_SHIFT
from synthsize.report import style
from synthsize.report.content import COUNT, Column, Table, make_table
from synthsize.report.page.recommendation import confidence
from synthsize.report.rows import in_words, select

Tables = Mapping[str, pd.DataFrame]
GAIN = "{:+.4f}"
OTHERS = {PRIOR_SHIFT: "a shifted prior", CLASS_WEIGHT: "class weights"}


def cohorts_table(tables: Tables, runs: Sequence[str], names: Names, below: int) -> Table:
    """One row per task and run: how many, and how rare the outcome is."""
    cohorts = shown_cohorts(tables["cohorts"], below)
    compared = set(tables["recommended"]["task"])
    rows = in_words(cohorts[cohorts["task"].isin(compared)], task=names.tasks, run=in_order(runs))
    return make_table(
        rows[["task", "run", "admissions", "patients", "positives", "ratio"]],
        name="compared_cohorts",
        title="Cohorts",
        text="Rows of the analysis table of each task: admissions of an extract, or the rows of a table of one's own.",
        columns={
            "task": Column("Task"),
            "run": Column("Run"),
            "admissions": Column("Admissions or rows", COUNT),
            "patients": Column("Patients or groups", COUNT),
            "positives": Column("Positive", COUNT),
            "ratio": Column("Imbalance", "1 : {:.2f}", names=("Negatives per positive",)),
        },
    )


def runs_table(tables: Tables, classifier: str, runs: Sequence[str], names: Names) -> Table:
    """One row per task and run: the recommended recipe, how sure that is, and its gain over raw data."""
    rows = _answers_with_gains(tables, classifier, runs, names)
    return make_table(
        rows[["task", "run", "recipe", "certainty", "settled", *_gain_keys(NONE), "n_splits"]],
        name=f"compared_{classifier}",
        title=f"Recommended recipes: {names.learner(classifier)}",
        text=f"{_gains_in_words(rows, classifier, names)} Undecided: the run cannot separate this recipe from a rival.",
        columns={
            "task": Column("Task"),
            "run": Column("Run"),
            "recipe": Column("Recipe"),
            "certainty": Column("Sure", also=("settled",), names=("Sure", "Settled"), words=_sure),
            NONE: _gain_column("Gain over raw data", NONE),
            "n_splits": Column("Splits", COUNT),
        },
    )


def gains_table(tables: Tables, classifier: str, runs: Sequence[str], names: Names) -> Table:
    """One row per task and run: what the recommended recipe gains over recipes of little work."""
    rows = _answers_with_gains(tables, classifier, runs, names)
    keys = [key for reference in OTHERS for key in _gain_keys(reference)]
    return make_table(
        rows[["task", "run", "recipe", *keys]],
        name=f"compared_gains_{classifier}",
        title=f"Gains over other recipes: {names.learner(classifier)}",
        text=_gains_in_words(rows, classifier, names),
        columns={
            "task": Column("Task"),
            "run": Column("Run"),
            "recipe": Column("Recipe"),
            **{
                reference: _gain_column(f"Gain over {words}", reference)
                for reference, words in OTHERS.items()
            },
        },
    )


def _answers_with_gains(tables: Tables, classifier: str, runs: Sequence[str], names: Names) -> pd.DataFrame:
    answers = select(tables["recommended"], {"classifier": classifier})
    answers = answers[answers["task"].isin(compared_tasks(tables["recommended"], classifier, names))]
    rows = answers[["task", "run", "recipe", "settled", "certainty", "n_splits", "level"]]
    gains = select(tables["gains"], {"classifier": classifier})
    for reference in (NONE, *OTHERS):
        own = gains[gains["reference"] == reference]
        own = own.rename(
            columns=dict(zip(("gain", "low", "high", "note"), _gain_keys(reference), strict=True))
        )
        rows = rows.merge(own[["task", "run", *_gain_keys(reference)]], on=["task", "run"], how="left")
    rows = rows.assign(recipe=[recipe_in_words(recipe, names) for recipe in rows["recipe"]])
    return in_words(rows, task=names.tasks, run=in_order(runs))


def _gain_keys(reference: str) -> list[str]:
    """Columns of a gain: its mean, the limits of its interval, and why there is none."""
    return [reference, *(f"{reference}_{end}" for end in ("low", "high", "note"))]


def _gains_in_words(rows: pd.DataFrame, classifier: str, names: Names) -> str:
    levels = sorted(rows["level"].dropna().unique())
    intervals = " or ".join(style.interval_label("nadeau_bengio", level) for level in levels)
    unit = names.with_unit("risk of the other minus that of the recipe that the run recommends", classifier)
    return f"Gain: {unit}; above zero the recipe is better. In brackets: {intervals}."


def in_order(runs: Sequence[str]) -> dict[str, str]:
    """Labels as `in_words` takes them: as they are, in the order of the configuration."""
    return {run: run for run in runs}


def _sure(row: Mapping[Hashable, Any]) -> str:
    if pd.isna(row["certainty"]):
        return style.MISSING
    return confidence(row["certainty"]) if row["settled"] else "undecided"


def _gain_column(header: str, key: str) -> Column:
    """Show a gain with its interval, or why there is none."""

    def words(row: Mapping[Hashable, Any]) -> str:
        if row[f"{key}_note"] == ITSELF:
            return "is this recipe"
        if pd.isna(row[key]):
            return style.MISSING
        limits = (row[f"{key}_low"], row[f"{key}_high"])
        told = "" if pd.isna(limits[0]) else f" ({GAIN.format(limits[0])} to {GAIN.format(limits[1])})"
        return GAIN.format(row[key]) + told

    return Column(
        header,
        also=tuple(_gain_keys(key)[1:]),
        names=(header, f"{header}, low", f"{header}, high", "Note"),
        words=words,
    )


def sizes_table(tables: Tables, classifier: str, runs: Sequence[str], names: Names) -> Table:
    """One row per task, generator and run: the chosen size, and the recipe's gain over m = 1."""
    sizes = select(tables["sizes"], {"classifier": classifier})
    sizes = sizes[sizes["task"].isin(compared_tasks(tables["recommended"], classifier, names))]
    gains = select(tables["gains"], {"classifier": classifier, "reference": BALANCE})
    keys = ["task", "generator", "run"]
    rows = sizes.merge(gains[[*keys, "gain", "low", "high"]], on=keys, how="left")
    rows = in_words(rows, task=names.tasks, generator=names.generator_labels, run=in_order(runs))
    unit = names.with_unit("Gain over m = 1", classifier)
    return make_table(
        rows[[*keys, "median", "quartile_1", "quartile_3", "edge_share", "gain", "low", "high"]],
        name=f"compared_sizes_{classifier}",
        title=f"Sizes that validation chose: {names.learner(classifier)}",
        text="Median and quartiles over the splits, the share of splits on an edge of the grid, and what the run's "
        "recommended recipe gains over this generator's rows at m = 1. A dash: the run did not compare the two, as "
        "where it recommends another generator.",
        columns={
            "task": Column("Task"),
            "generator": Column("Generator"),
            "run": Column("Run"),
            "median": Column(
                "Chosen m (quartiles)",
                "{:.2f}",
                ("quartile_1", "quartile_3"),
                " ({:.2f} to {:.2f})",
                ("Chosen m, median", "Lower quartile", "Upper quartile"),
            ),
            "edge_share": Column("On an edge", "{:.0%}", names=("On an edge (share of splits)",)),
            "gain": Column(unit, GAIN, ("low", "high"), f" ({GAIN} to {GAIN})", (unit, "Low", "High")),
        },
        folded=True,
    )
