import numpy as np
import pandas as pd
import pytest

from synthsize.report.page.comparison_sections import choices_section
from synthsize.report.tables.comparisons import choices_table, generator_gains, regret_table, vtss_differences

CELL = {"task": "sepsis", "classifier": "svm", "generator": "smote"}
LIMITS = {
    "normal_low": -0.1,
    "normal_high": 0.1,
    "nadeau_bengio_low": -0.5,
    "nadeau_bengio_high": 0.5,
    "level": 0.9,
    "n_splits": 3,
}


@pytest.fixture
def paired():
    columns = ["task", "generator", "metric", "subject", "criterion", "multiplier", "reference"]
    rows = [
        ("sepsis", "jitter", "excess_risk", "fixed", "", 1.0, "weights(m)"),
        ("sepsis", "smote", "excess_risk", "fixed", "", 1.0, "weights(m)"),
        ("mortality", "smote", "excess_risk", "fixed", "", 1.0, "weights(m)"),
        ("sepsis", "smote", "excess_risk", "fixed", "", 0.5, "weights(m)"),
        ("sepsis", "smote", "excess_risk", "fixed", "", 1.0, "class_weight"),
        ("sepsis", "smote", "balanced_accuracy", "fixed", "", 1.0, "weights(m)"),
        ("sepsis", "smote", "excess_risk", "vtss", "balanced_accuracy", np.nan, "m=1"),
        ("sepsis", "smote", "excess_risk", "vtss", "balanced_loss", np.nan, "m=0"),
        ("sepsis", "smote", "excess_risk", "vtss", "balanced_loss", np.nan, "m=1"),
    ]
    chances = {"probability_better": 0.7, "probability_equivalent": 0.2, "probability_worse": 0.1}
    return pd.DataFrame(rows, columns=columns).assign(
        classifier="svm",
        mean_difference=np.arange(9.0),
        **(LIMITS | chances),
        holm_p=0.5,
        rope=0.01,
        note=np.nan,
    )


@pytest.fixture
def regret():
    rows = [
        {**CELL, "criterion": "balanced_loss", "metric": "excess_risk", "method": method, **LIMITS}
        | {"best_multiplier": size, "regret": value, "note": note}
        for method, size, value, note in (
            ("naive", 0.8, 0.02, np.nan),
            ("split_half", 1.2, 0.01, "half a word"),
        )
    ]
    return pd.DataFrame(rows)


@pytest.fixture
def choices():
    counts = {"argmin": [1, 0, 3], "1se": [2, 2, 0]}
    return pd.DataFrame(
        [
            {**CELL, "criterion": "balanced_loss", "rule": rule, "multiplier": m, "count": count}
            | {"lower_edge_share": 0.25, "upper_edge_share": 0.75, "n_splits": 4, "note": np.nan}
            for rule, found in counts.items()
            for m, count in zip((0.0, 0.5, 1.0), found, strict=True)
        ]
    )


def test_gains_are_the_differences_to_equal_weights_at_balance(paired, names):
    table = generator_gains(paired, names=names)
    assert table[["task", "generator", "difference"]].to_numpy().tolist() == [
        ["In-hospital death", "SMOTE", 2.0],
        ["Sepsis", "SMOTE", 1.0],
        ["Sepsis", "Gaussian jitter", 0.0],
    ]
    assert generator_gains(paired[:0], names=names).empty


@pytest.mark.parametrize(("interval", "low"), [("normal", -0.1), ("nadeau_bengio", -0.5)])
def test_the_wanted_interval_is_shown(paired, regret, names, interval, low):
    wanted = {"names": names, "interval": interval}
    assert (generator_gains(paired, **wanted)["difference_low"] == low).all()
    assert (vtss_differences(paired, **wanted)["difference_low"] == low).all()
    assert (regret_table(regret, **wanted)[["naive_low", "split_half_low"]] == low).all(axis=None)


def test_differences_are_those_of_the_first_criterion_in_the_order_of_the_references(paired, names):
    table = vtss_differences(paired, names=names)
    assert table[["reference", "difference"]].to_numpy().tolist() == [
        ["m = 1", 8.0],
        ["raw data", 7.0],
    ]
    other = vtss_differences(paired[paired["criterion"] != "balanced_loss"], names=names)
    assert other["difference"].tolist() == [6.0]


def test_both_readings_of_the_regret_stand_in_one_row(regret, names):
    row = regret_table(regret, names=names).squeeze()
    assert row[["naive", "split_half", "best_multiplier"]].tolist() == [0.02, 0.01, 0.8]
    assert row["note"] == "half a word"


def test_a_regret_that_is_the_same_in_all_splits_has_no_interval(regret, names):
    naive = regret["method"] == "naive"
    same = regret.assign(normal_high=regret["normal_high"].mask(naive, regret["normal_low"]))
    row = regret_table(same, names=names, interval="normal").squeeze()
    assert row[["naive_low", "naive_high"]].isna().all()
    assert row[["naive", "split_half_low"]].notna().all()


def test_chosen_sizes_are_summed_up_per_rule(choices, names):
    row = choices_table(choices, names=names).squeeze()
    assert row[["chosen", "chosen_low", "chosen_high"]].tolist() == [1.0, 0.0, 1.0]
    assert row[["one_se", "one_se_low", "one_se_high"]].tolist() == [0.25, 0.0, 0.5]
    assert row[["n_splits", "lower_edge_share", "upper_edge_share"]].tolist() == [4, 0.25, 0.75]


def test_a_cell_without_a_choice_has_no_size(choices, names):
    row = choices_table(choices.assign(count=0, note="no choice"), names=names).squeeze()
    assert row[["chosen", "one_se_high"]].isna().all()
    assert row["note"] == "no choice"


def test_headers_name_unit_interval_and_level(paired, regret, choices, names):
    tables = {
        "differences": vtss_differences(paired, names=names, interval="normal"),
        "regret": regret_table(regret, names=names, interval="normal"),
        "choices": choices_table(choices, names=names),
    }
    shown = {table.name: table for table in choices_section(tables, names, "normal").tables}
    assert list(shown) == ["choices_svm", "regret_svm", "differences_svm"]
    assert "Difference (hinge loss) (90% normal interval over splits)" in shown["differences_svm"].headers
    assert "What is missing" in shown["regret_svm"].headers
    assert "What is missing" not in shown["differences_svm"].headers  # nothing is
    headers = [name for column in shown["regret_svm"].names for name in column]
    assert "Regret, naive (hinge loss), 90% normal interval over splits, low" in headers
    assert "more than 0.01" in shown["differences_svm"].text
