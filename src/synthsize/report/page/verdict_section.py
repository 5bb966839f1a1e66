"""The numbers behind the headline, and the verdict on every recipe."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.contracts.summaries import LARGE
from synthsize.report import style
from synthsize.report.content import Column, Section, Table, make_table
from synthsize.report.page.comparison_sections import SHARE
from synthsize.report.page.recommendation import confidence, probability, signed, sure
from synthsize.report.rows import by_classifier

DIFFERENCE = "{:+.4f}"
INTERVAL = "nadeau_bengio"  # claims about new patients rest on no other
# Of the answers, what stands in the lines above or among the verdicts below: the table is to be read at a glance.
BELOW = [
    "level",
    "difference",
    "difference_low",
    "difference_high",
    "smallest_difference",
    "smallest_any_splits",
    "passed_over",
]


def in_short_tables(found: pd.DataFrame | None, names: Names) -> Iterator[Table]:
    """Yield the numbers of the headline, a row per task and learner."""
    if found is None or found.empty:
        return
    level = float(found["level"].iloc[0])
    interval = style.interval_label(INTERVAL, level)
    text = (
        "The numbers of the lines above. Rows help where a generator is better, by an amount that matters, than every "
        "remedy without new rows. Strongest generator: the likeliest to be better than the remedy in brackets, or, "
        "where none has a chance of 1%, the one with the lowest balanced risk; where the answer is open, the chance "
        "follows it. More of 1,000 correct: of 1,000 "
        f"{names.people}, half of them with the outcome, so many more are classed correctly with its rows than with "
        f"that remedy ({interval}). An interval that holds much harm and much good settles nothing, whatever its "
        f"mean. {_times_as_many(names)}"
    )
    if "auroc_gain" in found and found["reference"].notna().any():
        reference, recipe = (found[name].dropna().iloc[0] for name in ("reference", "reference_recipe"))
        text += f" AUROC: that of the classifier minus that of {reference}, each with {recipe}."
    yield make_table(
        found.drop(columns=["level", "reference", "reference_recipe"], errors="ignore"),
        name="in_short",
        title="Adding synthetic rows",
        text=text,
        columns={
            "task": Column("Task"),
            "classifier": Column("Classifier"),
            "outcome": Column(
                "Adding synthetic rows",
                also=("sure", "chance"),
                names=("Adding synthetic rows", "Sure", "Chance of the strongest generator"),
                words=_outcome,
            ),
            "recipe": Column(
                "Recipe", also=("settled",), names=("Recipe", "Settled"), words=_recipe_or_guess
            ),
            "generator": Column(
                "Strongest generator (against)",
                also=("against",),
                addition=" ({})",
                names=("Strongest generator", "Against"),
            ),
            "correct_per_1000": _correct_column(names, interval),
            "patients_factor": _factor_column(names),
            "auroc_gain": Column(
                "AUROC, difference",
                "{:+.3f}",
                ("auroc_gain_low", "auroc_gain_high"),
                " ({:+.3f} to {:+.3f})",
                ("AUROC, difference", *(f"AUROC, difference, {interval}, {end}" for end in ("low", "high"))),
            ),
        },
    )


def answer_tables(answers: pd.DataFrame | None, names: Names) -> Iterator[Table]:
    """Yield the numbers behind the headline, a table per learner."""
    text = (
        "The recipe with the least work (nothing, a shifted prior, class weights, tuned weights, oversampling) that "
        "nothing else beats by an amount that matters. Sure: 1 minus the largest p-value of the claims behind that; "
        "open: the best guess, below the level. Strongest rival: what puts it most in doubt, with synthetic rows or "
        "without; where that is no generator, the table above compares another pair. "
        f"{_times_as_many(names)}"
    )
    beside = (
        "Validation's choice: what the validation folds prefer, and in which share of the splits; it does not decide "
        "what is recommended."
    )
    likely = (
        f"Where what was passed over is likely and not shown to be beaten, and nothing else is open, times as many "
        f"{names.people} is of those two."
    )
    parts = by_classifier(answers, names)
    for classifier, rows in parts:
        notes = {beside: rows["choice"].notna(), likely: rows["passed_over"].notna()}
        yield make_table(
            _judged(rows, names).drop(columns=BELOW),
            name=f"answers_{classifier}",
            title=f"Recommended recipe: {names.learner(classifier)}",
            text=" ".join(
                [text, *(note for note, holds in notes.items() if holds.any()), _units(rows, names)]
            ),
            columns={
                "task": Column("Task"),
                "recipe": Column("Recipe"),
                "certainty": Column("Sure", also=("settled",), names=("Sure", "Settled"), words=_sure),
                "alternative": Column("Strongest rival"),
                **_estimates(classifier, names, rows),
                "choice": Column(
                    "Validation's choice (chosen in)",
                    also=("share",),
                    addition=f" ({SHARE})",
                    names=("Validation's choice", "Chosen in (share of splits)"),
                ),
                "note": Column("What is missing"),
            },
            folded=len(parts) > 1,
        )


def verdicts_section(verdicts: pd.DataFrame | None, names: Names) -> Section:
    """Show the verdict on each recipe against each with less work."""
    text = (
        "Each recipe against those with less work, on the same splits. Better, worse, no better and same (no "
        f"difference that matters) are claims about new {names.people}, each adjusted by Holm over the recipes that "
        f"one question is about, per task and classifier; undecided: these {names.people} are too few to decide. "
        "Same fit: both were one and the same fit in every split, as where validation chose no rows, and nothing is "
        "claimed. The numbers are those of the comparison in which the recipe does worst; a difference below zero "
        "favours the recipe. Smallest shown: the difference that would be shown in 80% of cohorts like this one; by "
        f"any splits: the same with any number of them, hardly smaller. {_times_as_many(names)}"
    )
    tables = [
        make_table(
            _judged(rows, names).drop(columns="level"),
            name=f"verdicts_{classifier}",
            title=f"Verdicts: {names.learner(classifier)}",
            text=f"{text} {_units(rows, names)}",
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


def _judged(rows: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Leave out alternatives that nothing was judged against, a choice not made, and notes where none says anything.

    Numbers stay, missing or not.
    """
    columns = [name for name in (*names.control_labels, "choice", "share", "note") if name in rows]
    return rows.drop(columns=[name for name in columns if rows[name].isna().all()])


def _sure(row: Mapping[Hashable, Any]) -> str:
    return f"{_or_missing(row['certainty'], confidence)}, {'settled' if row['settled'] else 'open'}"


def _outcome(row: Mapping[Hashable, Any]) -> str:
    if pd.notna(row["sure"]):
        return f"{row['outcome']} ({sure(row['sure'])})"
    if pd.isna(row["chance"]):
        return str(row["outcome"])
    return f"{row['outcome']} (chance {probability(row['chance'])})"


def _recipe_or_guess(row: Mapping[Hashable, Any]) -> str:
    return f"{row['recipe']}{'' if row['settled'] else ' (best guess)'}"


def _or_missing(value: float, words: Callable[[float], str]) -> str:
    return style.MISSING if pd.isna(value) else words(value)


def _estimates(classifier: str, names: Names, rows: pd.DataFrame) -> Mapping[str, Column]:
    """Columns of numbers; the text above the table names their interval, which is long."""
    interval = style.interval_label(INTERVAL, float(rows["level"].iloc[0]))
    ends = ("low", "high")
    risk = names.with_unit("Difference in balanced risk", classifier)
    return {
        "difference": Column(
            risk,
            DIFFERENCE,
            ("difference_low", "difference_high"),
            f" ({DIFFERENCE} to {DIFFERENCE})",
            (f"{risk}, mean", *(f"{risk}, {interval}, {end}" for end in ends)),
        ),
        "correct_per_1000": _correct_column(names, interval),
        "smallest_difference": Column("Smallest shown", "{:.4f}"),
        "smallest_any_splits": Column("By any splits", "{:.4f}"),
        "patients_factor": _factor_column(names),
    }


def _factor_column(names: Names) -> Column:
    return Column(f"Times as many {names.people}", words=_factor)


def _factor(row: Mapping[Hashable, Any]) -> str:
    """Format a factor; one that would round to 0.0 is shown as below 0.1."""
    factor = row["patients_factor"]
    return _or_missing(factor, lambda value: "below 0.1" if value < 0.05 else f"{value:.1f}")


def _correct_column(names: Names, interval: str) -> Column:
    correct = f"More {names.people} classed correctly of 1,000, half of them with the outcome"
    return Column(
        "More of 1,000 correct",
        also=("correct_low", "correct_high"),
        names=(correct, *(f"{correct}, {interval}, {end}" for end in ("low", "high"))),
        words=_correct,
    )


def _correct(row: Mapping[Hashable, Any]) -> str:
    mean, low, high = (row[name] for name in ("correct_per_1000", "correct_low", "correct_high"))
    if pd.isna(mean):
        return style.MISSING
    return signed(mean) if pd.isna(low) else f"{signed(mean)} ({signed(low)} to {signed(high)})"


def _times_as_many(names: Names) -> str:
    return (
        f"Times as many {names.people}: so many it takes to show a difference of {LARGE:g} times the practical limit "
        "between the two, where splits are not short; up to 1, these are enough."
    )


def _units(rows: pd.DataFrame, names: Names) -> str:
    interval = style.interval_label(INTERVAL, float(rows["level"].iloc[0]))
    return (
        "All numbers are of the recipe with more work against that with less. More of 1,000 correct: of 1,000 "
        f"{names.people}, half of them with the outcome, so many more are classed correctly with more work. In "
        f"brackets: {interval}."
    )
