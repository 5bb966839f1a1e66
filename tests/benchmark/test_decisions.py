"""Decisions of the recipes: counts of scikit-learn's own fit, and what recalibration and shifted priors must do."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, confusion_matrix
from small_blocks import SETTINGS, analysis_table

from synthsize.balance.controls.prior_shift import prior_shift_of
from synthsize.balance.events import Event
from synthsize.benchmark.block import run_block
from synthsize.benchmark.chosen import Choices, best_validated, joint_choices
from synthsize.benchmark.controls import run_controls
from synthsize.benchmark.net_benefit import run_decisions
from synthsize.benchmark.recipe_scores import RecipeScores, recalibrate
from synthsize.benchmark.split_data import draw_split, read_rows

THRESHOLDS = [0.05, 0.1, 0.2, 0.5]
GENERATORS = {"smote": {}, "jitter": {}}


def decide(classifier, table, thresholds=THRESHOLDS):
    cell = {"task": "t", "classifier": classifier, "splits": (0,), "settings": SETTINGS}
    vtss = [run_block(table, generator=name, **cell).vtss for name in GENERATORS]
    controls = run_controls(table, controls=["weights_vtss"], **cell).controls
    chosen = best_validated(
        pd.concat(vtss), "t", classifier, criteria=SETTINGS.criteria, rivals=list(GENERATORS)
    )
    result = run_decisions(table, controls, chosen, generators=GENERATORS, thresholds=thresholds, **cell)
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


def test_calibration_is_reported_of_the_risks_that_are_decided_by(logistic, table):
    """Before: scikit-learn's Brier score of the raw fit. After: nearer to an intercept of 0 and a slope of 1."""
    split = draw_split(read_rows(table, "t", SETTINGS), SETTINGS, 0)
    model = LogisticRegression(tol=1e-10, max_iter=10_000).fit(split.X_train, split.y_train)
    rows = (
        logistic[0]
        .decisions.drop_duplicates(["recipe", "recalibrated"])
        .set_index(["recipe", "recalibrated"])
    )
    brier = brier_score_loss(split.y_test, model.predict_proba(split.X_test)[:, 1])
    assert rows.loc[("raw", False), "brier"] == pytest.approx(brier, rel=1e-5)
    before, after = (rows.loc[("prior_shift", again)] for again in (False, True))
    assert before["calibration_intercept"] < -1
    assert abs(after["calibration_intercept"]) < 0.5
    assert after["brier"] < before["brier"]
    told = logistic[0].decisions[["recipe", "recalibrated", "brier"]].drop_duplicates()
    assert len(told) == len(rows)


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
    chosen = result.decisions[result.decisions["recipe"] == "best_generator"]
    assert set(chosen["method"]) == {loss.idxmin()}
    weights = result.decisions[result.decisions["recipe"] == "weights"]
    assert set(weights["multiplier"]) == set(controls["tuned_multiplier"])
    by_accuracy = best_validated(vtss, "t", "logistic", criteria=("balanced_accuracy",), rivals=["jitter"])
    assert by_accuracy.by_split[0].method == "jitter"


def test_of_equal_validation_means_the_simplest_generator_is_taken_and_no_other_folds_are_compared():
    rows = [("smote", 0.5, 0.3), ("jitter", 1.0, 0.3), ("adasyn", 1.0, 0.1)]
    cell = {"task": "t", "classifier": "logistic", "split": 0, "criterion": "balanced_loss"}
    vtss = pd.DataFrame(
        [
            cell | {"generator": name, "multiplier": m, "validation_mean": [0.5, mean]}
            for name, m, mean in rows
        ]
    )
    chosen = best_validated(vtss, "t", "logistic", criteria=("balanced_loss",), rivals=["smote", "jitter"])
    assert chosen.name == "best_generator"
    assert (chosen.by_split[0].method, chosen.by_split[0].multiplier) == ("jitter", 1.0)


CHOICES = [("none", 0.0), ("prior_shift", 0.0), ("class_weight", 0.0), ("weights", 1.0), ("smote", 1.0)]


@pytest.mark.parametrize(("method", "multiplier"), CHOICES)
@pytest.mark.parametrize("C", [np.nan, 0.05])
def test_the_chosen_recipe_is_fitted_whatever_its_method_and_penalty(table, method, multiplier, C):
    """Against scikit-learn's own fit; at m = 1 weights are those that balance the classes."""
    cell = {"task": "t", "classifier": "logistic", "splits": (0,), "settings": SETTINGS}
    one = {
        "task": "t",
        "classifier": "logistic",
        "split": 0,
        "method": method,
        "multiplier": multiplier,
        "C": C,
    }
    chosen = joint_choices(
        pd.DataFrame([one, one | {"task": "another", "method": "jitter"}]), "t", "logistic"
    )
    controls = run_controls(table, controls=[], **cell).controls
    result = run_decisions(table, controls, chosen, generators=GENERATORS, thresholds=THRESHOLDS, **cell)
    own = result.decisions[result.decisions["recipe"] == "chosen"]
    assert set(own["method"]) == {method}
    assert own["multiplier"].eq(multiplier).all()
    assert own["C"].isna().all() if np.isnan(C) else own["C"].eq(C).all()
    split = draw_split(read_rows(table, "t", SETTINGS), SETTINGS, 0)
    balanced = "balanced" if method in ("class_weight", "weights") else None
    rows, labels = split.X_train, split.y_train
    if method == "smote":
        drawn = run_block(table, generator="smote", **cell).sweep.set_index("multiplier").loc[1.0]
        if np.isnan(C):  # the fit of the benchmark's own sweep
            called = own[~own["recalibrated"] & (own["threshold"] == 0.5)].iloc[0]
            assert called["true_positives"] / called["n_positive"] == pytest.approx(drawn["sensitivity"])
        return
    model = LogisticRegression(C=1.0 if np.isnan(C) else C, class_weight=balanced, tol=1e-10, max_iter=10_000)
    if method == "weights":  # the majority keeps weight 1, which matters beside a penalty
        gap = (labels == 0).sum() / (labels == 1).sum()
        model.set_params(class_weight={0: 1.0, 1: gap})
    odds = model.fit(rows, labels).decision_function(split.X_test)
    odds = odds + (prior_shift_of(labels, 0.5) if method == "prior_shift" else 0.0)
    expected = [
        [(odds >= logit(t))[split.y_test == 1].sum(), (odds >= logit(t))[split.y_test == 0].sum()]
        for t in THRESHOLDS
    ]
    assert of(result.decisions, "chosen", False).tolist() == expected


def test_margins_have_recalibrated_decisions_alone(table):
    decisions = decide("svm", table)[0].decisions
    assert decisions["recalibrated"].all()
    assert set(decisions["recipe"]) == {"raw", "weights", "best_generator"}
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
    controls = run_controls(table, controls=[], **cell).controls
    result = run_decisions(
        table, controls, Choices("chosen", {}), generators=GENERATORS, thresholds=[0.1], **cell
    )
    assert "chosen" not in set(result.decisions["recipe"])
    assert result.events["event"].tolist() == ["no_choice"]
    # No size was validated for weights.
    assert set(result.decisions["recipe"]) == {"raw", "prior_shift", "class_weight"}
