"""A MIMIC-III-shaped extract of a few rows, written from plain dicts so that a test shows the oddity it plants."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from open_data import MIMIC3_DEMO, open_data

from synthsize.extract.admissions import Cohort, extract_admissions
from synthsize.extract.definition.loading import load_source
from synthsize.extract.definition.source import Source
from synthsize.extract.diagnoses import extract_diagnoses
from synthsize.extract.measurements import extract_measurements
from synthsize.extract.sessions.engine import Engine

HEADERS = {
    "ADMISSIONS": "ROW_ID,SUBJECT_ID,HADM_ID,ADMITTIME,DISCHTIME,DEATHTIME,ADMISSION_TYPE,DIAGNOSIS,"
    "HOSPITAL_EXPIRE_FLAG,HAS_CHARTEVENTS_DATA",
    "PATIENTS": "ROW_ID,SUBJECT_ID,GENDER,DOB,EXPIRE_FLAG",
    "DIAGNOSES_ICD": "ROW_ID,SUBJECT_ID,HADM_ID,SEQ_NUM,ICD9_CODE",
    "ICUSTAYS": "ROW_ID,SUBJECT_ID,HADM_ID,ICUSTAY_ID,DBSOURCE",
    "CHARTEVENTS": "ROW_ID,SUBJECT_ID,HADM_ID,ICUSTAY_ID,ITEMID,CHARTTIME,STORETIME,CGID,VALUE,VALUENUM,VALUEUOM,"
    "WARNING,ERROR,RESULTSTATUS,STOPPED",
    "LABEVENTS": "ROW_ID,SUBJECT_ID,HADM_ID,ITEMID,CHARTTIME,VALUE,VALUENUM,VALUEUOM,FLAG",
}
DEFAULTS: dict[str, dict[str, Any]] = {
    "ADMISSIONS": {
        "SUBJECT_ID": 1,
        "HADM_ID": 100,
        "ADMITTIME": "2150-03-10 08:00:00",
        "DISCHTIME": "2150-03-20 08:00:00",
        "ADMISSION_TYPE": "EMERGENCY",
        "DIAGNOSIS": "SEPSIS",
        "HOSPITAL_EXPIRE_FLAG": 0,
        "HAS_CHARTEVENTS_DATA": 1,
    },
    "PATIENTS": {"SUBJECT_ID": 1, "GENDER": "F", "DOB": "2090-01-01 00:00:00", "EXPIRE_FLAG": 0},
    "DIAGNOSES_ICD": {"SUBJECT_ID": 1, "HADM_ID": 100, "SEQ_NUM": 1, "ICD9_CODE": "99592"},
    "ICUSTAYS": {"SUBJECT_ID": 1, "HADM_ID": 100, "ICUSTAY_ID": 1000, "DBSOURCE": "metavision"},
    "CHARTEVENTS": {
        "SUBJECT_ID": 1,
        "HADM_ID": 100,
        "ICUSTAY_ID": 1000,
        "ITEMID": 220045,
        "CHARTTIME": "2150-03-10 09:00:00",
        "VALUENUM": 80,
    },
    "LABEVENTS": {
        "SUBJECT_ID": 1,
        "HADM_ID": 100,
        "ITEMID": 50912,
        "CHARTTIME": "2150-03-10 09:00:00",
        "VALUENUM": 1.1,
    },
}


@dataclass
class Hospital:
    """Rows of the raw tables; `add` fills what a test does not care about, `write` makes the files."""

    folder: Path
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {table: [] for table in HEADERS})

    def add(self, table: str, **values: Any) -> Hospital:
        row = DEFAULTS[table] | {"ROW_ID": len(self.rows[table]) + 1} | values
        self.rows[table].append(row)
        return self

    def text(
        self,
        table: str,
        *,
        lower: bool = False,
        line_end: str = "\n",
        without: str | None = None,
        reverse: bool = False,
        extra: bool = False,
    ) -> bytes:
        names = [name for name in HEADERS[table].split(",") if name != without]
        names = names[::-1] if reverse else names
        names = [*names, "NEW_COLUMN"] if extra else names
        file = io.StringIO(newline="")
        file.write(",".join(name.lower() if lower else f'"{name}"' for name in names) + line_end)
        rows = csv.DictWriter(file, names, lineterminator=line_end, extrasaction="ignore")
        rows.writerows(self.rows[table])
        return file.getvalue().encode()

    def write(self, **options: Any) -> Path:
        for table in HEADERS:
            if not self.rows[table]:
                self.add(table)
            (self.folder / f"{table}.csv.gz").write_bytes(gzip.compress(self.text(table, **options), mtime=0))
        return self.folder

    def write_parquet(self) -> Path:
        for table, header in HEADERS.items():
            frame = pd.DataFrame(self.rows[table] or [DEFAULTS[table]]).reindex(columns=header.split(","))
            pq.write_table(pa.Table.from_pandas(frame), self.folder / f"{table}.parquet")
        return self.folder


@dataclass
class Extraction:
    """Runs the public functions on one folder and reads what they wrote."""

    out: Path
    engine: Engine = field(default_factory=Engine)
    source: Source = field(default_factory=lambda: load_source("mimic3"))

    def admissions(self, folder: Path, **cohort: Any) -> pd.DataFrame:
        extract_admissions(
            self.source,
            folder,
            cohort=Cohort(**cohort),
            engine=self.engine,
            output=self.out / "admissions.parquet",
            steps=self.out / "steps.csv",
        )
        return pd.read_parquet(self.out / "admissions.parquet")

    def steps(self) -> pd.DataFrame:
        return pd.read_csv(self.out / "steps.csv")

    def diagnoses(self, folder: Path) -> pd.DataFrame:
        self.admissions(folder)
        extract_diagnoses(
            self.source,
            folder,
            admissions=self.out / "admissions.parquet",
            engine=self.engine,
            output=self.out / "diagnoses.parquet",
        )
        return pd.read_parquet(self.out / "diagnoses.parquet")

    def measurements(
        self, folder: Path, concepts: str = "corrected", pre_admission_hours: float = 0
    ) -> pd.DataFrame:
        self.admissions(folder)
        extract_measurements(
            self.source,
            folder,
            concepts=concepts,
            admissions=self.out / "admissions.parquet",
            window_hours=120,
            pre_admission_hours=pre_admission_hours,
            engine=self.engine,
            output=self.out / "measurements.parquet",
            audit=self.out / "audit.csv",
        )
        return pd.read_parquet(self.out / "measurements.parquet")

    def audit(self) -> pd.DataFrame:
        return pd.read_csv(self.out / "audit.csv", dtype={"item": str})

    def outcomes(self, item: int) -> dict[str, int]:
        audit = self.audit()
        rows = audit[audit["item"] == str(item)]
        return dict(zip(rows["outcome"], rows["rows"], strict=True))


def extracted(extraction: Extraction, path: Path) -> list[pd.DataFrame]:
    """All that an extraction writes."""
    diagnoses, measurements = extraction.diagnoses(path), extraction.measurements(path)
    admissions = pd.read_parquet(extraction.out / "admissions.parquet")
    return [admissions, diagnoses, measurements, extraction.steps(), extraction.audit()]


@pytest.fixture
def hospital(tmp_path: Path) -> Hospital:
    folder = tmp_path / "raw"
    folder.mkdir()
    return Hospital(folder)


@pytest.fixture
def filled(hospital: Hospital) -> Hospital:
    """Two patients with oddities: half-empty columns, long decimals, codes with a leading zero, a Fahrenheit value."""
    hospital.add("PATIENTS").add("PATIENTS", SUBJECT_ID=2, GENDER="M", DOB="1850-05-05 00:00:00")
    hospital.add("ADMISSIONS", DEATHTIME="", DIAGNOSIS="SEPSIS, ORGAN DONOR ACCOUNT?")
    hospital.add(
        "ADMISSIONS",
        SUBJECT_ID=2,
        HADM_ID=200,
        DEATHTIME="2150-03-20 08:00:00",
        DIAGNOSIS="",
        HOSPITAL_EXPIRE_FLAG=1,
    )
    hospital.add("DIAGNOSES_ICD", ICD9_CODE="0389").add("DIAGNOSES_ICD", HADM_ID=200, ICD9_CODE="V1582")
    for hour, value in enumerate(("80", "0.1", "36.66666666666667", "", "1e2")):
        hospital.add("CHARTEVENTS", CHARTTIME=f"2150-03-10 {9 + hour:02}:00:00", VALUENUM=value)
    hospital.add("CHARTEVENTS", HADM_ID="", VALUENUM=99, ERROR=1)
    hospital.add("CHARTEVENTS", SUBJECT_ID=2, HADM_ID=200, ITEMID=223762, VALUENUM=98.6, ERROR=0)
    hospital.add("LABEVENTS", VALUENUM=1.3).add("LABEVENTS", HADM_ID="", VALUENUM=2.7)
    return hospital


@pytest.fixture
def extraction(tmp_path: Path) -> Extraction:
    return Extraction(tmp_path / "out")


@pytest.fixture
def second_folder(tmp_path: Path) -> Callable[[str], Path]:
    def make(name: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        return folder

    return make


@pytest.fixture(scope="session")
def demo() -> Path:
    return open_data(MIMIC3_DEMO)
