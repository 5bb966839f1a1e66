"""What to do about a rare class: per task and learner the recipe with the least work that nothing beats.

Recipes are taken from the least work to the most. One is passed over where another is better by an amount that matters;
the first of which everything else is no better is the answer. As long as one of these claims is open, so is the answer,
and the recipe named is the best bet: the first that nothing is more likely than not to beat.

That something beats a recipe is a claim about any of its rivals, adjusted by Holm over them. That nothing does is a
claim about all of them, which is wrong only if that about one truly better rival is: each has to pass at the level, and
no adjustment is due (an intersection-union test: Berger 1982, Technometrics 24, 295-300).

A rival that is the same fit as the recipe in every split neither supports nor opens a claim; it is named beside the
answer.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from synthsize.recipes import PLAIN_CONTROLS
from synthsize.statistics.recipe_risks import criterion_shown
from synthsize.statistics.rivals import strongest_rival
from synthsize.statistics.verdicts import BETTER, NOT_COMPARED, SAME_FIT

EVEN = 0.5

ANSWER_COLUMNS = {
    "task": "as in config.yaml",
    "classifier": "as in config.yaml",
    "recipe": "the least work that nothing was shown to beat: a control, or a generator at its validated size",
    "alternative": "the strongest rival: for a control what is likeliest to be better by more than rope (where no "
    "chance is 1 %, what has the lowest mean risk), for a generator the control likeliest to be as good",
    "settled": "every claim behind the answer is made at the level",
    "certainty": "1 minus the largest p-value among those claims; that a recipe passed over is beaten is adjusted",
    "rival_open": "whether the strongest rival leaves the answer open",
    "passed_over": "what was passed over though it is not shown that anything beats it, only likely; empty if nothing, "
    "or if it is the alternative",
    "passed_over_for": "what is likely to beat that",
    "passed_over_chance": "posterior probability that it does, by more than rope",
    "not_compared": "recipes of which a comparison is missing, which leaves the answer open; separated by spaces",
    "same_fit": "rivals that are the same fit as the recipe in every split, on which no claim rests; separated by "
    "spaces",
    "chance_of_more_work": "posterior probability that, of the two, the one with more work is better by more than rope",
    "mean_difference": "of the two, the one with more work minus the one with less, as in the verdicts: alternative "
    "minus recipe where the recipe is a control; mean over splits, unit of the metric",
    "low": "lower end of the Nadeau-Bengio interval",
    "high": "its upper end",
    "level": "nominal coverage of the interval",
    "metric": "excess_risk (balanced_risk without an oracle; nats or hinge loss, lower is better)",
    "rope": "half-width of the region of practical equivalence, unit of the metric",
    "correct_per_1000": "more patients classed correctly by the one with more work than by the other, of 1,000 of whom "
    "half have the outcome",
    "correct_low": "lower end of its Nadeau-Bengio interval",
    "correct_high": "its upper end",
    "smallest_difference": "smallest true difference between the two that would be shown in 80 % of such cohorts",
    "smallest_any_splits": "the same with any number of splits",
    "patients_factor": "how many times as many patients it takes to show a difference of three times rope between the "
    "two; where only what was passed over leaves the answer open, between that and what is likely to beat it",
    "multiplier_median": "median size that validation chose, where the recipe is a generator",
    "edge_share": "share of splits in which it was on an edge of the grid",
    "n_splits": "outer splits of the comparison",
    "note": "what is missing and why; empty if nothing is",
}
_SHARED = (
    *("level", "metric", "rope", "n_splits", "note"),
    *("smallest_difference", "smallest_any_splits", "patients_factor"),
)
_COMPARED = ("mean_difference", "low", "high", "correct_per_1000", "correct_low", "correct_high")


def answers(verdicts: pd.DataFrame, vtss: pd.DataFrame) -> pd.DataFrame:
    """Name the recipe of each task and learner, its strongest rival, and how sure that is.

    Parameters
    ----------
    verdicts : DataFrame
        Columns `verdicts.VERDICT_COLUMNS`.
    vtss : DataFrame
        Rows of `contracts.results.VTSS`.

    Returns
    -------
    DataFrame
        Columns `ANSWER_COLUMNS`, where each is described; a row per task and learner that anything was compared of.
    """
    rows = [
        _answer(cell, vtss[(vtss["task"] == task) & (vtss["classifier"] == classifier)])
        for (task, classifier), cell in verdicts.groupby(["task", "classifier"], sort=True)
    ]
    return pd.DataFrame(rows, columns=list(ANSWER_COLUMNS))


def _answer(cell: pd.DataFrame, vtss: pd.DataFrame) -> dict[str, Any]:
    keys = {name: cell[name].iloc[0] for name in ("task", "classifier")}
    compared = cell.dropna(subset=["probability_better"])
    missing = " ".join(dict.fromkeys(cell.loc[cell["verdict"] == NOT_COMPARED, "recipe"]))
    if compared.empty:
        return keys | dict(cell.iloc[0][list(_SHARED)]) | {"settled": False, "not_compared": missing}
    beaters: list[pd.Series] = []  # of each recipe passed over, the likeliest
    for control in (name for name in PLAIN_CONTROLS if (compared["alternative"] == name).any()):
        rivals = compared[compared["alternative"] == control]
        strongest = strongest_rival(rivals)
        if not _is_beaten(rivals):
            chosen = {"recipe": control, "alternative": strongest["recipe"]} | _numbers(strongest)
            largest_chance = rivals["probability_better"].max()
            claimed = bool(largest_chance <= 1 - strongest["level"])
            certainty = 1 - largest_chance
            break
        beaters.append(_likeliest_to_beat(rivals))
    else:
        hardest = _hardest_to_beat(compared)
        chosen = {name: hardest[name] for name in ("recipe", "alternative")} | _numbers(hardest)
        chosen |= _sizes(vtss[vtss["generator"] == hardest["recipe"]])
        claimed = hardest["verdict"] == BETTER
        certainty = 1 - hardest["p_better"]
    likely = [pair for pair in beaters if pair["verdict"] != BETTER]
    return {
        **keys,
        **chosen,
        **_passed_over(likely, chosen, rival_open=not claimed),
        "settled": bool(claimed and not likely and not missing),
        "certainty": min(certainty, *(1 - pair["p_better"] for pair in beaters), 1.0),
        "rival_open": not claimed,
        "not_compared": missing,
        "same_fit": _same_fits(cell, chosen["recipe"]),
    }


def _passed_over(likely: list[pd.Series], chosen: dict[str, Any], *, rival_open: bool) -> dict[str, Any]:
    """Name the weakest open claim that something beats what was passed over, unless the last claim says the same."""
    if not likely:
        return {}
    weakest = max(likely, key=lambda pair: float(pair["p_better"]))
    if rival_open and (weakest["recipe"], weakest["alternative"]) == (
        chosen["recipe"],
        chosen["alternative"],
    ):
        return {}
    return {
        "passed_over": weakest["alternative"],
        "passed_over_for": weakest["recipe"],
        "passed_over_chance": weakest["probability_better"],
        **({} if rival_open else {"patients_factor": weakest["patients_factor"]}),
    }


def _same_fits(cell: pd.DataFrame, recipe: str) -> str:
    """Rivals that are the recipe's own fit in every split."""
    same = cell[cell["verdict"] == SAME_FIT]
    rivals = [
        *same.loc[same["alternative"] == recipe, "recipe"],
        *same.loc[same["recipe"] == recipe, "alternative"],
    ]
    return " ".join(rivals)


def _is_beaten(rivals: pd.DataFrame) -> bool:
    """Whether anything was shown to be better, or is more likely than not."""
    return bool((rivals["verdict"] == BETTER).any() or (rivals["probability_better"] > EVEN).any())


def _likeliest_to_beat(rivals: pd.DataFrame) -> pd.Series:
    """Return the rival with the strongest claim to be better."""
    return rivals.sort_values(["p_better", "probability_better"], ascending=[True, False]).iloc[0]


def _hardest_to_beat(compared: pd.DataFrame) -> pd.Series:
    """Of the recipes that no other was an alternative to, take the likeliest to beat all that were, at its weakest."""
    left = compared[~compared["recipe"].isin(compared["alternative"])]
    weakest = left.loc[left.groupby("recipe", sort=False)["probability_better"].idxmin()]
    return weakest.sort_values(["probability_better", "mean_difference"], ascending=[False, True]).iloc[0]


def _numbers(pair: pd.Series) -> dict[str, Any]:
    """Read one comparison, whose recipe has more work than its alternative."""
    return {
        **{name: pair[name] for name in (*_SHARED, *_COMPARED)},
        "chance_of_more_work": pair["probability_better"],
    }


def _sizes(vtss: pd.DataFrame) -> dict[str, float]:
    chosen = vtss[vtss["criterion"] == criterion_shown(vtss)]
    if chosen.empty:
        return {}
    return {
        "multiplier_median": chosen["multiplier"].median(),
        "edge_share": (chosen["edge"] != "none").mean(),
    }
