"""The simultaneous band: its critical value against closed forms, and its rows."""

import numpy as np
import pytest
from scipy import optimize, stats

from synthsize.statistics.bands import BAND_COLUMNS, bands, max_t_quantile, simultaneous_band
from synthsize.statistics.intervals import nadeau_bengio_interval


def rng():
    return np.random.default_rng(5)


def orthogonal_splits(n_splits, k):
    """Values whose K columns are exactly uncorrelated over the splits."""
    centred = rng().normal(size=(n_splits, k))
    return np.linalg.qr(centred - centred.mean(axis=0))[0]


def test_one_quantity_has_the_t_quantile():
    values = rng().normal(size=(15, 1))
    found = max_t_quantile(values, 0.95, rng(), draws=200_000)
    assert found == pytest.approx(stats.t.ppf(0.975, 14), rel=0.01)


def test_copies_of_one_quantity_cost_nothing():
    values = np.repeat(rng().normal(size=(15, 1)), 20, axis=1) * np.arange(1, 21)
    alone = max_t_quantile(values[:, :1], 0.95, rng())
    assert max_t_quantile(values, 0.95, rng()) == pytest.approx(alone, rel=1e-12)


def test_uncorrelated_quantities_have_the_studentised_maximum_modulus():
    def coverage(critical):
        chi = stats.chi(20, scale=20**-0.5)
        return chi.expect(lambda s: (2 * stats.norm.cdf(critical * s) - 1) ** 5)

    expected = optimize.brentq(lambda critical: coverage(critical) - 0.95, 1, 5)
    values = orthogonal_splits(21, 5)
    assert max_t_quantile(values, 0.95, rng(), draws=200_000) == pytest.approx(expected, rel=0.005)


def test_the_band_contains_every_interval_and_is_seeded():
    values = np.cumsum(rng().normal(size=(30, 9)), axis=1)
    sizes = np.full(30, 80.0), np.full(30, 20.0)
    low, high, critical = simultaneous_band(values, *sizes, rng())
    point_low, point_high = nadeau_bengio_interval(values, *sizes)
    assert (low < point_low).all()
    assert (high > point_high).all()
    assert critical > stats.t.ppf(0.975, 29)
    again = simultaneous_band(values, *sizes, rng())
    assert (again[0] == low).all()
    assert (again[1] == high).all()


def test_a_metric_of_steps_that_rarely_differs_still_has_a_band():
    values = np.zeros((10, 3))
    values[4, 0] = 0.01
    values[:, 1] = rng().normal(size=10)
    low, high, critical = simultaneous_band(values, np.full(10, 80.0), np.full(10, 20.0), rng())
    assert np.isfinite([*low, *high, critical]).all()
    assert (low[2], high[2]) == (0, 0)


def test_rows_of_a_curve_and_its_differences(results):
    risk = rng().normal(0.2, 0.02, size=(8, 4))
    run = results(risk, [1] * 8)
    frame = bands(run.sweep, run.vtss, run.controls(risk[:, 2] + 0.01, risk + 0.02), seed=1)
    assert list(frame.columns) == list(BAND_COLUMNS)
    assert len(frame) == 2 * 7 * 4  # metrics, references with none, multipliers
    risk_rows = frame[frame["metric"] == "excess_risk"]
    level = risk_rows[risk_rows["reference"] == "none"]
    assert level["mean"].to_numpy() == pytest.approx(risk.mean(axis=0))
    assert level["critical_value"].nunique() == 1
    itself = risk_rows[(risk_rows["reference"] == "m=1") & (risk_rows["multiplier"] == 1.0)].iloc[0]
    assert itself[["simultaneous_low", "mean", "simultaneous_high"]].tolist() == [0, 0, 0]
    assert itself["note"] == "the reference itself"
    assert itself[["n_train_mean", "n_test_mean"]].tolist() == [
        run.sweep["n_train"].mean(),
        run.sweep["n_test"].mean(),
    ]
    against = risk_rows[risk_rows["reference"] == "weights(m)"].set_index("multiplier")["mean"]
    assert against.tolist() == pytest.approx([0.0, -0.02, -0.02, -0.02])


def test_gaps_are_named_and_spare_the_other_multipliers(results):
    run = results(rng().normal(0.2, 0.02, size=(8, 4)), [1] * 8)
    run.sweep.loc[1, "excess_risk"] = np.nan  # split 0, m = 0.5
    frame = bands(run.sweep, run.vtss).query("metric == 'excess_risk' and reference == 'none'")
    assert frame["note"].tolist() == ["", "1 of 8 splits lack a value", "", ""]
    assert frame["simultaneous_low"].isna().tolist() == [False, True, False, False]


def test_one_split_has_means_but_no_band(results):
    run = results([[0.3, 0.2, 0.1, 0.2]], [2])
    frame = bands(run.sweep, run.vtss).query("reference == 'none'")
    assert frame["mean"].notna().all()
    assert frame[["simultaneous_low", "critical_value"]].isna().all(axis=None)
    assert set(frame["note"]) == {"one split: no interval, no test"}
