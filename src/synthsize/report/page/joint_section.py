"""The section that names a recipe for each task: chosen among all of them, with what it gains over less work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report import style
from synthsize.report.content import COUNT, Column, Section, Table, estimate, make_table
from synthsize.report.page.comparison_sections import DIFFERENCE, SHARE, SIZE, risk_in_short
from synthsize.report.rows import by_classifier

_PROBABILITY = "{:.2f}"
_ORDER = "raw data, a shifted prior, weights of a validated size, a generator at m = 1, a generator at a validated size"


def joint_section(tables: Mapping[str, pd.DataFrame], names: Names, interval: str) -> Section:
    """Show the recommended recipes, and each method beside the choice among all."""
    return Section(
        "joint",
        "Which recipe",
        tables=[
            *_recommendations(tables.get("recommendations"), names, interval),
            *_methods(tables.get("recipes"), names, interval),
        ],
    )


def _recommendations(found: pd.DataFrame | None, names: Names, interval: str) -> Iterator[Table]:
    for classifier, rows in by_classifier(found, names):
        words, rope = _said(rows, interval)
        risk = risk_in_short(classifier, names)
        text = (
            "All recipes compared by the same validation folds; the one with the lowest balanced loss is named, with "
            "the share of splits that chose its method by their own training rows. The simplest that is not worse: in "
            f"the order {_ORDER}, the first whose mean risk is at most {rope} above that of choosing afresh in every "
            f"split. Take that one, unless the gain over it is worth the work. Gains are differences in "
            f"{risk.lower()} on test rows that had no part in the choice; above zero, the choice is better. Regret: "
            "what the choice loses to the recipe that turned out best on the test rows themselves, too large by the "
            "luck of that pick; with the pick made on the other half of the splits in the next column."
        )
        yield make_table(
            _noted(rows),
            name=f"recommendations_{classifier}",
            title=f"Chosen recipe: {names.learner(classifier)}",
            text=text,
            columns={
                "task": Column("Task"),
                "recipe": Column("Recipe"),
                "share": Column("Chosen in", SHARE, names=("Chosen in (share of splits)",)),
                "simplest": Column("Simplest that is not worse"),
                "gain": estimate(names.with_unit("Gain over it", classifier), "gain", DIFFERENCE, words),
                "gain_probability": Column(f"P(gain above {rope})", _PROBABILITY),
                "raw_gain": estimate(
                    names.with_unit("Gain over raw data", classifier), "raw_gain", DIFFERENCE, words
                ),
                "regret": estimate(names.with_unit("Regret", classifier), "regret", DIFFERENCE, words),
                "regret_split_half": Column("Regret, split halves", DIFFERENCE),
                "best": Column("Best in hindsight"),
                "n_splits": Column("Splits", COUNT),
                "note": Column("What is missing"),
            },
        )


def _methods(found: pd.DataFrame | None, names: Names, interval: str) -> Iterator[Table]:
    for classifier, rows in by_classifier(found, names):
        words, rope = _said(rows, interval)
        risk = names.with_unit(risk_in_short(classifier, names), classifier)
        text = (
            "The simplest first; each method at the size that the validation folds of every split chose for it, so "
            "that all risks are of test rows that had no part in a choice. Difference: the choice among all recipes "
            f"minus the method, in the same splits; below zero, the choice is better. Probabilities that it is better "
            f"by more than {rope}, within {rope}, worse by more than {rope}: Bayesian correlated t-test."
        )
        yield make_table(
            _noted(rows),
            name=f"recipes_{classifier}",
            title=f"Choice among all recipes against each: {names.learner(classifier)}",
            text=text,
            columns={
                "task": Column("Task"),
                "method": Column("Method"),
                "multiplier_median": Column("Median m", SIZE),
                "mean": Column(risk, "{:.4f}"),
                "difference": estimate(
                    names.with_unit("Choice minus method", classifier), "difference", DIFFERENCE, words
                ),
                "probability_better": Column("P(better)", _PROBABILITY),
                "probability_equivalent": Column(f"P(within {rope})", _PROBABILITY),
                "probability_worse": Column("P(worse)", _PROBABILITY),
                "n_splits": Column("Splits", COUNT),
                "note": Column("What is missing"),
            },
            folded=True,
        )


def _said(rows: pd.DataFrame, interval: str) -> tuple[str, str]:
    """Name the interval at its level, and the practical limit."""
    return style.interval_label(interval, float(rows["level"].iloc[0])), f"{rows['rope'].iloc[0]:g}"


def _noted(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out what the text says, and notes where there are none."""
    if rows["note"].isna().all():
        return rows.drop(columns=["level", "rope", "note"])
    return rows.drop(columns=["level", "rope"]).fillna({"note": ""})
