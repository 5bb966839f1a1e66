"""Whether adding synthetic rows helps one learner in one task: the values behind the sentences."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.contracts.summaries import LARGE
from synthsize.report.page.recommendation import INSTEAD, Span, size_in_words
from synthsize.report.tables.added_rows import CELL, NO_HELP, added_rows


@dataclass(frozen=True)
class Answer:
    """Whether rows help one learner in one task, and what to do.

    Attributes
    ----------
    task, learner : str
        Their names.
    outcome : str
        One of `added_rows.OUTCOMES`.
    recipe : str
        What to do: a control, or a generator at its validated size.
    settled : bool
        Whether every claim behind that is made.
    sure : float
        Confidence in the outcome, and in the recipe where that is settled; NaN where the outcome is open or no rows
        were chosen.
    generator, against : str
        The pair that `difference` and `chance` are about: the strongest generator and the control; empty if nothing
        was compared.
    generators : int
        How many were tried.
    chance : float
        Probability that the generator is better by an amount that matters.
    difference : Span
        More of 1,000 patients classed correctly by the generator than by the control.
    size : str
        What to say of the synthetic size that was chosen; empty for a recipe without one.
    factor : float
        How many times as many patients it takes to show a difference of `large` where the answer is open.
    large : str
        A difference in balanced risk that should be seen, with its unit; empty if none is defined.
    pair_open : bool
        Whether their comparison itself leaves the outcome open.
    rival, rival_chance : str, float
        A control that may be better than the recipe, and the probability that it is; empty if none is.
    passed_over, passed_over_for, passed_over_chance : str, str, float
        A recipe with less work, what is likely and not shown to be better, and the probability that it is.
    not_compared, same_fit : tuple of str
        See `statistics.answers.ANSWER_COLUMNS`.
    """

    task: str
    learner: str
    outcome: str
    recipe: str
    settled: bool
    sure: float
    generator: str
    against: str
    generators: int
    chance: float
    difference: Span
    size: str = ""
    factor: float = math.nan
    large: str = ""
    pair_open: bool = False
    rival: str = ""
    rival_chance: float = math.nan
    passed_over: str = ""
    passed_over_for: str = ""
    passed_over_chance: float = math.nan
    not_compared: tuple[str, ...] = ()
    same_fit: tuple[str, ...] = ()


def read_answers(answers: pd.DataFrame, verdicts: pd.DataFrame, names: Names) -> list[Answer]:
    """Read the answers of all tasks and learners, in the order of the page; those without a comparison are left out.

    Parameters
    ----------
    answers, verdicts : DataFrame
        As `added_rows` takes them.
    names : Names
        Of the run.
    """
    told = answers.dropna(subset=["recipe"]).merge(
        added_rows(answers, verdicts), on=CELL, suffixes=("_answer", "")
    )
    tasks, learners = list(names.tasks), names.learner_order(answers["classifier"])
    found = [_answer(row, names) for row in told.to_dict("records")]
    return sorted(found, key=lambda one: (tasks.index(one.task), learners.index(one.learner)))


def _answer(row: Mapping[Hashable, Any], names: Names) -> Answer:
    rival = row["alternative"] if row["rival_open"] and row["alternative"] in INSTEAD else ""
    return Answer(
        task=row["task"],
        learner=row["classifier"],
        outcome=row["outcome"],
        recipe=row["recipe"],
        settled=bool(row["settled"]),
        sure=row["sure"],
        generator=_text(row["generator"]),
        against=_text(row["against"]),
        generators=int(row["generators"]),
        chance=row["chance"],
        difference=Span(row["correct_per_1000"], row["correct_low"], row["correct_high"]),
        size=size_in_words(row["multiplier_median"], row["edge_share"]),
        factor=row["patients_factor"] if row["outcome"] == NO_HELP else row["factor"],
        large=f"{LARGE * row['rope']:g} {names.loss_unit(row['classifier'])}".strip() if row["rope"] else "",
        pair_open=bool(row["pair_open"]),
        rival=rival if row["recipe"] in INSTEAD else "",
        rival_chance=row["chance_of_more_work"],
        passed_over=_text(row["passed_over"]),
        passed_over_for=_text(row["passed_over_for"]),
        passed_over_chance=row["passed_over_chance"],
        not_compared=tuple(_text(row["not_compared"]).split()),
        same_fit=tuple(_text(row["same_fit"]).split()),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
