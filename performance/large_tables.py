"""Extracts with one table of as many rows as asked for: what the extraction's speed and memory are measured on.

A file is written as gzip members of 500,000 rows each, every one with its own ids, times and values; several
processes make them side by side. Numbers and times stand unquoted and texts quoted, as in the published files.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

SEED = 20240501
CHUNK_ROWS = 500_000
GZIP_LEVEL = 6  # gzip's own
Columns = Mapping[str, np.ndarray | pa.Array]
Small = dict[str, Columns]  # the columns of each small table

CHART_ITEMS = np.array([211, 220045, 618, 220210, 676, 678, 223761, 51, 455, 220179, 220050])
CHART_SHARE = 0.07  # of rows that are of a concept item
OTHER_ITEMS = 3000  # about as many distinct items as the charts of the real database use
ROWS_PER_ADMISSION = 5600
TEXTS = pa.array(["No", "Normal Sinus", "Clear", "Arm, right", "Bed, low position", "Done", "Intact"])
TENTHS = pa.array([f"{tenth / 10:.1f}" for tenth in range(2000)])

ROWS_PER_STAY = 730  # of the monitor: 146.7 million rows of 200,859 stays
EMPTY_SIGNALS = (
    "systemicdiastolic",
    "systemicmean",
    "pasystolic",
    "padiastolic",
    "pamean",
    "st1",
    "st2",
    "st3",
    "icp",
)

LABS_PER_PATIENT = 430
UNNAMED_SHARE = 0.26  # of laboratory rows without an admission id
LAB_ITEMS = np.array([51301, 51265, 50912, 51237, 50813, 50885])
LAB_SHARE = 0.13

MEASUREMENTS_PER_PERSON = 200
# Concept and unit of the measurements that count.
OMOP_CONCEPTS = np.array(
    [(3027018, 8483), (3024171, 8541), (3004249, 8876), (3016723, 8840), (3000905, 8848)]
)


def seconds(moments: np.ndarray) -> pa.Array:
    """Moments that are written as YYYY-MM-DD hh:mm:ss."""
    return pa.array(moments.astype("datetime64[s]"))


def repeated(value: object, rows: int) -> pa.Array:
    return pa.repeat(pa.scalar(value), rows)


def tenths(generator: np.random.Generator, mean: float, spread: float, rows: int) -> np.ndarray:
    """Whole numbers of tenths, none below zero."""
    return np.clip(np.round(generator.normal(10 * mean, 10 * spread, rows)), 0, len(TENTHS) - 1).astype(int)


def admission_times(ids: np.ndarray) -> np.ndarray:
    """Admission time of each admission: spread over a century, as after date shifting."""
    return np.datetime64("2100-01-01T00:00:00") + (ids * 7919 % 876_000).astype("timedelta64[h]")


def chart_rows(first: int, rows: int, generator: np.random.Generator) -> Columns:
    """Rows of CHARTEVENTS, admission after admission, in time order."""
    row = np.arange(first, first + rows)
    admission = row // ROWS_PER_ADMISSION
    is_concept = generator.random(rows) < CHART_SHARE
    other = 1000 + generator.integers(0, OTHER_ITEMS, rows)
    item = np.where(
        is_concept, generator.choice(CHART_ITEMS, rows), np.where(other % 2, other, other + 223_000)
    )
    minutes = (row % ROWS_PER_ADMISSION) // 4 * 15
    charted = seconds(admission_times(admission) + minutes.astype("timedelta64[m]"))
    is_text = ~is_concept & (generator.random(rows) < 0.6)
    number = tenths(generator, 90, 20, rows)
    text = TEXTS.take(pa.array(generator.integers(0, len(TEXTS), rows)))
    metavision = pa.array(item >= 220_000)
    flag = pc.if_else(metavision, 0, None)
    return {
        "ROW_ID": row,
        "SUBJECT_ID": 10_000 + admission,
        "HADM_ID": 100_000 + admission,
        "ICUSTAY_ID": 200_000 + admission,
        "ITEMID": item,
        "CHARTTIME": charted,
        "STORETIME": charted,
        "CGID": generator.integers(14_000, 22_000, rows),
        "VALUE": pc.if_else(pa.array(is_text), text, TENTHS.take(pa.array(number))),
        "VALUENUM": pa.array(number / 10, mask=is_text),
        "VALUEUOM": pc.if_else(pa.array(is_text), None, "mmHg"),
        "WARNING": flag,
        "ERROR": flag,
        "RESULTSTATUS": pa.nulls(rows, pa.string()),
        "STOPPED": pc.if_else(metavision, None, "NotStopd"),
    }


def mimic3_tables(rows: int) -> Small:
    admission = np.arange(-(-rows // ROWS_PER_ADMISSION))
    admitted = admission_times(admission)
    ids = {"SUBJECT_ID": 10_000 + admission, "HADM_ID": 100_000 + admission}
    n = len(admission)
    return {
        "ADMISSIONS": {
            **ids,
            "ADMITTIME": seconds(admitted),
            "DISCHTIME": seconds(admitted + np.timedelta64(20, "D")),
            "DEATHTIME": pa.nulls(n, pa.string()),
            "ADMISSION_TYPE": repeated("EMERGENCY", n),
            "DIAGNOSIS": repeated("SEPSIS", n),
            "HOSPITAL_EXPIRE_FLAG": (admission % 7 == 0).astype(int),
            "HAS_CHARTEVENTS_DATA": repeated(1, n),
        },
        "PATIENTS": {
            "SUBJECT_ID": ids["SUBJECT_ID"],
            "GENDER": np.where(admission % 2, "F", "M"),
            "DOB": seconds(admitted - np.timedelta64(60 * 366, "D")),
        },
        "DIAGNOSES_ICD": {**ids, "SEQ_NUM": repeated(1, n), "ICD9_CODE": repeated("99592", n)},
        "LABEVENTS": {
            **ids,
            "ITEMID": repeated(50912, n),
            "CHARTTIME": seconds(admitted),
            "VALUENUM": repeated(1, n),
        },
    }


def monitor_rows(first: int, rows: int, generator: np.random.Generator) -> Columns:
    """Rows of vitalPeriodic, stay after stay, every five minutes."""
    row = np.arange(first, first + rows)

    def cells(mean: float, spread: float, filled: float) -> pa.Array:
        values = np.round(generator.normal(mean, spread, rows)).astype(int)
        return pa.array(values, mask=generator.random(rows) > filled)

    empty = pa.nulls(rows, pa.string())
    return {
        "vitalperiodicid": row,
        "patientunitstayid": 1000 + row // ROWS_PER_STAY,
        "observationoffset": row % ROWS_PER_STAY * 5,
        "temperature": cells(37, 1, 0.1),
        "sao2": cells(96, 2, 0.9),
        "heartrate": cells(85, 15, 0.95),
        "respiration": cells(19, 5, 0.85),
        "cvp": cells(12, 3, 0.1),
        "etco2": empty,
        "systemicsystolic": cells(120, 20, 0.2),
        **dict.fromkeys(EMPTY_SIGNALS, empty),
    }


def eicu_tables(rows: int) -> Small:
    stays = np.arange(-(-rows // ROWS_PER_STAY))
    n = len(stays)
    return {
        "patient": {
            "patientunitstayid": 1000 + stays,
            "patienthealthsystemstayid": 500_000 + stays,
            "uniquepid": np.char.add("002-", stays.astype(str)),
            "gender": np.where(stays % 2, "Male", "Female"),
            "age": repeated("64", n),
            "hospitalid": stays % 208,
            "hospitaladmitoffset": repeated(-300, n),
            "hospitaldischargeoffset": repeated(9000, n),
            "hospitaldischargeyear": repeated(2014, n),
            "hospitaldischargestatus": np.where(stays % 11, "Alive", "Expired"),
        },
        "diagnosis": {
            "patientunitstayid": 1000 + stays,
            "diagnosisstring": repeated("cardiovascular", n),
            "icd9code": repeated("785.52, R65.21", n),
        },
    }


def lab_rows(first: int, rows: int, generator: np.random.Generator) -> Columns:
    """Rows of labevents, patient after patient, over two years with four admissions."""
    row = np.arange(first, first + rows)
    patient = row // LABS_PER_PATIENT
    moment = np.datetime64("2150-01-01T00:00:00") + (row % LABS_PER_PATIENT * 100).astype("timedelta64[m]")
    stay = (row % LABS_PER_PATIENT) // (LABS_PER_PATIENT // 4 + 1)
    listed = generator.random(rows) < LAB_SHARE
    number = tenths(generator, 5, 1, rows)
    return {
        "labevent_id": row,
        "subject_id": 10_000 + patient,
        "hadm_id": pa.array(100_000 + patient * 4 + stay, mask=generator.random(rows) < UNNAMED_SHARE),
        "specimen_id": row // 5,
        "itemid": np.where(
            listed, generator.choice(LAB_ITEMS, rows), 50_000 + generator.integers(0, 700, rows)
        ),
        "charttime": seconds(moment),
        "storetime": seconds(moment),
        "value": TENTHS.take(pa.array(number)),
        "valuenum": number / 10,
        "valueuom": repeated("mg/dL", rows),
        "comments": pa.nulls(rows, pa.string()),
    }


def mimic4_tables(rows: int) -> Small:
    patients = np.arange(-(-rows // LABS_PER_PATIENT))
    stays = np.arange(4 * len(patients))
    span = np.timedelta64((LABS_PER_PATIENT // 4 + 1) * 100, "m")
    admitted = np.datetime64("2150-01-01T00:00:00") + stays % 4 * span
    ids = {"subject_id": 10_000 + stays // 4, "hadm_id": 100_000 + stays}
    return {
        "hosp/admissions": {
            **ids,
            "admittime": seconds(admitted),
            "dischtime": seconds(admitted + span),
            "hospital_expire_flag": (stays % 9 == 0).astype(int),
        },
        "hosp/patients": {
            "subject_id": 10_000 + patients,
            "gender": np.where(patients % 2, "F", "M"),
            "anchor_age": repeated(60, len(patients)),
            "anchor_year": repeated(2150, len(patients)),
            "anchor_year_group": repeated("2014 - 2016", len(patients)),
        },
        "hosp/diagnoses_icd": {
            "hadm_id": ids["hadm_id"],
            "icd_code": repeated("R6520", len(stays)),
            "icd_version": repeated(10, len(stays)),
        },
        "icu/icustays": ids,
        "icu/chartevents": {
            **ids,
            "itemid": repeated(220045, len(stays)),
            "charttime": seconds(admitted),
            "valuenum": repeated(80, len(stays)),
        },
    }


def measurement_rows(first: int, rows: int, generator: np.random.Generator) -> Columns:
    """Rows of measurement, person after person, on the eight days of one stay each."""
    row = np.arange(first, first + rows)
    person = row // MEASUREMENTS_PER_PERSON
    minutes = (row % MEASUREMENTS_PER_PERSON * 55).astype("timedelta64[m]")
    moment = np.datetime64("2020-01-01T00:00:00") + minutes
    listed = generator.integers(0, 10 * len(OMOP_CONCEPTS), rows)
    is_listed = listed < len(OMOP_CONCEPTS)
    concept, unit = OMOP_CONCEPTS[np.where(is_listed, listed, 0)].T
    return {
        "measurement_id": row,
        "person_id": -1 - person,
        "measurement_concept_id": np.where(is_listed, concept, 4_000_000 + listed),
        "measurement_date": pa.array(moment.astype("datetime64[D]")),
        "measurement_datetime": seconds(moment),
        "measurement_type_concept_id": repeated(32817, rows),
        "operator_concept_id": pa.nulls(rows, pa.string()),
        "value_as_number": tenths(generator, 60, 15, rows) / 10,
        "unit_concept_id": np.where(is_listed, unit, 0),
        "visit_occurrence_id": pa.array(1 + person, mask=generator.random(rows) < UNNAMED_SHARE),
        "measurement_source_value": repeated("as charted", rows),
    }


def omop_tables(rows: int) -> Small:
    persons = np.arange(-(-rows // MEASUREMENTS_PER_PERSON))
    n = len(persons)
    ids = {"person_id": -1 - persons, "visit_occurrence_id": 1 + persons}
    return {
        "person": {
            "person_id": -1 - persons,
            "gender_concept_id": np.where(persons % 2, 8507, 8532),
            "year_of_birth": repeated(1960, n),
        },
        "visit_occurrence": {
            **ids,
            "visit_concept_id": repeated(9201, n),
            "visit_start_date": repeated("2020-01-01", n),
            "visit_start_datetime": repeated("2020-01-01 00:00:00", n),
            "visit_end_date": repeated("2020-01-09", n),
            "visit_end_datetime": repeated("2020-01-09 00:00:00", n),
            "discharged_to_concept_id": np.where(persons % 9, 581476, 4216643),
        },
        "death": {"person_id": -1 - persons[::9], "death_date": repeated("2020-01-09", len(persons[::9]))},
        "condition_occurrence": {
            **ids,
            "condition_source_value": repeated("R6520", n),
            "condition_source_concept_id": repeated(0, n),
        },
    }


@dataclass(frozen=True)
class Shape:
    """What the extract of a source is made of.

    Attributes
    ----------
    large : str
        Logical name of the large table.
    file : str
        Its file, without extension.
    rows : callable
        First row, number of rows and generator -> columns of that part of the large table.
    small : callable
        Rows of the large table -> the tables that match it.
    """

    large: str
    file: str
    rows: Callable[[int, int, np.random.Generator], Columns]
    small: Callable[[int], Small]


SHAPES = {
    "mimic3": Shape("chartevents", "CHARTEVENTS", chart_rows, mimic3_tables),
    "mimic4": Shape("labevents", "hosp/labevents", lab_rows, mimic4_tables),
    "eicu": Shape("vitalperiodic", "vitalPeriodic", monitor_rows, eicu_tables),
    "omop": Shape("measurement", "measurement", measurement_rows, omop_tables),
}


def packed(columns: Columns, level: int, *, header: bool) -> bytes:
    """Return a table as one gzip member of CSV."""
    text = io.BytesIO()
    csv.write_csv(pa.table(dict(columns)), text, csv.WriteOptions(include_header=header))
    return zlib.compress(text.getbuffer(), level, wbits=zlib.MAX_WBITS | 16)


def packed_chunk(first: int, source: str, rows: int, level: int) -> bytes:
    """Return the rows of a large table from `first` on, at most a chunk of them."""
    n = min(CHUNK_ROWS, rows - first)
    chunk = SHAPES[source].rows(first, n, np.random.default_rng((SEED, first)))
    return packed(chunk, level, header=first == 0)


def members(source: str, rows: int, level: int) -> Iterator[bytes]:
    """Gzip members of a large table, in order, made by all processors if there are several."""
    pack = partial(packed_chunk, source=source, rows=rows, level=level)
    if rows <= CHUNK_ROWS:
        yield pack(0)
        return
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        yield from pool.imap(pack, range(0, rows, CHUNK_ROWS))


def make_extract(folder: Path, source: str, rows: int, level: int = GZIP_LEVEL) -> Path:
    """Write an extract unless it is there; return the file of its large table.

    Parameters
    ----------
    folder : Path
    source : str
        One of `SHAPES`.
    rows : int
        Of the large table.
    level : int
        Of gzip's compression.
    """
    shape = SHAPES[source]
    file = folder / f"{shape.file}.csv.gz"
    if file.exists():
        return file
    for name, columns in shape.small(rows).items():
        small = folder / f"{name}.csv.gz"
        small.parent.mkdir(parents=True, exist_ok=True)
        small.write_bytes(packed(columns, level, header=True))
    unfinished = file.with_name(f"{file.name}.unfinished")
    with unfinished.open("wb") as written:
        for member in members(source, rows, level):
            written.write(member)
    unfinished.rename(file)
    return file


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--source", choices=sorted(SHAPES), required=True)
    parser.add_argument("--rows", type=int, default=10_000_000, help="rows of the large table")
    parser.add_argument("--folder", type=Path, required=True, help="where the extract is written")
    options = parser.parse_args()
    print(make_extract(options.folder, options.source, options.rows))


if __name__ == "__main__":
    main()
