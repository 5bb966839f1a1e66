"""Decisions and risks by subgroup, counted per split: no rows of patients."""

from __future__ import annotations

import pyarrow as pa

from synthsize.contracts.contract import Contract
from synthsize.contracts.results import CELL, CELL_KEYS

# Groups of those without a value, and of the smaller ones of many strata.
UNKNOWN, OTHERS = "unknown", "all others"

SUBGROUPS = Contract(
    "subgroups",
    {
        **CELL,
        "subject": pa.string(),  # m=0, m=1, vtss, prior_shift or chosen
        "dimension": pa.string(),  # sex, age or stratum
        "group": pa.string(),
        "admissions": pa.int64(),  # of the task, in all splits the same
        "cohort_positives": pa.int64(),
        "n_train": pa.int64(),  # of the split
        "n_test": pa.int64(),
        "n": pa.int64(),  # test rows of the group
        "positives": pa.int64(),
        "true_positives": pa.int64(),  # scored above the cut
        "true_negatives": pa.int64(),
        "expected": pa.float64(),  # sum of the estimated risks; NaN where none are estimated
        "calibration_intercept": pa.float64(),  # NaN where a class is missing in the group's test rows
        "calibration_slope": pa.float64(),
    },
    sort_by=(*CELL_KEYS, "subject", "dimension", "group"),
)
