"""Whether adding synthetic rows helps, in sentences: one for all learners of a task that have the same answer."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.contracts.summaries import LARGE
from synthsize.report.page.recommendation import (
    INSTEAD,
    Span,
    called,
    classed,
    first_upper,
    probability,
    size_in_words,
    sure,
)
from synthsize.report.tables.added_rows import CELL, HELPS, NO_HELP, OPEN, added_rows
from synthsize.report.wording import in_a_row

ENOUGH = 1.0  # times as many patients
ORDER = (HELPS, NO_HELP, OPEN)


@dataclass(frozen=True)
class Answer:
    """Whether rows help one learner in one task, and what to do.

    Attributes
    ----------
    task, learner : str
        Their names.
    outcome : str
        One of `ORDER`.
    recipe : str
        What to do: a control, or a generator at its validated size.
    settled : bool
        Whether every claim behind that is made.
    sure : float
        Confidence in the outcome, and in the recipe where that is settled; NaN where the outcome is open.
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
    rival: str = ""
    rival_chance: float = math.nan
    passed_over: str = ""
    passed_over_for: str = ""
    passed_over_chance: float = math.nan
    not_compared: tuple[str, ...] = ()
    same_fit: tuple[str, ...] = ()

    @property
    def oversamples(self) -> bool:
        """Whether the recipe is a generator."""
        return self.recipe not in INSTEAD


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
        rival=rival if row["recipe"] in INSTEAD else "",
        rival_chance=row["chance_of_more_work"],
        passed_over=_text(row["passed_over"]),
        passed_over_for=_text(row["passed_over_for"]),
        passed_over_chance=row["passed_over_chance"],
        not_compared=tuple(_text(row["not_compared"]).split()),
        same_fit=tuple(_text(row["same_fit"]).split()),
    )


def task_sentences(answers: Sequence[Answer], names: Names) -> list[str]:
    """Say for one task with which learners rows help, with which not, and where it is open.

    Parameters
    ----------
    answers : sequence of Answer
        Of one task.
    names : Names
        Of the run.
    """
    groups: dict[tuple[int, str, bool], list[Answer]] = {}
    for answer in answers:
        recipe = "" if answer.outcome == OPEN else answer.recipe
        settled = answer.outcome != OPEN and answer.settled
        groups.setdefault((ORDER.index(answer.outcome), recipe, settled), []).append(answer)
    # Settled answers first; groups of one outcome in the order of their first learner.
    ordered = sorted(groups.items(), key=lambda group: (group[0][0], not group[0][2]))
    return [sentence for _, group in ordered for sentence in _said(group, names)]


def counts_sentence(answers: Sequence[Answer]) -> str:
    """Count the answers of a run that has many."""
    counts = {outcome: sum(answer.outcome == outcome for answer in answers) for outcome in ORDER}
    others = {f"in {counts[NO_HELP]} it does not": counts[NO_HELP]}
    others[f"in {counts[OPEN]} the data do not settle it"] = counts[OPEN]
    rest = ", ".join(words for words, number in others.items() if number)
    helped = f"Adding synthetic rows helps in {counts[HELPS] or 'none'} of {len(answers)} pairs of task and classifier"
    return f"{helped}{'; ' if rest else ''}{rest}."


def _said(group: Sequence[Answer], names: Names) -> Iterator[str]:
    first, learners = group[0], in_a_row([names.in_sentence(answer.learner) for answer in group])
    if first.outcome == HELPS:
        size = f", {first.size}" if first.size and len(group) == 1 else ""
        yield (f"Adding synthetic rows helps {learners} ({_sure(group)}): {_do(first.recipe, names)}{size}.")
    elif first.outcome == NO_HELP:
        unhelped = f"{learners} by an amount that matters ({_sure(group)})"
        yield f"Adding synthetic rows does not help {unhelped}{_remedy(first)}."
    else:
        yield f"Whether adding synthetic rows helps {learners} is not settled; {_best_bets(group, names)}."
    yield from _evidence(group, names)
    yield from _reasons(group, names)
    yield from _same_fits(group, names)


def _sure(group: Sequence[Answer]) -> str:
    least = sure(min(answer.sure for answer in group))
    return f"{'' if len(group) == 1 or least.startswith('more') else 'at least '}{least}"


def _remedy(answer: Answer) -> str:
    if answer.settled:
        return f"; {'' if answer.recipe == 'none' else 'instead, '}{INSTEAD[answer.recipe]}"
    return f". Which remedy without them is best is not settled; the best guess so far is to {INSTEAD[answer.recipe]}"


def _best_bets(group: Sequence[Answer], names: Names) -> str:
    """Say what to do meanwhile, and with which learner where that is not the same for all."""
    learners: dict[str, list[str]] = {}
    for answer in group:
        learners.setdefault(answer.recipe, []).append(names.in_sentence(answer.learner))
    if len(learners) == 1:
        size = f", {group[0].size}" if group[0].size and len(group) == 1 else ""
        return f"the best guess so far is to {_do(group[0].recipe, names)}{size}"
    guesses = [f"{_do(recipe, names)} ({in_a_row(found)})" for recipe, found in learners.items()]
    return f"the best guesses so far: {'; '.join(guesses)}"


def _do(recipe: str, names: Names) -> str:
    return INSTEAD.get(recipe) or f"oversample by {names.generator(recipe)}"


def _evidence(group: Sequence[Answer], names: Names) -> Iterator[str]:
    """Count patients for the pair on which the common answer rests most weakly."""
    compared = [answer for answer in group if answer.generator]
    if not compared:
        yield "No generator could be compared."
        return
    outcome, single = group[0].outcome, len(group) == 1
    weakest = (min if outcome == HELPS else max)(compared, key=lambda answer: answer.chance)
    generator, than = names.generator(weakest.generator), called(weakest.against, names)
    whose = "" if single else f"{names.in_sentence(weakest.learner)}: "
    counted = classed(weakest.difference, names.people)
    if outcome == HELPS:
        lead = (
            f"Against {than}, the strongest remedy without new rows" if single else f"Least certain, {whose}"
        )
        yield f"{lead}, {counted}." if single else f"{lead}against {than}, {counted}."
    elif outcome == NO_HELP:
        tried = f" of {weakest.generators} generators" if weakest.generators > 1 else ""
        lead = (
            f"With {generator}, the strongest{tried}, "
            if single
            else f"Closest to help, {whose}with {generator} "
        )
        yield f"{lead}against {than} {counted}."
    else:
        lead = first_upper(f"{'' if single else f'for {whose[:-2]}, '}{generator}")
        chance = probability(weakest.chance)
        more = _more(weakest) if single else ""
        yield f"{lead} may be better than {than} by an amount that matters (chance {chance}); {counted}{more}."


def _more(answer: Answer) -> str:
    """Say whether more patients would change an open answer; nothing where that is not known."""
    if not answer.large or math.isnan(answer.factor):
        return ""
    if answer.factor <= ENOUGH:
        return f"; with enough splits, these data can show a difference in balanced risk of {answer.large}"
    return f"; to show a difference in balanced risk of {answer.large} takes {_times(answer.factor)} times as much data"


def _times(factor: float) -> str:
    return f"{factor:.0f}" if factor >= 3 else f"{factor:.1f}"


def _reasons(group: Sequence[Answer], names: Names) -> Iterator[str]:
    """Say what else leaves the answer of a single learner open; the table says it of many."""
    if len(group) > 1:
        return
    (answer,) = group
    if answer.rival:
        chance = probability(answer.rival_chance)
        counted = "" if answer.outcome == OPEN else _more(answer)
        yield (
            f"{first_upper(called(answer.rival, names))} may be better than {called(answer.recipe, names)} by an "
            f"amount that matters (chance {chance}){counted}."
        )
    if answer.passed_over:
        likely, passed = called(answer.passed_over_for, names), called(answer.passed_over, names)
        chance = f"likely (chance {probability(answer.passed_over_chance)}) and not shown"
        counted = "" if answer.rival or answer.outcome == OPEN else _more(answer)
        yield f"That {likely} {_are(answer.passed_over_for)} better than {passed} is {chance}{counted}."
    if answer.not_compared:
        yield f"A comparison is missing of {in_a_row([called(name, names) for name in answer.not_compared])}."


def _same_fits(group: Sequence[Answer], names: Names) -> Iterator[str]:
    if len(group) > 1:
        return
    (answer,) = group
    for name in answer.same_fit:
        yield (
            f"{first_upper(called(name, names))} {_are(name)} the same fit as {called(answer.recipe, names)} in every "
            f"split, of which nothing is known for new {names.people}."
        )


def _are(recipe: str) -> str:
    return "is" if recipe == "prior_shift" or recipe not in INSTEAD else "are"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
