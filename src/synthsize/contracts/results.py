"""Tidy results of the benchmark: one row per fit, per choice, per control, per diagnosed split, per degenerate case."""

from __future__ import annotations

import pyarrow as pa

from synthsize.contracts.contract import Contract
from synthsize.contracts.metrics import METRICS

NAIVE = 1.0  # the multiplier that balances the classes
WHOLE_SPLIT = -1  # repeat and fold of what concerns a split's own training or test set, outside VTSS

NOT_RUN = "not_run"  # event of a block whose task cannot be split under a shortcut

CELL = {"task": pa.string(), "classifier": pa.string(), "generator": pa.string(), "split": pa.int32()}
CELL_KEYS = tuple(CELL)
STRATEGY = {
    "strategy": pa.string(),  # what synthetic rows are fitted together with
    "alpha": pa.float64(),  # weight of a synthetic row, where the strategy has one; else NaN
}

SWEEP = Contract(
    "sweep",
    {
        **CELL,
        **STRATEGY,
        "multiplier": pa.float64(),
        "n_requested": pa.int64(),  # round(multiplier * gap)
        "n_synthetic": pa.int64(),  # rows really added
        "n_train": pa.int64(),
        "n_test": pa.int64(),
        "gap": pa.int64(),  # majority minus minority rows of the training set
        # Risks are of all test rows, or under protocol.oracle = undersampled of those that the oracle is fitted to.
        "balanced_risk": pa.float64(),
        "oracle_risk": pa.float64(),  # the lowest balanced risk on those rows
        "excess_risk": pa.float64(),
        **METRICS,  # on all test rows, at their own prevalence
    },
    sort_by=(*CELL_KEYS, "multiplier"),
)

VTSS = Contract(
    "vtss",
    {
        **CELL,
        **STRATEGY,
        "criterion": pa.string(),
        "multiplier": pa.float64(),  # the choice
        "multiplier_1se": pa.float64(),  # smallest multiplier within one standard error of the best
        "edge": pa.string(),  # "lower", "upper" or "none": the grid's edge that the choice sits on; m = 0 is none
        "n_synthetic": pa.int64(),
        "excess_risk": pa.float64(),  # of the sweep, at the choice
        "balanced_risk": pa.float64(),
        **METRICS,
        "multipliers": pa.list_(pa.float64()),
        "validation_mean": pa.list_(pa.float64()),
        "validation_se": pa.list_(pa.float64()),
    },
    sort_by=(*CELL_KEYS, "criterion"),
)

EVENTS = Contract(
    "events",
    {
        **CELL,
        "repeat": pa.int32(),  # or `WHOLE_SPLIT`
        "fold": pa.int32(),
        "event": pa.string(),
        "detail": pa.string(),
    },
    sort_by=(*CELL_KEYS, "repeat", "fold", "event", "detail"),
)

CONTROLS = Contract(
    "controls",
    {
        "task": pa.string(),
        "classifier": pa.string(),
        "control": pa.string(),
        "split": pa.int32(),
        "multiplier": pa.float64(),  # NaN where the control has no size, or chooses its own
        "tuned_multiplier": pa.float64(),  # that choice, made on training rows; NaN where nothing is chosen
        "n_train": pa.int64(),
        "n_test": pa.int64(),
        # Of the same test rows as the sweep's; NaN for a tuned threshold, which decides but estimates no risk.
        "balanced_risk": pa.float64(),
        "oracle_risk": pa.float64(),
        "excess_risk": pa.float64(),
        **METRICS,
    },
    sort_by=("task", "classifier", "control", "split", "multiplier"),
)

VALIDATED = Contract(
    "validated",
    {
        "task": pa.string(),
        "classifier": pa.string(),
        "control": pa.string(),  # one that needs no synthetic rows
        "split": pa.int32(),
        "multiplier": pa.float64(),  # 0 where the control has no size
        "validation_mean": pa.float64(),  # balanced loss on the folds of VTSS
        "validation_se": pa.float64(),
    },
    sort_by=("task", "classifier", "control", "split", "multiplier"),
)

CANDIDATES = Contract(
    "candidates",
    {
        "task": pa.string(),
        "classifier": pa.string(),
        "split": pa.int32(),
        "method": pa.string(),  # raw data, a control without synthetic rows, or a generator
        "C": pa.float64(),  # NaN where it is the classifier's own
        "multiplier": pa.float64(),
        "validation_mean": pa.float64(),
        "n_train": pa.int64(),
        "n_test": pa.int64(),
        "excess_risk": pa.float64(),  # of the test rows
        "balanced_risk": pa.float64(),
        "balanced_accuracy": pa.float64(),
        "auroc": pa.float64(),
    },
    sort_by=("task", "classifier", "split", "method", "C", "multiplier"),
)

RECIPES = Contract(
    "recipes",
    {
        "task": pa.string(),
        "classifier": pa.string(),
        "split": pa.int32(),
        "method": pa.string(),  # what the split's own validation chose among all recipes
        "multiplier": pa.float64(),
        "C": pa.float64(),  # NaN where it is the classifier's own
        "validation_mean": pa.float64(),
        "excess_risk": pa.float64(),  # of the test rows, which the choice did not see
        "balanced_risk": pa.float64(),
        "balanced_accuracy": pa.float64(),
        "auroc": pa.float64(),
    },
    sort_by=("task", "classifier", "split"),
)

DIAGNOSIS = Contract(
    "diagnosis",
    {
        **CELL,
        "n_majority": pa.int64(),  # of the training set
        "n_minority": pa.int64(),
        "asymmetry": pa.float64(),  # length of g_phi, the pull of imbalance at the balanced fit
        "asymmetry_se": pa.float64(),
        "mismatch": pa.float64(),  # length of g_psi, the pull of the generator's mismatch, cross-fitted
        "mismatch_se": pa.float64(),
        "cosine": pa.float64(),
        "alignment": pa.float64(),  # |g_psi| / |g_phi| times the cosine
        "alignment_se": pa.float64(),
        "symmetry_statistic": pa.float64(),  # Wald test of g_phi = 0
        "symmetry_df": pa.int32(),
        "symmetry_p": pa.float64(),
        "slopes_statistic": pa.float64(),  # test that balancing moves the intercept alone
        "slopes_df": pa.int32(),
        "slopes_p": pa.float64(),
        "slopes_cost": pa.float64(),  # balanced risk that the raw slopes lose to the balanced ones, nats
        "slopes_cost_low": pa.float64(),
        "slopes_cost_high": pa.float64(),
        "raw_excess_high": pa.float64(),  # upper limit of what training on the real rows alone loses, nats
        "theory_multiplier": pa.float64(),  # infinite where no size cancels the bias, NaN without a class gap
        "multiplier_low": pa.float64(),
        "multiplier_high": pa.float64(),
        "mismatch_to_noise": pa.float64(),
        "remarks": pa.string(),  # degenerate cases, empty if none arose
    },
    sort_by=CELL_KEYS,
)
