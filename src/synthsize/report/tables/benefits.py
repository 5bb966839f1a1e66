"""Decision curves in words and at a few thresholds."""

from __future__ import annotations

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report.rows import in_words, select
from synthsize.report.wording import in_a_row
from synthsize.statistics.paired_levels import NO_WIDTH

PLAIN = ("raw", "prior_shift", "class_weight", "weights")
FURTHER = {
    "chosen": "chosen recipe",
    "best_generator": "best generator at its validated size",
    "treat_all": "everybody called positive",
}
PER = 1000  # patients
SCALED = (
    "mean",
    "difference",
    *(f"{kind}_{end}" for kind in ("normal", "nadeau_bengio") for end in ("low", "high")),
    *(f"difference_{kind}_{end}" for kind in ("normal", "nadeau_bengio") for end in ("low", "high")),
)


def recipes_in_words(names: Names) -> dict[str, str]:
    """Name the recipes of decision curves, in order."""
    return {**{name: names.short(name) for name in PLAIN}, **FURTHER}


def per_thousand(benefit: pd.DataFrame) -> pd.DataFrame:
    """Return net benefit in true positives per 1,000 patients."""
    return benefit.assign(**{name: PER * benefit[name] for name in SCALED})


def benefit_table(benefit: pd.DataFrame, *, names: Names, interval: str) -> pd.DataFrame:
    """Show each recipe at the named thresholds, with its difference from the raw fit, as fitted or recalibrated alike.

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
        (_low, _high), holm_p, level and note; per 1,000 patients, in display names. The shifted prior has no
        recalibrated rows of its own.
    """
    benefit = benefit[benefit["named"].astype(bool) & ~_is_raw_again(benefit)]
    rows = per_thousand(benefit).rename(
        columns={
            "mean": "benefit",
            **{f"{interval}_{end}": f"benefit_{end}" for end in ("low", "high")},
            **{f"difference_{interval}_{end}": f"difference_{end}" for end in ("low", "high")},
        }
    )
    itself = (rows["difference_low"] == rows["difference_high"]) & (rows["difference"] == 0)
    differences = ["difference", "difference_low", "difference_high"]
    rows[differences] = rows[differences].mask(itself)  # the reference, or the same decisions as its
    rows["note"] = rows["note"].mask(rows["note"] == NO_WIDTH)  # of a level; the test is of the difference
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
    columns += ["benefit_high", *differences, "holm_p", "level", "note"]
    return _shown(rows[columns], names)


def calibration_table(benefit: pd.DataFrame, *, names: Names) -> pd.DataFrame:
    """Show how well the risks that decisions rest on are calibrated on test rows, as fitted and recalibrated.

    Parameters
    ----------
    benefit : DataFrame
        Columns of `contracts.summaries.SUMMARIES` ``net_benefit``.
    names : Names
        Of the run.

    Returns
    -------
    DataFrame
        Columns task, classifier, recipe, recalibrated, brier, calibration_intercept, calibration_slope and n_splits, in
        display names.
    """
    keys = ["task", "classifier", "recipe", "recalibrated"]
    rows = benefit[(benefit["recipe"] != "treat_all") & ~_is_raw_again(benefit)].drop_duplicates(keys)
    rows = rows[[*keys, "brier", "calibration_intercept", "calibration_slope", "n_splits"]]
    return _shown(rows, names).reset_index(drop=True)


def _shown(rows: pd.DataFrame, names: Names) -> pd.DataFrame:
    return in_words(rows, task=names.tasks, classifier=names.learner_labels, recipe=recipes_in_words(names))


def chosen_words(benefit: pd.DataFrame) -> str:
    """State what the chosen recipe was chosen from; empty where a table has none."""
    run = set(benefit["recipe"])
    if "chosen" in run:
        return " Chosen recipe: what validation chose among all recipes in each split (see Choice among all recipes)."
    if "best_generator" in run:
        return (
            " Best generator: the generator and size with the best validation mean in each split; the run did not "
            "choose among all recipes (experiment.recipes.choose)."
        )
    return ""


def benefit_sentences(benefit: pd.DataFrame, *, names: Names) -> list[str]:
    """State per task and classifier what recipes gain or lose against the raw fit at the named thresholds.

    A gain or loss is resolved if its test stays significant after Holm's adjustment over everything compared there.

    Parameters
    ----------
    benefit : DataFrame
        Columns of `contracts.summaries.SUMMARIES` ``net_benefit``.
    names : Names
        Of the run.
    """
    tested = benefit["named"].astype(bool) & (benefit["recipe"] != "treat_all")
    rows = per_thousand(benefit[tested]).dropna(subset=["difference"])
    sentences = []
    for classifier in names.learner_order(rows["classifier"]):
        for task in names.tasks:
            own = select(rows, {"classifier": classifier, "task": task})
            others = own[(own["recipe"] != "raw") & ~_is_raw_again(own)]
            if others.empty:
                continue
            parts = [
                f"{words} {_against_raw(part, names)}"
                for recalibrated, words in ((False, "as fitted"), (True, "recalibrated"))
                if len(part := others[others["recalibrated"] == recalibrated])
            ]
            place = f"{names.task(task)}, {names.in_sentence(classifier)}"
            at = in_a_row([f"{value:.0%}" for value in sorted(others["threshold"].unique())])
            sentences.append(f"{place}, against the raw fit at {at}: {'; '.join(parts)}.")
    return sentences


def _against_raw(rows: pd.DataFrame, names: Names) -> str:
    resolved = rows[rows["significant"].astype(bool)]
    number = len(rows)
    if resolved.empty:
        largest = _largest(rows)
        return (
            f"none of {number} differences is resolved, the largest of which has the mean "
            f"{largest['difference']:+.1f} {_place(largest, names)}"
        )
    said = []
    for name, found in (
        ("a loss", resolved[resolved["difference"] < 0]),
        ("a gain", resolved[resolved["difference"] > 0]),
    ):
        if len(found):
            largest = _largest(found)
            said.append(
                f"{name} in {len(found)} of {number} comparisons, the largest with the mean "
                f"{abs(largest['difference']):.1f} {_place(largest, names)}"
            )
    return " and ".join(said)


def _largest(rows: pd.DataFrame) -> pd.Series:
    return rows.iloc[int(rows["difference"].abs().argmax())]


def _is_raw_again(rows: pd.DataFrame) -> pd.Series[bool]:
    """Mark the shifted prior recalibrated, which is the raw fit recalibrated."""
    return (rows["recipe"] == "prior_shift") & rows["recalibrated"].astype(bool)


def _place(row: pd.Series, names: Names) -> str:
    recipe = recipes_in_words(names)[row["recipe"]]
    return f"true positives per 1,000 {names.people} ({recipe}, at {row['threshold']:.0%})"
