"""What choosing anew among all recipes in each split reaches, beside each method on its own; no recommendation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report import style
from synthsize.report.content import COUNT, Column, Section, Table, estimate, make_table
from synthsize.report.page.comparison_sections import DIFFERENCE, SHARE, SIZE, risk_in_short
from synthsize.report.rows import by_classifier

GAIN = "{:+.3f}"
_PROBABILITY = "{:.2f}"
_ORDER = (
    "raw data, a shifted prior, class weights, tuned weights, a generator at m = 1, a generator at a "
    "validated size"
)


def joint_section(
    choices: pd.DataFrame | None, recipes: pd.DataFrame | None, names: Names, interval: str
) -> Section:
    """Say what the choice among all recipes reaches, and set each method beside it."""
    tables = [*_choices(choices, names, interval), *_methods(recipes, names, interval)]
    return Section("joint", "Choice among all recipes", tables=tables)


def _choices(found: pd.DataFrame | None, names: Names, interval: str) -> Iterator[Table]:
    """Name the choice for each task, with its gain over the simplest within rope of it, and its regret."""
    for classifier, rows in by_classifier(found, names):
        words, rope = _said(rows, interval)
        text = (
            "The risk that is reached by choosing among all recipes anew in each split, by its validation folds; which "
            'recipe to use is said in "Recommended recipe" alone, whose claims are tested. Choice of validation: the '
            "recipe with the lowest balanced loss on the validation folds of all splits, and the share of splits "
            f"whose own folds chose its method. Simplest within {rope}: the first, in the order {_ORDER}, whose mean "
            f"risk in these splits is at most {rope} above that of the choice; an estimate, and no claim about new "
            f"{names.people}. Gains and regret: mean and {words} of the "
            f"{risk_in_short(classifier, names).lower()} on test rows that had no part in the choice; above zero, a "
            "gain speaks for the choice. Regret: what the choice loses to the recipe that was best on the test rows "
            "themselves, biased upwards by that selection; halves: with the selection made on other splits."
        )
        yield make_table(
            _noted(rows),
            name=f"recommendations_{classifier}",
            title=f"Joint choice over all recipes: {names.learner(classifier)}",
            text=text,
            columns={
                "task": Column("Task"),
                "recipe": Column("Choice of validation"),
                "share": Column("Chosen in", SHARE, names=("Chosen in (share of splits)",)),
                "simplest": Column(f"Simplest within {rope}"),
                "gain": _gain(names.with_unit("Gain over it", classifier), "gain", words),
                "gain_probability": Column(f"P(gain above {rope})", _PROBABILITY),
                "raw_gain": _gain(names.with_unit("Gain over raw data", classifier), "raw_gain", words),
                "regret": _gain(names.with_unit("Regret", classifier), "regret", words),
                "regret_split_half": Column("Regret, halves", GAIN),
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
            title=f"The choice against each method: {names.learner(classifier)}",
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


def _gain(quantity: str, key: str, interval: str) -> Column:
    """Show a mean with the limits of its interval, which the text names so that the header stays short."""
    shown = estimate(quantity, key, GAIN, interval)
    return replace(shown, header=quantity, addition=f" [{GAIN} to {GAIN}]")


def _said(rows: pd.DataFrame, interval: str) -> tuple[str, str]:
    """Name the interval at its level, and the practical limit."""
    return style.interval_label(interval, float(rows["level"].iloc[0])), f"{rows['rope'].iloc[0]:g}"


def _noted(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out what the text says, and notes where there are none."""
    if rows["note"].isna().all():
        return rows.drop(columns=["level", "rope", "note"])
    return rows.drop(columns=["level", "rope"]).fillna({"note": ""})
