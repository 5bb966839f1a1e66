"""The controls against scikit-learn's own weighted fits, and against each other."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.utils.class_weight import compute_sample_weight

from synthsize.balance import make_generator, make_learner
from synthsize.balance.controls import CONTROLS, ControlInputs, fit_controls
from synthsize.balance.controls.threshold import out_of_fold_scores, tune_threshold
from synthsize.balance.criteria import BalancedLoss
from synthsize.balance.learners.adjusted import Reweighted
from synthsize.balance.metrics import decide, evaluate
from synthsize.balance.recipe_procedures import validate_plain
from synthsize.balance.vtss import Fold, choose
from synthsize.errors import InputError
from synthsize.recipes import PLAIN

GRID = (0.0, 0.5, 1.0, 2.0)


def training_set(classifier="logistic", n=400, seed=0, weights=0.9, **changes):
    X, y = make_classification(
        n, 5, n_informative=4, n_redundant=0, weights=[weights], flip_y=0.05, random_state=seed
    )
    learner = make_learner(classifier, params={"C": changes.pop("C", 0.7)})
    given = {"multipliers": GRID, **changes}
    return ControlInputs(learner, StandardScaler().fit_transform(X), y.astype(np.int8), **given)


def coef_of(control):
    return control.fits.coef[0]


def intercept_of(control):
    return control.fits.intercept[0] + control.shift


def fit(name, training, events=None):
    return fit_controls([name], training, [] if events is None else events)


# What the solvers promise: their objective above its minimum, relative to it.
PROMISED_GAP = {"logistic": 1e-8, "svm": 1e-4}


def objective(classifier, coef, intercept, X, y, cost):
    margin = (2.0 * y - 1.0) * (X @ coef + intercept)
    loss = np.logaddexp(0.0, -margin) if classifier == "logistic" else np.maximum(0.0, 1.0 - margin)
    return 0.5 * coef @ coef + cost @ loss


def assert_fitted(control, classifier, X, y, C, weight):
    """As low an objective as scikit-learn's own fit, within the promise; LIBSVM itself stops 1e-3 short at times."""
    if classifier == "logistic":
        model = LogisticRegression(C=C, solver="newton-cholesky", tol=1e-9)
    else:
        model = SVC(kernel="linear", C=C)
    model.fit(X, y, sample_weight=weight)
    ours = objective(classifier, coef_of(control), intercept_of(control), X, y, C * weight)
    theirs = objective(classifier, model.coef_[0], model.intercept_[0], X, y, C * weight)
    assert ours <= theirs * (1 + PROMISED_GAP[classifier])
    assert ours == pytest.approx(theirs, rel=1e-3)
    # The penalty alone makes the objective curve by 1 in each slope: what a gap may hide in them.
    hidden = np.sqrt(2 * PROMISED_GAP[classifier] * ours)
    if classifier == "logistic":
        assert np.linalg.norm(coef_of(control) - model.coef_[0]) <= hidden


both = pytest.mark.parametrize("classifier", ["logistic", "svm"])


@both
def test_class_weight_is_scikit_learns(classifier):
    training = training_set(classifier)
    weight = compute_sample_weight("balanced", training.y)
    (control,) = fit("class_weight", training)
    assert_fitted(control, classifier, training.X, training.y, training.learner.C, weight)
    assert np.isnan(control.multiplier)


@both
def test_weights_are_scikit_learns_sample_weights(classifier):
    training = training_set(classifier)
    for control, m in zip(fit("weights", training), GRID, strict=True):
        weight = np.where(training.y == 1, 1 + m * training.gap / training.n_minority, 1.0)
        assert control.multiplier == m
        assert_fitted(control, classifier, training.X, training.y, training.learner.C, weight)


@both
def test_weights_at_one_are_class_weight_up_to_the_total_weight(classifier):
    """C multiplies the sum of weighted losses, so equal fits need C scaled by the ratio of total weights."""
    training = training_set(classifier, multipliers=(1.0,))
    (weighted,) = fit("weights", training)
    total = 2 * training.n_majority / len(training.y)
    (scaled,) = fit("class_weight", training_set(classifier, C=training.learner.C * total))
    (unscaled,) = fit("class_weight", training)
    weight = np.where(training.y == 1, 1 + training.gap / training.n_minority, 1.0)
    assert_fitted(scaled, classifier, training.X, training.y, training.learner.C, weight)
    assert coef_of(weighted) == pytest.approx(coef_of(scaled), abs={"logistic": 1e-3, "svm": 0.1}[classifier])
    assert np.linalg.norm(coef_of(unscaled)) < np.linalg.norm(coef_of(weighted))


@both
def test_none_is_weights_at_zero(classifier):
    training = training_set(classifier)
    (none,), weights = fit("none", training), fit("weights", training)
    assert np.array_equal(coef_of(none), coef_of(weights[0]))
    assert intercept_of(none) == intercept_of(weights[0])


def test_plain_recipes_are_validated_as_scikit_learn_fits_and_scores_them():
    """Balanced log-loss of raw fits, shifted ones and weights, on folds fitted and scaled by scikit-learn."""
    training = training_set(n=600)
    X = training.X * [1.0, 5.0, 1.0, 1.0, 2.0] + 3.0
    parts = [*StratifiedKFold(4).split(X, training.y)]
    folds = [Fold(0, i, train, validation, i) for i, (train, validation) in enumerate(parts)]
    losses, shifted, balanced = [], [], []
    for train, validation in parts:
        y, scaler = training.y[train], StandardScaler().fit(X[train])
        gap = (y == 0).sum() - y.sum()
        of_fold = []
        for m in GRID:
            weight = np.where(y == 1, 1 + m * gap / y.sum(), 1.0)
            model = LogisticRegression(C=0.7, solver="newton-cholesky", tol=1e-9)
            model.fit(scaler.transform(X[train]), y, sample_weight=weight)
            score = model.decision_function(scaler.transform(X[validation]))
            of_fold.append(balanced_log_loss(score, training.y[validation]))
            if m == 0:
                shifted.append(
                    balanced_log_loss(score + np.log((y == 0).sum() / y.sum()), training.y[validation])
                )
        losses.append(of_fold)
        model = LogisticRegression(C=0.7, class_weight="balanced", solver="newton-cholesky", tol=1e-9)
        score = model.fit(scaler.transform(X[train]), y).decision_function(scaler.transform(X[validation]))
        balanced.append(balanced_log_loss(score, training.y[validation]))
    criterion = BalancedLoss()
    close = replace(
        training.learner, tolerance=1e-12
    )  # of an objective: coefficients are right to about 1e-6
    curves = {name: validate_plain(name, close, X, training.y, folds, GRID, criterion) for name in PLAIN}
    assert all(curve.events == () for curve in curves.values())
    found = {name: curve.by_criterion[criterion.name] for name, curve in curves.items()}
    assert found["weights"] == pytest.approx(np.array(losses), abs=1e-5)
    assert found["class_weight"][:, 0] == pytest.approx(balanced, abs=1e-5)
    assert found["none"][:, 0] == pytest.approx([of_fold[0] for of_fold in losses], abs=1e-5)
    assert found["prior_shift"][:, 0] == pytest.approx(shifted, abs=1e-5)
    chosen = choose(found["weights"], GRID, criterion).multiplier
    assert chosen == GRID[int(np.argmin(np.mean(losses, axis=0)))]
    (control,) = fit("weights_vtss", replace(training, tuned_multiplier=chosen))
    assert control.tuned_multiplier == chosen
    assert np.isnan(control.multiplier)
    same = fit("weights", training)[GRID.index(chosen)]
    assert np.array_equal(coef_of(control), coef_of(same))
    assert intercept_of(control) == intercept_of(same)


def balanced_log_loss(score, y):
    loss = np.logaddexp(0.0, np.where(y == 1, -score, score))
    return np.mean([loss[y == label].mean() for label in (0, 1)])


@pytest.mark.parametrize("learner", [make_learner("svm"), make_learner(LogisticRegression())])
def test_reweighted_fits_are_the_weighted_ones_column_by_column(learner):
    training = replace(training_set(), learner=learner)
    sizes = [round(m * training.gap) for m in GRID]
    found = []
    fits = Reweighted(learner).fit_sizes(
        training.X, training.y, np.empty((0, 5)), sizes, random_state=0, events=found
    )
    scores = fits.scores(training.X)
    calls = fits.calls(training.X, scores)
    alone = None
    for i, size in enumerate(sizes):
        weight = np.where(training.y == 1, 1 + size / training.n_minority, 1.0)
        alone = learner.fit(training.X, training.y, weight, events=[], near=alone)
        assert np.array_equal(scores[:, [i]], alone.scores(training.X))
        assert np.array_equal(calls[:, [i]], alone.calls(training.X, scores[:, [i]]))
        assert np.array_equal(fits.column(i).scores(training.X), alone.scores(training.X))


@pytest.mark.parametrize(("name", "tolerance"), [("logistic", 1e-8), ("svm", 1e-4)])
def test_where_a_weighted_fit_starts_changes_its_objective_by_no_more_than_the_tolerance(name, tolerance):
    training = training_set()
    learner = make_learner(name)

    def objective(weight, near):
        fit = learner.fit(training.X, training.y, weight, events=[], near=near)
        losses = learner.loss(fit.scores(training.X), training.y)
        return weight @ losses[:, 0] + 0.5 * (fit.coef**2).sum()

    weight = np.where(training.y == 1, 3.0, 1.0)
    near = learner.fit(training.X, training.y, np.where(training.y == 1, 2.5, 1.0), events=[])
    assert objective(weight, near) == pytest.approx(objective(weight, None), rel=tolerance)


def test_prior_shift_is_bayes_rule_at_equal_priors():
    training = training_set()
    (none,), (shifted,) = fit("none", training), fit("prior_shift", training)
    p = expit(none.scores(training.X))
    prevalence = training.n_minority / len(training.y)
    reweighted = (0.5 * p / prevalence) / (0.5 * p / prevalence + 0.5 * (1 - p) / (1 - prevalence))
    assert expit(shifted.scores(training.X)) == pytest.approx(reweighted, rel=1e-12)
    assert fit("prior_shift", training_set("svm")) == []


def test_a_majority_weight_moves_the_prior_and_the_class_weights():
    """Both aim at the classes' shares in the risk: a class weighted w has prior w."""
    training = training_set(majority_weight=0.8)
    (none,), (shifted,) = fit("none", training), fit("prior_shift", training)
    p = expit(none.scores(training.X))
    prevalence = training.n_minority / len(training.y)
    reweighted = (0.2 * p / prevalence) / (0.2 * p / prevalence + 0.8 * (1 - p) / (1 - prevalence))
    assert expit(shifted.scores(training.X)) == pytest.approx(reweighted, rel=1e-12)
    (control,) = fit("class_weight", training)
    n = len(training.y)
    weight = np.where(training.y == 1, 0.2 * n / training.n_minority, 0.8 * n / training.n_majority)
    assert_fitted(control, "logistic", training.X, training.y, training.learner.C, weight)


def test_random_oversampling_of_many_rows_approaches_weights():
    """Drawing with replacement is weighting with noise; the noise falls with the root of the rows drawn."""
    distance = {}
    for n in (500, 20_000):
        training = training_set(n=n, multipliers=(1.0,), weights=0.8)
        (weights,) = fit("weights", training)
        far = [
            fit("random_oversample", training_set(n=n, multipliers=(1.0,), weights=0.8, oversample_seed=s))[0]
            for s in range(6)
        ]
        distance[n] = np.sqrt(np.mean([np.sum((coef_of(one) - coef_of(weights)) ** 2) for one in far]))
    # The root of 40 is 6.3; six draws know it to about a quarter.
    assert 4 < distance[500] / distance[20_000] < 10


@both
def test_random_oversampling_fits_copies(classifier):
    training = training_set(classifier)
    drawn = make_generator("bootstrap").fit(training.X, training.y).sample(2 * training.gap, 0)
    for control, m in zip(fit("random_oversample", training), GRID, strict=True):
        n = round(m * training.gap)
        X, y = np.r_[training.X, drawn[:n]], np.r_[training.y, np.ones(n, np.int8)]
        assert_fitted(control, classifier, X, y, training.learner.C, np.ones(len(y)))


@both
def test_random_undersampling_keeps_every_minority_row_and_as_many_others(classifier):
    training = training_set(classifier)
    (control,) = fit("random_undersample", training)
    (again,) = fit("random_undersample", training)
    (other,) = fit("random_undersample", training_set(classifier, undersample_seed=1))
    assert np.array_equal(coef_of(control), coef_of(again))
    assert not np.array_equal(coef_of(control), coef_of(other))
    # Whatever was drawn, the kept rows are balanced; imbalanced-learn's sampler draws from the same law.
    intercepts = [
        intercept_of(fit("random_undersample", training_set(classifier, undersample_seed=seed))[0])
        for seed in range(30)
    ]
    (weighted,) = fit("class_weight", training)
    assert abs(np.mean(intercepts) - intercept_of(weighted)) < 4 * np.std(intercepts) / np.sqrt(30) + 0.1


@both
def test_threshold_moves_the_cut_of_the_raw_fit_and_claims_no_risk(classifier):
    training = training_set(classifier, weights=0.7)  # no constant score
    folds = [*StratifiedKFold(4).split(training.X, training.y)]
    scores = out_of_fold_scores(training.learner, training.X, training.y, folds)
    (none,) = fit("none", training)
    (control,) = fit("threshold", training_set(classifier, weights=0.7, out_of_fold=scores))
    assert np.array_equal(coef_of(control), coef_of(none))
    assert intercept_of(none) - intercept_of(control) == pytest.approx(tune_threshold(scores, training.y))
    assert (none.has_risk, control.has_risk) == (True, False)
    raw, tuned = (decide(one.scores(training.X), training.y).sensitivity for one in (none, control))
    assert tuned > raw


def test_out_of_fold_scores_are_those_of_a_scikit_learn_pipeline():
    training = training_set()
    X = training.X * [1.0, 5.0, 1.0, 1.0, 2.0] + 3.0
    folds = [*StratifiedKFold(4).split(X, training.y)]
    ours = out_of_fold_scores(training.learner, X, training.y, folds)
    for train, validation in folds:
        model = make_pipeline(
            StandardScaler(), LogisticRegression(C=0.7, solver="newton-cholesky", tol=1e-10)
        )
        model.fit(X[train], training.y[train])
        # A gap of 1e-8 in an objective near 60 hides up to 1e-3 in the slopes.
        assert ours[validation] == pytest.approx(model.decision_function(X[validation]), abs=1e-3)


@given(
    st.lists(st.tuples(st.integers(-5, 5), st.booleans()), min_size=2, max_size=30).filter(
        lambda rows: len({label for _, label in rows}) == 2
    )
)
@settings(deadline=None)
def test_no_cut_beats_the_tuned_one(rows):
    scores, y = np.array([s for s, _ in rows], float), np.array([label for _, label in rows], int)
    cut = tune_threshold(scores, y)
    reached = balanced_accuracy_score(y, scores > cut)
    others = [balanced_accuracy_score(y, scores > c) for c in np.arange(-6.5, 7)]
    assert reached == pytest.approx(max(others))
    assert cut not in scores


def test_a_useless_score_has_no_cut_and_says_so():
    y = np.r_[np.zeros(8, int), np.ones(4, int)]
    assert tune_threshold(-y.astype(float), y) == np.inf
    training = ControlInputs(
        make_learner("logistic"), np.eye(12)[:, :3], y.astype(np.int8), GRID, out_of_fold=-y.astype(float)
    )
    events = []
    (control,) = fit("threshold", training, events)
    assert [(name, event.event) for name, event in events] == [("threshold", "no_useful_threshold")]
    (none,) = fit("none", training)
    assert np.array_equal(control.scores(training.X), none.scores(training.X))


def test_a_constant_raw_score_is_named_ranks_nothing_and_has_no_threshold():
    """Eight minority rows near the others: no slope lowers the hinge objective."""
    rng = np.random.default_rng(1)
    y = np.r_[np.ones(8), np.zeros(200)].astype(np.int8)
    X = rng.normal(size=(208, 3)) + 0.8 * y[:, np.newaxis]
    # As a fold's fit with a slope might give: a cut of these scores would look useful.
    inputs = ControlInputs(make_learner("svm"), X, y, (0.0, 1.0), out_of_fold=X[:, 0])
    events = []
    fits = fit_controls(["none", "threshold", "weights", "class_weight"], inputs, events)
    assert [(name, event.event) for name, event in events] == [
        ("none", "constant_score"),
        ("threshold", "constant_score"),
        ("threshold", "no_useful_threshold"),
        ("weights", "constant_score"),
    ]
    assert events[3][1].detail == "m = 0: svm: all rows get the same score"
    for control in fits[:3]:
        metrics = evaluate(control.scores(X)[:, np.newaxis], y, estimates=False)
        assert metrics["auroc"] == 0.5
        assert metrics["auprc"] == y.mean()
        assert metrics["balanced_accuracy"] == 0.5
    for control in fits[3:]:
        assert evaluate(control.scores(X)[:, np.newaxis], y, estimates=False)["auroc"] > 0.6
    # The linear score of the same rows by log odds is no constant.
    found = []
    fit_controls(["none"], replace(inputs, learner=make_learner("logistic")), found)
    assert found == []


def test_balanced_classes_leave_nothing_to_do_and_say_so():
    training = training_set(weights=0.4)
    assert training.gap < 0
    events = []
    fits = fit_controls(["weights", "random_oversample", "random_undersample"], training, events)
    assert [name for name, event in events if event.event == "no_gap"] == [
        "weights",
        "random_oversample",
        "random_undersample",
    ]
    assert all(np.array_equal(coef_of(one), coef_of(fits[0])) for one in fits[: len(GRID)])


def test_a_fit_that_does_not_converge_is_recorded(monkeypatch):
    monkeypatch.setattr("synthsize.balance.solvers.svm.MAX_STAGES", 1)
    events = []
    fit_controls(["class_weight", "weights"], training_set("svm", multipliers=(0.5,)), events)
    assert [(name, event.event) for name, event in events] == [
        ("class_weight", "not_converged"),
        ("weights", "not_converged"),
        ("weights", "constant_score"),  # stopped before it had a slope
    ]
    assert "m = 0.5: svm" in events[1][1].detail


def test_controls_come_in_the_order_asked_for():
    training = training_set()
    fits = fit_controls(["weights", "none"], training, [])
    assert [one.control for one in fits] == ["weights"] * len(GRID) + ["none"]
    assert set(CONTROLS) == {
        *("none", "prior_shift", "class_weight", "weights", "weights_vtss"),
        *("random_oversample", "random_undersample", "threshold"),
    }


def test_bad_input_is_named():
    training = training_set()
    with pytest.raises(InputError, match="there is no control 'smote'; choose from none, prior_shift"):
        fit("smote", training)
    with pytest.raises(InputError, match="'threshold' needs out_of_fold scores"):
        fit("threshold", training)
    with pytest.raises(InputError, match="'weights_vtss' needs tuned_multiplier"):
        fit("weights_vtss", training)
    with pytest.raises(InputError, match="one class only"):
        fit("none", ControlInputs(make_learner("svm"), np.eye(3), np.zeros(3, np.int8), GRID))
    with pytest.raises(InputError, match="folds must hold every row once"):
        out_of_fold_scores(training.learner, training.X, training.y, [(np.arange(300), np.arange(300, 390))])
