"""MIMIC-IV: the real demo against an independent reading in pandas, made-up tables for what may be odd or broken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from open_data import MIMIC4_DEMO, open_data
from pandas.testing import assert_frame_equal
from reference_rows import audited_outcomes, counted_outcomes, judge_rows, kept_rows
from source_steps import run_source, write_tables

from synthsize.errors import InputError
from synthsize.extract.definition.loading import load_source
from synthsize.extract.definition.source import Release
from synthsize.extract.preflight import check_source

SEPSIS = {"99592", "78552", "R6520", "R6521"}
PRE_ADMISSION_HOURS = 24
# Item -> variable, unit of a temperature.
ITEMS = {
    "chartevents": {
        220045: ("heart_rate", ""),
        220210: ("respiratory_rate", ""),
        224690: ("respiratory_rate", ""),
        223761: ("temperature", "F"),
        223762: ("temperature", "C"),
        226329: ("temperature", "C"),
        227632: ("temperature", "C"),
        227634: ("temperature", "C"),
        220050: ("systolic_bp", ""),
        220179: ("systolic_bp", ""),
        225309: ("systolic_bp", ""),
    },
    "labevents": {
        51300: ("wbc", ""),
        51301: ("wbc", ""),
        51265: ("platelets", ""),
        50912: ("creatinine", ""),
        51237: ("inr", ""),
        50813: ("lactate", ""),
        50885: ("bilirubin", ""),
    },
}


# --- the real demo ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def real() -> Path:
    return open_data(MIMIC4_DEMO)


@pytest.fixture(scope="module")
def extracted(real, tmp_path_factory) -> dict[str, pd.DataFrame]:
    return run_source(
        "mimic4", real, tmp_path_factory.mktemp("mimic4"), pre_admission_hours=PRE_ADMISSION_HOURS
    )


@pytest.fixture(scope="module")
def stays(real) -> pd.DataFrame:
    return pd.read_csv(real / "hosp/admissions.csv.gz", parse_dates=["admittime", "dischtime"])


def test_totals_are_those_of_the_readme(extracted):
    expected = extracted["expected"].set_index("check")
    rows = {"ADMISSIONS": 275, "PATIENTS": 100, "ICUSTAYS": 140, "DIAGNOSES_ICD": 4506}
    rows |= {"CHARTEVENTS": 668862, "LABEVENTS": 107727}
    found = expected["observed"].to_dict()
    assert {name: found[f"rows of {name}"] for name in rows} == rows
    assert found["deaths in admissions with an ICU stay"] == 15
    assert set(expected["verdict"]) == {"equal"}
    steps = extracted["steps"]["admissions"]
    assert steps[["all admissions", "with an ICU stay"]].tolist() == [275, 128]


def test_admissions_agree_with_pandas(real, extracted, stays):
    patients = pd.read_csv(real / "hosp/patients.csv.gz")
    in_unit = pd.read_csv(real / "icu/icustays.csv.gz")["hadm_id"]
    known = stays[stays["hadm_id"].isin(in_unit)].merge(patients, on="subject_id")
    age = known["anchor_age"] + known["admittime"].dt.year - known["anchor_year"]
    known = known.assign(age_years=age.mask(age > 89, 91).astype("int32"))
    known = known.sort_values(["subject_id", "admittime", "hadm_id"])
    rank = known.groupby("subject_id").cumcount() + 1
    expected = pd.DataFrame(
        {
            "patient_id": known["subject_id"],
            "admission_id": known["hadm_id"],
            "age_years": known["age_years"],
            "sex": known["gender"],
            "died_in_hospital": known["hospital_expire_flag"] == 1,
            "length_of_stay_hours": (known["dischtime"] - known["admittime"]).dt.total_seconds() / 3600,
            "admission_rank": rank.astype("int32"),
            "last_admission": rank == known.groupby("subject_id")["hadm_id"].transform("size"),
            "stratum": known["anchor_year_group"],
        }
    ).sort_values("admission_id", ignore_index=True)
    text = {"sex": object, "stratum": object}
    assert_frame_equal(extracted["admissions"].astype(text), expected.astype(text))
    assert int(expected["died_in_hospital"].sum()) == 15


def test_codes_of_both_revisions_agree_with_pandas(real, extracted):
    codes = pd.read_csv(real / "hosp/diagnoses_icd.csv.gz", dtype={"icd_code": str, "icd_version": np.int32})
    cohort = set(extracted["admissions"]["admission_id"])
    codes = codes[codes["hadm_id"].isin(cohort)]
    expected = set(zip(codes["hadm_id"], codes["icd_code"].str.strip(), codes["icd_version"], strict=True))
    found = extracted["diagnoses"]
    assert len(found) == len(expected)
    assert set(found.itertuples(index=False, name=None)) == expected
    septic = found[found["code"].isin(SEPSIS)]
    assert set(septic["code_version"]) == {9, 10}
    assert set(septic["admission_id"]) == set(codes[codes["icd_code"].str.strip().isin(SEPSIS)]["hadm_id"])


def test_measurements_and_audit_agree_with_pandas(real, extracted, stays):
    rows = pd.concat(
        [events(real / "icu/chartevents.csv.gz"), labs_with_admission(real, stays)], ignore_index=True
    )
    admitted = rows["admission_id"].map(stays.set_index("hadm_id")["admittime"])
    rows["hours"] = (rows["charttime"] - admitted).dt.total_seconds() / 3600
    judged = judge_rows(rows, extracted["admissions"], pre_admission_hours=PRE_ADMISSION_HOURS)
    assert audited_outcomes(extracted["audit"]) == counted_outcomes(judged)
    assert_frame_equal(extracted["measurements"], kept_rows(judged), check_exact=True, check_dtype=False)


def test_labs_without_an_admission_are_found(real, extracted):
    """26 % of the laboratory rows name no admission; those taken before the unit are mostly among them."""
    labs = events(real / "hosp/labevents.csv.gz")
    named = extracted["audit"].query("source_table == 'labevents' and outcome == 'no_admission_id'")
    inside_stays, day_before = 57, 753  # counted by pandas in the same files
    assert labs["admission_id"].isna().sum() - named["rows"].sum() == inside_stays + day_before


def events(file: Path) -> pd.DataFrame:
    table = file.name.partition(".")[0]
    columns = ["subject_id", "hadm_id", "itemid", "charttime", "valuenum"]
    rows = pd.read_csv(file, usecols=columns, dtype={"valuenum": str})
    rows = rows[rows["itemid"].isin(list(ITEMS[table]))].reset_index(drop=True)
    names = rows["itemid"].map(ITEMS[table])
    return pd.DataFrame(
        {
            "variable": names.str[0],
            "unit": names.str[1],
            "source_table": table,
            "item": rows["itemid"].astype(str),
            "subject_id": rows["subject_id"],
            "admission_id": rows["hadm_id"],
            "charttime": pd.to_datetime(rows["charttime"]),
            "value": rows["valuenum"].map(float, na_action="ignore").astype(float),  # the nearest double
        }
    )


def labs_with_admission(real: Path, stays: pd.DataFrame) -> pd.DataFrame:
    labs = events(real / "hosp/labevents.csv.gz").reset_index()
    pairs = labs[labs["admission_id"].isna()].merge(stays, on="subject_id")
    during = pairs[pairs["charttime"].between(pairs["admittime"], pairs["dischtime"])]
    during = during.sort_values("admittime").groupby("index")["hadm_id"].last()
    wait = (pairs["admittime"] - pairs["charttime"]).dt.total_seconds() / 3600
    before = pairs[(wait > 0) & (wait <= PRE_ADMISSION_HOURS)]
    before = before.sort_values("admittime").groupby("index")["hadm_id"].first()
    found = during.combine_first(before)
    assert len(found) > 0
    labs["admission_id"] = labs["admission_id"].fillna(labs["index"].map(found))
    return labs.drop(columns="index")


# --- a made-up hospital -----------------------------------------------------------------

PATIENT = {"subject_id": 1, "gender": "F", "anchor_age": 60, "anchor_year": 2150}
PATIENT |= {"anchor_year_group": "2014 - 2016", "dod": ""}
STAY = {"subject_id": 1, "hospital_expire_flag": 0, "deathtime": "", "race": "OTHER"}
EVENT = {"subject_id": 1, "valuenum": 1.1}


def admission(hadm_id: int, admitted: str, discharged: str, **values: Any) -> dict[str, Any]:
    return STAY | {"hadm_id": hadm_id, "admittime": admitted, "dischtime": discharged} | values


def lab(charttime: str, hadm_id: int | str = "", **values: Any) -> dict[str, Any]:
    return EVENT | {"hadm_id": hadm_id, "itemid": 50912, "charttime": charttime} | values


@pytest.fixture
def tables() -> dict[str, list[dict[str, Any]]]:
    """Two admissions that touch, a third a year later, one of another patient without a stay in the unit."""
    return {
        "hosp/admissions": [
            admission(10, "2150-03-01 08:00:00", "2150-03-04 12:00:00"),
            admission(11, "2150-03-04 12:00:00", "2150-03-09 08:00:00", hospital_expire_flag=1),
            admission(12, "2151-01-01 00:00:00", "2151-01-03 00:00:00"),
            admission(20, "2150-06-01 08:00:00", "2150-06-02 08:00:00", subject_id=2),
        ],
        "hosp/patients": [PATIENT, PATIENT | {"subject_id": 2, "anchor_age": 91}],
        "hosp/diagnoses_icd": [
            {"subject_id": 1, "hadm_id": 10, "seq_num": 1, "icd_code": "R6521  ", "icd_version": 10},
            {"subject_id": 1, "hadm_id": 11, "seq_num": 1, "icd_code": "0389", "icd_version": 9},
        ],
        "hosp/labevents": [lab("2150-03-02 08:00:00", 10)],
        "icu/icustays": [{"subject_id": 1, "hadm_id": hadm_id} for hadm_id in (10, 11, 12)],
        "icu/chartevents": [
            EVENT | {"hadm_id": 10, "itemid": 220045, "charttime": "2150-03-01 10:00:00", "valuenum": 80},
            EVENT | {"hadm_id": 10, "itemid": 223762, "charttime": "2150-03-01 10:00:00", "valuenum": 98.6},
        ],
    }


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "raw"


def test_the_switch_keeps_admissions_without_an_icu_stay(tables, folder, tmp_path):
    write_tables(folder, tables)
    kept = run_source("mimic4", folder, tmp_path / "all", icu_stays_only=False)
    assert kept["admissions"]["admission_id"].tolist() == [10, 11, 12, 20]
    assert kept["steps"].loc["admissions without an ICU stay kept", "removed"] == 0
    assert kept["admissions"]["age_years"].tolist() == [60, 60, 61, 91]
    in_unit = run_source("mimic4", folder, tmp_path / "icu")
    assert in_unit["admissions"]["admission_id"].tolist() == [10, 11, 12]
    assert in_unit["steps"].loc["with an ICU stay", "removed"] == 1
    assert set(in_unit["diagnoses"]["code"]) == {"R6521", "0389"}
    assert in_unit["measurements"].query("variable == 'temperature'")["value"].round(6).tolist() == [37.0]


def test_labs_find_their_admission_by_patient_and_time(tables, folder, tmp_path):
    tables["hosp/labevents"] = [
        lab("2150-03-01 08:00:00", valuenum=1),  # at the admission
        lab("2150-03-04 12:00:00", valuenum=2),  # discharged and admitted: the later stay
        lab("2150-03-09 08:00:00", valuenum=3),  # at the discharge
        lab("2150-03-01 07:00:00", valuenum=4),  # an hour before
        lab("2150-12-31 20:00:00", valuenum=5),  # four hours before
        lab("2150-08-01 00:00:00", valuenum=6),  # between stays
        lab("2150-03-02 08:00:00", 12, valuenum=7),  # names its admission, whatever the time
        lab("2150-03-02 08:00:00", 10, valuenum=8, subject_id=2),  # another patient's
        lab("2150-03-02 08:00:00", subject_id=3, valuenum=9),  # of nobody
        lab("", valuenum=10),
    ]
    write_tables(folder, tables)
    found = run_source("mimic4", folder, tmp_path / "out", pre_admission_hours=2)
    values = found["measurements"].query("variable == 'creatinine'").groupby("admission_id")["value"]
    assert values.agg(list).to_dict() == {10: [4, 1], 11: [2, 3]}
    counts = {key[2]: rows for key, rows in audited_outcomes(found["audit"]).items() if key[1] == "50912"}
    assert counts == {"kept": 4, "no_admission_id": 4, "before_window": 1, "patient_mismatch": 1}


def test_flat_folders_and_parquet(tables, folder, tmp_path):
    folder.mkdir()
    for name, rows in tables.items():
        frame = pd.DataFrame(rows)
        for column in [column for column in frame if column.endswith("time")]:
            frame[column] = pd.to_datetime(frame[column])
        frame.to_parquet(folder / f"{name.rpartition('/')[2]}.parquet")
    found = run_source("mimic4", folder, tmp_path / "parquet")
    write_tables(tmp_path / "csv", tables)
    written = run_source("mimic4", tmp_path / "csv", tmp_path / "out")
    for name in ("admissions", "diagnoses", "measurements"):
        assert_frame_equal(found[name], written[name])


def without_icu(tables: dict[str, Any]) -> None:
    del tables["icu/icustays"]


def of_mimic3(tables: dict[str, Any]) -> None:
    tables["hosp/patients"] = [{"SUBJECT_ID": 1, "GENDER": "F", "DOB": "2090-01-01"}]


def other_revision(tables: dict[str, Any]) -> None:
    tables["hosp/diagnoses_icd"][0]["icd_version"] = 11


def of_two_extracts(tables: dict[str, Any]) -> None:
    tables["icu/icustays"].append({"subject_id": 9, "hadm_id": 99})


def test_mixed_releases(tables, folder):
    """Small releases stand in for the real ones."""
    source = load_source("mimic4")
    rows = {
        "admissions": 4,
        "patients": 2,
        "diagnoses_icd": 2,
        "icustays": 3,
        "chartevents": 2,
        "labevents": 1,
    }
    of_two = (
        Release("MIMIC-IV v8.0", "", rows),
        Release("MIMIC-IV v9.0", "", {name: count + 1 for name, count in rows.items()}),
    )
    tables["icu/icustays"].append({"subject_id": 9, "hadm_id": 99})
    write_tables(folder, tables)
    with pytest.raises(
        InputError, match=r"icustays\.csv is of MIMIC-IV v9\.0 and the other tables are of MIMIC-IV v8\.0"
    ):
        check_source(replace(source, releases=of_two), folder)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (without_icu, r"holds no icustays table \(icu/icustays\.csv, \.csv\.gz or \.parquet"),
        (
            of_mimic3,
            r"patients\.csv lacks the columns anchor_age.* has dob: it looks like MIMIC-III; give source\.path",
        ),
        (other_revision, r"column icd_version holds a value like '99', which is not one of 9, 10"),
        (
            of_two_extracts,
            r"admissions\.csv lacks the hadm_id of 1 row\(s\) of icu/icustays\.csv; download or copy both",
        ),
    ],
)
def test_broken_folder(tables, folder, damage, sentence):
    damage(tables)
    write_tables(folder, tables)
    with pytest.raises(InputError, match=sentence):
        check_source(load_source("mimic4"), folder)
