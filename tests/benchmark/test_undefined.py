import numpy as np
import pytest

from synthsize.benchmark.undefined import undefined_calibration


def fit(multiplier, log_loss=0.3, intercept=0.0, slope=1.0):
    return {
        "multiplier": multiplier,
        "log_loss": log_loss,
        "calibration_intercept": intercept,
        "calibration_slope": slope,
    }


def test_one_event_names_all_sizes_without_calibration():
    fits = [fit(0.0, slope=np.nan), fit(0.5), fit(1.25, intercept=np.nan)]
    (event,) = undefined_calibration(fits)
    assert event.event == "calibration_undefined"
    assert event.detail.startswith("m = 0, 1.25: calibration is missing")


def test_a_fit_without_size_is_not_given_one():
    (event,) = undefined_calibration([fit(np.nan, slope=np.nan)])
    assert event.detail.startswith("calibration is missing")


@pytest.mark.parametrize(
    "fits", [[], [fit(0.0), fit(1.0)], [fit(0.0, log_loss=np.nan, intercept=np.nan, slope=np.nan)]]
)
def test_no_event_where_nothing_is_lost_or_no_risk_was_estimated(fits):
    assert undefined_calibration(fits) == []
