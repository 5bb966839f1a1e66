"""The main result of a run: a paragraph per task that a clinician can repeat, and how to read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report import style
from synthsize.report.missing import missing_in_words
from synthsize.report.page.answer_sentences import counts_sentence, task_sentences
from synthsize.report.page.answers import Answer, read_answers
from synthsize.report.page.leader_sentence import leader_sentences
from synthsize.report.wording import in_a_row, splits_in_words

NO_ANSWER = "No answer"
FEW_PARTS = 4  # that are named; of more the page has a list
FEW_ANSWERS = 3  # that need no count


def headline(
    answers: pd.DataFrame,
    verdicts: pd.DataFrame,
    *,
    names: Names,
    simulated: bool,
    left_out: Mapping[str, str],
    learners: pd.DataFrame | None = None,
    joint: pd.DataFrame | None = None,
) -> list[str]:
    """Say for each task whether adding synthetic rows helps which learners, and which learner is best.

    Parameters
    ----------
    answers : DataFrame
        Columns `statistics.answers.ANSWER_COLUMNS`.
    verdicts : DataFrame
        Columns `statistics.verdicts.VERDICT_COLUMNS`.
    names : Names
        Of the run.
    simulated : bool
        Whether the data are made up.
    left_out : mapping of str to str
        Parts of the benchmark that gave no result, each with the reason.
    learners : DataFrame, optional
        Columns `statistics.learner_comparison.LEARNER_COLUMNS`, of a run with several learners.
    joint : DataFrame, optional
        Columns `statistics.joint_choice.RECOMMENDATION_COLUMNS`, of a run that tunes the penalty, which the answers
        do not.

    Returns
    -------
    list of str
        A count where there are many answers; a line per task, and one on its learners if they are several; how to read
        them; what to be careful about.
    """
    said = read_answers(answers, verdicts, names)
    caution = _caution(answers, simulated, missing_in_words(left_out, names))
    if not said:
        return [line for line in (f"{NO_ANSWER}: {_notes(answers)}.", caution) if line]
    count = counts_sentence(said) if len(said) > FEW_ANSWERS else ""
    lines = _task_lines(said, learners, names)
    reading = " ".join(filter(None, (_reading(answers, lines, names), _other_penalties(joint, names))))
    return [line for line in (count, *lines, reading, caution) if line]


def _task_lines(said: Sequence[Answer], learners: pd.DataFrame | None, names: Names) -> list[str]:
    by_task: dict[str, list[Answer]] = {}
    for answer in said:
        by_task.setdefault(answer.task, []).append(answer)
    best = leader_sentences(learners, names)
    return [
        f"{names.task(task)}{about}. {words}"
        for task, found in by_task.items()
        for about, words in (
            ("", " ".join(task_sentences(found, names))),
            (", classifiers", best.get(task, "")),
        )
        if words
    ]


def _reading(answers: pd.DataFrame, lines: Sequence[str], names: Names) -> str:
    told = answers.dropna(subset=["recipe"])
    level, rope = float(told["level"].iloc[0]), float(told["rope"].iloc[0])
    learners = names.learner_order(told["classifier"])
    units = " or ".join(dict.fromkeys(filter(None, map(names.loss_unit, learners))))
    matters = f" of more than {rope:g} {units}".rstrip() if rope else ""
    loss = " (log-loss, in nats)" if units == "nats" else ""
    interval = style.interval_label("nadeau_bengio", level)
    return (
        f"How to read this: an amount that matters is a difference{matters} in balanced risk, which is how wrong the "
        f"predictions for new {names.people} are on average{loss}, those with and those without the outcome counting "
        f"alike. Of the 1,000 {names.people} half have the outcome; each model's own cut-off classes them [{interval}, "
        f"which allows for new {names.people}]. {_limit(told, names)}{_terms(lines)}"
    )


def _terms(lines: Sequence[str]) -> str:
    """Explain the terms that the lines use."""
    used = " ".join(lines)
    words = ""
    if "prior" in used:
        words += (
            " To shift the prior is to add one number to the log odds of the plain fit, the fit to the unchanged "
            "data, as if both classes were equally frequent."
        )
    if "m = " in used:
        words += " A size of m = 1 adds as many rows as make the classes equal."
    return words


def _limit(told: pd.DataFrame, names: Names) -> str:
    """Say what limits the answers, in each unit of loss: patients more than splits."""
    shown = told.dropna(subset=["smallest_difference"])
    if shown.empty:
        return f"{names.people.capitalize()}, not splits, limit what can be shown."
    parts = []
    for unit, rows in shown.groupby(shown["classifier"].map(names.loss_unit), sort=False):
        smallest = f"{_span(rows['smallest_difference'])} {unit}".strip()
        parts.append(f"{smallest} ({_span(rows['smallest_any_splits'])} with any number of splits)")
    return (
        f"The smallest change that this run could have shown is {in_a_row(parts)}; beyond that, {names.people} are the "
        "limit."
    )


def _other_penalties(joint: pd.DataFrame | None, names: Names) -> str:
    """Warn where validation prefers a penalty that the answers do not consider."""
    if joint is None or joint["C"].isna().all():
        return ""
    found = "; ".join(
        f"{names.task(row['task'])}, {names.in_sentence(row['classifier'])}: C = {row['C']:g}"
        for row in joint.dropna(subset=["C"]).to_dict("records")
    )
    return (
        "These lines keep each classifier's own penalty; validation over all recipes prefers another "
        f"({found}), see Choice among all recipes."
    )


def _span(values: pd.Series) -> str:
    return " to ".join(dict.fromkeys(f"{value:.3f}" for value in (values.min(), values.max())))


def _caution(answers: pd.DataFrame, simulated: bool, missing: Iterable[str]) -> str:
    parts = list(missing)
    lacks = "; ".join(parts) if len(parts) <= FEW_PARTS else f"{len(parts)} parts that the report names"
    warnings = {
        f"Incomplete run, without {lacks}.": bool(lacks),
        f"Only {splits_in_words(answers['n_splits'])}: provisional.": bool(
            (answers["n_splits"] < style.FEW_SPLITS).any()
        ),
        "Simulated data: no clinical conclusion.": simulated,
    }
    return " ".join(words for words, holds in warnings.items() if holds)


def _notes(answers: pd.DataFrame) -> str:
    return "; ".join(sorted(set(answers["note"].dropna()) - {""})) or "no comparison was made"
