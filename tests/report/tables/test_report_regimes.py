import numpy as np
import pytest

from synthsize.report import style
from synthsize.report.tables.regimes import (
    COLUMNS,
    cost_in_words,
    describe_regimes,
    regime_table,
    size_in_words,
)


def test_each_regime_is_reported_in_plain_words(fake_diagnosis, names):
    unresolved, intercept, asymmetric = describe_regimes(fake_diagnosis, names)
    assert unresolved == (
        "In-hospital death: not resolved. The slopes of the raw fit lose 0.004 nats (95% limits 0.000 to 0.031): the "
        "data allow that balancing moves no more than the intercept (test of equal slopes: p\u00a0=\u00a00.5), and "
        "that it gains what matters."
    )
    assert intercept.startswith(
        "Sepsis: imbalance moves the intercept alone, up to a cost that does not matter: "
    )
    assert "lose 0.001 nats (95% limits 0.000 to 0.006)" in intercept
    assert "size" not in unresolved + intercept
    assert "equal slopes: p\u00a0<\u00a00.001" in asymmetric
    assert "The theory's size is m\u00a0=\u00a01.30 (1.10 to 1.70) with SMOTE." in asymmetric
    assert "With Gaussian jitter no size cancels the bias" in asymmetric


def test_few_rows_per_coefficient_are_warned_of_whatever_was_found(fake_diagnosis, names):
    for count, few in ((539, True), (540, False)):
        for words in describe_regimes(fake_diagnosis.assign(n_minority=count), names):
            assert ("fewer than 20 minority rows per coefficient" in words) == few


def test_limits_that_are_not_known_are_left_open(fake_diagnosis, names):
    words = describe_regimes(fake_diagnosis.assign(slopes_cost_high=np.inf), names)[0]
    assert "(95% limits 0.000 and above)" in words


def test_a_task_that_was_not_diagnosed_is_passed_over(fake_diagnosis, names):
    sepsis = fake_diagnosis[fake_diagnosis["task"] == "sepsis"]
    assert len(describe_regimes(sepsis, names)) == 1


@pytest.mark.parametrize(
    ("size", "low", "high", "words"),
    [
        (1.3, 1.1, 1.7, "1.30 (1.10 to 1.70)"),
        (1.3, 1.1, np.inf, "1.30 (1.10 and above)"),
        (1.3, np.nan, np.nan, "1.30"),
        (np.inf, 2.0, np.inf, "does not exist"),
        (np.nan, np.nan, np.nan, "\N{EN DASH}"),
    ],
)
def test_sizes_read_well_whatever_is_infinite_or_missing(fake_diagnosis, names, size, low, high, words):
    one = fake_diagnosis.assign(theory_multiplier=size, multiplier_low=low, multiplier_high=high)
    assert {size_in_words(row) for row in regime_table(one, names).to_dict("records")} == {words}


def test_the_table_is_in_reading_order_and_in_display_names(fake_diagnosis, names):
    table = regime_table(fake_diagnosis.iloc[::-1].reset_index(drop=True), names)
    assert tuple(table) == COLUMNS
    assert table["task"].tolist() == [label for label in names.tasks.values() for _ in range(2)]
    assert table["generator"].tolist() == ["SMOTE", "Gaussian jitter"] * 3
    assert table["regime"].unique().tolist() == [
        "not resolved",
        "intercept alone, up to a cost that does not matter",
        "local asymmetry",
    ]
    assert (table["remarks"] == "").all()


def test_tests_that_could_not_be_made_are_said(fake_diagnosis, names):
    undetermined = fake_diagnosis.assign(regime="undetermined", slopes_p_holm=np.nan)
    few = "they take more minority rows in each training set than the model has coefficients"
    for symmetry_p, why in ((np.nan, few), (0.2, "no feature varies in the training sets")):
        (words, *_) = describe_regimes(undetermined.assign(symmetry_p=symmetry_p), names)
        assert words.endswith(f": the tests could not be made: {why}.")


def test_a_cost_without_an_upper_limit_is_said_to_have_none():
    limits = {"slopes_cost": 0.0, "slopes_cost_low": 0.0, "slopes_cost_high": np.inf}
    assert cost_in_words(limits) == "0.0000 (0.0000 and above)"
    assert cost_in_words({**limits, "slopes_cost_high": 0.25}) == "0.0000 (0.0000 to 0.2500)"
    assert cost_in_words({**limits, "slopes_cost": np.nan}) == style.MISSING


def test_remarks_show_no_number_of_minority_rows(fake_diagnosis, names):
    remarks = (
        "10 minority rows: k_neighbors 10 -> 9; 5 minority rows: k_neighbors 10 -> 4; "
        "no danger row among 7 minority rows: plain SMOTE"
    )
    table = regime_table(fake_diagnosis.assign(remarks=remarks), names)
    assert set(table["remarks"]) == {
        "few minority rows: k_neighbors below 10; no danger row among the minority rows: plain SMOTE"
    }
