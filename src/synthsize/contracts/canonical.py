"""Canonical tables: the output of every source."""

from __future__ import annotations

import pyarrow as pa

from synthsize.contracts.contract import Contract

ADMISSIONS = Contract(
    "admissions",
    {
        "patient_id": pa.int64(),
        "admission_id": pa.int64(),
        "age_years": pa.int32(),  # completed years at admission; ages above 89, masked in MIMIC, are 91
        "sex": pa.string(),
        "died_in_hospital": pa.bool_(),
        "length_of_stay_hours": pa.float64(),
        "admission_rank": pa.int32(),  # 1 = first eligible admission of the patient, by time then id
        "last_admission": pa.bool_(),
        "stratum": pa.string(),  # charting system, era or hospital
    },
    sort_by=("admission_id",),
)

DIAGNOSES = Contract(
    "diagnoses",
    {"admission_id": pa.int64(), "code": pa.string(), "code_version": pa.int32()},
    sort_by=("admission_id", "code_version", "code"),
)

MEASUREMENTS = Contract(
    "measurements",
    {
        "admission_id": pa.int64(),
        "variable": pa.string(),
        "hours": pa.float64(),  # since hospital admission
        "value": pa.float64(),  # canonical unit of the variable
        "item": pa.string(),  # the source's own id
    },
    sort_by=("admission_id", "variable", "item", "hours", "value"),
)
