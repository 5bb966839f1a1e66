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
GAINS = {NONE: "raw data", PRIOR_SHIFT: "a shifted prior", CLASS_WEIGHT: "class weights"}


def cohorts_table(tables: Tables, runs: Sequence[str], names: Names, below: int) -> Table:
    """One row per task and run: how many, and how rare the outcome is."""
    cohorts = shown_cohorts(tables["cohorts"], below)
    compared = set(tables["recommended"]["task"])
    rows = in_words(
        cohorts[cohorts["task"].isin(compared)], task=names.tasks, run=in_order(runs)
    )
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
    """One row per task and run: the recommended recipe and its gains over the references."""
    answers = select(tables["recommended"], {"classifier": classifier})
    answers = answers[answers["task"].isin(compared_tasks(tables["recommended"], classifier, names))]
    rows = answers[["task", "run", "recipe", "settled", "certainty", "n_splits", "level"]]
    gains = select(tables["gains"], {"classifier": classifier})
    for reference in GAINS:
        own = gains[gains["reference"] == reference]
        own = own.rename(columns={"gain": reference, "low": f"{reference}_low", "high": f"{reference}_high"})
        own[f"{reference}_note"] = own["note"]
        columns = [reference, *(f"{reference}_{end}" for end in ("low", "high", "note"))]
        rows = rows.merge(own[["task", "run", *columns]], on=["task", "run"], how="left")
    levels = " or ".join(
        style.interval_label("nadeau_bengio", level) for level in sorted(rows["level"].dropna().unique())
    )
    unit = names.with_unit("risk of the reference minus that of the recipe", classifier)
    rows = rows.assign(recipe=[recipe_in_words(recipe, names) for recipe in rows["recipe"]])
    rows = in_words(rows, task=names.tasks, run=in_order(runs))
    gained = [
        name
        for reference in GAINS
        for name in (reference, *(f"{reference}_{e}" for e in ("low", "high", "note")))
    ]
    return make_table(
        rows[["task", "run", "recipe", "certainty", "settled", *gained, "n_splits"]],
        name=f"compared_{classifier}",
        title=f"Recommended recipes: {names.learner(classifier)}",
        text=f"Gains of the recipe that the run recommends: {unit}; above zero the recipe is better. In brackets: "
        f"{levels}. Undecided: the run cannot tell this recipe from a rival.",
        columns={
            "task": Column("Task"),
            "run": Column("Run"),
            "recipe": Column("Recipe"),
            "certainty": Column("Sure", also=("settled",), names=("Sure", "Settled"), words=_sure),
            **{
                reference: _gain_column(f"Gain over {words}", reference) for reference, words in GAINS.items()
            },
            "n_splits": Column("Splits", COUNT),
        },
    )


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

    also = tuple(f"{key}_{end}" for end in ("low", "high", "note"))
    return Column(header, also=also, names=(header, f"{header}, low", f"{header}, high", "Note"), words=words)


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
        "recommended recipe gains over this generator's rows at m = 1.",
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
