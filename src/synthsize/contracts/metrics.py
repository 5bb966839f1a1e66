"""Metrics of a fit: their columns, ranges, and which of their values are good."""

from __future__ import annotations

import math

import pyarrow as pa

# What a fit reaches on a split's test rows at their own prevalence; estimates of risk are NaN where none is made.
METRICS = {
    "balanced_accuracy": pa.float64(),
    "sensitivity": pa.float64(),
    "specificity": pa.float64(),
    "f1": pa.float64(),
    "mcc": pa.float64(),  # Matthews correlation; 0 if all rows are called alike
    "auroc": pa.float64(),
    "auprc": pa.float64(),  # average precision
    "log_loss": pa.float64(),  # nats
    "brier": pa.float64(),
    "calibration_intercept": pa.float64(),  # log odds, slope held at 1; below 0: risks are estimated too high
    "calibration_slope": pa.float64(),  # below 1: risks are too extreme
}

# Values that a metric, or a criterion of VTSS, can take, where not every number is one.
RANGES = {
    **dict.fromkeys(
        ("balanced_accuracy", "sensitivity", "specificity", "f1", "auroc", "auprc", "brier"), (0.0, 1.0)
    ),
    "mcc": (-1.0, 1.0),
    **dict.fromkeys(("balanced_risk", "balanced_loss", "log_loss"), (0.0, math.inf)),
}

# Which values of a metric, or of a criterion of VTSS, are good: the lowest, those nearest to an ideal, or the highest.
LOWER_IS_BETTER = frozenset({"excess_risk", "balanced_risk", "balanced_loss", "log_loss", "brier"})
IDEAL = {"calibration_intercept": 0.0, "calibration_slope": 1.0}
