"""The main result of a run: a line per task that a clinician can repeat, and how to read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report import style
from synthsize.report.missing import missing_in_words
from synthsize.report.page.recommendation import Recommendation, Span, sentence, size_in_words
from synthsize.report.wording import splits_in_words

NO_ANSWER = "No answer"


def headline(
    answers: pd.DataFrame, *, names: Names, simulated: bool, left_out: Mapping[str, str]
) -> list[str]:
    """Say for each task what to do about its rare class.

    Parameters
    ----------
    answers : DataFrame
        Columns `statistics.answers.ANSWER_COLUMNS`.
    names : Names
        Of the run.
    simulated : bool
        Whether the data are made up.
    left_out : mapping of str to str
        Parts of the benchmark that gave no result, each with the reason.

    Returns
    -------
    list of str
        A line per task, and one on how to read them.
    """
    said = recommendations(answers, names)
    caution = _caution(answers, simulated, missing_in_words(left_out, names))
    if not said:
        return [line for line in (f"{NO_ANSWER}: {_notes(answers)}.", caution) if line]
    return [*task_lines(said, names), f"{_reading(answers)} {caution}".strip()]


def recommendations(answers: pd.DataFrame, names: Names) -> list[Recommendation]:
    """Read the answers as recommendations, in the order of the page; those without a comparison are left out."""
    found = [
        Recommendation(
            task=row["task"],
            learner=row["classifier"],
            recipe=row["recipe"],
            alternative=row["alternative"],
            difference=Span(row["correct_per_1000"], row["correct_low"], row["correct_high"]),
            certainty=row["certainty"],
            settled=bool(row["settled"]),
            chance=row["chance_of_more_work"],
            patients_factor=row["patients_factor"],
            size=size_in_words(row["multiplier_median"], row["edge_share"]),
        )
        for row in answers.dropna(subset=["recipe"]).to_dict("records")
    ]
    tasks, learners = list(names.tasks), names.learner_order(answers["classifier"])
    return sorted(found, key=lambda said: (tasks.index(said.task), learners.index(said.learner)))


def task_lines(said: Sequence[Recommendation], names: Names) -> list[str]:
    """Say one line per task, which holds a recommendation for each of its learners."""
    by_task: dict[str, list[str]] = {}
    for recommendation in said:
        by_task.setdefault(recommendation.task, []).append(sentence(recommendation, names))
    return [f"{names.task(task)}. {' '.join(sentences)}" for task, sentences in by_task.items()]


def _reading(answers: pd.DataFrame) -> str:
    told = answers.dropna(subset=["recipe"])
    level, rope = float(told["level"].iloc[0]), float(told["rope"].iloc[0])
    matters = f"; a change of balanced risk matters above {rope:g}" if rope else ""
    return (
        "Of the 1,000 patients half have the outcome, and the model's own cut classes them "
        f"[{style.interval_label('nadeau_bengio', level)}]{matters}. {_limit(told)}"
    )


def _limit(told: pd.DataFrame) -> str:
    """Say what limits the answers: patients, and how little more splits would give."""
    shown = told.dropna(subset=["smallest_difference"])
    if shown.empty:
        return "Patients, not splits, limit what can be shown."
    return (
        f"The smallest change that could have been shown is {_span(shown['smallest_difference'])}, with any number of "
        f"splits {_span(shown['smallest_any_splits'])}: beyond that, patients are the limit."
    )


def _span(values: pd.Series) -> str:
    return " to ".join(dict.fromkeys(f"{value:.3f}" for value in (values.min(), values.max())))


def _caution(answers: pd.DataFrame, simulated: bool, missing: Iterable[str]) -> str:
    lacks = ", ".join(missing)
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
