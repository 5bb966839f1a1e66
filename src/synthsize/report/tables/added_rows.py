"""Whether adding synthetic rows helps, per task and learner, read off the answers and the verdicts behind them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from synthsize.recipes import PLAIN_CONTROLS
from synthsize.statistics.rivals import strongest_rival
from synthsize.statistics.verdicts import NOT_COMPARED, SAME_FIT

HELPS, NO_HELP, NO_ROWS, OPEN = "helps", "does not help", "no rows chosen", "not settled"
OUTCOMES = (HELPS, NO_HELP, NO_ROWS, OPEN)  # in the order of the page
CELL = ["task", "classifier"]
COUNTED = ["correct_per_1000", "correct_low", "correct_high"]
PAIR = ["generator", "against", "generators", "sure", "chance", "pair_open", *COUNTED, "factor"]
ADDED_COLUMNS = [*CELL, "outcome", *PAIR]


def added_rows(answers: pd.DataFrame, verdicts: pd.DataFrame) -> pd.DataFrame:
    """Set the strongest generator of each task and learner against the remedy without new rows.

    Rows help where the answer is a generator and no claim behind that is open. They do not help where every generator
    was shown to be no better, by an amount that matters, than the control that the answer names; this may be known
    while it is open which control is best. That each of them is no better takes no adjustment: the claim is about all.
    Where every generator is the answer's own fit in every split, validation chose no rows, and nothing is claimed.

    Parameters
    ----------
    answers : DataFrame
        Columns `statistics.answers.ANSWER_COLUMNS`.
    verdicts : DataFrame
        Columns `statistics.verdicts.VERDICT_COLUMNS`, from which the answers were made.

    Returns
    -------
    DataFrame
        A row per answer that names a recipe. Columns task, classifier, outcome (one of `OUTCOMES`), generator (the
        strongest by `statistics.rivals`, or the one recommended), against (that
        control), generators (how many were tried), sure (confidence in the outcome, where the answer is settled in all
        of that; NaN where the outcome is open or no rows were chosen), chance (probability that the generator is better
        by an amount that matters), pair_open (whether the comparison of the two itself leaves the outcome open, rather
        than another that is missing or only likely), correct_per_1000 with its limits (more patients classed correctly
        by the generator than by the control) and factor (see ``patients_factor`` of the verdicts).
    """
    cells = dict(iter(verdicts.groupby(CELL, sort=False)))
    rows = [
        {name: answer[name] for name in CELL}
        | _outcome(answer, cells.get((answer["task"], answer["classifier"]), verdicts.iloc[:0]))
        for answer in answers.dropna(subset=["recipe"]).to_dict("records")
    ]
    return pd.DataFrame(rows, columns=ADDED_COLUMNS)


def _outcome(answer: Mapping[Hashable, Any], cell: pd.DataFrame) -> dict[str, Any]:
    oversampled = cell[~cell["recipe"].isin(PLAIN_CONTROLS)]
    tried = {"generators": oversampled["recipe"].nunique()}
    if answer["recipe"] in PLAIN_CONTROLS:
        rivals = oversampled[oversampled["alternative"] == answer["recipe"]]
        known = rivals.dropna(subset=["probability_better"])
        if known.empty:
            unchanged = len(rivals) > 0 and bool((rivals["verdict"] == SAME_FIT).all())
            outcome = {"outcome": NO_ROWS if unchanged else OPEN, "pair_open": False}
            return tried | {"against": answer["recipe"]} | outcome
        found = _pair(strongest_rival(known))
        missing = bool((rivals["verdict"] == NOT_COMPARED).any())
        pair_open = found["chance"] > 1 - answer["level"]
        shown = not missing and not pair_open
        sure = answer["certainty"] if answer["settled"] else 1 - known["probability_better"].max()
        outcome = {"outcome": NO_HELP if shown else OPEN, "sure": sure if shown else np.nan}
        return tried | found | outcome | {"pair_open": pair_open}
    pair = oversampled[
        (oversampled["recipe"] == answer["recipe"]) & (oversampled["alternative"] == answer["alternative"])
    ]
    unknown = set(_words(answer["not_compared"])).intersection(PLAIN_CONTROLS)
    shown = not answer["rival_open"] and not _words(answer["passed_over"]) and not unknown
    found = _pair(pair.iloc[0]) if len(pair) else {}
    outcome = {"outcome": HELPS if shown else OPEN, "sure": answer["certainty"] if shown else np.nan}
    return tried | found | outcome | {"pair_open": bool(answer["rival_open"])}


def _pair(row: pd.Series) -> dict[str, Any]:
    return {
        "generator": row["recipe"],
        "against": row["alternative"],
        "chance": row["probability_better"],
        **{name: row[name] for name in COUNTED},
        "factor": row["patients_factor"],
    }


def _words(value: object) -> list[str]:
    return value.split() if isinstance(value, str) else []
