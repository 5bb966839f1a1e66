"""The tables and the section of the choice among all recipes."""

import numpy as np
import pandas as pd
import pytest
from run_names import names_of

from synthsize.report.page.joint_section import joint_section
from synthsize.report.tables.joint_choice import recipe_in_words, recipes_table, recommendations_table
from synthsize.statistics.joint_choice import RECIPE_COLUMNS, RECOMMENDATION_COLUMNS

NAMES = names_of({"mortality": "In-hospital death", "sepsis": "Sepsis"})


def limits(key, value, width):
    ends = {f"normal_{end}": value + sign * width / 3 for end, sign in (("low", -1), ("high", 1))}
    ends |= {f"nadeau_bengio_{end}": value + sign * width for end, sign in (("low", -1), ("high", 1))}
    return {key: value, **{f"{key}_{name}": end for name, end in ends.items()}}


@pytest.fixture
def recommendations():
    common = {"metric": "excess_risk", "n_splits": 10, "level": 0.95, "rope": 0.01, "note": np.nan}
    rows = [
        {
            **common,
            **{"task": "sepsis", "classifier": "logistic", "method": "smote", "multiplier": 1.05, "C": 0.1},
            **{"share": 0.4, "simplest_method": "weights", "simplest_size": "tuned"},
            **{"simplest_penalty": "tuned", "gain_probability": 0.02},
            **limits("gain", 0.003, 0.02),
            **limits("raw_gain", 0.4, 0.03),
            **limits("regret", 0.001, 0.002),
            **{
                "best_method": "jitter",
                "best_multiplier": 1.0,
                "best_C": np.nan,
                "regret_split_half": -0.001,
            },
        },
        {
            **common,
            **{"task": "mortality", "classifier": "logistic", "method": "prior_shift", "multiplier": 0.0},
            **{"C": np.nan, "share": 1.0, "simplest_method": "prior_shift", "simplest_size": ""},
            **{"simplest_penalty": "own", "gain_probability": 0.0},
            **limits("gain", 0.0, 0.0),
            **limits("raw_gain", 0.2, 0.01),
            **limits("regret", 0.0, 0.0),
            **{
                "best_method": "prior_shift",
                "best_multiplier": 0.0,
                "best_C": np.nan,
                "regret_split_half": 0.0,
            },
            "note": "the same recipe in every split",
        },
    ]
    return pd.DataFrame(rows).reindex(columns=list(RECOMMENDATION_COLUMNS))


@pytest.fixture
def recipes():
    cell = {"task": "sepsis", "classifier": "logistic", "n_splits": 10, "level": 0.95, "rope": 0.01}
    methods = [
        ("joint", "tuned", "own"),
        ("smote", "m=1", "own"),
        ("weights", "tuned", "tuned"),
        ("none", "", "own"),
    ]
    rows = [
        {**cell, "metric": metric, "method": method, "size": size, "penalty": penalty, "place": place}
        | {"multiplier_median": 1.0, "mean": 0.1 * place, **limits("mean_difference", -0.1, 0.02)}
        | {f"{interval}_{end}": -0.1 for interval in ("normal", "nadeau_bengio") for end in ("low", "high")}
        | {"probability_better": 0.9, "probability_equivalent": 0.1, "probability_worse": 0.0}
        for metric in ("excess_risk", "balanced_accuracy")
        for place, (method, size, penalty) in zip((4, 3, 2, 1), methods, strict=True)
    ]
    return pd.DataFrame(rows).reindex(columns=list(RECIPE_COLUMNS))


def test_recommendations_come_in_words_and_in_the_order_of_the_run(recommendations):
    table = recommendations_table(recommendations, names=NAMES)
    assert table["task"].tolist() == ["In-hospital death", "Sepsis"]
    assert table["recipe"].tolist() == ["Shifted prior", "SMOTE at m = 1.05, C = 0.1"]
    assert table["simplest"].tolist() == ["Shifted prior", "Tuned weights, C tuned"]
    assert table["best"].tolist() == ["Shifted prior", "Gaussian jitter at m = 1"]
    assert table[["gain_low", "gain_high"]].iloc[0].isna().all()  # an interval without width is no certainty
    assert table[["gain_low", "gain_high"]].iloc[1].tolist() == pytest.approx([-0.017, 0.023])
    normal = recommendations_table(recommendations, names=NAMES, interval="normal")
    assert normal["raw_gain_high"].iloc[1] == pytest.approx(0.41)


def test_methods_come_simplest_first_and_of_the_risk_alone(recipes):
    table = recipes_table(recipes, names=NAMES)
    assert table["method"].tolist() == [
        "Raw data",
        "Tuned weights, C tuned",
        "SMOTE at m = 1",
        "Choice among all",
    ]
    assert table["multiplier_median"].isna().tolist() == [True, False, True, True]


def test_each_classifier_has_its_tables_and_there_is_none_without_a_choice(recommendations, recipes):
    first, second = joint_section(
        recommendations_table(recommendations, names=NAMES),
        recipes_table(recipes, names=NAMES),
        NAMES,
        "nadeau_bengio",
    ).tables
    assert first.name == "recommendations_logistic"
    assert "at most 0.01 above" in first.text
    assert 'which recipe to use is said in "Recommended recipe" alone' in first.text
    assert "Simplest within 0.01" in first.headers
    assert "mean and 95% Nadeau-Bengio interval" in first.text
    shown = dict(zip(first.headers, first.rows[1], strict=True))
    assert shown["Chosen in"].text == "40%"
    assert shown["Gain over it (nats)"].text == "+0.003 [-0.017 to +0.023]"
    assert first.headers[-1] == "What is missing"
    assert second.name == "recipes_logistic"
    assert "What is missing" not in second.headers
    assert joint_section(None, None, NAMES, "nadeau_bengio").tables == []


def test_a_recipe_without_rows_has_no_size():
    assert recipe_in_words("none", 0.0, np.nan, NAMES) == "Raw data"
    assert recipe_in_words("weights", 0.5, 2.0, NAMES) == "Tuned weights at m = 0.5, C = 2"
