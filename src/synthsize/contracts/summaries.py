"""Contracts of the summary tables, ``results/tables/*.csv`` and the extraction's own reports.

Columns of the comparisons are explained beside the code that computes them, and in docs/comparisons.md.
"""

from __future__ import annotations

from synthsize.contracts.csv_contract import COUNT, FLAG, NUMBER, TEXT, Summary
from synthsize.contracts.source_tables import ATTRITION, AUDIT, EXPECTED, PREFLIGHT

# In practical limits: the difference that a benchmark should show, for which `patients_factor` is computed.
LARGE = 3.0
_CELL = {"task": TEXT, "classifier": TEXT, "generator": TEXT}
_LIMITS = {"low": NUMBER, "high": NUMBER, "interval": TEXT}
_SIZES = {"n_splits": COUNT, "n_train_mean": NUMBER, "n_test_mean": NUMBER}
_ENDS = ("normal_low", "normal_high", "nadeau_bengio_low", "nadeau_bengio_high")
_BOTH_INTERVALS = dict.fromkeys((*_ENDS, "level"), NUMBER)
_TEST = {
    "nadeau_bengio_p": NUMBER,
    "family": TEXT,
    "family_size": COUNT,
    "holm_p": NUMBER,
    "significant": FLAG,
}


def _means(*names: str) -> dict[str, str]:
    """Columns of several means and their limits with both intervals."""
    ends = [f"_{interval}_{end}" for interval in ("normal", "nadeau_bengio") for end in ("low", "high")]
    return {f"{name}{end}": NUMBER for name in names for end in ("", *ends)}


_TABLES = (
    # Means and intervals over the splits.
    Summary(
        "curves",
        {
            **_CELL,
            "metric": TEXT,
            "multiplier": NUMBER,
            "mean": NUMBER,
            **_LIMITS,
            **_SIZES,
            **dict.fromkeys(("n_synthetic_mean", "n_requested_mean", "realised_multiplier"), NUMBER),
        },
    ),
    Summary(
        "vtss",
        {
            **_CELL,
            "criterion": TEXT,
            "metric": TEXT,
            "mean": NUMBER,
            **_LIMITS,
            "n_splits": COUNT,
            **dict.fromkeys(("multiplier_mean", "multiplier_median", "edge_share"), NUMBER),
            **dict.fromkeys(("naive_mean", "naive_low", "naive_high"), NUMBER),
            **dict.fromkeys(("raw_mean", "raw_low", "raw_high"), NUMBER),
            **dict.fromkeys(("best_multiplier", "best_mean"), NUMBER),
            "best_at_edge": FLAG,
        },
    ),
    Summary(
        "controls",
        {
            **{"task": TEXT, "classifier": TEXT, "control": TEXT},
            "multiplier": NUMBER,
            "metric": TEXT,
            "mean": NUMBER,
            **_LIMITS,
            "n_splits": COUNT,
        },
    ),
    Summary(
        "diagnosis",
        {
            **_CELL,
            "n_splits": COUNT,
            **dict.fromkeys(("n_majority", "n_minority"), NUMBER),
            **dict.fromkeys(("asymmetry", "asymmetry_se", "mismatch", "mismatch_se"), NUMBER),
            **dict.fromkeys(("cosine", "alignment", "alignment_se"), NUMBER),
            **dict.fromkeys(("symmetry_df", "symmetry_p", "slopes_p"), NUMBER),
            **dict.fromkeys(("slopes_cost", "slopes_cost_low", "slopes_cost_high"), NUMBER),
            "raw_excess_high": NUMBER,
            **dict.fromkeys(("theory_multiplier", "multiplier_low", "multiplier_high"), NUMBER),
            **dict.fromkeys(("symmetry_p_holm", "slopes_p_holm"), NUMBER),
            "regime": TEXT,
            "remarks": TEXT,
        },
    ),
    Summary(
        "fidelity",
        {
            **{"task": TEXT, "generator": TEXT, "n_splits": COUNT},
            **dict.fromkeys(("mean_difference", "ks_mean", "ks_worst"), NUMBER),
            "worst_feature": TEXT,
            **dict.fromkeys(("correlation_mean", "correlation_worst", "distance_ratio"), NUMBER),
            **dict.fromkeys(("outlying_share", "copies_share", "repeats_share"), NUMBER),
            **dict.fromkeys(("collapsed_splits", "exploded_splits"), COUNT),
        },
    ),
    Summary(
        "validation",
        {
            **_CELL,
            "criterion": TEXT,
            "multiplier": NUMBER,
            "mean": NUMBER,
            **_LIMITS,
            "chosen_median": NUMBER,
            **_SIZES,
            "note": TEXT,
        },
    ),
    # Comparisons within the splits.
    Summary(
        "paired",
        {
            **_CELL,
            **{"metric": TEXT, "subject": TEXT, "criterion": TEXT, "multiplier": NUMBER, "reference": TEXT},
            "mean_difference": NUMBER,
            **_BOTH_INTERVALS,
            **_SIZES,
            **_TEST,
            **dict.fromkeys(
                ("rope", "probability_better", "probability_equivalent", "probability_worse"), NUMBER
            ),
            "note": TEXT,
        },
    ),
    Summary(
        "bands",
        {
            **_CELL,
            **{"metric": TEXT, "reference": TEXT, "multiplier": NUMBER, "mean": NUMBER},
            **dict.fromkeys(("nadeau_bengio_low", "nadeau_bengio_high"), NUMBER),
            **dict.fromkeys(("simultaneous_low", "simultaneous_high", "critical_value", "level"), NUMBER),
            **_SIZES,
            "note": TEXT,
        },
    ),
    Summary(
        "regret",
        {
            **_CELL,
            **{"criterion": TEXT, "metric": TEXT, "method": TEXT},
            **dict.fromkeys(("best_multiplier", "best_mean", "vtss_mean", "regret"), NUMBER),
            **_BOTH_INTERVALS,
            "n_splits": COUNT,
            "note": TEXT,
        },
    ),
    Summary(
        "choices",
        {
            **_CELL,
            **{"criterion": TEXT, "rule": TEXT, "multiplier": NUMBER, "count": COUNT},
            **dict.fromkeys(("share", "lower_edge_share", "upper_edge_share"), NUMBER),
            **_SIZES,
            "note": TEXT,
        },
    ),
    Summary(
        "shortcuts",
        {
            "shortcut": TEXT,
            **_CELL,
            **{"subject": TEXT, "criterion": TEXT, "metric": TEXT},
            **dict.fromkeys(("leak_free_mean", "shortcut_mean", "mean_difference"), NUMBER),
            **_BOTH_INTERVALS,
            "n_splits": COUNT,
            "pairing": TEXT,
            **_TEST,
            "note": TEXT,
        },
    ),
    Summary(
        "verdicts",
        {
            **{"task": TEXT, "classifier": TEXT, "recipe": TEXT, "alternative": TEXT},
            **{"metric": TEXT, "verdict": TEXT},
            **dict.fromkeys(("mean_difference", "low", "high", "level"), NUMBER),
            **{"n_splits": COUNT, "rope": NUMBER},
            **dict.fromkeys(("probability_better", "probability_equivalent", "probability_worse"), NUMBER),
            "family_size": COUNT,
            **dict.fromkeys(("p_better", "p_no_better"), NUMBER),
            **dict.fromkeys(("smallest_difference", "smallest_any_splits", "patients_factor"), NUMBER),
            **dict.fromkeys(("correct_per_1000", "correct_low", "correct_high"), NUMBER),
            "note": TEXT,
        },
    ),
    Summary(
        "answers",
        {
            **{"task": TEXT, "classifier": TEXT, "recipe": TEXT, "alternative": TEXT, "settled": FLAG},
            **{"certainty": NUMBER, "rival_open": FLAG},
            **{"passed_over": TEXT, "passed_over_for": TEXT, "passed_over_chance": NUMBER},
            **{"not_compared": TEXT, "same_fit": TEXT, "chance_of_more_work": NUMBER},
            **dict.fromkeys(("mean_difference", "low", "high", "level"), NUMBER),
            **{"metric": TEXT, "rope": NUMBER},
            **dict.fromkeys(("correct_per_1000", "correct_low", "correct_high"), NUMBER),
            **dict.fromkeys(("smallest_difference", "smallest_any_splits", "patients_factor"), NUMBER),
            **dict.fromkeys(("multiplier_median", "edge_share"), NUMBER),
            **{"n_splits": COUNT, "note": TEXT},
        },
    ),
    Summary(
        "transport",
        {
            **_CELL,
            **dict.fromkeys(("place", "stratum", "metric", "subject", "criterion", "reference"), TEXT),
            "mean": NUMBER,
            **_BOTH_INTERVALS,
            "n_splits": COUNT,
            "note": TEXT,
        },
    ),
    Summary(
        "transport_strata",
        {"task": TEXT, "stratum": TEXT, "splits": COUNT, "whole": FLAG, "note": TEXT},
    ),
    Summary(
        "subgroups",
        {
            **_CELL,
            **dict.fromkeys(("subject", "dimension", "group"), TEXT),
            **{"admissions": COUNT, "positives": COUNT, "metric": TEXT, "mean": NUMBER},
            **_BOTH_INTERVALS,
            "n_splits": COUNT,
            "note": TEXT,
        },
    ),
    Summary(
        "imputations",
        {
            **_CELL,
            **{"subject": TEXT, "metric": TEXT, "imputations": COUNT},
            **dict.fromkeys(("default_mean", "multiple_mean", "mean_difference"), NUMBER),
            **_BOTH_INTERVALS,
            "n_splits": COUNT,
            "note": TEXT,
        },
    ),
    # By the number of minority training rows, and by threshold probability.
    Summary(
        "learning_curve",
        {
            **_CELL,
            "positives": COUNT,
            **dict.fromkeys(("n_minority_mean", "n_train_mean", "n_test_mean"), NUMBER),
            **{"metric": TEXT, "subject": TEXT, "criterion": TEXT, "multiplier_mean": NUMBER},
            **{"reference": TEXT, "mean_difference": NUMBER},
            **_BOTH_INTERVALS,
            "n_splits": COUNT,
            **_TEST,
            "note": TEXT,
        },
    ),
    Summary(
        "net_benefit",
        {
            **{"task": TEXT, "classifier": TEXT, "recipe": TEXT, "recalibrated": FLAG, "threshold": NUMBER},
            "mean": NUMBER,
            **dict.fromkeys(_ENDS, NUMBER),
            "difference": NUMBER,
            **dict.fromkeys((f"difference_{end}" for end in _ENDS), NUMBER),
            **{
                "named": FLAG,
                "nadeau_bengio_p": NUMBER,
                "family_size": COUNT,
                "holm_p": NUMBER,
                "significant": FLAG,
            },
            "level": NUMBER,
            **_SIZES,
            **{"multiplier_mean": NUMBER, "methods": TEXT},
            **dict.fromkeys(("brier", "calibration_intercept", "calibration_slope"), NUMBER),
            "note": TEXT,
        },
    ),
    # The choice among all recipes.
    Summary(
        "recipes",
        {
            **{"task": TEXT, "classifier": TEXT, "metric": TEXT},
            **{"method": TEXT, "size": TEXT, "penalty": TEXT, "place": COUNT},
            **dict.fromkeys(("multiplier_median", "mean", "mean_difference"), NUMBER),
            **_BOTH_INTERVALS,
            **dict.fromkeys(
                ("rope", "probability_better", "probability_equivalent", "probability_worse"), NUMBER
            ),
            **_SIZES,
            "note": TEXT,
        },
    ),
    Summary(
        "recommendations",
        {
            **{"task": TEXT, "classifier": TEXT, "metric": TEXT},
            **{"method": TEXT, "multiplier": NUMBER, "C": NUMBER, "share": NUMBER, "mean": NUMBER},
            **{"simplest_method": TEXT, "simplest_size": TEXT, "simplest_penalty": TEXT},
            "simplest_multiplier": NUMBER,
            **_means("gain"),
            "gain_probability": NUMBER,
            **_means("raw_gain"),
            **{"best_method": TEXT, "best_multiplier": NUMBER, "best_C": NUMBER},
            **_means("regret"),
            **dict.fromkeys(("regret_split_half", "level", "rope"), NUMBER),
            **_SIZES,
            "note": TEXT,
        },
    ),
    # Learners beside each other.
    Summary(
        "learner_differences",
        {
            **dict.fromkeys(
                ("task", "classifier", "recipe", "metric", "reference", "reference_recipe"), TEXT
            ),
            **dict.fromkeys(("mean", "reference_mean", "mean_difference"), NUMBER),
            **_BOTH_INTERVALS,
            **_SIZES,
            **_TEST,
            "note": TEXT,
        },
    ),
    Summary(
        "learner_answers",
        {
            **{"task": TEXT, "classifier": TEXT, "recipe": TEXT, "metric": TEXT, "rivals": COUNT},
            **{"rival": TEXT, "rival_generator": TEXT},
            **dict.fromkeys(("mean_difference", "low", "high", "level", "p_better", "p_beaten"), NUMBER),
            **{"verdict": TEXT, "n_splits": COUNT, "note": TEXT},
        },
    ),
    Summary(
        "learner_effort",
        {
            **{"classifier": TEXT, "generator": TEXT},
            **dict.fromkeys(("sizes", "folds", "repeats", "fits_per_split", "n_splits"), COUNT),
        },
    ),
    # In the words of the page.
    Summary(
        "summary",
        {
            **_CELL,
            "n_splits": COUNT,
            **_means("raw", "naive"),
            **{"best_multiplier": NUMBER, "best": NUMBER, "best_at_edge": FLAG},
            **_means("vtss"),
            **{"criterion": TEXT, "vtss_multiplier": NUMBER, "edge_share": NUMBER},
        },
    ),
    # The cohort.
    Summary(
        "table1",
        {
            **{"task": TEXT, "label": TEXT, "positives": COUNT, "negatives": COUNT, "ratio": NUMBER},
            **{"admissions": COUNT, "patients": COUNT, "prevalence": NUMBER},
        },
    ),
    Summary(
        "missingness",
        {
            **{"variable": TEXT, "label": TEXT, "unit": TEXT, "admissions": COUNT},
            **dict.fromkeys(("admissions_percent", "bins_percent"), NUMBER),
            **dict.fromkeys(("measurements_median", "missing_cells_percent"), NUMBER),
        },
    ),
    Summary("coverage", {"stratum": TEXT, "admissions": COUNT}, extra=NUMBER),
    # What the tasks' own tables are, where they have any.
    Summary(
        "own_tables",
        {
            **dict.fromkeys(("task", "file", "outcome", "group_column", "stratum_column"), TEXT),
            **dict.fromkeys(("rows", "groups", "groups_with_outcome", "strata", "features"), COUNT),
            "missing_cells": COUNT,
            **{"left_out": TEXT, "note": TEXT},
        },
    ),
    # What the extraction says of itself.
    PREFLIGHT,
    ATTRITION,
    EXPECTED,
    AUDIT,
)
SUMMARIES = {table.name: table for table in _TABLES}
