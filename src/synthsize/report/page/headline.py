"""The main result of a run: a line per task that a clinician can repeat, and how to read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.contracts.summaries import LARGE
from synthsize.report import style
from synthsize.report.missing import missing_in_words
from synthsize.report.page.recommendation import Recommendation, Span, sentence, size_in_words
from synthsize.report.wording import splits_in_words

NO_ANSWER = "No answer"
FEW_PARTS = 4  # that are named; of more the page has a list


def headline(
    answers: pd.DataFrame,
    *,
    names: Names,
    simulated: bool,
    left_out: Mapping[str, str],
    joint: pd.DataFrame | None = None,
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
    joint : DataFrame, optional
        Columns `statistics.joint_choice.RECOMMENDATION_COLUMNS`, of a run that tunes the penalty, which the answers
        do not.

    Returns
    -------
    list of str
        A line per task, and one on how to read them.
    """
    said = recommendations(answers, names)
    caution = _caution(answers, simulated, missing_in_words(left_out, names))
    if not said:
        return [line for line in (f"{NO_ANSWER}: {_notes(answers)}.", caution) if line]
    last = (_reading(answers, names), _other_penalties(joint, names), caution)
    return [*task_lines(said, names), " ".join(filter(None, last))]


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
            rival_open=bool(row["rival_open"]),
            passed_over=_text(row["passed_over"]),
            passed_over_for=_text(row["passed_over_for"]),
            passed_over_chance=row["passed_over_chance"],
            not_compared=tuple(_text(row["not_compared"]).split()),
            same_fit=tuple(_text(row["same_fit"]).split()),
            large=f"{LARGE * row['rope']:g} {names.loss_unit(row['classifier'])}".strip()
            if row["rope"]
            else "",
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


def _reading(answers: pd.DataFrame, names: Names) -> str:
    told = answers.dropna(subset=["recipe"])
    level, rope = float(told["level"].iloc[0]), float(told["rope"].iloc[0])
    learners = names.learner_order(told["classifier"])
    units = " or ".join(dict.fromkeys(filter(None, map(names.loss_unit, learners))))
    matters = f"; a change of balanced risk matters above {rope:g} {units}".rstrip() if rope else ""
    return (
        f"Of the 1,000 {names.people} half have the outcome, and the model's own cut classes them "
        f"[{style.interval_label('nadeau_bengio', level)}]{matters}. {_limit(told, names)}{_shift(told)}"
    )


def _shift(told: pd.DataFrame) -> str:
    """Explain the one remedy whose name does not say what to do."""
    if "prior_shift" not in {*told["recipe"], *told["alternative"]}:
        return ""
    words = "add one number to the log odds of the plain fit, as if both classes were as frequent"
    return f" To shift the prior is to {words}."


def _limit(told: pd.DataFrame, names: Names) -> str:
    """Say for each learner, whose loss has its unit, what limits the answers: patients more than splits."""
    shown = told.dropna(subset=["smallest_difference"])
    if shown.empty:
        return f"{names.people.capitalize()}, not splits, limit what can be shown."
    parts = []
    for learner in names.learner_order(shown["classifier"]):
        rows = shown[shown["classifier"] == learner]
        smallest = f"{_span(rows['smallest_difference'])} {names.loss_unit(learner)}".strip()
        parts.append(
            f"{names.in_sentence(learner)} {smallest} ({_span(rows['smallest_any_splits'])} with any number of splits)"
        )
    listed = ", ".join(parts)
    return f"The smallest change of it that could have been shown: {listed}; beyond that, {names.people} are the limit."


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


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
