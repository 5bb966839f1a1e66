"""The simulation behind the rates of right and wrong verdicts: its truth, its old rule, and a run in small."""

import importlib.util
import sys
from pathlib import Path

import pandas as pd
import pytest

SCRIPT = Path(__file__).parents[2] / "performance" / "verdicts.py"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("verdicts_script", SCRIPT)
    loaded = sys.modules["verdicts_script"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def truths(**differences):
    """True differences, named ``recipe_alternative`` without underscores in either."""
    rows = [(*name.split("_"), value, 0.0) for name, value in differences.items()]
    frame = pd.DataFrame(rows, columns=["recipe", "alternative", "truth", "truth_se"])
    return frame.replace({"prior": "prior_shift", "weights": "class_weight"})


def test_the_true_recipe_is_the_least_work_that_nothing_beats(script):
    raw = {"prior_none": -0.3, "weights_none": -0.3, "smote_none": -0.3}
    alike = {"weights_prior": -0.009, "smote_prior": -0.009, "smote_weights": 0.0}
    assert script.true_recipes(truths(**raw, **alike)) == {"prior_shift"}
    bent = alike | {"weights_prior": -0.03, "smote_prior": -0.03}
    assert script.true_recipes(truths(**raw, **bent)) == {"class_weight"}
    assert script.true_recipes(truths(**raw, **bent | {"smote_weights": -0.02})) == {"smote"}
    near = truths(**raw, **alike | {"smote_prior": -0.0101}).assign(truth_se=0.0001)
    assert script.true_recipes(near) == {"prior_shift", "class_weight"}


def test_a_verdict_is_wrong_where_its_claim_is_false(script):
    assert script._is_true("better", -0.011, 0.0)
    assert not script._is_true("better", -0.009, 0.0)
    assert script._is_true("no better", 0.5, 0.0)
    assert not script._is_true("same", -0.011, 0.0)
    assert script._is_true("same", -0.011, 0.001)  # the truth itself is known no better


def test_the_rule_before_needs_every_generator(script):
    def judged(of_jitter):
        frame = pd.DataFrame(
            {"recipe": ["smote", "jitter"], "alternative": "none", "probability_better": [0.0, of_jitter]}
        )
        worse = [0.0, 0.0 if of_jitter else 1.0]
        return frame.assign(probability_worse=worse, probability_equivalent=[1.0, 1.0 - of_jitter - worse[1]])

    assert script.all_fits(judged(0.0)) == "none"
    assert script.all_fits(judged(0.3)) == ""


def test_a_small_cohort_is_judged_by_the_pipelines_own_code(script):
    found = script.with_truth(
        pd.concat(script.judge_cohort("normal classes", 300, splits=3, seed=seed) for seed in (1, 2))
    )
    assert set(found["alternative"]) == {"none", "prior_shift", "class_weight", "weights_vtss"}
    assert found["answer"].notna().all()
    assert not (found["right"] & found["wrong"]).any()
    table = script.answer_table(found)
    assert table["cohorts"].tolist() == [2]
    assert (table[["right", "wrong", "open"]].sum(axis=1) == 1).all()
