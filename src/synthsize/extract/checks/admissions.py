"""The cohort as a whole: whether ages, lengths, outcome and strata can be those of stays in a hospital."""

from __future__ import annotations

import pandas as pd

from synthsize.extract.checks.report import MUCH, Report
from synthsize.extract.small_counts import FEW, is_few, percent, share
from synthsize.extract.staged_rows import TINY_COHORT

LENGTHS = (12, 2500)  # hours; the median stay of every hospital lies between
MASKED_AGE = 91  # what every age over 89 is set to
TOO_OLD = "not older than 120 years"  # the step of cohort.sql that drops impossible ages


def check_cohort(admissions: pd.DataFrame, steps: pd.DataFrame, report: Report) -> None:
    """Look at the canonical admissions and at the count after each rule of the cohort."""
    _check_steps(steps, report)
    _check_too_old(steps, report)
    if is_few(len(admissions)):
        text = f"fewer than {FEW} admissions: outcome, ages, lengths and strata are not judged"
        report.add("cohort size", "look", text)
        return
    _check_outcome(admissions["died_in_hospital"], report)
    _check_age(admissions["age_years"], report)
    _check_length(admissions["length_of_stay_hours"], report)
    _check_sex(admissions["sex"], report)
    _check_strata(admissions["stratum"], report)


def _check_steps(steps: pd.DataFrame, report: Report) -> None:
    first, last = (int(steps["admissions"].iloc[i]) for i in (0, -1))
    text = f"{share(last, first)} admissions stay under the default rules, each with an id of its own"
    if last >= first / 2:
        report.add("cohort", "pass", text)
        return
    rule = steps.sort_values("removed")["step"].iloc[-1]
    report.add("cohort", "look", f"{text}; most are lost by the rule '{rule}': check that this is intended")


def _check_too_old(steps: pd.DataFrame, report: Report) -> None:
    place = steps["step"].tolist().index(TOO_OLD) if TOO_OLD in set(steps["step"]) else None
    if place is None:
        return
    removed, before = int(steps["removed"].iloc[place]), int(steps["admissions"].iloc[place - 1])
    text = f"{share(removed, before)} admissions have an age above 120 years and are left out"
    remedy = (
        "hand over completed years as age_years in admissions.sql, and neither days nor the year of birth"
    )
    report.add("ages above 120", "fail" if removed > MUCH * before else "look", f"{text}; {remedy}")


def _check_outcome(died: pd.Series, report: Report) -> None:
    deaths = int(died.sum())
    text = f"{share(deaths, len(died))} admissions ended in death in hospital"
    remedy = "check died_in_hospital in admissions.sql"
    if deaths in (0, len(died)):
        report.add("outcome", "fail" if len(died) >= TINY_COHORT else "look", f"{text}; {remedy}")
    elif 2 * deaths > len(died):
        report.add("outcome", "look", f"{text}, more than half, as if 1 or true stood for survival; {remedy}")
    elif is_few(deaths):
        report.add(
            "outcome", "look", f"{text}: too few to answer anything; {remedy}, or bring more admissions"
        )
    else:
        report.add("outcome", "pass", text)


def _check_age(age: pd.Series, report: Report) -> None:
    masked = (age == MASKED_AGE).mean()
    if masked > 0.5:
        text = f"{percent(masked)} of ages are over 89"
        report.add(
            "age", "fail", f"{text}; hand over completed years, and neither days nor the year of birth"
        )
    else:
        report.add("age", "pass", f"median {age.median():.0f} years")


def _check_length(hours: pd.Series, report: Report) -> None:
    known = hours.dropna()
    if is_few(len(known)) or known.empty:
        report.add(
            "length of stay",
            "look",
            f"{share(len(known), len(hours))} admissions have one; without, no rule by length applies, and hours "
            "cannot be held against it",
        )
        return
    median = known.median()
    text = f"median {median:,.0f} hours"
    if len(known) >= TINY_COHORT and not LENGTHS[0] <= median <= LENGTHS[1]:
        unit = "days" if median < LENGTHS[0] else "minutes or seconds"
        report.add(
            "length of stay", "fail", f"{text}, as {unit} would be; hand over length_of_stay_hours in hours"
        )
    else:
        report.add("length of stay", "pass", text)


def _check_sex(sex: pd.Series, report: Report) -> None:
    known = int(sex.isin(["M", "F"]).sum())
    text = f"M or F in {share(known, len(sex))} admissions"
    if (sex.notna() & ~sex.isin(["M", "F"])).any():
        report.add("sex", "look", f"{text}, other words in the rest; write M, F or nothing in admissions.sql")
    else:
        report.add("sex", "pass", text)


def _check_strata(stratum: pd.Series, report: Report) -> None:
    strata = stratum.nunique()
    text = f"{strata:,} {'stratum' if strata == 1 else 'strata'}"
    if strata > len(stratum) / 2:
        report.add(
            "stratum",
            "fail",
            f"{text}, nearly as many as admissions; give hospital, ward or years, and no id",
        )
    elif stratum.isna().any():
        report.add("stratum", "fail", f"{text}, and empty for some admissions; name those too, as 'unknown'")
    else:
        report.add("stratum", "pass", text)
