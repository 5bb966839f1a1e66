"""The cohort rules, one oddity at a time."""

import pandas as pd
import pytest

from synthsize.errors import InputError
from synthsize.extract.admissions import Cohort


def admission(frame: pd.DataFrame, hadm_id: int) -> pd.Series:
    return frame.set_index("admission_id").loc[hadm_id]


@pytest.mark.parametrize(
    ("born", "age"),
    [
        ("2134-03-10 00:00:00", 16),  # sixteenth birthday
        ("2090-02-28 00:00:00", 60),
        ("2090-03-11 00:00:00", 59),  # birthday tomorrow
        ("1850-03-10 00:00:00", 91),  # age 300: over 89 and masked
        ("1846-01-01 00:00:00", 91),
        ("2060-03-11 00:00:00", 89),
        ("2060-03-10 00:00:00", 91),  # 90
    ],
)
def test_age_counts_birthdays_and_masks_the_oldest(hospital, extraction, born, age):
    hospital.add("PATIENTS", DOB=born)
    assert admission(extraction.admissions(hospital.write()), 100)["age_years"] == age


def test_leap_day_birthday_comes_on_the_first_of_march(hospital, extraction):
    hospital.add("PATIENTS", DOB="2096-02-29 00:00:00")
    hospital.add("ADMISSIONS", HADM_ID=1, ADMITTIME="2149-02-28 23:00:00", DISCHTIME="2149-03-01 01:00:00")
    hospital.add("ADMISSIONS", HADM_ID=2, ADMITTIME="2149-03-01 00:00:00", DISCHTIME="2149-03-02 01:00:00")
    assert extraction.admissions(hospital.write())["age_years"].tolist() == [52, 53]


def test_minors_and_newborns_are_counted_and_dropped(hospital, extraction):
    hospital.add("PATIENTS", SUBJECT_ID=1)
    hospital.add("PATIENTS", SUBJECT_ID=2, DOB="2134-03-11 00:00:00")  # 15 years and 364 days
    hospital.add("PATIENTS", SUBJECT_ID=3, DOB="2150-03-10 00:00:00")
    for patient in (1, 2, 3):
        hospital.add("ADMISSIONS", SUBJECT_ID=patient, HADM_ID=100 + patient)
    assert extraction.admissions(hospital.write())["patient_id"].tolist() == [1]
    step = extraction.steps().set_index("step").loc["age at least 16 years"]
    assert step.tolist() == [1, 1, 2]


def test_births_after_the_admission_have_a_row_of_their_own(hospital, extraction):
    hospital.add("PATIENTS").add("PATIENTS", SUBJECT_ID=2, DOB="2151-01-01 00:00:00")
    hospital.add(
        "PATIENTS", SUBJECT_ID=3, DOB="2150-03-10 09:00:00"
    )  # born in hospital, on the day of admission
    for patient in (1, 2, 3):
        hospital.add("ADMISSIONS", SUBJECT_ID=patient, HADM_ID=100 + patient)
    kept = extraction.admissions(hospital.write(), min_age=0)
    assert kept["patient_id"].tolist() == [1, 3]
    assert extraction.steps().iloc[1].tolist() == ["born before the admission", 2, 2, 1]


def test_organ_donor_account_is_not_the_latest_admission(hospital, extraction):
    hospital.add("ADMISSIONS", HADM_ID=1)
    hospital.add(
        "ADMISSIONS",
        HADM_ID=2,
        DIAGNOSIS="Organ Donor account",
        ADMITTIME="2150-03-21 08:00:00",
        DEATHTIME="2150-03-20 08:00:00",
        DISCHTIME="2150-03-21 09:00:00",
    )
    hospital.add("ADMISSIONS", SUBJECT_ID=2, HADM_ID=3, DIAGNOSIS="")
    hospital.add("PATIENTS").add("PATIENTS", SUBJECT_ID=2)
    folder = hospital.write()
    kept = extraction.admissions(folder, admissions="latest")
    assert kept["admission_id"].tolist() == [1, 3]
    assert kept["last_admission"].all()
    assert extraction.steps().set_index("step").loc["not an organ-donor account", "removed"] == 1
    with_donor = extraction.admissions(folder, admissions="latest", exclude_organ_donors=False)
    assert with_donor["admission_id"].tolist() == [2, 3]


def test_discharge_before_admission_is_switchable(hospital, extraction):
    hospital.add("ADMISSIONS", HADM_ID=1)
    hospital.add("ADMISSIONS", HADM_ID=2, DISCHTIME="2150-03-10 07:00:00")
    folder = hospital.write()
    assert extraction.admissions(folder)["admission_id"].tolist() == [1]
    assert extraction.steps()["removed"].tolist() == [0, 0, 0, 1, 0, 0]
    kept = extraction.admissions(folder, exclude_negative_stays=False)
    assert admission(kept, 2)["length_of_stay_hours"] == -1.0


def test_rank_orders_by_time_then_id(hospital, extraction):
    hospital.add("ADMISSIONS", HADM_ID=9)
    hospital.add("ADMISSIONS", HADM_ID=7)  # same admission time
    hospital.add("ADMISSIONS", HADM_ID=8, ADMITTIME="2150-01-01 00:00:00")
    kept = extraction.admissions(hospital.write())
    assert dict(zip(kept["admission_id"], kept["admission_rank"], strict=True)) == {8: 1, 7: 2, 9: 3}
    assert kept.loc[kept["last_admission"], "admission_id"].tolist() == [9]
    assert extraction.admissions(hospital.folder, admissions="first")["admission_id"].tolist() == [8]


def test_landmark_drops_stays_that_end_inside_the_window_last(hospital, extraction):
    hospital.add("ADMISSIONS", HADM_ID=1, DISCHTIME="2150-03-15 07:59:59")
    hospital.add("ADMISSIONS", SUBJECT_ID=2, HADM_ID=2, DISCHTIME="2150-03-15 08:00:00")  # exactly 120 h
    hospital.add("PATIENTS").add("PATIENTS", SUBJECT_ID=2)
    kept = extraction.admissions(hospital.write(), landmark=True)
    assert kept["admission_id"].tolist() == [2]
    assert extraction.steps().iloc[-1].tolist() == ["still in hospital at 120 h", 1, 1, 1]


@pytest.mark.parametrize(
    ("systems", "stratum"),
    [(["carevue"], "carevue"), (["metavision", "carevue"], "both"), (["both"], "both"), ([], "no_icu")],
)
def test_stratum_is_the_charting_system(hospital, extraction, systems, stratum):
    hospital.add("ADMISSIONS", HADM_ID=100)
    hospital.add("ICUSTAYS", HADM_ID=999)
    for system in systems:
        hospital.add("ICUSTAYS", DBSOURCE=system)
    assert admission(extraction.admissions(hospital.write()), 100)["stratum"] == stratum


def test_stratum_is_unknown_without_icustays(hospital, extraction):
    folder = hospital.write()
    (folder / "ICUSTAYS.csv.gz").unlink()
    assert admission(extraction.admissions(folder), 100)["stratum"] == "unknown"


@pytest.mark.parametrize(
    ("rule", "setting"), [({"min_age": 99}, "cohort.min_age"), ({"landmark": True}, "cohort.landmark")]
)
def test_empty_cohort_names_the_rule_that_emptied_it(hospital, extraction, rule, setting):
    hospital.add("ADMISSIONS", DISCHTIME="2150-03-11 08:00:00")
    with pytest.raises(
        InputError, match=rf"no admission is left after the cohort rule .*; change {setting}$"
    ):
        extraction.admissions(hospital.write(), **rule)
    assert list(extraction.out.iterdir()) == []


def test_unknown_choice_of_admissions():
    with pytest.raises(InputError, match=r"cohort\.admissions is 'last'; use all, first or latest"):
        Cohort(admissions="last")  # type: ignore[arg-type]


def test_repeated_admission(hospital, extraction):
    hospital.add("ADMISSIONS").add("ADMISSIONS")
    with pytest.raises(InputError, match=r"ADMISSIONS\.csv\.gz: 1 row\(s\) repeat an earlier hadm_id"):
        extraction.admissions(hospital.write())


def test_repeated_patient(hospital, extraction):
    hospital.add("PATIENTS").add("PATIENTS")
    with pytest.raises(InputError, match=r"PATIENTS\.csv\.gz: 1 row\(s\) repeat an earlier subject_id"):
        extraction.admissions(hospital.write())


def test_patient_without_a_row(hospital, extraction):
    hospital.add("ADMISSIONS", SUBJECT_ID=5)
    with pytest.raises(
        InputError, match=r"PATIENTS\.csv\.gz lacks the subject_id of 1 row\(s\) of ADMISSIONS"
    ):
        extraction.admissions(hospital.write())


def test_empty_discharge_time(hospital, extraction):
    hospital.add("ADMISSIONS", DISCHTIME="")
    with pytest.raises(InputError, match=r"ADMISSIONS\.csv\.gz: column dischtime is empty in 1 row\(s\)"):
        extraction.admissions(hospital.write())


def test_unparsable_admission_time(hospital, extraction):
    hospital.add("ADMISSIONS", ADMITTIME="10/03/2150")
    with pytest.raises(
        InputError,
        match=r"ADMISSIONS\.csv\.gz, line 2: column admittime holds a value like '99/99/9999', which is not a date",
    ):
        extraction.admissions(hospital.write())


def test_demo_totals(demo, extraction):
    everyone = extraction.admissions(demo)
    assert (len(everyone), everyone["died_in_hospital"].sum()) == (129, 40)
    latest = extraction.admissions(demo, admissions="latest")
    assert (len(latest), latest["died_in_hospital"].sum()) == (100, 40)
    assert latest["patient_id"].is_unique
