"""Sensitivity, specificity and calibration of subgroups, a row per group and method."""

from __future__ import annotations

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.contracts.subgroups import OTHERS, UNKNOWN
from synthsize.report import style
from synthsize.report.rows import in_words, one_row_per_key, with_limits

DIMENSIONS = {"sex": "Sex", "age": "Age", "stratum": "Stratum"}
SUBJECTS = {
    "m=0": "m = 0",
    "prior_shift": "m = 0, prior shifted",
    "m=1": "m = 1",
    "vtss": "VTSS",
    "chosen": "Chosen recipe",
}
OF_NO_GENERATOR = ("m=0", "prior_shift", "chosen")  # the same beside every generator
METRICS = (
    "sensitivity",
    "specificity",
    "observed_to_expected",
    "calibration_intercept",
    "calibration_slope",
)
KEYS = ["task", "classifier", "generator", "subject", "dimension", "group", "n_splits", "level"]
AGES = ("under 45", "45 to 64", "65 to 74", "75 to 84", "85 and over")


def subgroup_rows(subgroups: pd.DataFrame, *, names: Names, interval: str) -> pd.DataFrame:
    """One row per task, classifier, group, generator and method, in display names.

    Parameters
    ----------
    subgroups : DataFrame
        As `report.subgroup_suppression.hide_estimates` returns it.
    names : Names
        Of the run.
    interval : str
        Which interval to show.

    Returns
    -------
    DataFrame
        `KEYS`, then `METRICS` with their limits (_low, _high). What is the same beside every generator stands
        once, without a generator.
    """
    first = subgroups["generator"].drop_duplicates().iloc[:1]
    alone = subgroups["subject"].isin(OF_NO_GENERATOR)
    kept = subgroups[~alone | subgroups["generator"].isin(first)]
    kept = kept.assign(generator=kept["generator"].mask(alone, ""))
    named = with_limits(kept, "mean", "mean", interval).rename(
        columns={"mean_low": "low", "mean_high": "high"}
    )
    table = one_row_per_key(named, KEYS, METRICS)
    return in_words(
        table.assign(
            group=[group_words(*pair) for pair in zip(table["dimension"], table["group"], strict=True)]
        ),
        task=names.tasks,
        classifier=names.learner_labels,
        dimension=DIMENSIONS,
        group={group: group for group in group_order(table)},
        subject=SUBJECTS,
        generator={"": style.MISSING, **names.generator_labels},
    )


def group_words(dimension: str, group: str) -> str:
    """Name a group without its dimension."""
    return style.display(group, style.STRATA) if dimension == "stratum" else group


def group_order(rows: pd.DataFrame) -> list[str]:
    """Names of groups as `group_words` gives them: ages by age, others by name, unnamed ones last."""
    pairs = rows[["dimension", "group"]].drop_duplicates()
    words = [group_words(*pair) for pair in zip(pairs["dimension"], pairs["group"], strict=True)]
    first, last = (tuple(group for group in ends if group in words) for ends in (AGES, (OTHERS, UNKNOWN)))
    return [*first, *sorted(set(words) - {*first, *last}), *last]
