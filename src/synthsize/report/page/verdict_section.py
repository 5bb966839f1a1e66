"""The numbers behind the headline, and the verdict on every recipe."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report import style
from synthsize.report.content import Column, Section, Table, estimate, make_table
from synthsize.report.page.recommendation import confidence
from synthsize.report.rows import by_classifier

DIFFERENCE, COUNT = "{:+.4f}", "{:+.0f}"
INTERVAL = "nadeau_bengio"  # claims about new patients rest on no other
_CORRECT = "More patients classed correctly of 1,000, half of them with the outcome"


def answer_tables(answers: pd.DataFrame | None, names: Names) -> Iterator[Table]:
    """Yield the numbers behind the headline, a table per learner."""
    text = (
        "Recipes are taken from the least work to the most: nothing, a shifted prior, class weights, tuned weights, "
        "oversampling at a validated size. One is passed over where another is better by an amount that matters; the "
        "recipe named is the first that nothing else beats, and differences are recipe minus strongest rival. Sure: 1 "
        "minus the largest adjusted p-value among the claims that this takes; settled where that reaches the level, "
        "else the recipe is the best bet. The smallest difference is the one that would be shown in 80% of cohorts "
        "like this one; with any number of splits it is hardly smaller, because the patients stay the same."
    )
    for classifier, rows in by_classifier(answers, names):
        yield make_table(
            rows.drop(columns="level").dropna(axis=1, how="all"),
            name=f"answers_{classifier}",
            title=f"Recommended recipe: {names.learner(classifier)}",
            text=text,
            columns={
                "task": Column("Task"),
                "recipe": Column("Recipe"),
                "alternative": Column("Strongest rival"),
                "settled": Column("Settled"),
                "certainty": Column("Sure", words=_sure),
                **_estimates(classifier, names, rows),
                "note": Column("What is missing"),
            },
        )


def verdicts_section(verdicts: pd.DataFrame | None, names: Names) -> Section:
    """Show the verdict on each recipe against each with less work."""
    text = (
        "Each recipe against those with less work, on the same splits. Better, worse, no better and no difference "
        "that matters are claims about new patients, each adjusted by Holm over the recipes that one question is "
        "asked of, per task and learner; undecided means that these patients cannot tell. The numbers are those of "
        "the comparison in which the recipe does worst."
    )
    tables = [
        make_table(
            rows.drop(columns="level").dropna(axis=1, how="all"),
            name=f"verdicts_{classifier}",
            title=f"Verdicts: {names.learner(classifier)}",
            text=text,
            columns={
                "task": Column("Task"),
                "recipe": Column("Recipe"),
                **{
                    name: Column(f"Against {label[:1].lower()}{label[1:]}")
                    for name, label in names.control_labels.items()
                },
                "alternative": Column("Worst against"),
                **_estimates(classifier, names, rows),
            },
            folded=True,
        )
        for classifier, rows in by_classifier(verdicts, names)
    ]
    return Section("verdicts", "Verdict on each recipe", tables=tables)


def _sure(row: Mapping[Hashable, Any]) -> str:
    return style.MISSING if pd.isna(row["certainty"]) else confidence(row["certainty"])


def _estimates(classifier: str, names: Names, rows: pd.DataFrame) -> Mapping[str, Column]:
    interval = style.interval_label(INTERVAL, float(rows["level"].iloc[0]))
    risk = names.with_unit("Difference in balanced risk", classifier)
    return {
        "difference": estimate(risk, "difference", DIFFERENCE, interval),
        "correct_per_1000": Column(
            f"{_CORRECT} ({interval})",
            COUNT,
            ("correct_low", "correct_high"),
            f" ({COUNT} to {COUNT})",
            (_CORRECT, f"{_CORRECT}, {interval}, low", f"{_CORRECT}, {interval}, high"),
        ),
        "smallest_difference": Column(names.with_unit("Smallest difference shown", classifier), "{:.4f}"),
        "smallest_any_splits": Column("The same with any number of splits", "{:.4f}"),
    }
