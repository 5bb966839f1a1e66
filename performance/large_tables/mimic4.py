"""The laboratory rows of MIMIC-IV, of which a quarter name no admission."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from large_tables.shape import TENTHS, Columns, Shape, Small, repeated, seconds, tenths

LABS_PER_PATIENT = 430
UNNAMED_SHARE = 0.26  # of laboratory rows without an admission id
LAB_ITEMS = np.array([51301, 51265, 50912, 51237, 50813, 50885])
LAB_SHARE = 0.13


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


def small_tables(rows: int) -> Small:
    patients = np.arange(-(-rows // LABS_PER_PATIENT))
    stays = np.arange(4 * len(patients))
    span = np.timedelta64((LABS_PER_PATIENT // 4 + 1) * 100, "m")
    admitted = np.datetime64("2150-01-01T00:00:00") + stays % 4 * span
    ids = {"subject_id": 10_000 + stays // 4, "hadm_id": 100_000 + stays}
    return {
        "hosp/admissions.csv.gz": {
            **ids,
            "admittime": seconds(admitted),
            "dischtime": seconds(admitted + span),
            "hospital_expire_flag": (stays % 9 == 0).astype(int),
        },
        "hosp/patients.csv.gz": {
            "subject_id": 10_000 + patients,
            "gender": np.where(patients % 2, "F", "M"),
            "anchor_age": repeated(60, len(patients)),
            "anchor_year": repeated(2150, len(patients)),
            "anchor_year_group": repeated("2014 - 2016", len(patients)),
        },
        "hosp/diagnoses_icd.csv.gz": {
            "hadm_id": ids["hadm_id"],
            "icd_code": repeated("R6520", len(stays)),
            "icd_version": repeated(10, len(stays)),
        },
        "icu/icustays.csv.gz": ids,
        "icu/chartevents.csv.gz": {
            **ids,
            "itemid": repeated(220045, len(stays)),
            "charttime": seconds(admitted),
            "valuenum": repeated(80, len(stays)),
        },
    }


SHAPE = Shape("labevents", "hosp/labevents.csv.gz", lab_rows, small_tables)
