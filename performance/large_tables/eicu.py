"""The monitor's table of eICU, with a column for each signal."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from large_tables.shape import Columns, Shape, Small, repeated

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


def small_tables(rows: int) -> Small:
    stays = np.arange(-(-rows // ROWS_PER_STAY))
    n = len(stays)
    return {
        "patient.csv.gz": {
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
        "diagnosis.csv.gz": {
            "patientunitstayid": 1000 + stays,
            "diagnosisstring": repeated("cardiovascular", n),
            "icd9code": repeated("785.52, R65.21", n),
        },
    }


SHAPE = Shape("vitalperiodic", "vitalPeriodic.csv.gz", monitor_rows, small_tables)
