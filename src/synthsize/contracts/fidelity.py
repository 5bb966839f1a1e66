"""Fidelity of a generator's rows to real ones: a row per split, and one for real test rows beside it."""

from __future__ import annotations

import pyarrow as pa

from synthsize.contracts.contract import Contract

SYNTHETIC, TEST_ROWS = "synthetic", "test_rows"
MEASURES = (
    *("mean_difference", "ks_mean", "ks_worst", "correlation_mean", "correlation_worst"),
    *("distance_ratio", "outlying_share", "copies_share", "repeats_share"),
)

FIDELITY = Contract(
    "fidelity",
    {
        "task": pa.string(),
        "generator": pa.string(),
        "split": pa.int32(),
        "rows": pa.string(),  # synthetic, or test_rows: the minority rows of the test set, for scale
        "n_real": pa.int64(),  # minority rows of the training set, which both are compared with
        "n_rows": pa.int64(),  # that distances are measured of
        "n_margins": pa.int64(),  # of these, that margins and correlations are read off: as many of both kinds
        **dict.fromkeys(MEASURES, pa.float64()),
        "worst_feature": pa.string(),  # that of ks_worst; empty where none varies
        "collapsed": pa.bool_(),
        "exploded": pa.bool_(),
    },
    sort_by=("task", "generator", "split", "rows"),
)
