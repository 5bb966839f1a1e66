"""Decisions of the recipes: counts of scikit-learn's own fit, and what recalibration and shifted priors must do."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix
from small_blocks import SETTINGS, analysis_table

from synthsize.balance.controls.prior_shift import prior_shift_of
from synthsize.balance.events import Event
from synthsize.benchmark.block import run_block
from synthsize.benchmark.controls import run_controls
from synthsize.benchmark.net_benefit import best_validated, run_decisions
from synthsize.benchmark.recipe_scores import RecipeScores, recalibrate
from synthsize.benchmark.split_data import draw_split, read_rows

THRESHOLDS = [0.05, 0.1, 0.2, 0.5]
GENERATORS = {"smote": {}, "jitter": {}}


def decide(classifier, table, thresholds=THRESHOLDS):
    cell = {"task": "t", "classifier": classifier, "splits": (0,), "settings": SETTINGS}
    vtss = [run_block(table, generator=name, **cell).vtss for name in GENERATORS]
    controls = run_controls(table, controls=["weights_vtss"], **cell).controls
    result = run_decisions(
        table, pd.concat(vtss), controls, generators=GENERATORS, thresholds=thresholds, **cell
    )
    return result, pd.concat(vtss), controls


@pytest.fixture(scope="module")
def table():
    return analysis_table(n=400, patients=320)


@pytest.fixture(scope="module")
def logistic(table):
    return decide("logistic", table)


def of(decisions, recipe, recalibrated):
    rows = decisions[(decisions["recipe"] == recipe) & (decisions["recalibrated"] == recalibrated)]
    return rows[["true_positives", "false_positives"]].to_numpy()


def test_raw_decisions_are_those_of_scikit_learn(logistic, table):
    split = draw_split(read_rows(table, "t", SETTINGS), SETTINGS, 0)
    model = LogisticRegression(tol=1e-10, max_iter=10_000).fit(split.X_train, split.y_train)
    risk = model.predict_proba(split.X_test)[:, 1]
    expected = []
    for threshold in THRESHOLDS:
        (_, false), (_, true) = confusion_matrix(split.y_test, risk >= threshold)
        expected.append([true, false])
    assert of(logistic[0].decisions, "raw", False).tolist() == expected


def test_a_shifted_prior_is_the_raw_fit_at_another_threshold_and_recalibrated_the_same(logistic, table):
    split = draw_split(read_rows(table, "t", SETTINGS), SETTINGS, 0)
    shift = prior_shift_of(split.y_train, 0.5)
    assert shift == pytest.approx(-logit(split.y_train.mean()))
    elsewhere = [float(expit(logit(threshold) - shift)) for threshold in THRESHOLDS]
    raw = decide("logistic", table, elsewhere)[0].decisions
    decisions = logistic[0].decisions
    assert (of(decisions, "prior_shift", False) == of(raw, "raw", False)).all()
    assert (of(decisions, "prior_shift", True) == of(decisions, "raw", True)).all()


def test_recipes_are_those_that_validation_chose(logistic):
    result, vtss, controls = logistic
    loss = vtss[vtss["criterion"] == "balanced_loss"].set_index("generator")["validation_mean"].map(min)
    chosen = result.decisions[result.decisions["recipe"] == "chosen"]
    assert set(chosen["generator"]) == {loss.idxmin()}
    weights = result.decisions[result.decisions["recipe"] == "weights"]
    assert set(weights["multiplier"]) == set(controls["tuned_multiplier"])
    assert best_validated(vtss, ("balanced_accuracy",)).keys() == {0}


def test_margins_have_recalibrated_decisions_alone(table):
    decisions = decide("svm", table)[0].decisions
    assert decisions["recalibrated"].all()
    assert set(decisions["recipe"]) == {"raw", "weights", "chosen"}
    assert (decisions["true_positives"] <= decisions["n_positive"]).all()
    assert (decisions["false_positives"] <= decisions["n_test"] - decisions["n_positive"]).all()


def test_scores_that_cannot_be_recalibrated_are_events():
    y = np.array([0, 0, 0, 1], dtype=np.int8)
    flat, apart = (
        RecipeScores(np.zeros(2), np.array(scores), ()) for scores in ([2.0] * 4, [0.0, 1.0, 2.0, 3.0])
    )
    found: list[Event] = []
    assert recalibrate(flat, y, found) == pytest.approx((logit(0.25), 0.0))
    assert np.isnan(recalibrate(apart, y, found)).all()
    assert [event.event for event in found] == ["recalibration_constant", "recalibration_undefined"]


def test_without_a_choice_the_recipe_is_left_out_and_said(table):
    cell = {"task": "t", "classifier": "logistic", "splits": (0,), "settings": SETTINGS}
    vtss = run_block(table, generator="smote", **cell).vtss.iloc[:0]
    controls = run_controls(table, controls=[], **cell).controls
    result = run_decisions(table, vtss, controls, generators=GENERATORS, thresholds=[0.1], **cell)
    assert "chosen" not in set(result.decisions["recipe"])
    assert result.events["event"].tolist() == ["no_choice"]
    weights = result.decisions[result.decisions["recipe"] == "weights"]
    assert set(weights["multiplier"]) == {1.0}  # no size was validated for weights
