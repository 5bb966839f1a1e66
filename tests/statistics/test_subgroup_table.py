"""Summaries of subgroups, against ratios and a jackknife by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from synthsize.statistics.subgroups import SUBGROUP_COLUMNS, linearised_ratio, subgroup_table


def counts(n_splits=8, seed=0, **fixed):
    rng = np.random.default_rng(seed)
    n = rng.integers(80, 120, n_splits)
    positives = rng.integers(8, 20, n_splits)
    rows = {
        "task": "t",
        "classifier": "logistic",
        "generator": "smote",
        "split": np.arange(n_splits),
        "subject": "m=1",
        "dimension": "sex",
        "group": "F",
        "admissions": 500,
        "cohort_positives": 70,
        "n_train": 400,
        "n_test": 100,
        "n": n,
        "positives": positives,
        "true_positives": rng.binomial(positives, 0.7),
        "true_negatives": rng.binomial(n - positives, 0.8),
        "expected": positives * rng.uniform(1.5, 2.5, n_splits),
        "calibration_intercept": rng.normal(-0.7, 0.1, n_splits),
        "calibration_slope": rng.normal(0.9, 0.1, n_splits),
    }
    return pd.DataFrame(rows | fixed)


def test_shares_are_of_all_splits_together():
    rows = counts()
    table = subgroup_table(rows).set_index("metric")
    assert list(table.reset_index()[list(SUBGROUP_COLUMNS)]) == list(SUBGROUP_COLUMNS)
    totals = rows.sum(numeric_only=True)
    negatives = totals["n"] - totals["positives"]
    assert table.loc["sensitivity", "mean"] == pytest.approx(totals["true_positives"] / totals["positives"])
    assert table.loc["specificity", "mean"] == pytest.approx(totals["true_negatives"] / negatives)
    assert table.loc["observed_to_expected", "mean"] == pytest.approx(
        totals["positives"] / totals["expected"]
    )
    assert table.loc["calibration_slope", "mean"] == pytest.approx(rows["calibration_slope"].mean())
    assert (table["positives"] == 70).all()


def test_the_interval_of_a_share_is_that_of_a_jackknife_over_splits():
    rows = counts(n_splits=60)
    row = subgroup_table(rows).set_index("metric").loc["sensitivity"]
    top, bottom = rows["true_positives"].to_numpy(), rows["positives"].to_numpy()
    without = (top.sum() - top) / (bottom.sum() - bottom)
    n = len(rows)
    variance = (n - 1) / n * ((without - without.mean()) ** 2).sum()  # of the ratio, splits independent
    half = stats.norm.ppf(0.975) * np.sqrt(variance)
    assert row["normal_high"] - row["mean"] == pytest.approx(half, rel=0.03)
    corrected = stats.t.ppf(0.975, n - 1) * np.sqrt((1 / n + 100 / 400) * n * variance)
    assert row["nadeau_bengio_high"] - row["mean"] == pytest.approx(corrected, rel=0.03)


def test_equal_counts_in_every_split_are_a_plain_mean():
    rows = counts(positives=20)
    values = linearised_ratio(rows["true_positives"], rows["positives"], logarithm=False)
    np.testing.assert_allclose(values, rows["true_positives"] / 20)


def test_the_limits_of_a_ratio_are_symmetric_in_its_logarithm():
    row = subgroup_table(counts()).set_index("metric").loc["observed_to_expected"]
    assert row["mean"] ** 2 == pytest.approx(row["nadeau_bengio_low"] * row["nadeau_bengio_high"])


@pytest.mark.parametrize(
    ("change", "metric", "note"),
    [
        ({"positives": 0, "true_positives": 0}, "sensitivity", "nobody"),
        ({"positives": 0, "true_positives": 0}, "observed_to_expected", "nobody"),
        ({"calibration_slope": [np.nan] + [1.0] * 7}, "calibration_slope", "not defined in 1 of 8 splits"),
    ],
)
def test_what_is_not_defined_is_missing_with_a_note(change, metric, note):
    row = subgroup_table(counts(**change)).set_index("metric").loc[metric]
    assert np.isnan(row["mean"])
    assert note in row["note"]


def test_a_margin_has_no_calibration():
    nothing = dict.fromkeys(["expected", "calibration_intercept", "calibration_slope"], np.nan)
    assert set(subgroup_table(counts(**nothing))["metric"]) == {"sensitivity", "specificity"}


def test_one_split_has_no_interval():
    table = subgroup_table(counts(n_splits=1))
    assert table["nadeau_bengio_low"].isna().all()
    assert (table["note"] == "one split: no interval").all()
