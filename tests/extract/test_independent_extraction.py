"""The SQL extraction against a second one in pandas, row for row, on real patients and on hostile ones."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from open_data import MIMIC3_DEMO, open_data
from pandas.testing import assert_frame_equal
from reference_pandas import (
    AUDIT_KEYS,
    CONCEPT_SETS,
    reference_admissions,
    reference_audit,
    reference_diagnoses,
    reference_measurements,
)

from synthsize.contracts.canonical import ADMISSIONS, DIAGNOSES, MEASUREMENTS
from synthsize.extract.admissions import Cohort, extract_admissions
from synthsize.extract.definition.loading import load_source
from synthsize.extract.diagnoses import extract_diagnoses
from synthsize.extract.measurements import extract_measurements
from synthsize.extract.sessions.engine import Engine
from synthsize.simulate.simulation import simulate_extract

WINDOW_HOURS = 120
COHORTS = [(which, landmark) for which in ("all", "first", "latest") for landmark in (False, True)]
SEVERE_SEPSIS, SEPTIC_SHOCK = "99592", "78552"


# --- extracts ---------------------------------------------------------------------------


@pytest.fixture(scope="session")
def demo_folder() -> Path:
    return open_data(MIMIC3_DEMO)


@pytest.fixture(scope="session")
def simulated_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated")
    simulate_extract(folder, n_admissions=300, seed=20260116)
    return folder


@pytest.fixture(scope="session")
def edges_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("edges")
    EdgeCases(np.random.default_rng(7)).write(folder)
    return folder


@pytest.fixture(scope="session", params=["demo", "simulated", "edges"])
def folder(request: pytest.FixtureRequest) -> Path:
    return request.getfixturevalue(f"{request.param}_folder")


class EdgeCases:
    """Tables whose ages, times, values and links lie on, or just beside, every limit of the extraction."""

    BIRTHDAYS = ((2, 28), (2, 29), (3, 1), (6, 15), (12, 31), (1, 1))
    AGES = (0, 15, 16, 16, 17, 18, 40, 88, 89, 300)
    STAY_SECONDS = (-60, 0, 3600, 120 * 3600 - 1, 120 * 3600, 120 * 3600 + 1, 900_000)
    EVENT_SECONDS = (
        *(-24 * 3600 - 1, -24 * 3600, -3 * 3600, -1, 0, 1, 6 * 3600),
        *(120 * 3600 - 1, 120 * 3600, 12_345, 234_567),
    )
    LIMITS = (0.0, 10.0, 50.0, 70.0, 120.0, 150.0, 300.0, 400.0, 1000.0, 10000.0)
    REASONS = ("SEPSIS", "ORGAN DONOR ACCOUNT", "Possible organ donor, coma", "", 'FALL, "HIT HEAD"')
    CODES = ("99592", "785.52", " 78552 ", "0389", "v3001", "V3001", "E8498", "")

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        # shuffled, so that ranks in time cannot lean on the order of the ids
        self.unused_ids = rng.permutation(np.arange(100_000, 101_000)).tolist()
        self.patients: list[dict[str, Any]] = []
        self.admissions: list[dict[str, Any]] = []
        for subject_id in range(1, 121):
            self._add_patient(subject_id)

    def write(self, folder: Path) -> None:
        charts = {item for c in CONCEPT_SETS.values() for items in c.vitals.values() for item in items}
        labs = {item for c in CONCEPT_SETS.values() for items in c.labs.values() for item in items}
        unused_items = [614, 3655, 50800]
        self._write(folder, "PATIENTS", self.patients)
        self._write(folder, "ADMISSIONS", self.admissions)
        self._write(folder, "ICUSTAYS", [row for row in map(self._icu_stay, self.admissions * 2) if row])
        self._write(folder, "DIAGNOSES_ICD", [self._code(row) for row in self.admissions * 4])
        self._write(folder, "CHARTEVENTS", [self._chart(sorted(charts) + unused_items) for _ in range(8000)])
        self._write(folder, "LABEVENTS", [self._lab(sorted(labs) + unused_items) for _ in range(3000)])

    def _write(self, folder: Path, name: str, rows: list[dict[str, Any]]) -> None:
        with (folder / f"{name}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, ["ROW_ID", *rows[0]])
            writer.writeheader()
            writer.writerows({"ROW_ID": number, **row} for number, row in enumerate(rows))

    def _pick(self, options: Sequence[Any]) -> Any:
        return options[self.rng.integers(len(options))]

    def _add_patient(self, subject_id: int) -> None:
        """Admit first within a day of a birthday, then again, perhaps at the very same time."""
        month, day = self._pick(self.BIRTHDAYS)
        age = self._pick(self.AGES)
        born = datetime(1804 if age == 300 else 2104, month, day)
        self.patients.append({"SUBJECT_ID": subject_id, "GENDER": self._pick("FM"), "DOB": born})
        eve = datetime(born.year + age, month, min(day, 28)) - timedelta(days=1)
        admitted = eve + timedelta(days=self._pick((0, 1, 2)), seconds=self._pick((0, 86_399)))
        for _ in range(self._pick((1, 2, 3))):
            self.admissions.append(self._admission(subject_id, admitted))
            admitted += timedelta(days=self._pick((0, 0, 30, 400)))

    def _admission(self, subject_id: int, admitted: datetime) -> dict[str, Any]:
        return {
            "SUBJECT_ID": subject_id,
            "HADM_ID": self.unused_ids.pop(),
            "ADMITTIME": admitted,
            "DISCHTIME": admitted + timedelta(seconds=self._pick(self.STAY_SECONDS)),
            "DEATHTIME": "",
            "ADMISSION_TYPE": "EMERGENCY",
            "DIAGNOSIS": self._pick(("PNEUMONIA", "PNEUMONIA", *self.REASONS)),
            "HOSPITAL_EXPIRE_FLAG": self._pick((0, 1)),
            "HAS_CHARTEVENTS_DATA": 1,
        }

    def _icu_stay(self, admission: dict[str, Any]) -> dict[str, Any] | None:
        source = self._pick(("carevue", "carevue", "metavision", "metavision", "both", ""))
        if not source:
            return None
        keys = {key: admission[key] for key in ("SUBJECT_ID", "HADM_ID")}
        return {**keys, "ICUSTAY_ID": admission["HADM_ID"] + 1, "DBSOURCE": source}

    def _code(self, admission: dict[str, Any]) -> dict[str, Any]:
        keys = {key: admission[key] for key in ("SUBJECT_ID", "HADM_ID")}
        return {**keys, "SEQ_NUM": 1, "ICD9_CODE": self._pick(self.CODES)}

    def _event(self, items: list[int]) -> dict[str, Any]:
        admission = self._pick(self.admissions)
        hadm_id = self._pick((*[admission["HADM_ID"]] * 8, "", 999_999))
        subject_id = self._pick((*[admission["SUBJECT_ID"]] * 9, 1))
        time = admission["ADMITTIME"] + timedelta(seconds=self._pick(self.EVENT_SECONDS))
        return {
            "SUBJECT_ID": subject_id,
            "HADM_ID": hadm_id,
            "ITEMID": self._pick(items),
            "CHARTTIME": self._pick((*[time] * 20, "")),
            "VALUE": self._pick(("7", "<5", 'said "no",\nthen yes', "")),
            "VALUENUM": self._value(),
        }

    def _value(self) -> str:
        """Draw a limit, its neighbouring double on either side, an ordinary value, or none."""
        limit = self._pick(self.LIMITS)
        near = np.nextafter(limit, self._pick((-np.inf, np.inf)))
        ordinary = float(self.rng.uniform(0.1, 130))
        return self._pick((repr(limit), repr(float(near)), repr(ordinary), repr(ordinary), ""))

    def _chart(self, items: list[int]) -> dict[str, Any]:
        return {**self._event(items), "WARNING": self._pick((0, 1)), "ERROR": self._pick(("", 0, 0, 1))}

    def _lab(self, items: list[int]) -> dict[str, Any]:
        return {**self._event(items), "FLAG": self._pick(("", "abnormal"))}


# --- the two extractions ----------------------------------------------------------------


@dataclass(frozen=True)
class Extraction:
    """One cohort of one extract, as the SQL writes it and as pandas finds it."""

    folder: Path
    admissions_file: Path
    reference: pd.DataFrame


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine()


@pytest.fixture(scope="session", params=COHORTS, ids=lambda c: f"{c[0]}{'-landmark' if c[1] else ''}")
def extraction(
    request: pytest.FixtureRequest, folder: Path, engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Extraction:
    which, landmark = request.param
    out = tmp_path_factory.mktemp("cohort")
    extract_admissions(
        load_source("mimic3"),
        folder,
        cohort=Cohort(min_age=16, admissions=which, landmark=landmark, window_hours=WINDOW_HOURS),
        engine=engine,
        output=out / "admissions.parquet",
        steps=out / "steps.csv",
    )
    reference = reference_admissions(folder, admissions=which, landmark=landmark, window_hours=WINDOW_HOURS)
    return Extraction(folder, out / "admissions.parquet", reference)


def test_admissions_agree(extraction: Extraction) -> None:
    assert_frame_equal(ADMISSIONS.read(extraction.admissions_file), extraction.reference, check_exact=True)


def test_diagnoses_agree(extraction: Extraction, engine: Engine, tmp_path: Path) -> None:
    extract_diagnoses(
        load_source("mimic3"),
        extraction.folder,
        admissions=extraction.admissions_file,
        engine=engine,
        output=tmp_path / "diagnoses.parquet",
    )
    expected = reference_diagnoses(extraction.folder, extraction.reference)
    assert_frame_equal(DIAGNOSES.read(tmp_path / "diagnoses.parquet"), expected, check_exact=True)


@pytest.mark.parametrize("pre_admission_hours", [0, 24])
@pytest.mark.parametrize("concepts", sorted(CONCEPT_SETS))
def test_measurements_and_audit_agree(
    extraction: Extraction, concepts: str, pre_admission_hours: float, engine: Engine, tmp_path: Path
) -> None:
    settings = {
        "concepts": concepts,
        "window_hours": WINDOW_HOURS,
        "pre_admission_hours": pre_admission_hours,
    }
    extract_measurements(
        load_source("mimic3"),
        extraction.folder,
        admissions=extraction.admissions_file,
        engine=engine,
        output=tmp_path / "measurements.parquet",
        audit=tmp_path / "audit.csv",
        **settings,
    )
    expected = reference_measurements(extraction.folder, extraction.reference, **settings)
    assert len(expected) > 0
    assert_frame_equal(MEASUREMENTS.read(tmp_path / "measurements.parquet"), expected, check_exact=True)
    expected_audit = reference_audit(extraction.folder, extraction.reference, **settings)
    assert_frame_equal(read_audit(tmp_path / "audit.csv"), expected_audit)


def read_audit(path: Path) -> pd.DataFrame:
    """Read the counts of the concept items; a file may also record whole-table scans and zeros."""
    audit = pd.read_csv(path, dtype={"item": "str"}, keep_default_na=False)
    counted = audit[(audit["variable"] != "") & (audit["rows"] > 0)]
    return counted[[*AUDIT_KEYS, "rows"]].sort_values(AUDIT_KEYS, ignore_index=True)


# --- the reference itself ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("which", "admissions", "deaths", "sepsis", "shock"),
    [("all", 129, 40, 26, 16), ("latest", 100, 40, 17, 9)],
)
def test_reference_finds_the_known_counts_of_the_demo(
    demo_folder: Path, which: str, admissions: int, deaths: int, sepsis: int, shock: int
) -> None:
    cohort = reference_admissions(demo_folder, admissions=which)
    codes = reference_diagnoses(demo_folder, cohort)
    septic = codes[codes["code"].isin([SEVERE_SEPSIS, SEPTIC_SHOCK])]["admission_id"].nunique()
    in_shock = codes[codes["code"] == SEPTIC_SHOCK]["admission_id"].nunique()
    assert (len(cohort), cohort["died_in_hospital"].sum(), septic, in_shock) == (
        admissions,
        deaths,
        sepsis,
        shock,
    )


def test_edge_cases_reach_every_outcome(edges_folder: Path) -> None:
    cohort = reference_admissions(edges_folder)
    audit = reference_audit(edges_folder, cohort, concepts="corrected")
    assert set(audit["outcome"]) == {
        "no_admission_id",
        "not_in_cohort",
        "patient_mismatch",
        "flagged_error",
        "no_numeric_value",
        "no_time",
        "before_window",
        "after_window",
        "implausible_value",
        "kept_unit_swapped",
        "kept",
    }
