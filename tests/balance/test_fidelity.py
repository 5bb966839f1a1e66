"""How near rows are to real ones: against closed forms."""

import numpy as np
import pytest
from scipy.stats import norm

from synthsize.balance.fidelity import measure_fidelity


def normal(n, seed, d=4, correlation=0.0):
    covariance = np.full((d, d), correlation) + (1 - correlation) * np.eye(d)
    return np.random.default_rng(seed).multivariate_normal(np.zeros(d), covariance, size=n)


REAL = normal(800, 0)


def test_rows_of_the_same_law_are_neither_collapsed_nor_exploded():
    found = measure_fidelity(REAL, normal(800, 1))
    assert found.distance_ratio == pytest.approx(1, abs=0.1)
    assert found.ks_worst < 0.09  # the 99.7 % point of two samples of 800, for one feature
    assert found.outlying_share < 0.01
    assert found.copies_share == found.repeats_share == 0
    assert not found.collapsed
    assert not found.exploded


def test_a_shift_of_one_feature_has_its_closed_form():
    shift = np.array([0.0, 0.0, 1.5, 0.0])
    found = measure_fidelity(REAL, normal(20_000, 1)[:, :4] + shift)
    assert found.mean_difference == pytest.approx(1.5 / 4, abs=0.05)
    assert found.worst_feature == 2
    assert found.ks_worst == pytest.approx(2 * norm.cdf(0.75) - 1, abs=0.04)


def test_lost_correlations_are_seen_where_margins_are_right():
    found = measure_fidelity(normal(5000, 0, correlation=0.6), normal(5000, 1))
    assert found.correlation_mean == pytest.approx(0.6, abs=0.03)
    assert found.ks_worst < 0.05


def test_copies_and_near_copies_are_collapsed():
    stream = np.random.default_rng(2)
    copies = REAL[stream.integers(0, 400, size=900)]
    found = measure_fidelity(REAL, copies)
    assert (found.copies_share, found.distance_ratio) == (1, 0)
    assert found.repeats_share == 1 - len(np.unique(copies, axis=0)) / 900
    near = measure_fidelity(REAL, copies + stream.normal(scale=1e-3, size=copies.shape))
    assert near.copies_share == near.repeats_share == 0
    assert found.collapsed
    assert near.collapsed
    one = measure_fidelity(REAL, np.tile([[0.3, -0.2, 0.1, 0.4]], (50, 1)))
    assert one.repeats_share == pytest.approx(0.98)
    assert one.collapsed


def test_rows_far_from_all_real_ones_are_exploded():
    found = measure_fidelity(REAL, 30 * normal(300, 1))
    assert found.distance_ratio > 3
    assert found.outlying_share > 0.9
    assert found.exploded
    some = np.concatenate([normal(800, 1), normal(200, 3) + 20])
    assert not measure_fidelity(REAL, some).distance_ratio > 3
    assert measure_fidelity(REAL, some).exploded


def test_margins_are_read_off_the_first_rows_and_distances_off_all():
    rows = np.concatenate([normal(200, 1), REAL])
    found, first = measure_fidelity(REAL, rows, 200), measure_fidelity(REAL, rows[:200])
    assert (found.ks_mean, found.correlation_worst) == (first.ks_mean, first.correlation_worst)
    assert found.copies_share == 0.8


def test_what_is_not_defined_is_missing():
    constant = np.column_stack([REAL[:, 0], np.ones(800)])
    found = measure_fidelity(constant, constant[:5] + [[0.1, 3.0]])
    assert found.worst_feature == 0
    assert np.isnan(found.correlation_mean)
    assert found.distance_ratio > 3  # what lies beside the only value is seen by its distance
    single = measure_fidelity(REAL[:1], REAL[:7])
    assert single.worst_feature == -1
    assert np.isnan([single.ks_worst, single.mean_difference, single.distance_ratio]).all()
    assert not single.exploded
