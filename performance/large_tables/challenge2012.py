"""The records of the PhysioNet Challenge 2012, joined in one table."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from large_tables.shape import Columns, Shape, Small, repeated, tenths

ROWS_PER_RECORD = 440
# Parameters in about the shares of the real records: arterial pressures, and what is charted by the hour, lead.
PARAMETERS = {
    "HR": 13,
    "SysABP": 8,
    "DiasABP": 8,
    "MAP": 8,
    "Urine": 8,
    "Weight": 7,
    "NIDiasABP": 6,
    "NISysABP": 6,
    "NIMAP": 6,
    "Temp": 5,
    "GCS": 4,
    "RespRate": 3,
    "FiO2": 2,
    "MechVent": 2,
    "pH": 2,
    "PaCO2": 2,
    "PaO2": 2,
    "HCT": 1,
    "Creatinine": 1,
    "Platelets": 1,
    "WBC": 1,
    "K": 1,
    "Na": 1,
    "Lactate": 1,
    "Bilirubin": 1,
}
NAMES = pa.array(PARAMETERS)
SHARES = np.array(list(PARAMETERS.values())) / sum(PARAMETERS.values())
TIMES = pa.array([f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(48 * 60)])
DESCRIPTORS = pa.array(["Age", "Gender", "ICUType"])


def record_rows(first: int, rows: int, generator: np.random.Generator) -> Columns:
    """Rows of the records, one after the other: three descriptors at 00:00, then 48 hours in order."""
    row = np.arange(first, first + rows)
    position = row % ROWS_PER_RECORD
    is_descriptor = position < len(DESCRIPTORS)
    drawn = generator.choice(len(NAMES), rows, p=SHARES)
    names = pa.chunked_array([DESCRIPTORS, NAMES]).combine_chunks()
    minute = np.where(is_descriptor, 0, position * len(TIMES) // ROWS_PER_RECORD)
    value = np.where(is_descriptor, np.array([600, 10, 30])[position % 3], tenths(generator, 40, 8, rows))
    return {
        "RecordID": 130_000 + row // ROWS_PER_RECORD,
        "Time": TIMES.take(pa.array(minute)),
        "Parameter": names.take(pa.array(np.where(is_descriptor, position, len(DESCRIPTORS) + drawn))),
        "Value": value / 10,
    }


def small_tables(rows: int) -> Small:
    records = np.arange(-(-rows // ROWS_PER_RECORD))
    return {
        "Outcomes-a.txt": {
            "RecordID": 130_000 + records,
            "Length_of_stay": repeated(9, len(records)),
            "In-hospital_death": (records % 7 == 0).astype(int),
        }
    }


SHAPE = Shape("records", "set-a.csv.gz", record_rows, small_tables)
