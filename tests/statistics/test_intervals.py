"""Intervals: several quantities at once, splits of unequal size, and what has no interval."""

import numpy as np
import pytest
from scipy import stats

from synthsize.statistics.intervals import (
    nadeau_bengio_factor,
    nadeau_bengio_interval,
    named_intervals,
    normal_interval,
    spread,
)

SAMPLE = np.random.default_rng(3).normal(0.2, 0.05, size=(12, 4))


def test_columns_are_treated_one_by_one():
    for interval in (normal_interval, lambda values: nadeau_bengio_interval(values, 80, 20)):
        low, high = interval(SAMPLE)
        for column in range(4):
            assert (low[column], high[column]) == pytest.approx(interval(SAMPLE[:, column]))


def test_normal_interval_is_scipys():
    one = SAMPLE[:, 0]
    expected = stats.norm.interval(0.9, loc=one.mean(), scale=stats.sem(one))
    assert normal_interval(one, level=0.9) == pytest.approx(expected)


def test_without_test_rows_nadeau_bengio_is_the_t_interval():
    one = SAMPLE[:, 0]
    expected = stats.ttest_1samp(one, 0.0).confidence_interval(0.95)
    assert nadeau_bengio_interval(one, 80, 0) == pytest.approx((expected.low, expected.high))


def test_ratios_of_unequal_splits_are_averaged():
    assert nadeau_bengio_factor(2, [80, 60], [20, 30]) == pytest.approx(np.sqrt(0.5 + (0.25 + 0.5) / 2))


def test_at_a_hundred_splits_nadeau_bengio_is_five_times_wider():
    values = np.random.default_rng(0).normal(size=100)
    low, high = normal_interval(values)
    corrected = nadeau_bengio_interval(values, 80, 20)
    assert 5.0 < (corrected[1] - corrected[0]) / (high - low) < 5.3


@pytest.mark.parametrize(
    ("metric", "values", "limits"),
    [
        ("sensitivity", [0.9, 1.0, 1.0], (None, 1.0)),
        ("brier", [0.0, 0.0, 0.1], (0.0, None)),
        ("mcc", [-1.0, -1.0, -0.9], (-1.0, None)),
        ("log_loss", [0.0, 0.0, 3.0], (0.0, None)),
        ("excess_risk", [0.0, 0.0, 3.0], (None, None)),
    ],
)
def test_limits_are_cut_to_the_range_of_the_metric(metric, values, limits):
    found = named_intervals(values, 80, 20, metric)
    free = {"normal": normal_interval(values), "nadeau_bengio": nadeau_bengio_interval(values, 80, 20)}
    assert free.keys() == found.keys()
    for name, bounds in free.items():
        wanted = [own if limit is None else limit for own, limit in zip(bounds, limits, strict=True)]
        assert found[name] == pytest.approx(wanted)


def test_a_missing_interval_stays_missing_whatever_the_range():
    assert np.isnan(named_intervals([0.5], 80, 20, "auroc")["normal"]).all()


def test_rounding_is_no_spread():
    assert spread([0.3, 0.1 + 0.2, 0.3]) == 0.0
    assert spread([0.3, 0.3 + 1e-9, 0.3]) > 0.0


def test_a_missing_value_leaves_its_own_column_without_bounds():
    values = SAMPLE.copy()
    values[3, 1] = np.nan
    for bounds in (normal_interval(values), nadeau_bengio_interval(values, 80, 20)):
        assert np.isnan(bounds).any(axis=0).tolist() == [False, True, False, False]
