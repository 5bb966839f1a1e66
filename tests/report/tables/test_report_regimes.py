import numpy as np
import pytest

from synthsize.report.tables.regimes import COLUMNS, describe_regimes, regime_table, size_in_words


def test_each_regime_is_told_in_plain_words(fake_diagnosis, names):
    symmetric, intercept, asymmetric = describe_regimes(fake_diagnosis, names)
    assert symmetric.startswith("In-hospital death: no asymmetry was found.")
    assert "(p\u00a0=\u00a00.4)" in symmetric
    assert intercept.startswith("Sepsis: no asymmetry was found beyond the intercept. Balancing moves")
    assert "(p\u00a0=\u00a00.31)" in intercept
    assert "size" not in symmetric + intercept
    assert "equal slopes: p\u00a0<\u00a00.001" in asymmetric
    assert "The theory's size is m\u00a0=\u00a01.30 (1.10 to 1.70) with SMOTE." in asymmetric
    assert "With Gaussian jitter no size cancels the bias" in asymmetric


def test_a_test_without_power_is_no_finding(fake_diagnosis, names):
    for count, few in ((269, True), (270, False)):
        symmetric, intercept, asymmetric = describe_regimes(fake_diagnosis.assign(n_minority=count), names)
        for words in (symmetric, intercept):
            assert ("too few minority rows to tell" in words) == few
            assert ("if that is so" in words) != few
        assert "too few" not in asymmetric


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
        "no asymmetry found",
        "none found beyond the intercept",
        "local asymmetry",
    ]
    assert (table["remarks"] == "").all()


def test_tests_that_could_not_be_made_are_said(fake_diagnosis, names):
    undetermined = fake_diagnosis.assign(regime="undetermined", slopes_p_holm=np.nan)
    assert "the tests could not be made" in describe_regimes(undetermined, names)[0]


def test_remarks_tell_no_number_of_minority_rows(fake_diagnosis, names):
    remarks = (
        "10 minority rows: k_neighbors 10 -> 9; 5 minority rows: k_neighbors 10 -> 4; "
        "no danger row among 7 minority rows: plain SMOTE"
    )
    table = regime_table(fake_diagnosis.assign(remarks=remarks), names)
    assert set(table["remarks"]) == {
        "few minority rows: k_neighbors below 10; no danger row among the minority rows: plain SMOTE"
    }
