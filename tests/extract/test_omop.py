"""OMOP: the real demo, its measurements rebuilt from MIMIC-IV, synthetic CDM 5.4, made-up tables for what is odd."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from open_data import MIMIC4_DEMO, OMOP_DEMO, SYNTHEA, open_data
from pandas.testing import assert_frame_equal
from reference_rows import audited_outcomes, counted_outcomes, judge_rows, kept_rows
from reference_stays import find_stays
from source_steps import run_source, write_tables

from synthsize.contracts.canonical import ADMISSIONS, DIAGNOSES
from synthsize.errors import InputError
from synthsize.extract.admissions import Cohort, extract_admissions
from synthsize.extract.checks.report import Report
from synthsize.extract.checks.run import check_folder
from synthsize.extract.definition.loading import load_source
from synthsize.extract.definition.source import SHIPPED
from synthsize.extract.diagnoses import extract_diagnoses
from synthsize.extract.preflight import check_source
from synthsize.extract.sessions.engine import Engine
from synthsize.extract.staged_rows import TINY_COHORT

# Item of MIMIC-IV -> variable, concept, unit concept: as in OHDSI's published mapping of MIMIC-IV.
MAPPED = {
    220045: ("heart_rate", 3027018, 8483),
    220210: ("respiratory_rate", 3024171, 8541),
    224690: ("respiratory_rate", 3024171, 8541),
    223761: ("temperature", 3020891, 9289),
    223762: ("temperature", 3020891, 586323),
    226329: ("temperature", 21490586, 586323),
    220050: ("systolic_bp", 3004249, 8876),
    220179: ("systolic_bp", 21492239, 8876),
    225309: ("systolic_bp", 3004249, 8876),
    51300: ("wbc", 3000905, 8848),
    51301: ("wbc", 3000905, 8848),
    51265: ("platelets", 3024929, 8848),
    50912: ("creatinine", 3016723, 8840),
    51237: ("inr", 3022217, 0),
    50813: ("lactate", 3047181, 8753),
    50885: ("bilirubin", 3024128, 8840),
}


# --- the real demo ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def real() -> Path:
    return open_data(OMOP_DEMO)


@pytest.fixture(scope="module")
def visits(real) -> pd.DataFrame:
    """Visits that are stays, with the number that MIMIC-IV has for them."""
    visits = pd.read_csv(
        real / "visit_occurrence.csv.gz", parse_dates=["visit_start_datetime", "visit_end_datetime"]
    )
    number = visits["visit_source_value"].str.split("|").str[1]
    visits = visits[number.str.isdecimal()].assign(hadm_id=number)
    return visits.astype({"hadm_id": "int64"}).rename(
        columns={
            "person_id": "patient_id",
            "visit_occurrence_id": "admission_id",
            "visit_start_datetime": "started",
            "visit_end_datetime": "ended",
        }
    )


@pytest.fixture(scope="module")
def extracted(real, tmp_path_factory) -> dict[str, pd.DataFrame]:
    """What the demo can fill, which lacks its measurements."""
    source, engine, out = load_source("omop"), Engine(), tmp_path_factory.mktemp("omop")
    admissions, diagnoses = out / "admissions.parquet", out / "diagnoses.parquet"
    extract_admissions(
        source, real, cohort=Cohort(), engine=engine, output=admissions, steps=out / "steps.csv"
    )
    extract_diagnoses(source, real, admissions=admissions, engine=engine, output=diagnoses)
    return {
        "admissions": ADMISSIONS.read(admissions),
        "diagnoses": DIAGNOSES.read(diagnoses),
        "steps": pd.read_csv(out / "steps.csv").set_index("step"),
    }


def test_totals_are_those_of_the_readme(real):
    report = check_source(load_source("omop"), real).set_index("table")
    rows = {"person": 100, "visit_occurrence": 852, "visit_detail": 14479, "care_site": 31, "death": 15}
    assert report["rows"].dropna().to_dict() == rows | {"condition_occurrence": 16441}
    assert report["verdict"].drop(["concept", "measurement"]).unique().tolist() == ["this is the demo"]
    assert report.loc["measurement", "verdict"].startswith("absent")


def test_admissions_agree_with_those_of_mimic4(extracted, visits):
    """The same stays of the same patients, but for two stays in a unit, and a clock that starts in the emergency room.

    MIMIC-IV counts a stay in intermediate care, and does not count 53 minutes in intensive care.
    """
    folder = open_data(MIMIC4_DEMO)
    stays = pd.read_csv(
        folder / "hosp/admissions.csv.gz", parse_dates=["admittime", "dischtime", "edregtime"]
    )
    patients = pd.read_csv(folder / "hosp/patients.csv.gz")
    in_unit = pd.read_csv(folder / "icu/icustays.csv.gz")["hadm_id"]
    found = extracted["admissions"]
    known = stays.merge(patients, on="subject_id").merge(visits, on="hadm_id")
    unit_of_one = set(known.loc[known["hadm_id"].isin(in_unit), "admission_id"]) ^ set(found["admission_id"])
    assert len(unit_of_one) == 2
    known = known[known["admission_id"].isin(found["admission_id"])]
    started = known[["edregtime", "admittime"]].min(axis=1)
    assert (started == known["started"]).all()
    assert (started < known["admittime"]).sum() > 50
    age = started.dt.year - (known["anchor_year"] - known["anchor_age"])
    known = known.assign(age=age.mask(age > 89, 91)).sort_values("admission_id", ignore_index=True)
    assert found["patient_id"].min() < -(2**62)
    assert found["admission_id"].tolist() == known["admission_id"].tolist()
    assert found["patient_id"].tolist() == known["patient_id"].tolist()
    assert found["age_years"].tolist() == known["age"].tolist()
    assert found["sex"].tolist() == known["gender"].tolist()
    assert found["died_in_hospital"].tolist() == (known["hospital_expire_flag"] == 1).tolist()
    hours = (known["dischtime"] - known["started"]).dt.total_seconds() / 3600
    assert found["length_of_stay_hours"].tolist() == pytest.approx(hours.tolist(), abs=1e-9)
    assert found["died_in_hospital"].sum() == 15
    assert extracted["steps"].loc["with an ICU stay", "admissions"] == 128


def test_codes_agree_with_those_of_mimic4(real, extracted, visits):
    """Those that the conversion took for conditions, each with the revision that MIMIC-IV says."""
    codes = pd.read_csv(open_data(MIMIC4_DEMO) / "hosp/diagnoses_icd.csv.gz", dtype={"icd_code": str})
    codes = codes.assign(icd_code=codes["icd_code"].str.strip()).merge(visits, on="hadm_id")
    cohort = set(extracted["admissions"]["admission_id"])
    known = set(
        codes.loc[codes["admission_id"].isin(cohort), ["admission_id", "icd_code", "icd_version"]].itertuples(
            index=False, name=None
        )
    )
    conditions = pd.read_csv(real / "condition_occurrence.csv.gz", dtype={"condition_source_value": str})
    written = zip(
        conditions["visit_occurrence_id"], conditions["condition_source_value"].str.strip(), strict=True
    )
    converted = set(written)
    expected = {row for row in known if row[:2] in converted}
    assert set(extracted["diagnoses"].itertuples(index=False, name=None)) == expected
    left_out = {code[0] for _, code, version in known - expected if version == 9}
    assert left_out <= set("VE7")
    sepsis = {"99591", "99592", "78552", "R6520", "R6521"}
    assert {row for row in known if row[1] in sepsis} <= expected


def measurement_rows(visits: pd.DataFrame) -> pd.DataFrame:
    """Rows of MIMIC-IV's demo that its conversion would make rows of the measurement table."""
    folder = open_data(MIMIC4_DEMO)
    columns = ["subject_id", "hadm_id", "itemid", "charttime", "valuenum"]
    files = (folder / "icu/chartevents.csv.gz", folder / "hosp/labevents.csv.gz")
    rows = pd.concat([pd.read_csv(file, usecols=columns) for file in files])
    rows = rows[rows["itemid"].isin(list(MAPPED))].reset_index(drop=True)
    mapped = pd.DataFrame(MAPPED, index=["variable", "concept", "unit"]).T.loc[rows["itemid"]]
    person = visits.drop_duplicates("patient_id").assign(
        subject_id=lambda table: table["visit_source_value"].str.split("|").str[0].astype("int64")
    )
    return pd.DataFrame(
        {
            "patient_id": rows["subject_id"].map(person.set_index("subject_id")["patient_id"]),
            "admission_id": rows["hadm_id"].map(visits.set_index("hadm_id")["admission_id"]).astype("Int64"),
            "concept": mapped["concept"].to_numpy(dtype="int64"),
            "unit": mapped["unit"].to_numpy(dtype="int64"),
            "variable": mapped["variable"].to_numpy(),
            "time": pd.to_datetime(rows["charttime"]),
            "value": rows["valuenum"],
        }
    )


def write_measurements(rows: pd.DataFrame, folder: Path) -> None:
    names = {
        "patient_id": "person_id",
        "admission_id": "visit_occurrence_id",
        "concept": "measurement_concept_id",
        "unit": "unit_concept_id",
        "time": "measurement_datetime",
        "value": "value_as_number",
    }
    rows[list(names)].rename(columns=names).to_parquet(folder / "measurement.parquet")


def test_measurements_rebuilt_from_mimic4_agree_with_pandas(real, visits, tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    for file in real.glob("*.csv.gz"):
        (raw / file.name).symlink_to(file)
    rows = measurement_rows(visits)
    write_measurements(rows, raw)
    found = run_source("omop", raw, tmp_path / "out")
    cohort = found["admissions"]
    # Visits without an inpatient concept and without intensive care are no stays here.
    inpatient = visits["visit_concept_id"].isin([9201, 262]) | visits["admission_id"].isin(
        cohort["admission_id"]
    )
    stays = visits[inpatient]
    by_time = ~rows["admission_id"].isin(stays["admission_id"])
    rows.loc[by_time, "admission_id"] = find_stays(rows[by_time], stays)
    started = rows["admission_id"].map(stays.set_index("admission_id")["started"])
    rows["hours"] = (rows["time"] - started).dt.total_seconds() / 3600
    is_fahrenheit = (rows["unit"] == 9289).map({True: "F", False: "C"})
    rows = rows.assign(source_table="measurement", item=rows["concept"].astype(str), unit=is_fahrenheit)
    judged = judge_rows(rows, cohort)
    assert audited_outcomes(found["audit"]) == counted_outcomes(judged)
    assert_frame_equal(found["measurements"], kept_rows(judged), rtol=1e-12, check_dtype=False)
    assert len(found["measurements"]) > 25_000


# --- synthetic tables of CDM 5.4 --------------------------------------------------------


def test_totals_of_synthea_are_those_of_the_readme():
    report = check_source(load_source("omop"), open_data(SYNTHEA)).set_index("table")
    assert report["rows"].dropna().to_dict() == {
        "person": 28,
        "visit_occurrence": 1791,
        "visit_detail": 1791,
        "death": 3,
        "condition_occurrence": 470,
        "concept": 2294,
        "measurement": 10040,
    }


def test_synthea_agrees_with_pandas(tmp_path):
    folder = open_data(SYNTHEA)
    found = run_source("omop", folder, tmp_path)
    visits = pd.read_csv(
        folder / "VISIT_OCCURRENCE.csv.gz", parse_dates=["visit_start_datetime", "visit_end_datetime"]
    )
    stays = visits[visits["visit_concept_id"] == 9201].rename(
        columns={
            "person_id": "patient_id",
            "visit_occurrence_id": "admission_id",
            "visit_start_datetime": "started",
            "visit_end_datetime": "ended",
        }
    )
    admissions = found["admissions"]
    assert admissions["admission_id"].tolist() == sorted(stays["admission_id"])
    known = stays.merge(pd.read_csv(folder / "PERSON.csv.gz"), left_on="patient_id", right_on="person_id")
    known = known.sort_values("admission_id")
    assert admissions["patient_id"].tolist() == known["patient_id"].tolist()
    born = pd.to_datetime(known["birth_datetime"])
    before_birthday = known["started"].dt.strftime("%m%d") < born.dt.strftime("%m%d")
    age = known["started"].dt.year - born.dt.year - before_birthday
    assert admissions["age_years"].tolist() == age.tolist()
    assert admissions["sex"].tolist() == known["gender_concept_id"].map({8507: "M", 8532: "F"}).tolist()
    hours = (known["ended"] - known["started"]).dt.total_seconds() / 3600
    assert admissions["length_of_stay_hours"].tolist() == pytest.approx(hours.tolist(), abs=1e-9)
    died = pd.to_datetime(pd.read_csv(folder / "DEATH.csv.gz").set_index("person_id")["death_date"])
    death = known["patient_id"].map(died)
    in_stay = death.between(known["started"].dt.normalize(), known["ended"])
    assert admissions["died_in_hospital"].tolist() == in_stay.tolist()
    assert found["diagnoses"].empty  # SNOMED codes alone
    rows = pd.read_csv(folder / "MEASUREMENT.csv.gz", parse_dates=["measurement_datetime"], low_memory=False)
    concepts = {values[1]: values[0] for values in MAPPED.values()} | {3051825: "creatinine"}
    rows = rows[rows["measurement_concept_id"].isin(list(concepts))].reset_index(drop=True)
    named = rows["visit_occurrence_id"].where(rows["visit_occurrence_id"].isin(stays["admission_id"]))
    rows = pd.DataFrame(
        {
            "variable": rows["measurement_concept_id"].map(concepts),
            "unit": "C",
            "source_table": "measurement",
            "item": rows["measurement_concept_id"].astype(str),
            "patient_id": rows["person_id"],
            "time": rows["measurement_datetime"],
            "value": rows["value_as_number"],
            "admission_id": named.astype("Int64"),
        }
    )
    rows["admission_id"] = rows["admission_id"].fillna(find_stays(rows, stays))
    started = rows["admission_id"].map(stays.set_index("admission_id")["started"])
    rows["hours"] = (rows["time"] - started).dt.total_seconds() / 3600
    judged = judge_rows(rows, found["admissions"])
    assert audited_outcomes(found["audit"]) == counted_outcomes(judged)
    assert_frame_equal(found["measurements"], kept_rows(judged), rtol=1e-12, check_dtype=False)
    assert found["expected"]["verdict"].eq("equal").all()


# --- made-up tables ---------------------------------------------------------------------

BIG = -(2**63) + 1
VISIT = {"person_id": BIG, "visit_concept_id": 9201, "discharge_to_concept_id": 0}
ROW = {"person_id": BIG, "operator_concept_id": "", "unit_concept_id": ""}


def visit(number: int, start: str, end: str, **values: Any) -> dict[str, Any]:
    times = {
        "visit_start_date": start[:10],
        "visit_start_datetime": start,
        "visit_end_date": end[:10],
        "visit_end_datetime": end,
    }
    return VISIT | {"visit_occurrence_id": number} | times | values


def measured(concept: int, value: float, time: str = "2020-03-01 09:00:00", **values: Any) -> dict[str, Any]:
    row = {"measurement_concept_id": concept, "value_as_number": value, "measurement_datetime": time}
    return ROW | row | {"visit_occurrence_id": 1} | values


@pytest.fixture
def tables() -> dict[str, list[dict[str, Any]]]:
    person = {"gender_concept_id": 8532, "year_of_birth": 1960, "month_of_birth": "", "day_of_birth": ""}
    condition = {"person_id": BIG, "visit_occurrence_id": 1, "condition_start_datetime": ""}
    return {
        "person": [
            person | {"person_id": BIG},
            person
            | {
                "person_id": 7,
                "gender_concept_id": 0,
                "year_of_birth": 1900,
                "month_of_birth": 12,
                "day_of_birth": 31,
            },
        ],
        "visit_occurrence": [
            visit(1, "2020-03-01 08:00:00", "2020-03-04 08:00:00", discharge_to_concept_id=4216643),
            visit(-2, "2020-05-01 08:00:00", "2020-05-03 08:00:00", person_id=7),
            visit(3, "2020-03-01 06:00:00", "2020-03-01 08:00:00", visit_concept_id=9203),
        ],
        "death": [
            {"person_id": BIG, "death_date": "2020-03-04"},
            {"person_id": 7, "death_date": "2020-05-03"},
        ],
        "condition_occurrence": [
            condition | {"condition_source_value": code, "condition_source_concept_id": concept}
            for code, concept in (
                ("995.92 ", 44827180),
                ("V10.1", 44820000),
                ("V101", 45756000),
                ("R65.21", 0),
                ("0389", 0),
                ("SVT (rapid)", 2000030113),
                ("78552", 2000030114),  # a local concept
                ("65363002", 372328),
            )
        ],
        "measurement": [measured(3027018, 80)],
    }


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "raw"


def test_stays_deaths_and_codes(tables, folder, tmp_path):
    write_tables(folder, tables)
    found = run_source("omop", folder, tmp_path / "out")
    admissions = found["admissions"].set_index("admission_id")
    assert admissions["patient_id"].to_dict() == {-2: 7, 1: BIG}
    assert admissions["age_years"].tolist() == [91, 60]
    assert admissions["sex"].isna().tolist() == [True, False]
    assert admissions["died_in_hospital"].tolist() == [True, True]
    codes = set(found["diagnoses"].itertuples(index=False, name=None))
    assert codes == {(1, "99592", 9), (1, "V101", 9), (1, "V101", 10), (1, "R6521", 10), (1, "0389", 9)}


def test_a_vocabulary_and_the_place_of_discharge_decide(tables, folder, tmp_path):
    for row in tables["visit_occurrence"]:
        row["discharged_to_concept_id"] = row.pop("discharge_to_concept_id")  # CDM 5.4
    tables["visit_occurrence"][1]["discharged_to_concept_id"] = 581476  # home; the death of that day is later
    concept = {"concept_code": "995.92", "vocabulary_id": "ICD9CM"}
    tables["concept"] = [
        concept | {"concept_id": 44827180},
        {"concept_id": 372328, "concept_code": "65363002", "vocabulary_id": "SNOMED"},
    ]
    tables["condition_occurrence"] = [
        {
            "person_id": BIG,
            "visit_occurrence_id": "",
            "condition_source_value": text,
            "condition_source_concept_id": number,
            "condition_start_datetime": "2020-03-02 00:00:00",
        }
        for text, number in (("any text", 44827180), ("12345", 372328))
    ]
    write_tables(folder, tables)
    found = run_source("omop", folder, tmp_path / "out")
    assert found["admissions"].set_index("admission_id")["died_in_hospital"].to_dict() == {-2: False, 1: True}
    assert found["diagnoses"].to_numpy().tolist() == [[1, "99592", 9]]


def deaths_within_stays(tables: dict[str, list[dict[str, Any]]], other: int, stays: int = 40) -> None:
    """Each stay ends in the death of another person; the discharge of `other` of them is a concept nobody listed."""
    person, numbers = tables["person"][0], range(1, stays + 1)
    tables["person"] = [person | {"person_id": n} for n in numbers]
    tables["visit_occurrence"] = [
        visit(n, "2020-03-01 08:00:00", "2020-03-04 08:00:00", person_id=n)
        | {"discharge_to_concept_id": 44814650 if n <= other else 4216643}
        for n in numbers
    ]
    tables["death"] = [{"person_id": n, "death_date": "2020-03-04"} for n in numbers]
    tables["condition_occurrence"] = [row | {"person_id": 1} for row in tables["condition_occurrence"]]
    tables["measurement"] = [measured(3027018, 80, person_id=1)]


def extract(source: str, folder: Path, out: Path) -> pd.DataFrame:
    out.mkdir(exist_ok=True)
    files = {"output": out / "admissions.parquet", "steps": out / "steps.csv"}
    extract_admissions(load_source(source), folder, cohort=Cohort(), engine=Engine(), **files)
    return ADMISSIONS.read(files["output"])


def test_deaths_of_an_unlisted_concept_do_not_survive_in_silence(tables, folder, tmp_path, caplog):
    deaths_within_stays(tables, other=16)
    write_tables(folder, tables)
    with pytest.raises(
        InputError,
        match=r"admissions\.sql: 40% of 40 deaths within a hospital stay count as survived, because the code of "
        r"discharge \(44814650\) is not listed as death; list it under codes in .*source\.yaml",
    ):
        extract("omop", folder, tmp_path / "out")
    deaths_within_stays(tables, other=4)
    write_tables(folder, tables)
    assert extract("omop", folder, tmp_path / "out")["died_in_hospital"].sum() == 36
    assert "fewer than 10 of 40 deaths within a hospital stay count as survived" in caplog.text
    report = Report()
    check_folder("omop", str(folder), report)
    (found,) = [finding for finding in report.findings if finding.check == "recorded deaths"]
    assert found.verdict == "look"
    assert found.text in caplog.text


@pytest.mark.parametrize(("listed_as", "deaths"), [("died", 40), ("left_alive", 24)])
def test_a_listed_concept_of_discharge_is_believed(tables, folder, tmp_path, caplog, listed_as, deaths):
    own = Path(shutil.copytree(SHIPPED / "omop", tmp_path / "own"))
    described, known = own / "source.yaml", {"died": "any_of: [4216643", "left_alive": "- 8536 "}[listed_as]
    added = {"died": "any_of: [44814650, 4216643", "left_alive": "- 44814650\n      - 8536 "}[listed_as]
    assert known in described.read_text()
    described.write_text(described.read_text().replace(known, added))
    deaths_within_stays(tables, other=16)
    write_tables(folder, tables)
    assert extract(str(own), folder, tmp_path / "out")["died_in_hospital"].sum() == deaths
    assert not caplog.text


def test_a_year_of_birth_in_the_wrong_century_is_no_age_over_89(tables, folder, tmp_path):
    deaths_within_stays(tables, other=0)
    for row in tables["person"][:4]:
        row["year_of_birth"] = 1860
    write_tables(folder, tables)
    assert set(extract("omop", folder, tmp_path / "out")["age_years"]) == {60}
    steps = pd.read_csv(tmp_path / "out/steps.csv").set_index("step")
    assert steps.loc["not older than 120 years", "removed"] == 4
    for row in tables["person"]:
        row["year_of_birth"] = 62
    write_tables(folder, tables)
    with pytest.raises(InputError, match=r"cohort rule 'not older than 120 years'; change age_years in"):
        extract("omop", folder, tmp_path / "out")


def test_starts_that_are_all_midnight_are_told(tables, folder, tmp_path, caplog):
    deaths_within_stays(tables, other=0)
    tables["visit_occurrence"][0]["visit_start_datetime"] = "2020-03-01 08:00:00"
    for row in tables["visit_occurrence"][1:]:
        row["visit_start_datetime"] = "2020-03-01 00:00:00"
    write_tables(folder, tables)
    extract("omop", folder, tmp_path / "out")
    assert "admissions.sql: nearly all stays begin at midnight, as dates without a time do;" in caplog.text
    caplog.clear()
    for row in tables["visit_occurrence"][1:4]:
        row["visit_start_datetime"] = "2020-03-01 08:00:00"
    write_tables(folder, tables)
    extract("omop", folder, tmp_path / "out")
    assert not caplog.text


def test_an_end_without_a_time_is_its_day(tables, folder, tmp_path):
    """A death counts up to that day and not on the next; the stay is known to have lasted until the day began."""
    stays = [
        visit(n, "2020-03-01 08:00:00", f"2020-03-{last} 12:00:00", person_id=n)
        for n, last in ((1, "04"), (2, "04"), (3, "01"), (4, "04"))
    ]
    for row in stays[:3]:
        row["visit_end_datetime"] = ""
    stays[2]["visit_end_datetime"] = "2020-03-01 00:00:00"  # a date, as it lies before the start of that day
    tables["visit_occurrence"] = stays
    tables["person"] = [tables["person"][0] | {"person_id": n} for n in (1, 2, 3, 4)]
    tables["death"] = [
        {"person_id": n, "death_date": f"2020-03-{day}"} for n, day in ((1, "04"), (2, "05"), (4, "05"))
    ]
    tables["condition_occurrence"] = [row | {"person_id": 1} for row in tables["condition_occurrence"]]
    at = {"person_id": 1, "visit_occurrence_id": ""}
    tables["measurement"] = [measured(3027018, 80, f"2020-03-{day} 23:00:00", **at) for day in ("04", "05")]
    write_tables(folder, tables)
    found = run_source("omop", folder, tmp_path / "out")
    admissions = found["admissions"].set_index("admission_id")
    assert admissions["died_in_hospital"].to_dict() == {1: True, 2: False, 3: False, 4: False}
    assert admissions["length_of_stay_hours"].to_dict() == {1: 64, 2: 64, 3: 0, 4: 76}
    assert found["measurements"]["hours"].tolist() == [87]  # at any time of the last day


def test_an_end_before_the_start_is_a_negative_stay(tables, folder, tmp_path):
    tables["visit_occurrence"][1] |= {"visit_end_date": "2020-04-30", "visit_end_datetime": ""}
    write_tables(folder, tables)
    found = run_source("omop", folder, tmp_path / "out")
    assert found["admissions"]["admission_id"].tolist() == [1]
    assert found["steps"].loc["discharged after admission", "removed"] == 1


def test_codes_of_no_visit_are_placed_by_day(tables, folder, tmp_path, caplog):
    """By their time, if they have one: of two stays that share a day, else, the later has the code."""
    tables["visit_occurrence"] = [
        visit(1, "2020-03-01 08:00:00", "2020-03-04 10:00:00"),
        visit(2, "2020-03-04 15:00:00", "2020-03-06 10:00:00"),
        visit(-2, "2020-05-01 08:00:00", "2020-05-03 08:00:00", person_id=7, visit_concept_id=9202),
    ]
    days = {
        "00001": ("2020-03-02", ""),  # a date alone
        "00002": ("2020-03-01", "2020-03-01 00:00:00"),  # midnight of the first day
        "00003": ("2020-03-06", "2020-03-06 22:00:00"),  # after the end of that day
        "00004": ("2020-03-04", "2020-03-04 09:00:00"),
        "00005": ("2020-03-04", "2020-03-04 00:00:00"),
        "00006": ("", "2020-03-01 00:00:00"),
        "00007": ("2020-03-07", ""),
        "00008": ("", ""),
    }
    condition = {"person_id": BIG, "visit_occurrence_id": "", "condition_source_concept_id": 0}
    tables["condition_occurrence"] = [
        condition
        | {"condition_source_value": code, "condition_start_date": day, "condition_start_datetime": time}
        for code, (day, time) in days.items()
    ]
    tables["condition_occurrence"] += [
        # Another kind of visit on the first day, and a person without a stay.
        tables["condition_occurrence"][1] | {"visit_occurrence_id": 3, "condition_source_value": "00009"},
        tables["condition_occurrence"][1] | {"person_id": 7, "condition_source_value": "00010"},
    ]
    write_tables(folder, tables)
    with caplog.at_level("INFO", "synthsize.extract"):
        found = run_source("omop", folder, tmp_path / "out")
    codes = found["diagnoses"].groupby("admission_id")["code"].agg(list)
    assert codes.to_dict() == {1: ["00001", "00002", "00004", "00006"], 2: ["00003", "00005"]}
    line = "10 diagnosis codes handed over: 6 of admissions of the cohort, 0 of other admissions, 4 of no admission"
    assert line in caplog.messages


def test_units_of_the_rows(tables, folder, tmp_path):
    tables["measurement"] = [
        measured(3016723, 1.5, unit_concept_id=8840),
        measured(3016723, 176.8034, unit_concept_id=8749),
        measured(3016723, 2.5, unit_concept_id=8751),  # a unit that the set does not name
        measured(3016723, 3.5),  # and none at all
        measured(3016723, 4.5, unit_concept_id=8840, operator_concept_id=4171756),  # below 4.5
        measured(3016723, 900, unit_concept_id=8840),
        measured(3020891, 98.6, unit_concept_id=9289),
        measured(3020891, 38, unit_concept_id=9289),
        measured(3020891, 39, unit_concept_id=586323),
        measured(3020891, 104, unit_concept_id=0),
        measured(3000905, 7500, unit_concept_id=8647),
        measured(3000905, 7.6, unit_concept_id=8961),
        measured(3000905, 7.7, unit_concept_id=8816),
        measured(3000905, 7.8, unit_concept_id=44777588),
        measured(3000905, 7900, unit_concept_id=8784),
        measured(3000905, 8, unit_concept_id=9436),  # thousand per milliliter: one per microliter
        measured(3047181, 18.0156, unit_concept_id=8840, visit_occurrence_id=3),
        measured(3047181, 3, "2020-04-01 00:00:00", unit_concept_id=8753, visit_occurrence_id=""),
    ]
    write_tables(folder, tables)
    found = run_source("omop", folder, tmp_path / "out")
    values = found["measurements"].groupby("variable")["value"].agg(sorted)
    assert values["creatinine"] == pytest.approx([1.5, 2.0])
    assert values["temperature"] == pytest.approx([37, 38, 39, 40])
    assert values["wbc"] == pytest.approx([7.5, 7.6, 7.7, 7.8, 7.9])
    assert values["lactate"] == pytest.approx(
        [2]
    )  # the row names a visit of another kind and lies in the stay
    assert {key[1:]: rows for key, rows in audited_outcomes(found["audit"]).items()} == {
        ("3016723", "kept"): 2,
        ("3016723", "unknown_unit"): 2,
        ("3016723", "no_numeric_value"): 1,
        ("3016723", "implausible_value"): 1,
        ("3020891", "kept"): 2,
        ("3020891", "kept_unit_swapped"): 2,
        ("3000905", "kept"): 5,
        ("3000905", "unknown_unit"): 1,
        ("3047181", "kept"): 1,
        ("3047181", "no_admission_id"): 1,
    }


def test_parts_in_intensive_care(tables, folder, tmp_path):
    """A visit of any kind with such a part is a stay, and the others are left out by default."""
    part = {"visit_detail_start_datetime": "2020-03-01 07:00:00", "care_site_id": 5}
    tables["visit_detail"] = [part | {"visit_occurrence_id": 3, "visit_detail_concept_id": 32037}]
    tables["care_site"] = [{"care_site_id": 5, "care_site_name": "North"}]
    write_tables(folder, tables)
    tables["measurement"][0]["visit_occurrence_id"] = 3
    write_tables(folder, tables)
    found = run_source("omop", folder, tmp_path / "out")
    assert found["admissions"][["admission_id", "stratum"]].to_numpy().tolist() == [[3, "North"]]
    assert found["measurements"]["hours"].tolist() == [3]


def dates_alone(tables: dict[str, list[dict[str, Any]]]) -> None:
    tables["visit_occurrence"][0]["visit_start_datetime"] = ""


def no_visit_concepts(tables: dict[str, list[dict[str, Any]]]) -> None:
    for row in tables["visit_occurrence"]:
        row["visit_concept_id"] = 0


def no_measurement_concepts(tables: dict[str, list[dict[str, Any]]]) -> None:
    tables["measurement"][0]["measurement_concept_id"] = 0


def no_concept_column(tables: dict[str, list[dict[str, Any]]]) -> None:
    del tables["measurement"][0]["measurement_concept_id"]


def no_measurements(tables: dict[str, list[dict[str, Any]]]) -> None:
    del tables["measurement"]


def concepts_of_athena(tables: dict[str, list[dict[str, Any]]]) -> None:
    tables["CONCEPT"] = [
        {"concept_id\tconcept_name\tvocabulary_id\tconcept_code": "44827180\tSepsis\tICD9CM\t99592"}
    ]


def unknown_person(tables: dict[str, list[dict[str, Any]]]) -> None:
    tables["visit_occurrence"][0]["person_id"] = 8


def many(tables: dict[str, list[dict[str, Any]]]) -> None:
    """As many stays of six days as the times are judged by, each measured on its first two days."""
    tables["visit_occurrence"] = [
        visit(n, "2020-03-01 08:00:00", "2020-03-07 08:00:00") for n in range(TINY_COHORT)
    ]
    tables["death"][0]["death_date"] = "2020-03-07"
    tables["measurement"] = [
        measured(3027018, 80, f"2020-03-{day:02d} {hour:02d}:00:00", visit_occurrence_id=n)
        for n in range(TINY_COHORT)
        for day, hour in ((1, 9), (2, 10 + n % 5))
    ]


def many_dates(tables: dict[str, list[dict[str, Any]]]) -> None:
    many(tables)
    for row in tables["measurement"]:
        row["measurement_datetime"] = row["measurement_datetime"][:10] + " 00:00:00"


def many_without_time(tables: dict[str, list[dict[str, Any]]]) -> None:
    many(tables)
    for row in tables["measurement"]:
        row["measurement_datetime"] = ""


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (
            dates_alone,
            r"visit_occurrence\.csv, line 2: column visit_start_date holds a value like '9999-99-99', which is not a",
        ),
        (
            no_visit_concepts,
            r"column visit_concept_id holds none of the codes of 'hospital_stay' \(9201, 262, 8717, \.\.\.\)",
        ),
        (
            no_measurement_concepts,
            r"measurement\.csv: none of the 1 rows is of an item of concept set 'corrected' \(3027018,",
        ),
        (no_concept_column, r"measurement\.csv lacks the column measurement_concept_id"),
        (
            no_measurements,
            r"holds no table that concept set 'corrected' takes values from; add measurement$",
        ),
        (concepts_of_athena, r"CONCEPT\.csv is separated by tabs, not by commas; re-export it with commas"),
        (unknown_person, r"person\.csv lacks the person_id of 1 row\(s\) of visit_occurrence\.csv"),
        (
            many_dates,
            r"measurement\.csv: the measurements of every admission lie whole days apart",
        ),
        (
            many_without_time,
            r"measurement\.csv: no row of the cohort has a time",
        ),
    ],
)
def test_broken_tables(
    tables, folder, tmp_path, damage: Callable[[dict[str, list[dict[str, Any]]]], None], sentence
):
    damage(tables)
    write_tables(folder, tables)
    with pytest.raises(InputError, match=sentence):
        run_source("omop", folder, tmp_path / "out")


def test_hours_that_are_days(tables, folder, tmp_path):
    many(tables)
    write_tables(folder, tables)
    assert len(run_source("omop", folder, tmp_path / "hours")["measurements"]) == 2 * TINY_COHORT
    own = Path(shutil.copytree(SHIPPED / "omop", tmp_path / "own"))
    select = own / "measurements.sql"
    select.write_text(
        select.read_text().replace(
            "hours_between(started, measurement_datetime)",
            "hours_between(started, measurement_datetime) / 24",
        )
    )
    with pytest.raises(
        InputError,
        match=r"measurements\.sql: the hours of nearly every admission end below its length in days",
    ):
        run_source(str(own), folder, tmp_path / "days")
