"""The choice among all recipes, from validation losses and test risks written down by hand."""

import numpy as np
import pandas as pd
import pytest
from small_blocks import SETTINGS, analysis_table
from small_blocks import run as run_small_block

from synthsize.benchmark.controls import run_controls
from synthsize.contracts.results import CANDIDATES, CONTROLS, RECIPES, SWEEP, VALIDATED, VTSS
from synthsize.contracts.summaries import SUMMARIES
from synthsize.recipes import PLAIN
from synthsize.statistics.intervals import nadeau_bengio_interval
from synthsize.statistics.joint_choice import (
    RECIPE_COLUMNS,
    RECOMMENDATION_COLUMNS,
    choose_recipes,
    compare_recipes,
    recommend,
)
from synthsize.statistics.recipe_panels import candidates

CELL = {"task": "t", "classifier": "logistic"}
SIZES = {"n_train": 80, "n_test": 20}
GRID = [0.0, 0.5, 1.0]


def results(losses, risks):
    """Tables of a run in which `losses[recipe]` and `risks[recipe]` hold one row per split, one number per size."""
    sweep, vtss, controls, validated = [], [], [], []
    for name, by_split in losses.items():
        for split, values in enumerate(by_split):
            sizes = GRID if len(values) == len(GRID) else [0.0]
            levels = [
                {
                    **SIZES,
                    "split": split,
                    "multiplier": m,
                    "excess_risk": risk,
                    "balanced_risk": risk + 1,
                    "balanced_accuracy": 1 - risk,
                }
                for m, risk in zip(sizes, risks[name][split], strict=True)
            ]
            if name in PLAIN:
                controls += [
                    {**CELL, "control": name, **row, **({} if len(sizes) > 1 else {"multiplier": np.nan})}
                    for row in levels
                ]
                validated += [
                    {**CELL, "control": name, "split": split, "multiplier": m, "validation_mean": loss}
                    for m, loss in zip(sizes, values, strict=True)
                ]
                continue
            sweep += [{**CELL, "generator": name, "strategy": "oversample", **row} for row in levels]
            for criterion in ("balanced_loss", "balanced_accuracy"):
                mean = values if criterion == "balanced_loss" else [0.9] * len(values)
                row = {"criterion": criterion, "multipliers": sizes, "validation_mean": mean}
                vtss.append({**CELL, "generator": name, "split": split, **row})
    tables = ((SWEEP, sweep), (VTSS, vtss), (CONTROLS, controls), (VALIDATED, validated))
    return [pd.DataFrame(rows).reindex(columns=list(contract.columns)) for contract, rows in tables]


LOSSES = {
    "none": [[0.9], [0.9], [0.9]],
    "prior_shift": [[0.52], [0.55], [0.50]],
    "weights": [[0.9, 0.51, 0.53], [0.9, 0.50, 0.60], [0.9, 0.50, 0.50]],
    "smote": [
        [0.1, 0.49, 0.55],
        [0.1, 0.60, 0.50],
        [0.1, 0.60, 0.60],
    ],  # m = 0 is the raw data, whatever it says
}
RISKS = {
    "none": [[0.8], [0.8], [0.8]],
    "prior_shift": [[0.30], [0.31], [0.32]],
    "weights": [[0.8, 0.29, 0.40], [0.8, 0.31, 0.40], [0.8, 0.32, 0.40]],
    "smote": [[0.8, 0.28, 0.20], [0.8, 0.50, 0.30], [0.8, 0.50, 0.50]],
}
RIVALS = {"logistic": ["smote"]}


def test_every_split_chooses_by_its_own_folds_and_ties_go_to_the_simplest():
    chosen = choose_recipes(candidates(*results(LOSSES, RISKS)), RIVALS)
    # Split 1: weights at .5 and smote at 1 both validate at .50; split 2: prior shift and two weights do.
    assert chosen["method"].tolist() == ["smote", "weights", "prior_shift"]
    assert chosen["multiplier"].tolist() == [0.5, 0.5, 0.0]
    assert chosen["excess_risk"].tolist() == [0.28, 0.31, 0.32]
    assert chosen["C"].isna().all()


def test_a_risk_that_is_not_defined_leaves_the_choice_itself_as_the_simplest(tmp_path):
    risks = {
        **RISKS,
        "smote": [[0.8, np.nan, 0.20], *RISKS["smote"][1:]],
    }  # the size that the first split chooses
    found = candidates(*results(LOSSES, risks))
    CANDIDATES.write(found, tmp_path / "candidates.parquet")
    named = recommend(CANDIDATES.read(tmp_path / "candidates.parquet"), RIVALS).iloc[0]
    assert named["simplest_method"] == "joint"
    assert np.isnan(named["mean"])
    assert np.isnan(named["gain"])


def test_methods_are_compared_each_at_its_own_choice():
    table = compare_recipes(candidates(*results(LOSSES, RISKS)), RIVALS, rope=0.01)
    risk = table[table["metric"] == "excess_risk"].set_index(["method", "size"])
    assert risk.index.tolist() == [
        ("none", ""),
        ("prior_shift", ""),
        ("weights", "tuned"),
        ("smote", "m=1"),
        ("smote", "tuned"),
        ("joint", "tuned"),
    ]
    assert risk["mean"].tolist() == pytest.approx(
        [
            0.8,
            0.31,
            np.mean([0.29, 0.31, 0.32]),
            np.mean([0.2, 0.3, 0.5]),
            np.mean([0.28, 0.3, 0.5]),
            0.91 / 3,
        ]
    )
    differences = np.array([0.28, 0.31, 0.32]) - np.array([0.30, 0.31, 0.32])
    shift = risk.loc[("prior_shift", "")]
    assert shift["mean_difference"] == pytest.approx(differences.mean())
    assert shift[["nadeau_bengio_low", "nadeau_bengio_high"]].tolist() == pytest.approx(
        [float(end) for end in nadeau_bengio_interval(differences, 80, 20)]
    )
    accuracy = table[table["metric"] == "balanced_accuracy"].set_index(["method", "size"])
    assert accuracy.loc[("prior_shift", ""), "mean_difference"] == pytest.approx(-differences.mean())
    probabilities = [f"probability_{name}" for name in ("better", "equivalent", "worse")]
    assert accuracy.loc[("none", ""), probabilities].tolist() == pytest.approx(
        risk.loc[("none", ""), probabilities].tolist()
    )
    assert risk.loc[("joint", "tuned"), "mean_difference":"nadeau_bengio_high"].isna().all()


def test_the_recommendation_names_the_recipe_of_all_folds_and_the_simplest_that_is_not_worse():
    found = candidates(*results(LOSSES, RISKS))
    row = recommend(found, RIVALS, rope=0.01).iloc[0]
    assert (row["method"], row["multiplier"], row["share"]) == ("weights", 0.5, pytest.approx(1 / 3))
    assert row["mean"] == pytest.approx(0.91 / 3)
    assert row["simplest_method"] == "prior_shift"
    assert row["gain"] == pytest.approx(0.02 / 3)
    assert row["raw_gain"] == pytest.approx(0.8 - 0.91 / 3)
    assert (row["best_method"], row["best_multiplier"]) == (
        "weights",
        0.5,
    )  # of equal means with the shift's: lower
    assert row["regret"] == pytest.approx(0.91 / 3 - 0.92 / 3)
    strict = recommend(found, RIVALS, rope=0.005).iloc[0]
    assert strict["simplest_method"] == "weights"
    assert strict["gain"] == pytest.approx(0.01 / 3)
    exact = recommend(found, RIVALS, rope=0.0).iloc[0]
    assert exact["simplest_method"] == "joint"
    assert (exact["gain"], exact["note"]) == (0.0, "no one method is within rope of the choice among all")


def test_what_has_other_folds_or_lacks_a_split_takes_no_part_and_is_named():
    tables = results({**LOSSES, "jitter": LOSSES["smote"]}, {**RISKS, "jitter": RISKS["smote"]})
    tables[1] = tables[1][(tables[1]["generator"] != "jitter") | (tables[1]["split"] > 0)]
    found = candidates(*tables)
    for rivals in ({"logistic": ["smote", "jitter"]}, RIVALS):
        row = recommend(found, rivals).iloc[0]
        assert row["note"] == "without jitter, of other splits or folds"
        assert "jitter" not in set(compare_recipes(found, rivals)["method"])


def test_one_split_and_one_method_still_give_tables(tmp_path):
    one = {"none": LOSSES["none"][:1]}, {"none": RISKS["none"][:1]}
    found = candidates(*results(*one))
    row = recommend(found, {"logistic": []}).iloc[0]
    assert (row["method"], row["simplest_method"], row["note"]) == (
        "none",
        "none",
        "one split: no interval, no test",
    )
    SUMMARIES["recommendations"].write(recommend(found, {"logistic": []}), tmp_path / "recommendations.csv")
    nothing = found.iloc[:0]
    for name, table, columns in (
        ("recommendations", recommend(nothing, {}), RECOMMENDATION_COLUMNS),
        ("recipes", compare_recipes(nothing, {}), RECIPE_COLUMNS),
    ):
        assert list(table.columns) == list(columns)
        SUMMARIES[name].write(table, tmp_path / f"{name}.csv")
    RECIPES.write(choose_recipes(nothing, {}), tmp_path / "recipes.parquet")


@pytest.mark.parametrize("classifier", ["logistic", "svm"])
def test_all_recipes_of_a_split_are_validated_on_the_same_folds(classifier):
    """Without synthetic rows or weight they are one fit, so that all must have one validation loss."""
    asked = {"splits": (0, 1), "settings": SETTINGS, "classifier": classifier}
    table = analysis_table()
    curves = pd.concat([run_small_block(table, generator=name, **asked).vtss for name in ("smote", "jitter")])
    controls = run_controls(
        table, task="t", controls=["none", "weights"], validated=["none", "weights"], **asked
    )
    at_zero = controls.validated[controls.validated["multiplier"] == 0]
    raw = at_zero[at_zero["control"] == "none"]["validation_mean"].to_numpy()
    assert len(raw) == 2
    close = {"logistic": 1e-4, "svm": 5e-3}[classifier]
    assert at_zero[at_zero["control"] == "weights"]["validation_mean"].to_numpy() == pytest.approx(
        raw, abs=close
    )
    for _, rows in curves[curves["criterion"] == "balanced_loss"].groupby("generator"):
        assert [means[0] for means in rows["validation_mean"]] == pytest.approx(raw, abs=close)
