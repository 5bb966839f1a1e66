"""What tables of paired differences share."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t, ttest_1samp

from synthsize.statistics.differences import adjust_families, difference_statistics


def test_without_a_test_set_the_corrected_test_is_the_plain_t_test():
    values = np.random.default_rng(0).normal(0.1, 1.0, (12, 3))
    found = difference_statistics(values, n_train=100, n_test=0, alpha=0.1)
    plain = ttest_1samp(values, 0)
    np.testing.assert_allclose(found["nadeau_bengio_p"], plain.pvalue, rtol=1e-12)
    low, high = plain.confidence_interval(0.9)
    np.testing.assert_allclose(found["nadeau_bengio_low"], low, rtol=1e-12)
    np.testing.assert_allclose(found["nadeau_bengio_high"], high, rtol=1e-12)
    assert found["n_splits"] == 12
    assert found["level"] == 0.9


def test_the_corrected_interval_is_wider_by_the_root_of_the_variance_ratio():
    values = np.random.default_rng(1).normal(size=(100, 1))
    found = difference_statistics(values, n_train=80, n_test=20, alpha=0.05)
    half = (found["nadeau_bengio_high"] - found["nadeau_bengio_low"]) / 2
    expected = t.ppf(0.975, 99) * np.sqrt(1 / 100 + 1 / 4) * values.std(ddof=1)
    assert half[0] == pytest.approx(expected)


def test_families_are_adjusted_apart_and_a_test_that_failed_counts():
    rows = pd.DataFrame({"nadeau_bengio_p": [0.01, 0.03, 0.01, np.nan]})
    found = adjust_families(rows, pd.Series(["a", "a", "b", "b"]), alpha=0.025)
    np.testing.assert_allclose(found["holm_p"], [0.02, 0.03, 0.02, np.nan])
    assert found["family_size"].tolist() == [2, 2, 2, 2]
    assert found["significant"].tolist() == [True, False, True, False]
