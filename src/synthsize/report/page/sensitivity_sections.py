"""The sections about subgroups and about multiple imputation."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report import style
from synthsize.report.content import COUNT, Column, Section, Table, estimate, make_table
from synthsize.report.rows import by_classifier, in_words, with_limits
from synthsize.report.subgroup_suppression import group_sizes, hide_estimates
from synthsize.report.tables.subgroups import DIMENSIONS, SUBJECTS, group_order, group_words, subgroup_rows

SUBGROUPS, IMPUTATIONS = "Subgroups", "Multiple imputation"
SHARE, RATIO, DIFFERENCE = "{:.3f}", "{:.2f}", "{:+.4f}"
_SUBGROUP_TEXT = (
    "Decisions at an estimated risk of 1/2 (a margin of 0), within each subgroup of the test rows. Shares and the "
    "ratio of observed to expected positives are of the counts of all splits together, calibration is the mean over "
    "the splits, where every split has one. A rebalanced fit expects too many positives everywhere; what matters here "
    "is whether groups are treated alike. Few splits and small groups: read the intervals. A dash: not defined, or "
    "based on too few people to be shown."
)
_CHOSEN_TEXT = (
    " Chosen recipe: what validation chose among all recipes in each split (see Choice among all recipes)."
)
_IMPUTATION_TEXT = (
    "The fits at m = 0, m = 1 and VTSS's choice (made with the run's own imputation) once more, on several completed "
    "data sets per split: chained equations with draws, learned from the features of the training rows. Scores of a "
    "test row are averaged over them. Change: multiple imputation minus the run's own on the same split. The last "
    "column is the change of what the synthetic rows gain over m = 0: near zero, the answer does not hang on the "
    "imputation."
)


def subgroups_section(
    subgroups: pd.DataFrame | None, names: Names, interval: str, suppress_below: int
) -> Section:
    """Show decisions and calibration by subgroup; nothing where the run was not asked for it."""
    if subgroups is None:
        return Section("subgroups", SUBGROUPS)
    filled = subgroups.fillna({"group": "unknown"})
    rows = subgroup_rows(hide_estimates(filled, suppress_below), names=names, interval=interval)
    # The coverage, which the user's own tables lack, rounds counts of strata; exact counts here would undo that.
    counted = filled if names.has_own_tables else filled[filled["dimension"] != "stratum"]
    sizes = [_sizes(counted, names, suppress_below)] if len(counted) else []
    return Section("subgroups", SUBGROUPS, tables=[*sizes, *_subgroups(rows, names, interval)])


def _sizes(subgroups: pd.DataFrame, names: Names, below: int) -> Table:
    """Tabulate how many a subgroup has."""
    sizes = group_sizes(subgroups, below)
    words = [group_words(*pair) for pair in zip(sizes["dimension"], sizes["group"], strict=True)]
    order = {group: group for group in group_order(sizes)}
    return make_table(
        in_words(sizes.assign(group=words), task=names.tasks, dimension=DIMENSIONS, group=order),
        name="subgroup_sizes",
        title="Sizes of the subgroups",
        text="Of all rows of a task; each test set holds its share of them."
        if names.has_own_tables
        else "Of all admissions of a task; each test set holds its share of them. Strata are in the table of "
        "coverage.",
        columns={
            "task": Column("Task"),
            "dimension": Column("By"),
            "group": Column("Group"),
            "admissions": Column("Rows" if names.has_own_tables else "Admissions", COUNT),
            "positives": Column("Positives", COUNT),
        },
        folded=True,
    )


def _subgroups(rows: pd.DataFrame, names: Names, interval: str) -> Iterator[Table]:
    for classifier, part in by_classifier(rows, names):
        words = style.interval_label(interval, float(part["level"].iloc[0]))
        headers = {
            "sensitivity": ("Sensitivity", SHARE),
            "specificity": ("Specificity", SHARE),
            "observed_to_expected": ("Observed to expected", RATIO),
            "calibration_intercept": ("Calibration intercept (log odds)", RATIO),
            "calibration_slope": ("Calibration slope", RATIO),
        }
        known = {key: header for key, header in headers.items() if part[key].notna().any()}
        limits = [f"{key}_{end}" for key in known for end in ("low", "high")]
        yield make_table(
            part[["task", "dimension", "group", "subject", "generator", "n_splits", *known, *limits]],
            name=f"subgroups_{classifier}",
            title=f"{SUBGROUPS}: {names.learner(classifier)}",
            text=_SUBGROUP_TEXT + (_CHOSEN_TEXT if (part["subject"] == SUBJECTS["chosen"]).any() else ""),
            columns={
                "task": Column("Task"),
                "dimension": Column("By"),
                "group": Column("Group"),
                "subject": Column("Method"),
                "generator": Column("Generator"),
                "n_splits": Column("Splits", COUNT),
                **{key: estimate(what, key, form, words) for key, (what, form) in known.items()},
            },
            folded=True,
        )


def imputations_section(imputations: pd.DataFrame | None, names: Names, interval: str) -> Section:
    """Show what multiple imputation changes; nothing where the run was not asked for it."""
    if imputations is None:
        return Section("imputations", IMPUTATIONS)
    nothing = imputations[imputations["n_splits"] == 0]
    words = [
        f"{names.task(str(task))}: {note}."
        for task, note in nothing[["task", "note"]].drop_duplicates().itertuples(index=False)
    ]
    made = imputations[imputations["n_splits"] > 0]
    return Section("imputations", IMPUTATIONS, words, tables=list(_imputations(made, names, interval)))


def _imputations(imputations: pd.DataFrame, names: Names, interval: str) -> Iterator[Table]:
    keys = ["task", "classifier", "generator", "subject"]
    table = imputations[[*keys, "imputations", "n_splits", "level"]].drop_duplicates(keys)
    for key in ("balanced_risk", "auroc", "gain"):
        own = imputations[imputations["metric"] == key]
        if key == "balanced_risk":
            table = table.merge(own[[*keys, "default_mean"]], on=keys, how="left")
        own = with_limits(own, "mean_difference", key, interval)
        table = table.merge(own[[*keys, key, f"{key}_low", f"{key}_high"]], on=keys, how="left")
    rows = in_words(
        table,
        task=names.tasks,
        classifier=names.learner_labels,
        generator=names.generator_labels,
        subject=SUBJECTS,
    )
    for classifier, part in by_classifier(rows, names):
        words = style.interval_label(interval, float(part["level"].iloc[0]))
        risk = names.with_unit("Change of balanced risk", classifier)
        gain = names.with_unit("Change of the gain over m = 0", classifier)
        yield make_table(
            part.drop(columns="level"),
            name=f"imputations_{classifier}",
            title=f"{IMPUTATIONS}: {names.learner(classifier)}",
            text=_IMPUTATION_TEXT,
            columns={
                "task": Column("Task"),
                "generator": Column("Generator"),
                "subject": Column("Method"),
                "imputations": Column("Data sets", COUNT),
                "n_splits": Column("Splits", COUNT),
                "default_mean": Column(names.with_unit("Balanced risk of the run", classifier), "{:.4f}"),
                "balanced_risk": estimate(risk, "balanced_risk", DIFFERENCE, words),
                "auroc": estimate("Change of AUROC", "auroc", DIFFERENCE, words),
                "gain": estimate(gain, "gain", DIFFERENCE, words),
            },
            folded=True,
        )
