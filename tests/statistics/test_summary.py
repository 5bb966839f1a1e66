import numpy as np
import pandas as pd
import pytest

from synthsize.statistics.intervals import nadeau_bengio_interval, normal_interval
from synthsize.statistics.summary import CURVE_COLUMNS, METRICS, VTSS_COLUMNS, curves, vtss_summary

VALUES = [1.0, 2.0, 3.0, 4.0, 5.0]  # mean 3, sd sqrt(2.5)


def test_normal_interval_literal():
    assert normal_interval(VALUES) == pytest.approx(
        (3 - 1.959964 * 0.7071068, 3 + 1.959964 * 0.7071068), rel=1e-6
    )


def test_nadeau_bengio_interval_literal():
    # t with 4 degrees of freedom: 2.7764451052; variance factor 1/5 + 1/4.
    half = 2.7764451052 * np.sqrt(0.45) * np.sqrt(2.5)
    assert nadeau_bengio_interval(VALUES, 80, 20) == pytest.approx((3 - half, 3 + half), rel=1e-6)


def test_one_split_has_no_interval():
    assert np.isnan(normal_interval([1.0])).all()
    assert np.isnan(nadeau_bengio_interval([1.0], 80, 20)).all()


def cell_rows(splits=3, generator="smote", multipliers=(0.0, 0.5, 1.0)):
    cell = {"task": "t", "classifier": "svm", "generator": generator, "strategy": "oversample"}
    unmeasured = dict.fromkeys(METRICS, np.nan)
    sweep = pd.DataFrame(
        [
            {
                **unmeasured,
                **cell,
                "split": split,
                "multiplier": m,
                "n_requested": round(60 * m),
                "n_synthetic": round(60 * m),
                "n_train": 80,
                "n_test": 20,
                "gap": 60,
                "excess_risk": (m - 0.5) ** 2 + 0.01 * split,
                "balanced_risk": 1 + (m - 0.5) ** 2,
                "balanced_accuracy": 0.6 + 0.1 * m,
                "brier": 0.1 + 0.1 * m,
                "calibration_intercept": 0.4 - m,
                "calibration_slope": 0.1 + m,
            }
            for split in range(splits)
            for m in multipliers
        ]
    )
    vtss = pd.DataFrame(
        [
            {
                **unmeasured,
                **cell,
                "split": split,
                "criterion": "balanced_loss",
                "multiplier": [0.5, 1.0, 0.5][split],
                "edge": ["none", "upper", "none"][split],
                "excess_risk": [0.0, 0.26, 0.02][split],
                "balanced_risk": 1.0,
                "balanced_accuracy": 0.65,
            }
            for split in range(splits)
        ]
    )
    return sweep, vtss


def test_curves_average_over_splits_with_both_intervals():
    sweep, _ = cell_rows()
    frame = curves(sweep)
    assert list(frame.columns) == CURVE_COLUMNS
    assert len(frame) == 3 * len(METRICS) * 2
    row = frame.query("metric == 'excess_risk' and multiplier == 1.0 and interval == 'nadeau_bengio'").iloc[0]
    assert row["mean"] == pytest.approx(0.26)
    assert (row["low"], row["high"]) == pytest.approx(nadeau_bengio_interval([0.25, 0.26, 0.27], 80, 20))
    assert (row["n_splits"], row["n_synthetic_mean"], row["n_requested_mean"]) == (3, 60, 60)
    assert (row["n_train_mean"], row["n_test_mean"]) == (80, 20)


def test_the_realised_multiplier_counts_rows_that_were_added():
    sweep, _ = cell_rows()
    sweep.loc[sweep["split"] == 0, "n_synthetic"] //= 2
    sweep.loc[sweep["split"] == 1, ["gap", "n_requested", "n_synthetic"]] = [-4, 0, 0]
    found = curves(sweep).query("metric == 'excess_risk' and interval == 'normal'")
    assert found["realised_multiplier"].tolist() == pytest.approx([0.0, 0.25, 0.5])  # (m / 2 + 0 + m) / 3


def test_vtss_summary_stands_beside_fixed_multipliers():
    frame = vtss_summary(*cell_rows())
    assert list(frame.columns) == VTSS_COLUMNS
    row = frame.query("metric == 'excess_risk' and interval == 'normal'").iloc[0]
    assert row["mean"] == pytest.approx(0.28 / 3)
    assert (row["low"], row["high"]) == pytest.approx(normal_interval([0.0, 0.26, 0.02]))
    assert (row["multiplier_mean"], row["multiplier_median"]) == pytest.approx((2 / 3, 0.5))
    assert row["edge_share"] == pytest.approx(1 / 3)
    assert (row["naive_mean"], row["raw_mean"]) == pytest.approx((0.26, 0.26))
    assert (row["naive_low"], row["naive_high"]) == pytest.approx(normal_interval([0.25, 0.26, 0.27]))
    assert (row["raw_low"], row["raw_high"]) == pytest.approx(normal_interval([0.25, 0.26, 0.27]))
    corrected = frame.query("metric == 'excess_risk' and interval == 'nadeau_bengio'").iloc[0]
    limits = nadeau_bengio_interval([0.25, 0.26, 0.27], 80, 20)
    assert (corrected["naive_low"], corrected["naive_high"]) == pytest.approx(limits)
    assert (row["best_multiplier"], row["best_mean"]) == pytest.approx((0.5, 0.01))
    accuracy = frame.query("metric == 'balanced_accuracy' and interval == 'normal'").iloc[0]
    assert accuracy["best_multiplier"] == 1.0


@pytest.mark.parametrize(
    ("metric", "multiplier", "mean"),
    [("brier", 0.0, 0.1), ("calibration_intercept", 0.5, -0.1), ("calibration_slope", 1.0, 1.1)],
)
def test_best_is_lowest_or_nearest_to_what_a_calibrated_model_has(metric, multiplier, mean):
    frame = vtss_summary(*cell_rows())
    frame = frame[frame["metric"] == metric]
    assert frame["best_multiplier"].tolist() == [multiplier] * 2
    assert frame["best_mean"].tolist() == pytest.approx([mean] * 2)


def test_a_metric_that_the_classifier_lacks_has_no_best():
    frame = vtss_summary(*cell_rows()).query("metric == 'log_loss'")
    assert len(frame) == 2
    assert frame[["mean", "best_multiplier", "best_mean", "raw_mean"]].isna().all(axis=None)


def test_grid_without_zero_and_one_leaves_their_means_missing():
    frame = vtss_summary(*cell_rows(multipliers=(0.5, 0.75)))
    assert frame.filter(regex="^(naive|raw)_").isna().all(axis=None)


def test_a_grid_of_one_size_has_no_edge_to_be_best_on():
    frame = vtss_summary(*cell_rows(multipliers=(0.5,)))
    assert not frame["best_at_edge"].any()
    assert frame["best_at_edge"].dtype == bool


def test_the_raw_data_are_no_edge_of_the_grid():
    found = vtss_summary(*cell_rows()).groupby("metric")[["best_multiplier", "best_at_edge"]].first()
    assert found.loc["brier"].tolist() == [0.0, False]
    assert found.loc["balanced_accuracy"].tolist() == [1.0, True]
    narrow = vtss_summary(*cell_rows(multipliers=(0.25, 0.5))).groupby("metric").first()
    assert narrow.loc["brier", ["best_multiplier", "best_at_edge"]].tolist() == [0.25, True]


def test_missing_metric_of_a_split_stays_visible():
    sweep, _ = cell_rows()
    sweep.loc[0, "excess_risk"] = np.nan
    frame = curves(sweep).query("metric == 'excess_risk' and multiplier == 0.0")
    assert frame[["mean", "low", "high"]].isna().all(axis=None)


def test_one_split_gives_means_without_bounds():
    frame = curves(cell_rows(splits=1)[0]).query("metric == 'excess_risk'")
    assert frame["mean"].notna().all()
    assert frame[["low", "high"]].isna().all(axis=None)
