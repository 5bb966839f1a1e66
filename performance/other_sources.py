"""Time and memory of the other sources' largest steps against `gzip -dc` of the same file.

    python performance/other_sources.py --source eicu --rows 10000000 --folder /scratch/extraction
    python performance/other_sources.py --source mimic4 --rows 10000000 --folder /scratch/extraction

`eicu` unpivots the monitor's table of that many rows; `mimic4` finds the admissions of laboratory rows of which a
quarter name none. How the two are timed is said in `extraction.py`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
from extraction import CHUNK_ROWS, compare, extract_charts, extract_cohort, write_table

ROWS_PER_STAY = 730  # of the monitor: 146.7 million rows of 200,859 stays
LABS_PER_PATIENT = 430
UNNAMED_SHARE = 0.26  # of laboratory rows without an admission id
LAB_ITEMS = np.array([51301, 51265, 50912, 51237, 50813, 50885])
LAB_SHARE = 0.13


def timestamps(values: np.ndarray) -> np.ndarray:
    return np.char.replace(values.astype("datetime64[s]").astype(str), "T", " ")


def monitor_chunk(first: int, rows: int, generator: np.random.Generator) -> pa.Table:
    """Rows of vitalPeriodic, stay after stay, every five minutes."""
    row = np.arange(first, first + rows)

    def cells(mean: float, spread: float, filled: float) -> pa.Array:
        values = np.round(generator.normal(mean, spread, rows)).astype(int)
        return pa.array(values, mask=generator.random(rows) > filled)

    columns = {
        "vitalperiodicid": row,
        "patientunitstayid": 1000 + row // ROWS_PER_STAY,
        "observationoffset": row % ROWS_PER_STAY * 5,
        "temperature": cells(37, 1, 0.1),
        "sao2": cells(96, 2, 0.9),
        "heartrate": cells(85, 15, 0.95),
        "respiration": cells(19, 5, 0.85),
        "cvp": cells(12, 3, 0.1),
    }
    columns |= {name: pa.nulls(rows, pa.string()) for name in ("etco2",)}
    columns["systemicsystolic"] = cells(120, 20, 0.2)
    empty = [
        "systemicdiastolic",
        "systemicmean",
        "pasystolic",
        "padiastolic",
        "pamean",
        "st1",
        "st2",
        "st3",
        "icp",
    ]
    return pa.table(columns | {name: pa.nulls(rows, pa.string()) for name in empty})


def generate_eicu(folder: Path, rows: int) -> Path:
    stays = np.arange(-(-rows // ROWS_PER_STAY))
    small = {
        "patient": {
            "patientunitstayid": 1000 + stays,
            "patienthealthsystemstayid": 500_000 + stays,
            "uniquepid": np.char.add("002-", stays.astype(str)),
            "gender": np.where(stays % 2, "Male", "Female"),
            "age": np.repeat("64", len(stays)),
            "hospitalid": stays % 208,
            "hospitaladmitoffset": np.repeat(-300, len(stays)),
            "hospitaldischargeoffset": np.repeat(9000, len(stays)),
            "hospitaldischargeyear": np.repeat(2014, len(stays)),
            "hospitaldischargestatus": np.where(stays % 11, "Alive", "Expired"),
        },
        "diagnosis": {
            "patientunitstayid": 1000 + stays,
            "diagnosisstring": np.repeat("cardiovascular", len(stays)),
            "icd9code": np.repeat("785.52, R65.21", len(stays)),
        },
    }
    return write_all(folder, "vitalPeriodic", small, rows, monitor_chunk)


def lab_chunk(first: int, rows: int, generator: np.random.Generator) -> pa.Table:
    """Rows of labevents, patient after patient, over two years with four admissions."""
    row = np.arange(first, first + rows)
    patient = row // LABS_PER_PATIENT
    moment = np.datetime64("2150-01-01T00:00:00") + (row % LABS_PER_PATIENT * 100).astype("timedelta64[m]")
    stay = (row % LABS_PER_PATIENT) // (LABS_PER_PATIENT // 4 + 1)
    listed = generator.random(rows) < LAB_SHARE
    item = np.where(listed, generator.choice(LAB_ITEMS, rows), 50_000 + generator.integers(0, 700, rows))
    return pa.table(
        {
            "labevent_id": row,
            "subject_id": 10_000 + patient,
            "hadm_id": pa.array(100_000 + patient * 4 + stay, mask=generator.random(rows) < UNNAMED_SHARE),
            "specimen_id": row // 5,
            "itemid": item,
            "charttime": timestamps(moment),
            "storetime": timestamps(moment),
            "value": np.round(generator.normal(5, 1, rows), 1).astype(str),
            "valuenum": np.round(generator.normal(5, 1, rows), 1),
            "valueuom": np.repeat("mg/dL", rows),
            "comments": pa.nulls(rows, pa.string()),
        }
    )


def generate_mimic4(folder: Path, rows: int) -> Path:
    patients = np.arange(-(-rows // LABS_PER_PATIENT))
    stays = np.arange(4 * len(patients))
    span = np.timedelta64((LABS_PER_PATIENT // 4 + 1) * 100, "m")
    admitted = np.datetime64("2150-01-01T00:00:00") + stays % 4 * span
    ids = {"subject_id": 10_000 + stays // 4, "hadm_id": 100_000 + stays}
    small = {
        "hosp/admissions": {
            **ids,
            "admittime": timestamps(admitted),
            "dischtime": timestamps(admitted + span),
            "hospital_expire_flag": (stays % 9 == 0).astype(int),
        },
        "hosp/patients": {
            "subject_id": 10_000 + patients,
            "gender": np.where(patients % 2, "F", "M"),
            "anchor_age": np.repeat(60, len(patients)),
            "anchor_year": np.repeat(2150, len(patients)),
            "anchor_year_group": np.repeat("2014 - 2016", len(patients)),
        },
        "hosp/diagnoses_icd": {
            "hadm_id": ids["hadm_id"],
            "icd_code": np.repeat("R6520", len(stays)),
            "icd_version": np.repeat(10, len(stays)),
        },
        "icu/icustays": ids,
        "icu/chartevents": {
            **ids,
            "itemid": np.repeat(220045, len(stays)),
            "charttime": timestamps(admitted),
            "valuenum": np.repeat(80, len(stays)),
        },
    }
    return write_all(folder, "hosp/labevents", small, rows, lab_chunk)


Chunk = Callable[[int, int, np.random.Generator], pa.Table]


def write_all(
    folder: Path, large: str, small: dict[str, dict[str, np.ndarray]], rows: int, chunk: Chunk
) -> Path:
    """Write the small tables and the large one of `rows` rows; return the large one's file."""
    file = folder / f"{large}.csv.gz"
    if file.exists():
        return file
    for name, columns in small.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_table(folder / f"{name}.csv.gz", iter([pa.table(columns)]))
    generator = np.random.default_rng(20240501)
    starts = range(0, rows, CHUNK_ROWS)
    write_table(file, (chunk(start, min(CHUNK_ROWS, rows - start), generator) for start in starts))
    return file


GENERATE = {"eicu": generate_eicu, "mimic4": generate_mimic4}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--source", choices=sorted(GENERATE), required=True)
    parser.add_argument("--rows", type=int, default=10_000_000, help="rows of the large table")
    parser.add_argument(
        "--folder", type=Path, required=True, help="where the extract is written, or lies already"
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        extract_charts(options.folder, options.child, options.threads, options.source)
        return
    folder = options.folder / f"{options.source}-{options.rows}-rows"
    large = GENERATE[options.source](folder, options.rows)
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        output = Path(name)
        extract_cohort(folder, output, options.source)
        child = [sys.executable, __file__, "--source", options.source, "--folder", str(folder)]
        child += ["--threads", str(options.threads), "--child", str(output)]
        compare(large, child, options.threads, options.repeats)


if __name__ == "__main__":
    main()
