"""Whether adding synthetic rows helps, in sentences: one for all learners of a task that have the same answer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from synthsize.catalogue.names import Names
from synthsize.report.page.answers import Answer
from synthsize.report.page.recommendation import INSTEAD, called, classed, first_upper, probability, sure
from synthsize.report.tables.added_rows import HELPS, NO_HELP, NO_ROWS, OPEN, OUTCOMES
from synthsize.report.wording import in_a_row

ENOUGH = 1.05  # times as many patients, which is 1.0 when rounded


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
        groups.setdefault((OUTCOMES.index(answer.outcome), recipe, settled), []).append(answer)
    # Settled answers first; groups of one outcome in the order of their first learner.
    ordered = sorted(groups.items(), key=lambda group: (group[0][0], not group[0][2]))
    return [sentence for _, group in ordered for sentence in _said(group, names)]


def counts_sentence(answers: Sequence[Answer]) -> str:
    """Count the answers of a run that has many."""
    counts = {outcome: sum(answer.outcome == outcome for answer in answers) for outcome in OUTCOMES}
    others = {
        f"in {counts[NO_HELP]} it does not": counts[NO_HELP],
        f"in {counts[NO_ROWS]} validation added no rows": counts[NO_ROWS],
        f"in {counts[OPEN]} the data do not settle it": counts[OPEN],
    }
    rest = ", ".join(words for words, number in others.items() if number)
    helped = f"Adding synthetic rows helps in {counts[HELPS] or 'none'} of {len(answers)} pairs of task and classifier"
    return f"{helped}{'; ' if rest else ''}{rest}."


def _said(group: Sequence[Answer], names: Names) -> Iterator[str]:
    say = {HELPS: _helps, NO_HELP: _no_help, NO_ROWS: _no_rows, OPEN: _open}
    yield from say[group[0].outcome](group, names)
    if len(group) == 1:  # the table says it of many
        yield from _reasons(group[0], names)
    yield from _same_fits(group, names)


def _helps(group: Sequence[Answer], names: Names) -> Iterator[str]:
    """Say what to do, and what is gained at least."""
    first, single = group[0], len(group) == 1
    size = f", {first.size}" if first.size and single else ""
    yield f"Adding synthetic rows helps {_learners(group, names)} ({_sure(group)}): {_do(first.recipe, names)}{size}."
    least = min(group, key=lambda answer: answer.chance)
    than, counted = called(least.against, names), classed(least.difference, names.people)
    if single:
        yield f"Against {than}, the strongest remedy without new rows, {counted}."
    else:
        yield f"Least certain, {names.in_sentence(least.learner)}: against {than}, {counted}."


def _no_help(group: Sequence[Answer], names: Names) -> Iterator[str]:
    """Say what to do instead, and how close the strongest generator comes."""
    unhelped = f"{_learners(group, names)} by an amount that matters ({_sure(group)})"
    yield f"Adding synthetic rows does not help {unhelped}{_remedy(group[0])}."
    if len(group) == 1:
        yield _closest(group[0], names, "the strongest")
    else:
        closest = max(group, key=lambda answer: answer.chance)
        pair = f"with {names.generator(closest.generator)} against {called(closest.against, names)}"
        counted = classed(closest.difference, names.people)
        yield f"Closest to help, {names.in_sentence(closest.learner)}: {pair} {counted}."


def _no_rows(group: Sequence[Answer], names: Names) -> Iterator[str]:
    """Say that there was nothing to compare, because validation preferred no rows."""
    yield f"Validation added no rows in any split for {_learners(group, names)}{_remedy(group[0])}."


def _open(group: Sequence[Answer], names: Names) -> Iterator[str]:
    """Say what to do meanwhile, and what leaves the answer open: the pair itself, or a comparison that is missing."""
    yield (
        f"Whether adding synthetic rows helps {_learners(group, names)} is not settled; {_best_guesses(group, names)}."
    )
    single = len(group) == 1
    undecided = [answer for answer in group if answer.pair_open]
    yield from _missing([answer for answer in group if not answer.pair_open], names, single=single)
    if undecided:
        likeliest = max(undecided, key=lambda answer: answer.chance)
        generator, than = names.generator(likeliest.generator), called(likeliest.against, names)
        whose = "" if single else f"for {names.in_sentence(likeliest.learner)}, "
        chance, counted = probability(likeliest.chance), classed(likeliest.difference, names.people)
        yield (
            f"{first_upper(f'{whose}{generator}')} may be better than {than} by an amount that matters (chance "
            f"{chance}); {counted}{_more(likeliest, names) if single else ''}."
        )
    elif not any(answer.generator for answer in group):
        yield "No generator could be compared."
    elif single and group[0].recipe in INSTEAD:
        yield _closest(group[0], names, "the strongest that was compared")
    elif single:
        yield _better(group[0], names)
    yield from _missing(undecided, names, single=single)


def _better(answer: Answer, names: Names) -> str:
    """Say what was shown of a generator whose answer is open for another reason."""
    counted = classed(answer.difference, names.people)
    shown = f"{first_upper(called(answer.recipe, names))} is shown to be better than {called(answer.against, names)}"
    return f"{shown} by an amount that matters; {counted}."


def _closest(answer: Answer, names: Names, strongest: str) -> str:
    tried = (
        f" of {answer.generators} generators" if answer.generators > 1 and answer.outcome == NO_HELP else ""
    )
    counted = classed(answer.difference, names.people)
    return (
        f"With {names.generator(answer.generator)}, {strongest}{tried}, against {called(answer.against, names)} "
        f"{counted}."
    )


def _learners(group: Sequence[Answer], names: Names) -> str:
    return in_a_row([names.in_sentence(answer.learner) for answer in group])


def _sure(group: Sequence[Answer]) -> str:
    least = sure(min(answer.sure for answer in group))
    return f"{'' if len(group) == 1 or least.startswith('more') else 'at least '}{least}"


def _remedy(answer: Answer) -> str:
    if answer.settled:
        return f"; {'' if answer.recipe == 'none' else 'instead, '}{INSTEAD[answer.recipe]}"
    return f". Which remedy without them is best is not settled; the best guess so far is to {INSTEAD[answer.recipe]}"


def _best_guesses(group: Sequence[Answer], names: Names) -> str:
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


def _more(answer: Answer, names: Names) -> str:
    """Say whether more patients would change an open answer; nothing where that is not known."""
    if not answer.large or math.isnan(answer.factor):
        return ""
    if answer.factor <= ENOUGH:
        return f"; with enough splits, these data can show a difference in balanced risk of {answer.large}"
    often = f"takes {_times(answer.factor)} times as many {names.people}"
    return f"; to show a difference in balanced risk of {answer.large} {often}"


def _times(factor: float) -> str:
    return f"{factor:.0f}" if factor >= 3 else f"{factor:.1f}"


def _reasons(answer: Answer, names: Names) -> Iterator[str]:
    """Say what else leaves the answer open: a rival, or a recipe passed over that nothing was shown to beat."""
    if answer.rival:
        chance = probability(answer.rival_chance)
        counted = "" if answer.outcome == OPEN else _more(answer, names)
        yield (
            f"{first_upper(called(answer.rival, names))} may be better than {called(answer.recipe, names)} by an "
            f"amount that matters (chance {chance}){counted}."
        )
    if answer.passed_over:
        likely, passed = called(answer.passed_over_for, names), called(answer.passed_over, names)
        chance = f"likely (chance {probability(answer.passed_over_chance)}) and not shown"
        counted = "" if answer.rival or answer.outcome == OPEN else _more(answer, names)
        yield f"That {likely} {_are(answer.passed_over_for)} better than {passed} is {chance}{counted}."
    if answer.outcome != OPEN:
        yield from _missing([answer], names, single=True)


def _missing(answers: Sequence[Answer], names: Names, *, single: bool) -> Iterator[str]:
    """Name the recipes of which a comparison is missing, and of a group with which learners."""
    lacking = [answer for answer in answers if answer.not_compared]
    if lacking:
        recipes = dict.fromkeys(name for answer in lacking for name in answer.not_compared)
        whose = "" if single else f" ({_learners(lacking, names)})"
        yield f"A comparison is missing of {in_a_row([called(name, names) for name in recipes])}{whose}."


def _same_fits(group: Sequence[Answer], names: Names) -> Iterator[str]:
    """Name rivals that never differed from the recipe; where no rows were chosen, that is said of generators."""
    alike: dict[tuple[str, str], list[Answer]] = {}
    for answer in group:
        for name in answer.same_fit:
            if answer.outcome != NO_ROWS or name in INSTEAD:
                alike.setdefault((name, answer.recipe), []).append(answer)
    for (name, recipe), found in alike.items():
        whose = "" if len(group) == 1 else f" ({_learners(found, names)})"
        yield (
            f"{first_upper(called(name, names))} {_are(name)} the same fit as {called(recipe, names)} in every "
            f"split{whose}; whether they would differ for new {names.people} is not known."
        )


def _are(recipe: str) -> str:
    return "is" if recipe == "prior_shift" or recipe not in INSTEAD else "are"
