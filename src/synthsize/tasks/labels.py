"""Join features and a yes-or-no outcome into the analysis table of one task."""

from __future__ import annotations

import pandas as pd

from synthsize.contracts.analysis import ANALYSIS
from synthsize.errors import InputError


def build_task(
    features: pd.DataFrame,
    admissions: pd.DataFrame,
    diagnoses: pd.DataFrame | None,
    *,
    name: str,
    outcome: str | None,
    icd9: list[str],
    icd10: list[str],
    fewest: int,
    unit: str = "patient",
) -> pd.DataFrame:
    """Analysis table of one task: features with a boolean label.

    The label is either a boolean column of `admissions` or "has one of these diagnosis codes". Codes are
    compared exactly, after dots are removed and letters upper-cased on both sides: 995.92 finds 99592 and
    not 9959.

    Parameters
    ----------
    features : DataFrame
        In `contracts.analysis.FEATURES`.
    admissions, diagnoses : DataFrame
        In `contracts.canonical.ADMISSIONS` and `contracts.canonical.DIAGNOSES`; None for a source without codes.
    name : str
        The task's key under ``tasks`` in the configuration, for messages.
    outcome : str or None
        Boolean column of `admissions`; None for a task defined by codes.
    icd9, icd10 : list of str
        Codes that make an admission positive.
    fewest : int
        Units that each class must have at least, so that no validation fold is without one of the classes.
    unit : {"patient", "admission"}
        What splits and folds keep whole.

    Returns
    -------
    DataFrame
        In `contracts.analysis.ANALYSIS`, one row per row of `features`, in its order.

    Raises
    ------
    InputError
        If the task has no definition or two, the outcome column is unusable, the tables do not fit
        together, or a class has too few units.
    """
    if (outcome is None) == (not icd9 and not icd10):
        raise InputError(
            f"tasks.{name}: give either an outcome or a list of icd9 or icd10 codes, and not both"
        )
    if not features["admission_id"].isin(admissions["admission_id"]).all():
        raise InputError(
            "table 'features' holds admissions that table 'admissions' lacks; make the features again"
        )
    if outcome is not None:
        positive = _admissions_with_outcome(admissions, name, outcome)
    elif diagnoses is None:
        raise InputError(
            f"tasks.{name} goes by diagnosis codes, which the source does not have; give it an outcome, or set it to "
            "null"
        )
    else:
        positive = _admissions_with_code(diagnoses, {9: icd9, 10: icd10})
    table = features.copy()
    table.insert(len(ANALYSIS.columns) - 1, "label", table["admission_id"].isin(positive))
    check_classes(table, name, fewest, unit)
    return table


def _admissions_with_outcome(admissions: pd.DataFrame, name: str, outcome: str) -> pd.Series:
    if outcome not in admissions or not pd.api.types.is_bool_dtype(admissions[outcome]):
        flags = [str(column) for column in admissions if pd.api.types.is_bool_dtype(admissions[column])]
        raise InputError(
            f"tasks.{name}.outcome is {outcome!r}, which is not a true-or-false column of table "
            f"'admissions'; choose one of {', '.join(flags)}"
        )
    return admissions["admission_id"][admissions[outcome]]


def _admissions_with_code(diagnoses: pd.DataFrame, wanted: dict[int, list[str]]) -> pd.Series:
    code = diagnoses["code"].str.replace(".", "", regex=False).str.upper()
    hit = pd.Series(False, index=diagnoses.index)
    for version, codes in wanted.items():
        normal = [text.replace(".", "").upper() for text in codes]
        hit |= (diagnoses["code_version"] == version) & code.isin(normal)
    return diagnoses.loc[hit, "admission_id"]


def check_classes(
    table: pd.DataFrame,
    name: str,
    fewest: int,
    unit: str,
    remedy: str = "check the task's outcome or codes, enlarge the cohort or lower experiment.vtss.folds",
) -> None:
    """Reject an analysis table in which a class has too few units; see `build_task`."""
    for word, rows in (("positive", table[table["label"]]), ("negative", table[~table["label"]])):
        units, needed = rows[f"{unit}_id"].nunique(), max(fewest, 1)
        if units < needed:
            # The sentence may end in a report, which shows no count of few patients.
            many = f"fewer than the {needed} {unit}s needed are" if units else f"no {unit} is"
            raise InputError(f"tasks.{name}: {many} {word}; {remedy}")
