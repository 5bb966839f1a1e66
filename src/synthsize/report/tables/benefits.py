"""Decision curves in words and at a few thresholds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report.rows import in_words, select

RECIPES = {
    "raw": "Raw data",
    "prior_shift": "Prior shift",
    "weights": "Minority weights",
    "chosen": "Chosen generator and size",
    "treat_all": "Call everybody positive",
}
SHOWN = (0.05, 0.1, 0.2, 0.3)  # thresholds of the table, where the grid has them
PER = 1000  # patients
SCALED = (
    "mean",
    "difference",
    *(f"{kind}_{end}" for kind in ("normal", "nadeau_bengio") for end in ("low", "high")),
    *(f"difference_{kind}_{end}" for kind in ("normal", "nadeau_bengio") for end in ("low", "high")),
)


def per_thousand(benefit: pd.DataFrame) -> pd.DataFrame:
    """Tell net benefit in true positives per 1,000 patients."""
    return benefit.assign(**{name: PER * benefit[name] for name in SCALED})


def benefit_table(benefit: pd.DataFrame, *, names: Names, interval: str) -> pd.DataFrame:
    """Show each recipe at a few thresholds, with its difference from the raw fit.

    Parameters
    ----------
    benefit : DataFrame
        Columns of `contracts.summaries.SUMMARIES` ``net_benefit``.
    names : Names
        Of the run.
    interval : str
        Which interval to show.

    Returns
    -------
    DataFrame
        Columns task, classifier, recipe, recalibrated, threshold, n_splits, benefit and difference with their limits
        (_low, _high), level and note; per 1,000 patients, in display names. The shifted prior has no recalibrated rows
        of its own.
    """
    grid = benefit["threshold"].unique()
    benefit = benefit[~_is_raw_again(benefit)]
    near = [value for value in grid if np.isclose(value, SHOWN).any()]
    wanted = near or [grid[len(grid) // 2]] if len(grid) else []
    rows = per_thousand(benefit[benefit["threshold"].isin(wanted)]).rename(
        columns={
            "mean": "benefit",
            **{f"{interval}_{end}": f"benefit_{end}" for end in ("low", "high")},
            **{f"difference_{interval}_{end}": f"difference_{end}" for end in ("low", "high")},
        }
    )
    itself = (rows["difference_low"] == rows["difference_high"]) & (rows["difference"] == 0)
    differences = ["difference", "difference_low", "difference_high"]
    rows[differences] = rows[differences].mask(itself)  # the reference, or the same decisions as its
    columns = [
        "task",
        "classifier",
        "recipe",
        "recalibrated",
        "threshold",
        "n_splits",
        "benefit",
        "benefit_low",
    ]
    columns += ["benefit_high", *differences, "level", "note"]
    return in_words(rows[columns], task=names.tasks, classifier=names.learner_labels, recipe=RECIPES)


def benefit_sentences(benefit: pd.DataFrame, *, names: Names) -> list[str]:
    """Say in a sentence per task and classifier what recipes gain or lose against the raw fit, over all thresholds.

    Parameters
    ----------
    benefit : DataFrame
        Columns of `contracts.summaries.SUMMARIES` ``net_benefit``.
    names : Names
        Of the run.
    """
    rows = per_thousand(benefit[benefit["recipe"] != "treat_all"]).dropna(subset=["difference"])
    sentences = []
    for classifier in names.learner_order(rows["classifier"]):
        for task in names.tasks:
            own = select(rows, {"classifier": classifier, "task": task})
            others = own[(own["recipe"] != "raw") & ~_is_raw_again(own)]
            if others.empty:
                continue
            parts = [
                f"{words} {_against_raw(part)}"
                for recalibrated, words in ((False, "as fitted"), (True, "recalibrated"))
                if len(part := others[others["recalibrated"] == recalibrated])
            ]
            place = f"{names.task(task)}, {names.in_sentence(classifier)}"
            sentences.append(f"{place}, against the raw fit: {'; '.join(parts)}.")
    return sentences


def _against_raw(rows: pd.DataFrame) -> str:
    said = []
    for name, resolved in (
        ("loss", rows[rows["difference_nadeau_bengio_high"] < 0]),
        ("gain", rows[rows["difference_nadeau_bengio_low"] > 0]),
    ):
        if len(resolved):
            largest = _largest(resolved)
            said.append(f"a {name} of up to {abs(largest['difference']):.1f} {_place(largest)}")
    if not said:
        largest = _largest(rows)
        return (
            "no difference is resolved at any threshold "
            f"(largest mean {largest['difference']:+.1f} {_place(largest)})"
        )
    return " and ".join(said)


def _largest(rows: pd.DataFrame) -> pd.Series:
    return rows.iloc[int(rows["difference"].abs().argmax())]


def _is_raw_again(rows: pd.DataFrame) -> pd.Series[bool]:
    """Mark the shifted prior recalibrated, which is the raw fit recalibrated."""
    return (rows["recipe"] == "prior_shift") & rows["recalibrated"].astype(bool)


def _place(row: pd.Series) -> str:
    recipe = RECIPES[row["recipe"]]
    return f"true positives per 1,000 patients ({recipe[:1].lower()}{recipe[1:]}, at {row['threshold']:.0%})"
