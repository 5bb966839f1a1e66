"""The section that compares learners on the same test rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report import style
from synthsize.report.content import COUNT, Column, Section, Table, estimate, make_table
from synthsize.report.tables.learners import (
    IN_SHORT,
    learner_answers_table,
    learner_differences_table,
    learner_effort_table,
    learners_in_short,
    unequal_effort,
)

TITLE = "Classifiers beside each other"
LEVEL, DIFFERENCE, P_VALUE = "{:.4f}", "{:+.4f}", "{:.2g}"
_HOW = (
    "Yes: better than each linear classifier with each generator at the size that validation chose for it. No: one of "
    "these at least is better. Both are claims about new {people} at {error:.0%} error (of the corrected resampled "
    "t-test; no is adjusted by Holm over the linear models); what is shown by neither is not settled. A raw fit "
    "expects the prevalence of its training rows, which costs balanced accuracy and balanced log-loss and no AUROC: "
    "the shifted prior repairs that without a fit."
)


def learners_section(tables: Mapping[str, pd.DataFrame], names: Names, interval: str) -> Section:
    """Answer whether learners that are not linear need oversampling to lead; nothing for a run of one learner."""
    differences, answers = tables.get("learner_differences"), tables.get("learner_answers")
    if differences is None or answers is None or differences.empty:
        return Section("learners", TITLE)
    return Section(
        "learners",
        TITLE,
        tables=[
            *_answers(answers, names),
            *_differences(differences, names, interval),
            *_effort(tables.get("learner_effort"), names),
        ],
    )


def _how(answers: pd.DataFrame, names: Names) -> str:
    return _HOW.format(people=names.people, error=1 - answers["level"].iloc[0])


def _answers(found: pd.DataFrame, names: Names) -> Iterator[Table]:
    if found.empty:
        return
    yield make_table(
        learners_in_short(found, names).fillna(style.MISSING),
        name="learners_in_short",
        title="On raw data: simply better than any oversampled linear model?",
        text=_how(found, names),
        columns={
            "task": Column("Task"),
            "learner": Column("Classifier on raw data"),
            **{name: Column(words) for name, words in IN_SHORT.items()},
        },
    )
    words = style.interval_label("nadeau_bengio", float(found["level"].iloc[0]))
    text = (
        "Without synthetic rows against linear models that have them. Nearest: the linear classifier and generator "
        "over which the lead is least certain, or the lag most. Difference: the classifier minus that rival, in the "
        "splits that both have; AUROC and balanced accuracy are better above zero, log-loss below. Log-losses are "
        "compared with log-losses alone, never with a hinge loss. p (leads all): the largest of the one-sided p-values "
        "against each; p (is led): the smallest of the opposite ones, Holm-adjusted."
    )
    yield make_table(
        _noted(learner_answers_table(found, names=names)),
        name="learner_answers",
        title="Raw data against oversampled linear models",
        text=text,
        columns={
            **_KEYS,
            "rivals": Column("Rivals", COUNT),
            "nearest": Column("Nearest rival"),
            "difference": estimate("Difference", "difference", DIFFERENCE, words),
            "verdict": Column("Simply better"),
            "p_better": Column("p (leads all)", P_VALUE),
            "p_beaten": Column("p (is led)", P_VALUE),
            "n_splits": Column("Splits", COUNT),
        },
    )


def _differences(found: pd.DataFrame, names: Names, interval: str) -> Iterator[Table]:
    words = style.interval_label(interval, float(found["level"].iloc[0]))
    rows = learner_differences_table(found, names=names, interval=interval)
    for against, part in rows.groupby("against", sort=False):
        text = (
            f"Each classifier with each recipe minus {against}, on the same test rows and in the splits that both "
            "have. AUROC and balanced accuracy are better above zero, log-loss below; one of margins has no log-loss "
            "to compare, and a shifted prior leaves the AUROC as it is. p: corrected resampled t-test, adjusted by "
            "Holm over all tasks, classifiers and recipes of one metric."
        )
        yield make_table(
            _noted(part.drop(columns="against")),
            name="learner_differences",
            title=f"Classifiers against {against}",
            text=text,
            columns={
                **_KEYS,
                "mean": Column("Mean", LEVEL),
                "reference_mean": Column("Mean of the reference", LEVEL),
                "difference": estimate("Difference", "difference", DIFFERENCE, words),
                "holm_p": Column("p, Holm-adjusted", P_VALUE),
                "n_splits": Column("Splits", COUNT),
            },
            folded=True,
        )


def _effort(found: pd.DataFrame | None, names: Names) -> Iterator[Table]:
    """Show nothing of a run before the table was made."""
    if found is None or found.empty:
        return
    text = (
        "The comparison reflects tuning as well as the classifiers. Sizes, folds and repeats of the validation that "
        "chose a size inside each training set: a choice from more sizes and more folds is a better one."
    )
    if unequal_effort(found):
        text += (
            " It was not the same for all: one with a coarser grid, fewer folds or fewer splits of its own may "
            "have more to gain than is shown, and has wider intervals."
        )
    yield make_table(
        learner_effort_table(found, names=names),
        name="learner_effort",
        title="How each classifier was tuned",
        text=text,
        columns={
            "learner": Column("Classifier"),
            "generators": Column("With"),
            "sizes": Column("Sizes", COUNT),
            "folds": Column("Folds", COUNT),
            "repeats": Column("Repeats", COUNT),
            "fits_per_split": Column("Fits behind one choice", COUNT),
            "n_splits": Column("Splits", COUNT),
        },
        folded=True,
    )


_KEYS = {
    "task": Column("Task"),
    "learner": Column("Classifier"),
    "recipe": Column("Recipe"),
    "metric": Column("Metric"),
    "note": Column("What is missing"),
}


def _noted(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out what the text says, and notes where there are none."""
    said = ["level"] + (["note"] if not rows["note"].fillna("").any() else [])
    return rows.drop(columns=said).fillna({"note": ""} if "note" not in said else {})
