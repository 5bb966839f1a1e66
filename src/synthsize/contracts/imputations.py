"""Fits on several completed data sets: one row per size and split, scores pooled over the data sets."""

from __future__ import annotations

import pyarrow as pa

from synthsize.contracts.contract import Contract
from synthsize.contracts.metrics import METRICS
from synthsize.contracts.results import CELL, CELL_KEYS

IMPUTATIONS = Contract(
    "imputations",
    {
        **CELL,
        "subject": pa.string(),  # m=0, m=1 or vtss
        "multiplier": pa.float64(),
        "imputations": pa.int64(),  # completed data sets
        "n_train": pa.int64(),
        "n_test": pa.int64(),
        "balanced_risk": pa.float64(),
        **METRICS,
    },
    sort_by=(*CELL_KEYS, "subject"),
)
