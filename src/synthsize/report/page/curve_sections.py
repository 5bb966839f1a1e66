"""The sections about fewer patients, and about what decisions are worth."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report import style
from synthsize.report.content import COUNT, Column, Section, Table, estimate, make_table
from synthsize.report.page.comparison_sections import DIFFERENCE, risk_in_short
from synthsize.report.rows import by_classifier
from synthsize.report.tables.benefits import benefit_sentences, benefit_table, calibration_table, chosen_words
from synthsize.report.tables.learning import learning_sentences, learning_table, not_fitted

BENEFIT = "{:.1f}"
CHANGE = "{:+.1f}"
MARGINS = (
    " The scores of {names} are margins and claim no probability: their curves exist recalibrated alone."
)


def learning_section(curve: pd.DataFrame | None, names: Names) -> Section:
    """Show where generators help by the number of minority rows; nothing where the run has no learning curve."""
    section = Section("learning", f"How many {names.people}")
    if curve is None or curve.empty:
        return section
    sentences = [*learning_sentences(curve, names=names), *not_fitted(curve, names=names)]
    return Section(section.anchor, section.title, sentences, tables=list(_learning_tables(curve, names)))


def _learning_tables(curve: pd.DataFrame, names: Names) -> Iterator[Table]:
    text = (
        "Minority training rows, mean over the splits, at which the generator at the size that validation chose "
        "has a lower or higher {risk} than a reference fitted to the same rows. Parts of the training rows are "
        "nested, keep the imbalance, and are scored on the same test rows; the last number is all training rows. "
        "Lower and higher: the corrected resampled t-test against no difference stays significant at {alpha:g} after "
        "Holm's adjustment over all generators and numbers of rows of the task against that reference; whether the "
        "difference matters in practice is another question. Not resolved is not the same as equal. The most "
        "favourable mean is picked among all numbers of rows and looks better than it is: it has no interval."
    )
    for classifier, rows in by_classifier(learning_table(curve, names=names), names):
        level = float(rows["level"].iloc[0])
        yield make_table(
            rows.drop(columns="level"),
            name=f"learning_curve_{classifier}",
            title=f"Where generators help: {names.learner(classifier)}",
            text=text.format(risk=risk_in_short(classifier, names).lower(), alpha=1 - level),
            columns={
                "task": Column("Task"),
                "generator": Column("Generator"),
                "reference": Column("Against"),
                "n_splits": Column("Splits", COUNT),
                "lower": Column("Lower at"),
                "higher": Column("Higher at"),
                "open": Column("Not resolved at"),
                "largest": Column(names.with_unit("Most favourable mean difference", classifier), DIFFERENCE),
                "largest_at": Column(
                    "at", COUNT, names=("Minority rows of the most favourable mean difference",)
                ),
            },
        )


def benefit_section(benefit: pd.DataFrame | None, names: Names, interval: str) -> Section:
    """Show net benefit at a few thresholds; nothing where the run has no decision curves."""
    section = Section("benefit", "What decisions are worth")
    if benefit is None or benefit.empty:
        return section
    tables = [*_benefit_tables(benefit, names, interval), *_calibration_tables(benefit, names)]
    return Section(section.anchor, section.title, benefit_sentences(benefit, names=names), tables=tables)


def _calibration_tables(benefit: pd.DataFrame, names: Names) -> Iterator[Table]:
    if benefit["brier"].isna().all():
        return
    text = (
        "Of the risks that the decisions above rest on, on test rows at their own prevalence, means over the splits. "
        "Intercept (log odds): 0 where risks are right on average, below 0 where they are too high; slope: 1 where "
        "they are as extreme as they should be, below 1 where they are too extreme. Two numbers learned out of fold "
        "correct both for straight-line errors; what is left in the Brier score is ranking and errors of another shape."
    )
    yield make_table(
        calibration_table(benefit, names=names),
        name="decision_calibration",
        title="Calibration before and after recalibration",
        text=text,
        columns={
            "task": Column("Task"),
            "classifier": Column("Classifier"),
            "recipe": Column("Recipe"),
            "recalibrated": Column("Recalibrated"),
            "brier": Column("Brier score", "{:.4f}"),
            "calibration_intercept": Column("Calibration intercept", "{:+.2f}"),
            "calibration_slope": Column("Calibration slope", "{:.2f}"),
            "n_splits": Column("Splits", COUNT),
        },
        folded=True,
    )


def _benefit_tables(benefit: pd.DataFrame, names: Names, interval: str) -> Iterator[Table]:
    text = (
        "Net benefit per 1,000 {people}: true positives, less the false ones at the odds of the threshold (at a "
        "threshold of 10% nine false alarms cost one true positive). To call nobody positive has net benefit 0. "
        "Recalibrated: by a logistic regression on scores of the training rows out of fold, which test rows have no "
        "part in; a shifted prior is then the raw fit again and has no such rows. Difference: minus the raw fit within "
        "the split, as fitted or recalibrated as the row itself (everybody positive: {itself}); a dash: the same "
        "decisions. Thresholds were named before any result. Each interval stands alone; p is of the corrected "
        "resampled t-test, adjusted by Holm over all recipes and thresholds of the task.{chosen}"
    )
    for classifier, rows in by_classifier(benefit_table(benefit, names=names, interval=interval), names):
        words = style.interval_label(interval, float(rows["level"].iloc[0]))
        known = names.learners.get(classifier)
        margins = known is not None and not known.estimates_risk
        label = names.in_sentence(classifier)
        shown = rows.drop(columns="level")
        yield make_table(
            shown if (rows["note"].notna() & (rows["note"] != "")).any() else shown.drop(columns="note"),
            name=f"net_benefit_{classifier}",
            title=f"Net benefit: {names.learner(classifier)}",
            text=text.format(
                people=names.people,
                itself="recalibrated" if margins else "as fitted",
                chosen=chosen_words(benefit),
            )
            + (MARGINS.format(names=label) if margins else ""),
            columns={
                "task": Column("Task"),
                "recipe": Column("Recipe"),
                "recalibrated": Column("Recalibrated"),
                "threshold": Column("Threshold", "{:.0%}"),
                "n_splits": Column("Splits", COUNT),
                "benefit": estimate("Net benefit per 1,000", "benefit", BENEFIT, words),
                "difference": estimate("Difference per 1,000", "difference", CHANGE, words),
                "holm_p": Column("p, Holm-adjusted", "{:.2g}"),
                "note": Column("What is missing"),
            },
        )
