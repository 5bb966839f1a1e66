"""Result rows of the learning curve and of the decision curves."""

from __future__ import annotations

import pyarrow as pa

from synthsize.contracts.contract import Contract
from synthsize.contracts.results import CONTROLS, EVENTS, SWEEP, VTSS

ALL_ROWS = 0  # in place of a number of positives: the whole training set

# The benchmark's own rows of fits to a part of the training rows; `positives` is the requested number of minority rows.
CURVE_TABLES = {
    table.name: Contract(
        f"learning curve's {table.name}",
        {"positives": pa.int64(), **table.columns},
        sort_by=("positives", *table.sort_by),
    )
    for table in (SWEEP, VTSS, CONTROLS, EVENTS)
}

# Decisions of one recipe at one threshold probability on the test rows of a split: counts, no rows of patients.
DECISIONS = Contract(
    "decisions",
    {
        "task": pa.string(),
        "classifier": pa.string(),
        "recipe": pa.string(),  # "raw", "prior_shift", "weights" or "class_weight", and "chosen" or "best_generator"
        "split": pa.int32(),
        "recalibrated": pa.bool_(),  # by a logistic regression on out-of-fold scores of the training rows
        "threshold": pa.float64(),  # a probability: rows with at least this risk are called positive
        "method": pa.string(),  # what the chosen recipe is; empty for the others
        "multiplier": pa.float64(),  # of weights and of the chosen recipe; NaN for the others
        "C": pa.float64(),  # NaN where it is the classifier's own
        "recalibration_intercept": pa.float64(),  # NaN where scores are taken as they are
        "recalibration_slope": pa.float64(),
        "n_train": pa.int64(),
        "n_test": pa.int64(),
        "n_positive": pa.int64(),  # minority rows among the test rows
        "true_positives": pa.int64(),
        "false_positives": pa.int64(),
        "brier": pa.float64(),  # of all test rows, as the calibration is: the same at every threshold
        "calibration_intercept": pa.float64(),
        "calibration_slope": pa.float64(),
    },
    sort_by=("task", "classifier", "recipe", "split", "recalibrated", "threshold"),
)
