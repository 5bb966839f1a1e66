"""Diagnosis codes: whether they look like codes of their revision, and hold those that the default tasks look for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

import pandas as pd

from synthsize.extract.checks.report import Report, Verdict
from synthsize.extract.small_counts import FEW, is_few, percent, share
from synthsize.extract.staged_rows import TINY_COHORT

# As canonical codes are written: upper case, no dot. ICD-9-CM with its V and E codes; ICD-10 and ICD-10-CM.
PATTERNS = {9: r"(?:\d{3,5}|V\d{2,4}|E\d{3,4})", 10: r"[A-Z]\d[0-9A-Z](?:[0-9A-Z]{0,4})"}
PLACEHOLDER = r"[A-Z]\d[0-9A-Z]X[0-9A-Z]+"  # ICD-10-CM's, of injuries and poisonings for the most part
DOUBTFUL, WRONG = 0.05, 0.5  # share of codes of another form
TASKS: dict[str, dict[int, tuple[str, ...]]] = {  # those of config.yaml that are defined by codes
    "sepsis": {9: ("99592", "78552"), 10: ("R6520", "R6521")},
    "septic_shock": {9: ("78552",), 10: ("R6521",)},
}
CATEGORY = 3  # leading characters of a code, which name the disease; the rest name its form
FREQUENT = 5  # codes that a sentence lists
MANY = 0.2  # share of codes with a placeholder: in hospital data it is a few percent


def check_diagnosis_codes(diagnoses: pd.DataFrame, admissions: int, report: Report) -> None:
    """Look at the canonical diagnoses of a cohort of so many admissions."""
    coded = diagnoses["admission_id"].nunique()
    text = f"{share(coded, admissions)} admissions have one"
    if coded == 0:
        off = ", ".join(f"{task}: null" for task in TASKS)
        verdict: Verdict = "fail" if admissions >= TINY_COHORT else "look"
        report.add(
            "diagnosis codes",
            verdict,
            f"{text}; check admission_id and code_version in diagnoses.sql, or, where the database holds no ICD codes "
            f"(SNOMED alone, for example), switch off the tasks by codes: tasks: {{{off}}}",
        )
    else:
        report.add("diagnosis codes", "pass" if 2 * coded >= admissions else "look", text)
    for version in PATTERNS:
        codes = diagnoses.loc[diagnoses["code_version"] == version, "code"]
        if len(codes):
            _check_form(version, codes, report)
    if (
        coded
        and not is_few(admissions)
        and not any(report.has_failed(f"ICD-{version} codes") for version in PATTERNS)
    ):
        for task, wanted in TASKS.items():
            _check_task(task, wanted, diagnoses, admissions, report)


def _check_form(version: int, codes: pd.Series, report: Report) -> None:
    check = f"ICD-{version} codes"
    placeholders = codes.str.fullmatch(PLACEHOLDER).mean() if version == 10 else 0.0
    if placeholders > MANY:
        report.add(
            check,
            "fail" if placeholders > WRONG else "look",
            f"{percent(placeholders)} have an X after the third character: if it stands where the dot was, hand codes "
            "over with the dot or without it in diagnoses.sql",
        )
        return
    strange = 1 - codes.str.fullmatch(PATTERNS[version]).mean()
    other = 19 - version
    if strange <= DOUBTFUL:
        report.add(
            check, "pass", f"{share(round(len(codes) * (1 - strange)), len(codes))} codes are written as such"
        )
        return
    remedy = "check code and code_version in diagnoses.sql"
    if codes.str.fullmatch(PATTERNS[other]).mean() > WRONG:
        remedy = f"most look like ICD-{other}: check code_version in diagnoses.sql"
    elif version == 9 and codes.str.fullmatch(r"\d{1,2}").mean() > DOUBTFUL:
        remedy = "some have lost their leading zeros: declare the column as text, or export the table again"
    report.add(
        check, "fail" if strange > WRONG else "look", f"{percent(strange)} are not written as such; {remedy}"
    )


def _check_task(
    task: str,
    wanted: Mapping[int, Sequence[str]],
    diagnoses: pd.DataFrame,
    admissions: int,
    report: Report,
) -> None:
    """Report how many admissions are cases of a task and, where they are few, which codes there are instead."""
    there = {version: codes for version, codes in wanted.items() if version in set(diagnoses["code_version"])}
    keys = pd.MultiIndex.from_frame(diagnoses[["code_version", "code"]])
    is_case = keys.isin([(version, code) for version, codes in there.items() for code in codes])
    cases = diagnoses.loc[is_case, "admission_id"].nunique()
    looked_for = ", ".join(f"{' or '.join(codes)} of ICD-{version}" for version, codes in there.items())
    text = f"{share(cases, admissions)} admissions have {looked_for}"
    if cases >= FEW:
        report.add(f"codes of {task}", "pass", text)
        return
    categories = {code[:CATEGORY] for codes in there.values() for code in codes}
    report.add(
        f"codes of {task}",
        "look",
        f"{text}{_held(diagnoses[~is_case], categories)}; see that diagnoses.sql hands over whole codes, name your own "
        f"under tasks.{task} of the configuration, or switch the task off: tasks: {{{task}: null}}",
    )


def _held(diagnoses: pd.DataFrame, categories: Set[str]) -> str:
    """Name the most frequent codes, of the same diseases if there are any; none that few admissions have."""
    admissions = (
        diagnoses.groupby("code")["admission_id"].nunique().sort_values(ascending=False, kind="stable")
    )
    told = [str(code) for code in admissions[admissions >= FEW].index]
    same = [code for code in told if code[:CATEGORY] in categories]
    words = "those of the same diseases are" if same else "the most frequent are"
    return f"; {words} {', '.join((same or told)[:FREQUENT])}" if told else ""
