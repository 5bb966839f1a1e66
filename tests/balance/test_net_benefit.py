"""Decisions at threshold probabilities against scikit-learn."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix

from synthsize.balance.calibration import calibration_intercept, calibration_slope, recalibration
from synthsize.balance.net_benefit import positives_at


@pytest.fixture(scope="module")
def scored():
    rng = np.random.default_rng(0)
    y = (rng.random(400) < 0.15).astype(np.int8)
    return 1.4 * y + rng.normal(size=400) - 1.0, y


def test_counts_are_those_of_a_confusion_matrix(scored):
    scores, y = scored
    scores = np.round(scores, 1)  # ties, some of them at a threshold
    thresholds = [0.05, 0.2, float(expit(scores[3])), 0.9]
    true, false = positives_at(scores, y, thresholds)
    for i, threshold in enumerate(thresholds):
        (_, false_positives), (_, true_positives) = confusion_matrix(y, expit(scores) >= threshold)
        assert (true[i], false[i]) == (true_positives, false_positives)


def test_recalibration_is_an_unpenalised_logistic_regression(scored):
    scores, y = scored
    reference = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(scores[:, np.newaxis], y)
    intercept, slope = recalibration(scores, y)
    assert (intercept, slope) == pytest.approx((reference.intercept_[0], reference.coef_[0, 0]), rel=1e-5)
    again = intercept + slope * scores
    assert calibration_slope(again, y) == pytest.approx(1.0, abs=1e-8)
    assert calibration_intercept(again, y) == pytest.approx(0.0, abs=1e-8)
    # A shift of all scores and another unit are taken back.
    moved, stretched = recalibration(5.0 + 3.0 * scores, y)
    assert moved + stretched * (5.0 + 3.0 * scores) == pytest.approx(again)


@pytest.mark.parametrize(
    ("scores", "y"), [([1.0, 2.0], [0, 0]), ([1.0, 2.0], [0, 1]), ([1.0, 1.0, 1.0], [0, 1, 0])]
)
def test_no_recalibration_where_none_exists(scores, y):
    assert np.isnan(recalibration(scores, np.array(y))).all()
