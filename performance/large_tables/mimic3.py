"""The charts of MIMIC-III."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from large_tables.shape import TENTHS, Columns, Shape, Small, repeated, seconds, tenths

CHART_ITEMS = np.array([211, 220045, 618, 220210, 676, 678, 223761, 51, 455, 220179, 220050])
CHART_SHARE = 0.07  # of rows that are of a concept item
OTHER_ITEMS = 3000  # about as many distinct items as the charts of the real database use
ROWS_PER_ADMISSION = 5600
TEXTS = pa.array(["No", "Normal Sinus", "Clear", "Arm, right", "Bed, low position", "Done", "Intact"])


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


def small_tables(rows: int) -> Small:
    admission = np.arange(-(-rows // ROWS_PER_ADMISSION))
    admitted = admission_times(admission)
    ids = {"SUBJECT_ID": 10_000 + admission, "HADM_ID": 100_000 + admission}
    n = len(admission)
    return {
        "ADMISSIONS.csv.gz": {
            **ids,
            "ADMITTIME": seconds(admitted),
            "DISCHTIME": seconds(admitted + np.timedelta64(20, "D")),
            "DEATHTIME": pa.nulls(n, pa.string()),
            "ADMISSION_TYPE": repeated("EMERGENCY", n),
            "DIAGNOSIS": repeated("SEPSIS", n),
            "HOSPITAL_EXPIRE_FLAG": (admission % 7 == 0).astype(int),
            "HAS_CHARTEVENTS_DATA": repeated(1, n),
        },
        "PATIENTS.csv.gz": {
            "SUBJECT_ID": ids["SUBJECT_ID"],
            "GENDER": np.where(admission % 2, "F", "M"),
            "DOB": seconds(admitted - np.timedelta64(60 * 366, "D")),
        },
        "DIAGNOSES_ICD.csv.gz": {**ids, "SEQ_NUM": repeated(1, n), "ICD9_CODE": repeated("99592", n)},
        "LABEVENTS.csv.gz": {
            **ids,
            "ITEMID": repeated(50912, n),
            "CHARTTIME": seconds(admitted),
            "VALUENUM": repeated(1, n),
        },
    }


SHAPE = Shape("chartevents", "CHARTEVENTS.csv.gz", chart_rows, small_tables)
