"""Tests and posterior probabilities against other programs' numbers and against closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from synthsize.statistics.significance import corrected_t_test, holm, rope_probabilities

# Two runs of five-fold cross-validation; probabilities and p-value as baycomp 1.0 gives them.
DIFFERENCES = [0.01, 0.03, 0.0, 0.04, 0.0, 0.03, 0.04, 0.0, 0.03, 0.03]
BAYCOMP_ROPE = (0.005866124643733979, 0.1404260152087884, 0.8537078601474777)
BAYCOMP_BELOW_ZERO = 0.030806687872437233


def test_rope_probabilities_are_baycomps():
    assert rope_probabilities(DIFFERENCES, 80, 20, 0.01) == pytest.approx(BAYCOMP_ROPE)


def test_p_value_is_twice_the_posterior_probability_of_the_other_sign():
    assert corrected_t_test(DIFFERENCES, 80, 20) == pytest.approx(2 * BAYCOMP_BELOW_ZERO)


def test_without_test_rows_the_test_is_the_paired_t_test():
    first, second = np.random.default_rng(1).normal(size=(2, 15, 3))
    expected = stats.ttest_rel(first, second).pvalue
    assert corrected_t_test(first - second, 100, 0) == pytest.approx(expected)


def test_equal_differences_leave_no_test_and_a_posterior_without_width():
    values = np.array([[0.0, 0.02, -0.02]] * 5)
    assert np.isnan(corrected_t_test(values, 80, 20)).all()
    below, within, above = rope_probabilities(values, 80, 20, 0.01)
    assert (below.tolist(), within.tolist(), above.tolist()) == ([0, 0, 1], [1, 0, 0], [0, 1, 0])


def test_one_split_or_a_missing_difference_has_neither():
    for values in ([0.1], [0.1, np.nan, 0.2]):
        assert np.isnan(corrected_t_test(values, 80, 20))
        assert np.isnan(rope_probabilities(values, 80, 20, 0.01)).all()


def test_holm_matches_published_examples():
    # R's p.adjust and statsmodels give these.
    assert holm([0.01, 0.02, 0.03, 0.04, 0.05]) == pytest.approx([0.05, 0.08, 0.09, 0.09, 0.09])
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.0001, 0.2, 0.0133, 0.7, 0.0133, 1.0, 0.03]) == pytest.approx(
        [0.0007, 0.6, 0.0798, 1.0, 0.0798, 1.0, 0.12]
    )


def test_a_test_that_could_not_be_made_counts_in_the_family():
    adjusted = holm([0.01, np.nan, 0.03])
    assert adjusted[[0, 2]] == pytest.approx([0.03, 0.06])
    assert np.isnan(adjusted[1])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.floats(0.001, 0.5))
def test_holm_rejects_what_the_step_down_procedure_rejects(p_values, alpha):
    p = np.sort(p_values)
    passes = p <= alpha / np.arange(len(p), 0, -1)
    rejected = len(p) if passes.all() else int(np.argmin(passes))
    borderline = np.isclose(p * np.arange(len(p), 0, -1), alpha, rtol=1e-12).any()
    assert borderline or np.count_nonzero(holm(p_values) <= alpha) == rejected
