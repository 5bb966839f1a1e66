import pickle
from itertools import product

import numpy as np
import pandas as pd
import pytest
from imblearn.combine import SMOTEENN
from imblearn.over_sampling import SMOTE, BorderlineSMOTE
from imblearn.pipeline import make_pipeline as make_imblearn_pipeline
from imblearn.under_sampling import RandomUnderSampler
from imblearn.utils.estimator_checks import estimator_checks_generator as imbalanced_learn_checks
from quick_generators import LIGHT
from scipy.sparse import csr_array
from sklearn import config_context
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import balanced_accuracy_score, hinge_loss, log_loss, make_scorer, roc_auc_score
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    KFold,
    LeaveOneOut,
    RepeatedStratifiedKFold,
    StratifiedKFold,
    cross_val_score,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.utils.estimator_checks import parametrize_with_checks

from synthsize.balance import Event, VTSSClassifier, make_generator
from synthsize.balance.diagnosis import theory_guided_multipliers
from synthsize.balance.estimator import candidates
from synthsize.balance.estimator.fast_path import path_learner
from synthsize.balance.learners import EstimatorLearner

QUICK = {"multipliers": (0.0, 0.5, 1.0, 1.5), "cv": 3, "n_repeats": 2, "random_state": 0}
PATH_ERROR = 1e-6  # in a mean loss; an objective gap of 1e-12 leaves coefficients right to about 1e-6


class OneByOneLogistic(LogisticRegression):
    """The same objective, out of reach of the paths."""


class OneByOneSVC(SVC):
    """The same objective, out of reach of the paths."""


def data(seed=0, n=240, d=4, minority=0.15, **kwargs):
    kwargs = {"n_informative": d - 1, "n_redundant": 0, "class_sep": 0.7, **kwargs}
    return make_classification(n, d, weights=[1 - minority], random_state=seed, **kwargs)


# Common checks of scikit-learn and imbalanced-learn

CHECKED = [
    VTSSClassifier(),
    VTSSClassifier(SVC(kernel="linear"), "jitter", multipliers=(0, 1), cv=2, n_repeats=1, scale=True),
    VTSSClassifier(GaussianNB(), "adasyn", multipliers=(0, 1), cv=2, n_repeats=1),
]


@parametrize_with_checks(CHECKED)
def test_scikit_learn_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize(
    ("estimator", "check"),
    [
        pair
        for model in CHECKED
        for pair in imbalanced_learn_checks(
            model,
            expected_failed_checks={"check_classifiers_with_encoded_labels": "fits three classes"},
            mark="xfail",
        )
    ],
)
def test_imbalanced_learn_checks(estimator, check):
    check(estimator)


# The procedure, against the same thing written out with scikit-learn alone


def one_minority_point(seed=3, n_majority=90, n_minority=12):
    """Minority rows all alike, so that every synthetic row is known."""
    rng = np.random.default_rng(seed)
    X = np.r_[rng.normal(size=(n_majority, 2)), np.tile([1.2, 0.4], (n_minority, 1))]
    y = np.r_[np.zeros(n_majority, int), np.ones(n_minority, int)]
    order = rng.permutation(len(y))
    return X[order], y[order]


def balanced_loss_by_hand(model, X, y):
    weight = np.where(y == 1, 0.5 / (y == 1).sum(), 0.5 / (y == 0).sum())
    if hasattr(model, "predict_proba"):
        return log_loss(y, model.predict_proba(X), sample_weight=weight)
    return hinge_loss(y, model.decision_function(X), sample_weight=weight)


def balanced_accuracy_by_hand(model, X, y):
    return balanced_accuracy_score(y, model.predict(X))


def auc_by_hand(model, X, y):
    return roc_auc_score(y, model.predict_proba(X)[:, 1])


@pytest.mark.parametrize("scale", [False, True])
@pytest.mark.parametrize(
    ("estimator", "criterion", "by_hand", "fast"),
    [
        (LogisticRegression(C=0.3, tol=1e-9), "balanced_loss", balanced_loss_by_hand, True),
        (OneByOneLogistic(C=0.3, tol=1e-9), "balanced_loss", balanced_loss_by_hand, False),
        (GaussianNB(), "balanced_loss", balanced_loss_by_hand, False),
        (LogisticRegression(C=0.3, tol=1e-9), "balanced_accuracy", balanced_accuracy_by_hand, True),
        (KNeighborsClassifier(30), "balanced_accuracy", balanced_accuracy_by_hand, False),
        (LogisticRegression(C=0.3, tol=1e-9), "roc_auc", auc_by_hand, True),
        (OneByOneSVC(kernel="linear", C=0.3), "balanced_loss", balanced_loss_by_hand, False),
        (NearestCentroid(), make_scorer(balanced_accuracy_score), balanced_accuracy_by_hand, False),
    ],
)
def test_curve_and_refit_are_those_of_a_loop_written_out(estimator, criterion, by_hand, fast, scale):
    X, y = one_minority_point()
    multipliers, folds = [0.0, 0.4, 1.0, 1.6], StratifiedKFold(3)
    model = VTSSClassifier(
        estimator, multipliers=multipliers, cv=folds, criterion=criterion, scale=scale, random_state=5
    ).fit(X, y)

    def fit(rows, labels, multiplier):
        scaler = StandardScaler(with_mean=scale, with_std=scale).fit(rows)
        copies = round(multiplier * ((labels == 0).sum() - (labels == 1).sum()))
        rows = scaler.transform(np.r_[rows, np.tile([1.2, 0.4], (copies, 1))])
        return scaler, clone(estimator).fit(rows, np.r_[labels, np.ones(copies, int)])

    expected = np.empty((3, 4))
    for fold, (train, test) in enumerate(folds.split(X, y)):
        for column, multiplier in enumerate(multipliers):
            scaler, fitted = fit(X[train], y[train], multiplier)
            expected[fold, column] = by_hand(fitted, scaler.transform(X[test]), y[test])
    assert model.fast_path_ is fast
    within = PATH_ERROR if fast and criterion == "balanced_loss" else 1e-9
    assert model.validation_curve_["by_fold"] == pytest.approx(expected, abs=within)
    mean = expected.mean(axis=0)
    best = np.argmin(mean) if criterion == "balanced_loss" else np.argmax(mean)
    assert model.best_multiplier_ == multipliers[best] == multipliers[model.best_index_]
    assert model.validation_curve_["mean"] == pytest.approx(mean, abs=within)
    assert model.validation_curve_["standard_error"] == pytest.approx(
        expected.std(axis=0, ddof=1) / np.sqrt(3), abs=within
    )
    scaler, fitted = fit(X, y, model.best_multiplier_)
    assert np.array_equal(model.predict(X), fitted.predict(scaler.transform(X)))
    assert model.n_synthetic_ == round(model.best_multiplier_ * (90 - 12))


class Recorder(GaussianNB):
    """Keeps what every fit was given."""

    seen: list = []  # noqa: RUF012

    def fit(self, X, y):
        Recorder.seen.append((X, y))
        return super().fit(X, y)


def test_fits_get_real_training_rows_then_growing_prefixes_of_one_stream():
    X, y = data()
    folds = list(StratifiedKFold(3).split(X, y))
    Recorder.seen.clear()
    VTSSClassifier(Recorder(), multipliers=(0, 0.5, 1), cv=folds, random_state=1).fit(X, y)
    assert len(Recorder.seen) == 3 * 3 + 1
    for fold, (train, _) in enumerate(folds):
        none, half, full = Recorder.seen[3 * fold : 3 * fold + 3]
        gap = (y[train] == 0).sum() - (y[train] == 1).sum()
        assert np.array_equal(none[0], X[train])
        assert np.array_equal(none[1], y[train])
        assert len(half[0]) == len(train) + round(0.5 * gap)
        assert len(full[0]) == len(train) + gap
        assert np.array_equal(full[0][: len(half[0])], half[0])
        assert np.array_equal(half[0][: len(train)], X[train])
        assert (full[1][len(train) :] == 1).all()
    first, second = Recorder.seen[2][0], Recorder.seen[5][0]
    assert not np.isin(first[-20:], second[-20:]).any()  # each fold has a stream of its own


# The fast path


PROBLEMS = [
    (seed, criterion, generator)
    for seed, (criterion, generator) in enumerate(
        2 * list(product(["balanced_loss", "balanced_accuracy", "roc_auc"], LIGHT))
    )
]


@pytest.mark.parametrize(("seed", "criterion", "generator"), PROBLEMS)
def test_logistic_paths_choose_as_single_fits_do(seed, criterion, generator):
    rng = np.random.default_rng(seed)
    X, y = data(seed, n=300, minority=rng.choice([0.05, 0.15, 0.4]))
    labels = np.array([["common", "rare"], ["z_common", "a_rare"]][seed % 2])[y]
    options = {**QUICK, "multipliers": np.linspace(0, 2, 9), "criterion": criterion, "random_state": seed}
    C = rng.choice([0.01, 1.0, 30.0])
    solver = {"C": C, "solver": "newton-cholesky", "tol": 1e-10}
    fast = VTSSClassifier(LogisticRegression(**solver), generator, **options).fit(X, labels)
    single = VTSSClassifier(OneByOneLogistic(**solver), generator, **options).fit(X, labels)
    assert (fast.fast_path_, single.fast_path_) == (True, False)
    assert fast.best_multiplier_ == single.best_multiplier_
    within = PATH_ERROR if criterion == "balanced_loss" else 1e-9
    assert fast.validation_curve_["by_fold"] == pytest.approx(single.validation_curve_["by_fold"], abs=within)
    assert np.array_equal(fast.decision_function(X), single.decision_function(X))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("criterion", ["balanced_loss", "balanced_accuracy"])
def test_svm_paths_choose_as_single_fits_do(criterion, seed):
    X, y = data(seed, n=300)
    options = {**QUICK, "criterion": criterion, "scale": True, "random_state": seed}
    fast = VTSSClassifier(SVC(kernel="linear", tol=1e-5), **options).fit(X, y)
    single = VTSSClassifier(OneByOneSVC(kernel="linear", tol=1e-5), **options).fit(X, y)
    assert (fast.fast_path_, single.fast_path_) == (True, False)
    assert fast.best_multiplier_ == single.best_multiplier_
    within = 1e-4 if criterion == "balanced_loss" else 1e-9  # LIBSVM cannot be brought much closer
    assert fast.validation_curve_["by_fold"] == pytest.approx(single.validation_curve_["by_fold"], abs=within)
    assert np.array_equal(fast.decision_function(X), single.decision_function(X))


@pytest.mark.parametrize(
    "estimator",
    [
        LogisticRegression(class_weight="balanced"),
        LogisticRegression(solver="liblinear"),
        LogisticRegression(l1_ratio=1.0, solver="saga"),
        LogisticRegression(C=np.inf),
        LogisticRegression(fit_intercept=False),
        LogisticRegression(warm_start=True),
        OneByOneLogistic(),
        SVC(),
        SVC(kernel="linear", class_weight={1: 2.0}),
        SVC(kernel="linear", max_iter=10),
        LinearSVC(loss="hinge"),
        make_pipeline(StandardScaler(), LogisticRegression()),
    ],
)
def test_other_objectives_stay_with_their_estimator(estimator):
    assert path_learner(EstimatorLearner(estimator)) is None


def test_scorer_of_a_linear_svm_reads_the_svm_itself():
    X, y = data()
    model = VTSSClassifier(SVC(kernel="linear"), criterion="roc_auc", **QUICK).fit(X, y)
    assert model.fast_path_ is False


# Choices


def far_best(n=400, seed=0):
    """Majority far more spread than the minority: the raw fit needs much more than balance."""
    rng = np.random.default_rng(seed)
    X = np.r_[rng.normal(0, 1, (n, 1)), rng.normal(1.5, 0.3, (n // 10, 1))]
    return X, np.r_[np.zeros(n, int), np.ones(n // 10, int)]


def test_grid_goes_on_above_its_end_while_the_best_lies_there():
    X, y = far_best()
    options = {"estimator": OneByOneLogistic(), "cv": 3, "n_repeats": 1, "random_state": 0}
    narrow = VTSSClassifier(multipliers=(0.0, 0.1, 0.2), **options).fit(X, y)
    assert narrow.edge_ == "upper"
    assert (None, None, "upper_edge") in [(r, f, event.event) for r, f, event in narrow.events_]
    wide = VTSSClassifier(multipliers=(0.0, 0.1, 0.2), widen_at_edge=True, **options).fit(X, y)
    grid = wide.validation_curve_["multiplier"]
    assert grid == pytest.approx(np.arange(9) * 0.1)  # three times 0.2 further
    whole = VTSSClassifier(multipliers=grid, **options).fit(X, y)
    assert np.array_equal(wide.validation_curve_["by_fold"], whole.validation_curve_["by_fold"])
    assert wide.best_multiplier_ == whole.best_multiplier_ > 0.2
    assert wide.validation_curve_["multiplier"][wide.best_index_] == wide.best_multiplier_


def test_grid_goes_down_to_zero_while_the_best_lies_at_its_start():
    X, y = data()
    # The share of right answers is highest when nothing is added.
    model = VTSSClassifier(
        multipliers=(1.0, 1.3, 1.6),
        criterion="accuracy",
        widen_at_edge=True,
        cv=3,
        n_repeats=2,
        random_state=0,
    ).fit(X, y)
    assert model.validation_curve_["multiplier"] == pytest.approx([0, 0.3, 0.6, 0.9, 1.0, 1.3, 1.6])
    assert model.best_multiplier_ < 1.0


def test_one_standard_error_rule_takes_the_smaller_multiplier():
    X, y = data(n=300)
    grid = np.linspace(0, 2, 21)
    options = {**QUICK, "multipliers": grid}
    best = VTSSClassifier(**options).fit(X, y)
    frugal = VTSSClassifier(one_standard_error=True, **options).fit(X, y)
    curve = best.validation_curve_
    allowed = curve["mean"][best.best_index_] + curve["standard_error"][best.best_index_]
    expected = grid[np.flatnonzero(curve["mean"] <= allowed)[0]]
    assert frugal.best_multiplier_ == expected == best.one_standard_error_multiplier_ < best.best_multiplier_
    assert frugal.n_synthetic_ < best.n_synthetic_
    assert grid[frugal.best_index_] == expected


def test_theory_guided_candidates_are_those_of_the_diagnosis():
    X, y = data(n=400)
    options = {"cv": 3, "n_repeats": 1, "random_state": 0, "scale": True}
    model = VTSSClassifier(generator="jitter", candidates="theory_guided", **options).fit(X, y)
    guided = theory_guided_multipliers(model.diagnosis_)
    assert model.validation_curve_["multiplier"].tolist() == list(guided)
    assert (model.diagnosis_.n_majority, model.diagnosis_.n_minority) == ((y == 0).sum(), (y == 1).sum())
    grouped = VTSSClassifier(make_pipeline(GaussianNB()), candidates="theory_guided", **options)
    assert grouped.fit(X, y, groups=np.arange(400) // 2).diagnosis_.theory_multiplier != 0
    with pytest.raises(ValueError, match="finds its own multipliers; leave multipliers at None"):
        VTSSClassifier(candidates="theory_guided", multipliers=(0, 1), **options).fit(X, y)


def test_theory_sizes_out_of_reach_are_left_out_and_recorded(monkeypatch):
    monkeypatch.setattr(candidates, "theory_guided_multipliers", lambda _: (0.8, 1.0, 200.0))
    X, y = data()
    model = VTSSClassifier(candidates="theory_guided", cv=3, n_repeats=1, random_state=0).fit(X, y)
    assert model.validation_curve_["multiplier"].tolist() == [0.8, 1.0]
    assert "theory_size_out_of_reach" in [event.event for _, _, event in model.events_]


def test_majority_weight_moves_the_choice_to_the_class_that_counts():
    X, y = data(n=400)
    grid = np.linspace(0, 2, 11)
    chosen = [
        VTSSClassifier(**{**QUICK, "multipliers": grid}, majority_weight=weight).fit(X, y).best_multiplier_
        for weight in (0.2, 0.5, 0.8)
    ]
    assert chosen[0] > chosen[1] > chosen[2]


def test_rarer_class_may_be_either_label():
    X, y = data()
    names = np.array(["z_common", "a_rare"])[y]
    by_number = VTSSClassifier(**QUICK, criterion="roc_auc").fit(X, y)
    by_name = VTSSClassifier(**QUICK, criterion="roc_auc").fit(X, names)
    assert by_name.minority_class_ == "a_rare"
    assert list(by_name.classes_) == ["a_rare", "z_common"]
    # AUC reads the second class, so it is the same number when scores and classes are both turned round.
    assert by_name.validation_curve_["mean"] == pytest.approx(by_number.validation_curve_["mean"], abs=1e-12)
    assert np.array_equal(by_name.predict(X) == "a_rare", by_number.predict(X) == 1)
    assert by_name.predict_proba(X)[:, 0] == pytest.approx(by_number.predict_proba(X)[:, 1], abs=1e-4)


def test_equal_classes_add_nothing_and_say_so():
    X, y = data(minority=0.5, flip_y=0)
    model = VTSSClassifier(**QUICK).fit(X, np.array(["a", "b"])[y])
    assert (model.minority_class_, model.n_synthetic_) == ("b", 0)
    assert {event.event for _, _, event in model.events_} == {"equal_classes", "no_gap"}


def test_no_more_folds_than_minority_rows():
    X, y = data(n=60, minority=0.05, flip_y=0)
    model = VTSSClassifier(**{**QUICK, "cv": 5}).fit(X, y)
    assert y.sum() == 3
    assert model.validation_curve_["by_fold"].shape == (3 * 2, 4)
    assert (None, None, Event("fewer_folds", "3 minority rows: folds 5 -> 3")) in model.events_


def test_events_name_their_fold():
    X, y = data(n=120, minority=0.08, flip_y=0)
    model = VTSSClassifier(**{**QUICK, "n_repeats": 1}).fit(X, y)
    where = [(r, f) for r, f, event in model.events_ if event.event == "few_minority_rows"]
    assert where == [(0, 0), (0, 1), (0, 2), (None, None)]


# Any classifier, any generator, inside anything


@pytest.mark.parametrize(
    "generator", ["smote", "adasyn", "borderline_smote", make_generator("jitter", scale=0.2)]
)
@pytest.mark.parametrize(
    "estimator",
    [
        RandomForestClassifier(5, random_state=0),
        make_pipeline(StandardScaler(), LogisticRegression()),
        LinearSVC(),
    ],
)
def test_any_classifier_with_any_generator(estimator, generator):
    X, y = data(minority=0.1, flip_y=0)
    options = {**QUICK, "multipliers": (0.5, 1.0), "n_repeats": 1}
    model = VTSSClassifier(estimator, generator, **options).fit(X, y)
    assert balanced_accuracy_score(y, model.predict(X)) > 0.6
    assert model.score(X, y) == pytest.approx((model.predict(X) == y).mean())
    assert hasattr(model, "predict_proba") == hasattr(estimator, "predict_proba")
    assert hasattr(model, "predict_log_proba") == hasattr(estimator, "predict_log_proba")
    assert hasattr(model, "decision_function") == hasattr(estimator, "decision_function")
    assert type(model.estimator_) is type(estimator)
    assert not hasattr(estimator, "classes_")


def test_same_seed_same_result_whatever_the_number_of_processes():
    X, y = data()
    for estimator in (None, RandomForestClassifier(5, random_state=0)):
        alone = VTSSClassifier(estimator, **QUICK).fit(X, y)
        shared = VTSSClassifier(estimator, **QUICK, n_jobs=2).fit(X, y)
        assert np.array_equal(alone.validation_curve_["by_fold"], shared.validation_curve_["by_fold"])
        assert np.array_equal(alone.predict_proba(X), shared.predict_proba(X))
    other = VTSSClassifier(**{**QUICK, "random_state": 1}).fit(X, y)
    assert not np.array_equal(other.validation_curve_["by_fold"], alone.validation_curve_["by_fold"])
    state = np.random.RandomState(0)
    drawn = [
        VTSSClassifier(**{**QUICK, "random_state": state}).fit(X, y).validation_curve_["mean"]
        for _ in range(2)
    ]
    assert not np.array_equal(*drawn)


def test_clone_pickle_and_parameters():
    X, y = data()
    model = VTSSClassifier(LogisticRegression(C=2.0), make_generator("smote", k_neighbors=3), **QUICK)
    copy = clone(model).set_params(estimator__C=3.0, cv=2)
    assert (copy.estimator.C, copy.cv, model.estimator.C, model.cv) == (3.0, 2, 2.0, 3)
    assert copy.get_params()["generator"].k_neighbors == 3
    fitted = model.fit(X, y)
    again = pickle.loads(pickle.dumps(fitted))
    assert np.array_equal(again.predict_proba(X), fitted.predict_proba(X))
    assert again.best_multiplier_ == fitted.best_multiplier_
    assert not hasattr(model.generator, "minority_")


def test_works_inside_grid_search_and_pipelines():
    X, y = data()
    quick = VTSSClassifier(**{**QUICK, "n_repeats": 1})
    grid = {
        "vtssclassifier__estimator": [LogisticRegression(C=0.1), LogisticRegression(C=1.0)],
        "vtssclassifier__generator": ["smote", make_generator("smote", k_neighbors=2)],
    }
    search = GridSearchCV(make_pipeline(StandardScaler(), quick), grid, cv=2).fit(X, y)
    assert len(search.cv_results_["params"]) == 4
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    inner = make_imblearn_pipeline(RandomUnderSampler(sampling_strategy=0.5, random_state=0), quick)
    assert inner.fit(X, y)[-1].classes_.tolist() == [0, 1]
    assert np.isfinite(cross_val_score(quick, X, y, cv=3, scoring="roc_auc")).all()


@pytest.mark.parametrize(
    ("start", "grid"),
    [
        ({"generator": make_generator("smote")}, {"generator__k_neighbors": [1, 4]}),
        ({"generator": "smote"}, {"generator__k_neighbors": [1, 4]}),
        ({}, [{"generator": ["jitter"], "generator__scale": [0.2, 1.0]}, {"generator": ["adasyn"]}]),
        ({"estimator": LogisticRegression()}, {"estimator__C": [0.1, 1.0]}),
        ({"estimator": None}, {"estimator__C": [0.1, 1.0], "generator__k_neighbors": [3]}),
    ],
)
def test_parameters_of_generator_and_estimator_can_be_searched(start, grid):
    X, y = data()
    quick = VTSSClassifier(**{**QUICK, "n_repeats": 1}, **start)
    search = GridSearchCV(quick, grid, cv=2, error_score="raise", scoring="neg_log_loss").fit(X, y)
    results = search.cv_results_["mean_test_score"]
    assert len(set(results)) == len(results) >= 2
    assert quick.generator == start.get("generator", "smote")
    assert search.best_estimator_.generator != "smote" or "estimator__C" in search.best_params_


def test_setting_a_part_makes_what_its_name_stands_for():
    model = VTSSClassifier().set_params(generator__k_neighbors=3, estimator__C=0.1)
    assert (type(model.generator), model.generator.k_neighbors) == (type(make_generator("smote")), 3)
    assert (type(model.estimator), model.estimator.C) == (LogisticRegression, 0.1)
    assert VTSSClassifier().set_params(generator="jitter", generator__scale=0.5).generator.scale == 0.5
    with pytest.raises(ValueError, match="Invalid parameter 'k_neighbors' for estimator Jitter"):
        VTSSClassifier(generator="jitter").set_params(generator__k_neighbors=3)
    with pytest.raises(ValueError, match="k_neighbors must be at least 1, not 0"):
        VTSSClassifier().set_params(generator__k_neighbors=0)
    with pytest.raises(ValueError, match="there is no generator 'gan'"):
        VTSSClassifier(generator="gan").set_params(generator__k_neighbors=3)


@pytest.mark.parametrize("kind", [np.random.default_rng, np.random.RandomState, np.random.SeedSequence])
def test_seeds_of_numpy_give_the_same_result_from_the_same_state(kind):
    X, y = data()
    one, again, other = (
        VTSSClassifier(**{**QUICK, "random_state": kind(seed)}).fit(X, y).validation_curve_["by_fold"]
        for seed in (3, 3, 4)
    )
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
    shared = VTSSClassifier(**{**QUICK, "random_state": kind(3)})
    first, second = (shared.fit(X, y).validation_curve_["by_fold"] for _ in range(2))
    assert np.array_equal(first, one)
    assert np.array_equal(second, one) == (kind is np.random.SeedSequence)


def test_over_samplers_of_imbalanced_learn_have_parameters_to_search():
    X, y = data()
    model = VTSSClassifier(generator=SMOTE(), scale=True, **{**QUICK, "n_repeats": 1})
    search = GridSearchCV(model, {"generator__k_neighbors": [1, 4]}, cv=2).fit(X, y)
    assert search.best_estimator_.generator.k_neighbors in (1, 4)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    replaced = VTSSClassifier(generator=BorderlineSMOTE(m_neighbors=1), **QUICK).fit(X, y)
    assert "sampler_made_no_row" in [event.event for _, _, event in replaced.events_]
    with pytest.raises(ValueError, match="SMOTEENN is not a pure over-sampler"):
        VTSSClassifier(generator=SMOTEENN(), **QUICK).fit(X, y)


def test_data_frames_integers_and_single_precision():
    X, y = data()
    frame = pd.DataFrame(X, columns=["heart_rate", "lactate", "inr", "wbc"])
    by_array = VTSSClassifier(**QUICK).fit(X, y)
    by_frame = VTSSClassifier(**QUICK).fit(frame, pd.Series(y, dtype="category"))
    assert by_frame.feature_names_in_.tolist() == list(frame.columns)
    assert np.array_equal(by_frame.predict_proba(frame), by_array.predict_proba(X))
    with pytest.raises(ValueError, match="feature names should match"):
        by_frame.predict_proba(frame[frame.columns[::-1]])
    whole = np.round(10 * X).astype(np.int32)
    as_float = VTSSClassifier(**QUICK).fit(whole.astype(float), y)
    assert np.array_equal(
        VTSSClassifier(**QUICK).fit(whole, y).predict_proba(whole), as_float.predict_proba(whole)
    )
    single = VTSSClassifier(**QUICK).fit(X.astype(np.float32), y)
    assert single.predict_proba(X.astype(np.float32)).dtype == np.float64


# Folds and groups


def grouped(n_groups=30):
    X, y = data(n=300)
    return X, y, np.arange(300) % n_groups


def test_splitter_repeats_as_it_says_and_numbers_repeat_by_n_repeats():
    X, y = data()
    mask = np.arange(240) % 2 == 0
    for cv, folds in [
        ([(mask, ~mask)], 1),
        (3, 6),
        (StratifiedKFold(4), 4),
        (RepeatedStratifiedKFold(n_splits=2, n_repeats=3), 6),
    ]:
        model = VTSSClassifier(**{**QUICK, "cv": cv}).fit(X, y)
        assert model.validation_curve_["by_fold"].shape == (folds, 4)


def groups_are_kept_apart(groups):
    """Tell whether each recorded training set holds all rows of a group or none."""
    X, _, _ = grouped()
    whole = []
    for rows, _ in Recorder.seen[:-1:4]:
        inside = (X[:, None, 0] == rows[None, :, 0]).any(axis=1)
        whole.append(all(len(np.unique(inside[groups == g])) == 1 for g in np.unique(groups)))
    return all(whole)


@pytest.mark.parametrize("routing", [False, True])
@pytest.mark.parametrize("cv", [3, GroupKFold(3)])
def test_groups_stay_on_one_side(cv, routing):
    X, y, groups = grouped()
    with config_context(enable_metadata_routing=routing):
        Recorder.seen.clear()
        model = VTSSClassifier(Recorder(), **{**QUICK, "cv": cv})
        model.fit(X, y, groups=groups)
        assert groups_are_kept_apart(groups)
    Recorder.seen.clear()
    VTSSClassifier(Recorder(), **QUICK).fit(X, y)
    assert not groups_are_kept_apart(groups)


def test_groups_are_routed_through_pipeline_and_grid_search():
    X, y, groups = grouped()
    with config_context(enable_metadata_routing=True):
        for cv in (3, GroupKFold(3)):
            model = VTSSClassifier(Recorder(), **{**QUICK, "cv": cv})
            Recorder.seen.clear()
            make_pipeline(model).fit(X, y, groups=groups)
            assert groups_are_kept_apart(groups)
            search = GridSearchCV(model, {"scale": [False, True]}, cv=GroupKFold(2))
            search.fit(X, y, groups=groups)
            assert np.isfinite(search.cv_results_["mean_test_score"]).all()
        renamed = VTSSClassifier(
            Recorder(), **{**QUICK, "cv": GroupKFold(3).set_split_request(groups="patient")}
        )
        Recorder.seen.clear()
        renamed.fit(X, y, patient=groups)
        assert groups_are_kept_apart(groups)
        own = VTSSClassifier(Recorder(), **QUICK).set_fit_request(groups="patient")
        Recorder.seen.clear()
        make_pipeline(own).fit(X, y, patient=groups)
        assert groups_are_kept_apart(groups)


@pytest.mark.parametrize("routing", [False, True])
def test_groups_that_a_splitter_would_ignore_are_rejected(routing):
    X, y, groups = grouped()
    with (
        config_context(enable_metadata_routing=routing),
        pytest.raises(
            ValueError, match="takes no account of groups; use a number of folds, or a splitter such"
        ),
    ):
        VTSSClassifier(**{**QUICK, "cv": KFold(3)}).fit(X, y, groups=groups)


def test_sample_weight_is_rejected():
    X, y = data()
    with pytest.raises(
        ValueError, match="no sample_weight, because synthetic rows have none; fit without it"
    ):
        VTSSClassifier(**QUICK).fit(X, y, sample_weight=np.ones(len(y)))
    with pytest.raises(TypeError, match="unexpected keyword argument 'weights'"):
        VTSSClassifier(**QUICK).fit(X, y, weights=np.ones(len(y)))


# Bad input


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"multipliers": ()}, "multipliers must list at least one number"),
        ({"multipliers": (-0.5, 1.0)}, "finite and not negative, .* 0 adds nothing"),
        ({"multipliers": (0.0, np.inf)}, "finite and not negative"),
        ({"multipliers": (1.0, 0.5)}, "must increase, .* give numpy.unique of them"),
        ({"multipliers": (0.5, 0.5)}, "must increase"),
        (
            {"multipliers": (1.0,), "widen_at_edge": True},
            "needs the step between multipliers; give at least two",
        ),
        ({"criterion": "nonsense"}, "there is no criterion 'nonsense'; choose balanced_loss"),
        ({"majority_weight": 1.0}, "strictly between 0 and 1, not 1.0"),
        ({"majority_weight": 0.3, "criterion": "roc_auc"}, "acts on criterion='balanced_loss' only"),
        ({"candidates": "all"}, "there are no candidates 'all'; choose grid or theory_guided"),
        ({"estimator": LinearRegression()}, "estimator must be a classifier, not LinearRegression"),
        ({"generator": "gan"}, "there is no generator 'gan'; choose one of smote"),
        ({"estimator": LogisticRegression(C=0.0)}, "The 'C' parameter of LogisticRegression must be a float"),
        (
            {"estimator": LogisticRegression(C=-1.0)},
            "The 'C' parameter of LogisticRegression must be a float",
        ),
        (
            {"estimator": LogisticRegression(C=np.nan)},
            "The 'C' parameter of LogisticRegression must be a float",
        ),
        ({"estimator": SVC(kernel="linear", C=0.0)}, "The 'C' parameter of SVC must be a float"),
        ({"random_state": "seed"}, "'seed' cannot be used to seed a numpy.random.RandomState"),
        ({"n_repeats": 2.5}, "n_repeats must be a whole number of at least 1, not 2.5"),
        ({"multipliers": (0.0, np.nan)}, "finite and not negative"),
        ({"cv": 1}, "cv must be at least 2 folds, not 1"),
        ({"n_repeats": 0}, "n_repeats must be a whole number of at least 1, not 0"),
        ({"cv": LeaveOneOut()}, "fold 1 of repeat 1 has no minority row to validate on: use fewer folds"),
        ({"cv": []}, "cv yields no folds"),
        (
            {"cv": [(range(50, 240), [0])], "criterion": "roc_auc"},
            "no finite value on fold 1 of repeat 1: use fewer",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning")
def test_impossible_settings_say_what_to_do(options, message):
    X, y = data()
    with pytest.raises(ValueError, match=message):
        VTSSClassifier(**{**QUICK, **options}).fit(X, y)


def test_folds_without_a_class_are_rejected():
    X, y = data()
    order = np.argsort(y, kind="stable")
    with pytest.raises(ValueError, match="fold 1 of repeat 1 has no minority row to validate on"):
        VTSSClassifier(**{**QUICK, "cv": KFold(3)}).fit(X[order], y[order])
    minority = np.flatnonzero(y == 1)
    lost = [(np.setdiff1d(np.arange(len(y)), minority), minority)]
    with pytest.raises(
        ValueError, match="has no minority row to train on: use fewer folds, or a splitter that"
    ):
        VTSSClassifier(**{**QUICK, "cv": lost}).fit(X, y)
    one_group = np.where(y == 1, 0, np.arange(len(y)))
    with pytest.raises(ValueError, match=r"no minority row to .*with groups, StratifiedGroupKFold"):
        VTSSClassifier(**QUICK).fit(X, y, groups=one_group)
    with pytest.raises(ValueError, match="n_splits=3 greater than the number of groups: 2"):
        VTSSClassifier(**QUICK).fit(X, y, groups=np.arange(len(y)) % 2)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda X, y: (np.where(X > 2, np.nan, X), y), ValueError, "Input X contains NaN"),
        (lambda X, y: (np.where(X > 2, np.inf, X), y), ValueError, "Input X contains infinity"),
        (lambda X, y: (X, y + (X[:, 0] > 1)), ValueError, "Only binary classification is supported"),
        (lambda X, y: (X, 0 * y), ValueError, "y holds only one class, .*; VTSSClassifier needs two"),
        (lambda X, y: (X, X[:, 0] * y), ValueError, "Unknown label type: continuous"),
        (lambda X, y: (X, np.arange(len(y)) == 0), ValueError, "has one row; at least two are needed"),
        (
            lambda X, y: (csr_array(X), y),
            TypeError,
            "Sparse data was passed for X, but dense data is required",
        ),
        (lambda X, y: (X, np.c_[y, y]), ValueError, "Multilabel and multioutput targets are not supported"),
        (lambda X, y: (X, y[:-1]), ValueError, "inconsistent numbers of samples"),
    ],
)
def test_impossible_data_say_what_to_do(change, error, message):
    with pytest.raises(error, match=message):
        VTSSClassifier(**QUICK).fit(*change(*data()))
