"""Bins, features and the analysis table of a task."""

from __future__ import annotations

import pyarrow as pa

from synthsize.contracts.contract import Contract

BINS = Contract(
    "bins",
    {
        "admission_id": pa.int64(),
        "variable": pa.string(),
        "bin": pa.int32(),  # 0 = first bin after admission
        "value": pa.float64(),  # mean of the bin's measurements
        "measurements": pa.int64(),
    },
    sort_by=("admission_id", "variable", "bin"),
)

FEATURES = Contract(
    "features",
    {"admission_id": pa.int64(), "patient_id": pa.int64(), "stratum": pa.string()},
    sort_by=("admission_id",),
    extra_columns=True,
)

ANALYSIS = Contract(
    "analysis table",
    {"admission_id": pa.int64(), "patient_id": pa.int64(), "stratum": pa.string(), "label": pa.bool_()},
    sort_by=("admission_id",),
    extra_columns=True,
)
