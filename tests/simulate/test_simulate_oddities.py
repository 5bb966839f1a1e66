"""Every planted oddity, looked up in the raw files by what it is and not by how it was planted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import pytest

from synthsize.simulate.odd_admissions import ADMISSION_ODDITIES
from synthsize.simulate.odd_codes import CODE_ODDITIES
from synthsize.simulate.odd_rows import ROW_ODDITIES

NAMES = [
    *(oddity.__name__ for oddity in ADMISSION_ODDITIES),
    *(oddity.name for oddity in ROW_ODDITIES),
    *(oddity.__name__ for oddity in CODE_ODDITIES),
]
TIMES = ("ADMITTIME", "DISCHTIME", "DEATHTIME", "CHARTTIME", "DOB", "INTIME")


@dataclass
class Case:
    """The raw rows around one admission, and what the truth says about it."""

    admission: pd.Series
    patient: pd.Series
    visits: pd.DataFrame
    stays: pd.DataFrame
    codes: pd.DataFrame
    charts: pd.DataFrame
    labs: pd.DataFrame
    strays: dict[str, pd.DataFrame]
    truth: dict[str, pd.DataFrame]

    def hours(self, rows: pd.DataFrame) -> pd.Series:
        return (rows["CHARTTIME"] - self.admission["ADMITTIME"]) / pd.Timedelta(hours=1)

    def values(self, item: int, hours: float, rows: str = "charts") -> list[float]:
        frame = getattr(self, rows)
        frame = frame[(frame["ITEMID"] == item) & ((self.hours(frame) - hours).abs() < 1e-9)]
        return sorted(frame["VALUENUM"])

    def kept(self, item: int, hours: float, concepts: str = "corrected") -> list[float]:
        frame = self.truth[concepts]
        frame = frame[(frame["item"] == str(item)) & ((frame["hours"] - hours).abs() < 1e-9)]
        return sorted(frame["value"])

    @property
    def years(self) -> int:
        birth, admit = self.patient["DOB"], self.admission["ADMITTIME"]
        return admit.year - birth.year - ((admit.month, admit.day) < (birth.month, birth.day))

    @property
    def eligible(self) -> pd.DataFrame:
        return self.truth["admissions"]


def load(hospital) -> dict[str, pd.DataFrame]:
    tables = {
        name: hospital.raw(name)
        for name in ("ADMISSIONS", "PATIENTS", "ICUSTAYS", "DIAGNOSES_ICD", "CHARTEVENTS", "LABEVENTS")
    }
    for frame in tables.values():
        for name in frame:
            if name in TIMES:
                frame[name] = frame[name].astype("datetime64[s]")
            if name in ("SUBJECT_ID", "HADM_ID", "ITEMID", "VALUENUM"):
                frame[name] = pd.to_numeric(frame[name])
    return tables


@pytest.fixture(scope="module")
def cases(small) -> dict[str, Case]:
    tables = load(small)
    admissions = tables["ADMISSIONS"].set_index("HADM_ID", drop=False)
    patients = tables["PATIENTS"].set_index("SUBJECT_ID", drop=False)
    truth = {name: small.truth(f"{name}/measurements") for name in ("corrected", "paper")}
    truth["admissions"] = small.truth("corrected/admissions")
    truth["diagnoses"] = small.truth("corrected/diagnoses")
    truth["labels"] = small.truth("labels")

    def around(subject: int, hadm: int) -> Case:
        mine = {name: frame[frame["HADM_ID"] == hadm] for name, frame in tables.items() if "HADM_ID" in frame}
        of_patient = {
            name: tables[name][tables[name]["SUBJECT_ID"] == subject] for name in ("CHARTEVENTS", "LABEVENTS")
        }
        return Case(
            admissions.loc[hadm],
            patients.loc[subject],
            admissions[admissions["SUBJECT_ID"] == subject],
            mine["ICUSTAYS"],
            mine["DIAGNOSES_ICD"],
            mine["CHARTEVENTS"],
            mine["LABEVENTS"],
            {name: frame[frame["HADM_ID"].isna()] for name, frame in of_patient.items()},
            {name: frame[frame["admission_id"] == hadm] for name, frame in truth.items()},
        )

    planted = small.truth_table("oddities")
    return {row.oddity: around(row.subject_id, row.hadm_id) for row in planted.itertuples()}


def kept(case: Case, item: int, hours: float, value: float, rows: str = "charts") -> bool:
    return value in case.values(item, hours, rows) and value in case.kept(item, hours)


def dropped(case: Case, item: int, hours: float, value: float, rows: str = "charts") -> bool:
    return value in case.values(item, hours, rows) and value not in case.kept(item, hours)


def flagged_error(case: Case) -> bool:
    rows = case.charts[(case.charts["ITEMID"] == 220210) & (case.charts["VALUENUM"] == 17)]
    return (rows["ERROR"] == "1").any() and dropped(case, 220210, 5.5, 17)


def warning_is_no_error(case: Case) -> bool:
    rows = case.charts[(case.charts["ITEMID"] == 220045) & (case.charts["VALUENUM"] == 131)]
    return ((rows["WARNING"] == "1") & (rows["ERROR"] == "0")).any() and kept(case, 220045, 7.25, 131)


def missing_error_flag(case: Case) -> bool:
    rows = case.charts[(case.charts["ITEMID"] == 618) & (case.hours(case.charts) == 5.5)]
    return rows["ERROR"].isna().all() and kept(case, 618, 5.5, 21)


def organ_donor_is_last(case: Case) -> bool:
    last = case.visits.sort_values("ADMITTIME").iloc[-1]
    return (
        "ORGAN DONOR" in last["DIAGNOSIS"]
        and last["HADM_ID"] == case.admission["HADM_ID"]
        and last["DEATHTIME"] < last["ADMITTIME"]
        and len(case.visits) > 1
        and case.charts.empty
        and case.labs.empty
        and case.eligible.empty
    )


def quoted_text(case: Case) -> bool:
    return case.charts["VALUE"].eq('family says "hurts, left side"\nsee note').any()


def text_value(case: Case) -> bool:
    rows = case.charts[(case.charts["ITEMID"] == 618) & (case.charts["VALUE"] == "Unable to assess")]
    return len(rows) == 1 and rows["VALUENUM"].isna().all() and not case.kept(618, 9.5)


def censored_labs(case: Case) -> bool:
    texts = case.labs[case.labs["VALUE"].isin(["<5", "LESS THAN 0.4"])]
    return (
        set(texts["ITEMID"]) == {51265, 50885}
        and texts["VALUENUM"].isna().all()
        and not case.kept(51265, 15.0)
    )


def lab_without_admission(case: Case) -> bool:
    stray = case.strays["LABEVENTS"]
    stray = stray[(stray["ITEMID"] == 50912) & (case.hours(stray) == 16)]
    return stray["VALUENUM"].eq(2.3).any() and 2.3 not in case.kept(50912, 16.0)


def chart_without_admission(case: Case) -> bool:
    stray = case.strays["CHARTEVENTS"]
    stray = stray[(stray["ITEMID"] == 211) & (case.hours(stray) == 10.25)]
    return stray["VALUENUM"].eq(71).any() and 71 not in case.kept(211, 10.25)


def chart_of_another_patient(case: Case) -> bool:
    other = case.charts[case.charts["SUBJECT_ID"] != case.admission["SUBJECT_ID"]]
    return len(other) == 1 and dropped(case, 220045, 10.25, 72)


def celsius(value: float) -> float:
    return (value - 32) / 1.8


CHECKS: dict[str, Callable[[Case], bool]] = {
    "age_300": lambda c: c.years == 300 and c.eligible["age_years"].tolist() == [91],
    "one_day_before_16": lambda c: c.years == 15 and c.eligible.empty,
    "sixteenth_birthday": lambda c: c.years == 16 and c.eligible["age_years"].tolist() == [16],
    "newborn": lambda c: (
        c.years == 0 and c.admission["ADMISSION_TYPE"] == "NEWBORN" and c.eligible.empty and len(c.charts) > 0
    ),
    "discharged_before_admission": lambda c: (
        c.admission["DISCHTIME"] < c.admission["ADMITTIME"]
        and c.admission["DISCHTIME"].date() == c.admission["ADMITTIME"].date()
        and c.eligible.empty
    ),
    "death_before_admission": lambda c: (
        c.admission["DEATHTIME"] < c.admission["ADMITTIME"] < c.admission["DISCHTIME"]
        and c.eligible["died_in_hospital"].tolist() == [True]
    ),
    "organ_donor_is_last": organ_donor_is_last,
    "two_admissions_at_one_time": lambda c: c.visits["ADMITTIME"].duplicated().any() and len(c.eligible) == 1,
    "no_chart_events": lambda c: (
        c.charts.empty and len(c.stays) == 1 and c.admission["HAS_CHARTEVENTS_DATA"] == "0"
    ),
    "no_intensive_care": lambda c: c.stays.empty and c.eligible["stratum"].tolist() == ["no_icu"],
    "intensive_care_after_120_hours": lambda c: (
        c.hours(c.charts).min() >= 120 and c.kept(211, 130) == [] and len(c.charts) > 0
    ),
    "both_charting_systems": lambda c: (
        set(c.stays["DBSOURCE"]) == {"carevue", "metavision"} and c.eligible["stratum"].tolist() == ["both"]
    ),
    "shock_without_sepsis_code": lambda c: (
        "78552" in c.codes["ICD9_CODE"].tolist()
        and "99592" not in c.codes["ICD9_CODE"].tolist()
        and c.truth["labels"]["sepsis"].tolist() == [True]
    ),
    "code_with_dot": lambda c: (
        "995.92" in c.codes["ICD9_CODE"].tolist()
        and "99592" in c.truth["diagnoses"]["code"].tolist()
        and c.truth["labels"]["sepsis"].tolist() == [True]
    ),
    "value_at_admission": lambda c: kept(c, 220045, 0.0, 88),
    "value_at_window_end": lambda c: dropped(c, 220045, 120, 91) and kept(c, 220045, 120 - 1 / 3600, 92),
    "values_at_bin_edges": lambda c: kept(c, 220045, 6, 97) and kept(c, 50912, 24, 1.4, "labs"),
    "chart_before_admission": lambda c: dropped(c, 211, -0.75, 104),
    "chart_after_horizon": lambda c: dropped(c, 211, 174, 77),
    "flagged_error": flagged_error,
    "missing_error_flag": missing_error_flag,
    "warning_is_no_error": warning_is_no_error,
    "discontinued_with_number": lambda c: (
        kept(c, 211, 7.25, 83) and (c.charts.loc[c.hours(c.charts) == 7.25, "STOPPED"] == "D/C'd").any()
    ),
    "text_value": text_value,
    "quoted_text": quoted_text,
    "fahrenheit_under_celsius_item": lambda c: (
        98.9 in c.values(676, 8.5)
        and c.kept(676, 8.5) == [celsius(98.9)]
        and 98.9 in c.kept(676, 8.5, "paper")
    ),
    "celsius_under_fahrenheit_item": lambda c: (
        37.2 in c.values(223761, 8.5) and c.kept(223761, 8.5) == [37.2]
    ),
    "temperature_of_neither_scale": lambda c: (
        dropped(c, 223762, 8.5, 60) and 60 in c.kept(223762, 8.5, "paper")
    ),
    "temperature_twins": lambda c: (
        kept(c, 676, 12.25, 38.1)
        and dropped(c, 679, 12.25, 100.6)
        and celsius(99.5) in c.kept(678, 14.25)
        and dropped(c, 677, 14.25, 37.5)
        and 37.5 in c.kept(677, 14.25, "paper")
    ),
    "heart_rate_of_ten_million": lambda c: (
        dropped(c, 220045, 20.25, 1e7) and 1e7 in c.kept(220045, 20.25, "paper")
    ),
    "pressure_of_11647": lambda c: (
        dropped(c, 220179, 20.25, 11647) and 11647 in c.kept(220179, 20.25, "paper")
    ),
    "breathing_rate_of_118": lambda c: dropped(c, 220210, 20.25, 118),
    "vital_sign_on_its_upper_bound": lambda c: dropped(c, 211, 20.25, 300),
    "zeros": lambda c: (
        dropped(c, 211, 21.25, 0) and dropped(c, 51, 21.25, 0) and dropped(c, 50912, 21.25, 0, "labs")
    ),
    "duplicate_row": lambda c: c.values(220045, 22.5).count(95) == c.kept(220045, 22.5).count(95) == 2,
    "two_values_at_one_time": lambda c: {118, 131} <= set(c.kept(455, 22.5)),
    "rare_pressure_items": lambda c: (
        kept(c, 442, 23.5, 122) and kept(c, 6701, 23.5, 127) and dropped(c, 6, 23.5, 119)
    ),
    "chart_without_admission": chart_without_admission,
    "chart_of_another_patient": chart_of_another_patient,
    "lab_without_admission": lab_without_admission,
    "lab_before_admission": lambda c: dropped(c, 50813, -3, 4.1, "labs"),
    "censored_labs": censored_labs,
    "extreme_labs": lambda c: (
        kept(c, 50912, 17, 138, "labs") and kept(c, 51237, 17, 27, "labs") and kept(c, 50813, 17, 50, "labs")
    ),
    "labs_out_of_range": lambda c: (
        dropped(c, 50813, 17, 50.1, "labs") and dropped(c, 51265, 17, 10001, "labs")
    ),
    "old_white_cell_item": lambda c: kept(c, 51300, 18, 12.4, "labs"),
    "code_with_leading_zero": lambda c: (
        "0389" in c.codes["ICD9_CODE"].tolist() and "0389" in c.truth["diagnoses"]["code"].tolist()
    ),
    "missing_code": lambda c: (
        c.codes["ICD9_CODE"].isna().sum() == 1 and c.truth["diagnoses"]["code"].notna().all()
    ),
}


def test_every_oddity_has_a_check():
    assert sorted(CHECKS) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_oddity_is_planted(cases, name):
    assert CHECKS[name](cases[name])


def test_no_admission_carries_two_oddities(small):
    planted = small.truth_table("oddities")
    assert planted["oddity"].tolist() == NAMES
    assert planted["hadm_id"].is_unique
    assert planted["description"].str.len().gt(10).all()
