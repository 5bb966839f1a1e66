"""eICU: the real demo against an independent reading in pandas, made-up unit stays for what may be odd or broken."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from open_data import EICU_DEMO, open_data
from pandas.testing import assert_frame_equal
from reference_rows import audited_outcomes, counted_outcomes, judge_rows, kept_rows
from source_steps import run_source, write_tables

from synthsize.errors import InputError
from synthsize.extract.definition.loading import load_source
from synthsize.extract.preflight import check_source

LABS = {
    "WBC x 1000": "wbc",
    "platelets x 1000": "platelets",
    "creatinine": "creatinine",
    "PT - INR": "inr",
    "lactate": "lactate",
    "total bilirubin": "bilirubin",
}
SEPSIS = {"99592", "78552", "R6520", "R6521"}
SHOCK = {"78552", "R6521"}


# --- the real demo ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> Path:
    """The demo's tables, with the laboratory rows that are there of 169 of its unit stays."""
    demo = open_data(EICU_DEMO)
    folder = tmp_path_factory.mktemp("eicu") / "raw"
    folder.mkdir()
    for file in (*demo.glob("*.csv.gz"), demo / "lab-subset" / "lab.csv.gz"):
        shutil.copyfile(file, folder / file.name)
    return folder


@pytest.fixture(scope="module")
def extracted(real) -> dict[str, pd.DataFrame]:
    return run_source("eicu", real, real.parent / "out", min_age=0)


@pytest.fixture(scope="module")
def unit_stays(real) -> pd.DataFrame:
    return pd.read_csv(real / "patient.csv.gz", dtype={"age": str}, keep_default_na=False)


def test_totals_are_those_of_the_readme(real, extracted, unit_stays):
    report = check_source(load_source("eicu"), real, concepts="corrected").set_index("table")
    rows = {"patient": 2520, "diagnosis": 24978, "vitalaperiodic": 274088, "lab": 29961}
    assert report["rows"].dropna().to_dict() == rows
    assert report.loc["patient", "verdict"] == "this is the demo"
    assert report.loc["vitalperiodic", "verdict"] == (
        "absent; the pipeline runs without it, and without heart rate, respiratory rate, temperature"
    )
    steps = extracted["steps"]
    assert steps.loc["all admissions"].tolist() == [
        unit_stays["patienthealthsystemstayid"].nunique(),
        1841,
        0,
    ]
    counted = extracted["expected"].set_index("check")
    assert counted.loc[["patients", "hospitals"], "observed"].tolist() == [1841, 186]
    assert set(counted["verdict"]) == {"equal"}
    assert extracted["admissions"]["stratum"].nunique() == 186


def test_the_laboratory_subset_is_of_stays_of_the_demo(unit_stays):
    subset = open_data(EICU_DEMO) / "lab-subset"
    stays, labs = (pd.read_csv(subset / f"{name}.csv.gz") for name in ("patient", "lab"))
    assert (len(stays), labs["patientunitstayid"].nunique()) == (174, 169)
    known = unit_stays.set_index("patientunitstayid")["patienthealthsystemstayid"]
    assert known.loc[stays["patientunitstayid"]].tolist() == stays["patienthealthsystemstayid"].tolist()
    assert set(labs["patientunitstayid"]) <= set(stays["patientunitstayid"])
    # Stays and laboratory alone make no extract: the problem list is missing.
    with pytest.raises(InputError, match=r"lab-subset holds no diagnosis table"):
        check_source(load_source("eicu"), subset)


def test_admissions_agree_with_pandas(extracted, unit_stays):
    stays = unit_stays[(unit_stays["age"] != "") & (unit_stays["hospitaldischargestatus"] != "")]
    stays = stays.drop_duplicates("patienthealthsystemstayid").sort_values("patienthealthsystemstayid")
    age = stays["age"].replace("> 89", "91").astype(int)
    patient = stays["uniquepid"].str.partition("-")
    expected = pd.DataFrame(
        {
            "patient_id": patient[0].astype(int) * 10**9 + patient[2].astype(int),
            "admission_id": stays["patienthealthsystemstayid"],
            "age_years": age,
            "sex": stays["gender"].map({"Male": "M", "Female": "F"}),
            "died_in_hospital": stays["hospitaldischargestatus"] == "Expired",
            "length_of_stay_hours": (stays["hospitaldischargeoffset"] - stays["hospitaladmitoffset"]) / 60,
            "stratum": "hospital " + stays["hospitalid"].astype(str),
        }
    ).reset_index(drop=True)
    found = extracted["admissions"]
    assert_frame_equal(
        found[list(expected.columns)].astype({"sex": object, "stratum": object}),
        expected.astype({"sex": object, "stratum": object}),
        check_dtype=False,
    )
    # One row of several unit stays speaks for all of them.
    alike = unit_stays.groupby("patienthealthsystemstayid")[
        ["age", "gender", "hospitaldischargestatus", "hospitalid"]
    ]
    assert (alike.nunique() < 2).all(axis=None)
    assert (found["age_years"] == 91).sum() == stays["age"].eq("> 89").sum() > 0


def test_codes_agree_with_pandas(real, extracted, unit_stays):
    """What the paths of the problems add to the codes is found in the codes of the demo already."""
    rows = pd.read_csv(real / "diagnosis.csv.gz", dtype=str, keep_default_na=False)
    admission = unit_stays.set_index(unit_stays["patientunitstayid"].astype(str))["patienthealthsystemstayid"]
    rows["admission_id"] = rows["patientunitstayid"].map(admission)
    rows = rows[rows["admission_id"].isin(extracted["admissions"]["admission_id"])]
    pairs = rows.assign(code=rows["icd9code"].str.split(",")).explode("code")
    pairs["code"] = pairs["code"].str.strip()
    pairs = pairs[pairs["code"] != ""]
    revision_9 = pairs["code"].map(lambda code: re.match(r"[0-9V]|E\d\d\d", code) is not None)
    pairs["version"] = np.where(revision_9, 9, 10)
    parts = pairs["code"].str.partition(".")
    pairs["code"] = parts[0].str.zfill(3) + parts[2]
    expected = set(zip(pairs["admission_id"], pairs["code"], pairs["version"], strict=True))
    found = extracted["diagnoses"]
    added = set(found.itertuples(index=False, name=None)) - expected
    assert expected <= set(found.itertuples(index=False, name=None))
    assert {code for _, code, _ in added} == {"R6520"}  # where the row has the truncated R65.2
    for codes, label in ((SEPSIS, "sepsis"), (SHOCK, "shock")):
        coded = set(pairs.loc[pairs["code"].isin(codes), "admission_id"])
        assert set(found.loc[found["code"].isin(codes), "admission_id"]) == coded, label
    assert found[found["code"].isin(SEPSIS)]["admission_id"].nunique() == 157


def test_measurements_and_audit_agree_with_pandas(real, extracted, unit_stays):
    cuff = pd.read_csv(real / "vitalAperiodic.csv.gz").dropna(subset=["noninvasivesystolic"])
    labs = pd.read_csv(real / "lab.csv.gz", dtype={"labresult": str})
    labs = labs[labs["labname"].isin(list(LABS))].sort_values(["labresultrevisedoffset", "labid"])
    labs["labresult"] = labs["labresult"].map(float, na_action="ignore").astype(float)  # the nearest double
    keys = ["patientunitstayid", "labname", "labresultoffset"]
    parts = [
        pd.DataFrame(
            {
                "variable": "systolic_bp",
                "source_table": "vitalaperiodic",
                "item": "noninvasivesystolic",
                "stay": cuff["patientunitstayid"],
                "minutes": cuff["observationoffset"],
                "value": cuff["noninvasivesystolic"],
                "superseded": False,
            }
        ),
        pd.DataFrame(
            {
                "variable": labs["labname"].map(LABS),
                "source_table": "lab",
                "item": labs["labname"],
                "stay": labs["patientunitstayid"],
                "minutes": labs["labresultoffset"],
                "value": labs["labresult"],
                "superseded": labs.duplicated(keys, keep="last"),
            }
        ),
    ]
    rows = pd.concat(parts, ignore_index=True)
    stay = unit_stays.set_index("patientunitstayid")
    rows["admission_id"] = rows["stay"].map(stay["patienthealthsystemstayid"])
    rows["hours"] = (rows["minutes"] - rows["stay"].map(stay["hospitaladmitoffset"])) / 60
    judged = judge_rows(rows.assign(unit=""), extracted["admissions"])
    assert audited_outcomes(extracted["audit"]) == counted_outcomes(judged)
    assert_frame_equal(extracted["measurements"], kept_rows(judged), check_exact=True, check_dtype=False)
    absent = extracted["audit"].query("outcome == 'no_table'")["source_table"]
    assert set(absent) == {"vitalperiodic", "nursecharting"}


# --- made-up unit stays -----------------------------------------------------------------

STAY = {"gender": "Female", "age": "70", "hospitalid": 7, "hospitaldischargeyear": 2014, "uniquepid": "002-1"}
STAY |= {"hospitaladmitoffset": -60, "hospitaldischargeoffset": 6000, "hospitaldischargestatus": "Alive"}
LAB = {"labname": "creatinine", "labresult": 1.0, "labresultrevisedoffset": 0}


def unit_stay(stay: int, admission: int, **values: Any) -> dict[str, Any]:
    return STAY | {"patientunitstayid": stay, "patienthealthsystemstayid": admission} | values


def problem(stay: int, codes: str, path: str = "cardiovascular|other") -> dict[str, Any]:
    return {"patientunitstayid": stay, "diagnosisstring": path, "icd9code": codes}


def lab(labid: int, stay: int, minutes: int, **values: Any) -> dict[str, Any]:
    return LAB | {"labid": labid, "patientunitstayid": stay, "labresultoffset": minutes} | values


def charted(stay: int, item: str, value: str) -> dict[str, Any]:
    row = {"patientunitstayid": stay, "nursingchartoffset": 0, "nursingchartcelltypevallabel": "Vital"}
    return row | {"nursingchartcelltypevalname": item, "nursingchartvalue": value}


@pytest.fixture
def tables() -> dict[str, list[dict[str, Any]]]:
    """Two stays in units of one admission, and four admissions of other patients."""
    return {
        "patient": [
            unit_stay(1, 10, hospitaladmitoffset=-120, hospitaldischargestatus=""),
            unit_stay(
                2, 10, hospitaladmitoffset=-1560, hospitaldischargeoffset=4560, age="", gender="Unknown"
            ),
            unit_stay(3, 30, uniquepid="021-039", age="> 89", hospitaldischargestatus="Expired"),
            unit_stay(4, 40, uniquepid="021-39", age=""),
            unit_stay(5, 50, uniquepid="003-5", hospitaldischargestatus=""),
            unit_stay(6, 60, uniquepid="002-1039", hospitaladmitoffset=30, gender=""),
        ],
        "diagnosis": [
            problem(1, "995.92, R65.2"),
            problem(2, "E980.2,V08, E11.9"),
            problem(3, "", "infectious diseases|systemic/other infections|septic shock"),
            problem(3, "31.1"),
            problem(6, "", "cardiovascular|shock / hypotension|sepsis|severe"),
            problem(6, "", "cardiovascular|shock / hypotension|sepsis"),
        ],
        "vitalPeriodic": [
            {"patientunitstayid": 1, "observationoffset": 5, "temperature": 98.6, "heartrate": 80}
            | {"respiration": "", "systemicsystolic": 0},
            {"patientunitstayid": 99, "observationoffset": 5, "temperature": "", "heartrate": 80}
            | {"respiration": 12, "systemicsystolic": ""},
        ],
        "lab": [lab(1, 1, 60), lab(2, 2, 60, labresult=2.0), lab(3, 6, 0, labresult=3.0)],
    }


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "raw"


@pytest.fixture
def found(tables, folder, tmp_path) -> dict[str, pd.DataFrame]:
    tables["lab"] += [
        lab(5, 3, 0, labresult=5.0, labresultrevisedoffset=20),
        lab(4, 3, 0, labresult=4.0, labresultrevisedoffset=90),
        lab(6, 3, 0, labname="sodium", labresult=140),
    ]
    tables["nurseCharting"] = [
        charted(3, "Temperature (F)", "98.6"),
        charted(3, "Temperature (F)", "37"),
        charted(3, "Temperature (C)", "warm"),
        charted(3, "Heart Rate", "90"),
        charted(3, "Pain Score", "4"),
    ]
    write_tables(folder, tables)
    return run_source("eicu", folder, tmp_path / "out")


def test_unit_stays_are_pooled_each_shifted_by_its_own_offset(found):
    labs = found["measurements"].query("variable == 'creatinine' and admission_id == 10")
    assert labs[["hours", "value"]].to_numpy().tolist() == [[3.0, 1.0], [27.0, 2.0]]


def test_blanks_and_masks(found):
    admissions = found["admissions"].set_index("admission_id")
    assert admissions.index.tolist() == [10, 30, 60]
    assert found["steps"].loc[["of known age", "of known outcome"], "removed"].tolist() == [1, 1]
    assert admissions["age_years"].tolist() == [70, 91, 70]
    assert admissions["sex"].tolist()[:2] == ["F", "F"]
    assert admissions["sex"].isna().tolist() == [False, False, True]
    assert admissions["died_in_hospital"].tolist() == [False, True, False]
    assert admissions["length_of_stay_hours"].tolist() == [102, 101, 99.5]
    assert admissions["patient_id"].tolist() == [2_000_000_001, 21_000_000_039, 2_000_001_039]
    assert set(admissions["stratum"]) == {"hospital 7"}


def test_codes_of_both_revisions(found):
    codes = {
        admission: set(zip(rows["code"], rows["code_version"], strict=True))
        for admission, rows in found["diagnoses"].groupby("admission_id")
    }
    assert codes == {
        10: {("99592", 9), ("R652", 10), ("E9802", 9), ("V08", 9), ("E119", 10)},
        30: {("R6521", 10), ("0311", 9)},
        60: {("R6520", 10)},
    }


def test_every_row_has_an_outcome(found):
    assert audited_outcomes(found["audit"]) == {
        ("lab", "creatinine", "kept"): 3,
        ("lab", "creatinine", "superseded"): 1,
        ("lab", "creatinine", "before_window"): 1,  # taken in the unit, before the admission to the hospital
        ("nursecharting", "Heart Rate", "kept"): 1,
        ("nursecharting", "Temperature (C)", "no_numeric_value"): 1,
        ("nursecharting", "Temperature (F)", "kept"): 1,
        ("nursecharting", "Temperature (F)", "kept_unit_swapped"): 1,
        ("vitalperiodic", "heartrate", "kept"): 1,
        ("vitalperiodic", "heartrate", "no_admission_id"): 1,
        ("vitalperiodic", "respiration", "no_admission_id"): 1,
        ("vitalperiodic", "systemicsystolic", "implausible_value"): 1,
        ("vitalperiodic", "temperature", "kept_unit_swapped"): 1,
    }
    kept = found["measurements"]
    assert kept.query("admission_id == 30 and variable == 'creatinine'")["value"].tolist() == [4.0]
    assert kept.query("variable == 'temperature'")["value"].round(6).tolist() == [37.0] * 3


def no_events(tables: dict[str, Any]) -> None:
    del tables["vitalPeriodic"], tables["lab"]


def strange_patient(tables: dict[str, Any]) -> None:
    tables["patient"][0]["uniquepid"] = "AB-12"


def strange_status(tables: dict[str, Any]) -> None:
    tables["patient"][0]["hospitaldischargestatus"] = "Dead"


def repeated_stay(tables: dict[str, Any]) -> None:
    tables["patient"].append(tables["patient"][0])


def of_mimic(tables: dict[str, Any]) -> None:
    tables["patient"] = [{"subject_id": 1, "gender": "F", "anchor_age": 60}]


def of_two_extracts(tables: dict[str, Any]) -> None:
    tables["diagnosis"].append(problem(77, "038.9"))


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (
            no_events,
            r"holds no table that concept set 'corrected' takes values from; add one of vitalperiodic, ",
        ),
        (strange_patient, r"column uniquepid holds a value like 'aa', which is not a whole number"),
        (
            strange_status,
            r"hospitaldischargestatus holds a value like 'aaaa', which is not one of Alive, Expired",
        ),
        (
            repeated_stay,
            r"patient\.csv: 1 row\(s\) repeat an earlier patientunitstayid; keep one row of each",
        ),
        (
            of_mimic,
            r"patient\.csv lacks the columns patientunitstayid.* but has subject_id: it looks like MIMIC",
        ),
        (of_two_extracts, r"patient\.csv lacks the patientunitstayid of 1 row\(s\) of diagnosis\.csv"),
    ],
)
def test_broken_folder(tables, folder, tmp_path, damage, sentence):
    def look_and_extract() -> None:
        check_source(load_source("eicu"), folder)
        run_source("eicu", folder, tmp_path / "out")

    damage(tables)
    write_tables(folder, tables)
    with pytest.raises(InputError, match=sentence):
        look_and_extract()
