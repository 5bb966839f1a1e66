"""VTSSClassifier over several recipes, against the same thing written out with scikit-learn alone."""

import numpy as np
import pytest
from imblearn.utils.estimator_checks import estimator_checks_generator as imbalanced_learn_checks
from scipy.special import expit
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.estimator_checks import parametrize_with_checks

from synthsize.balance import VTSSClassifier, make_generator
from synthsize.recipes import simplicity

GRID = (0.0, 0.5, 1.0, 1.5)
PLAIN = [None, "prior_shift", "class_weight", "weights"]
SEVERAL = VTSSClassifier(GaussianNB(), [*PLAIN, "adasyn"], multipliers=(0, 1), cv=2)


class OneByOne(LogisticRegression):
    """The same objective, out of reach of the paths."""


@parametrize_with_checks([SEVERAL])
def test_scikit_learn_checks_of_a_list(estimator, check):
    check(estimator)


@pytest.mark.parametrize(
    ("estimator", "check"),
    [
        *imbalanced_learn_checks(
            SEVERAL,
            expected_failed_checks={"check_classifiers_with_encoded_labels": "fits three classes"},
            mark="xfail",
        )
    ],
)
def test_imbalanced_learn_checks_of_a_list(estimator, check):
    check(estimator)


def copies(seed=3, n_majority=90, n_minority=12):
    """Minority rows all alike: a generator's rows are copies of them, however it draws."""
    rng = np.random.default_rng(seed)
    X = np.r_[rng.normal(size=(n_majority, 2)), np.tile([1.2, 0.4], (n_minority, 1))]
    y = np.r_[np.zeros(n_majority, int), np.ones(n_minority, int)]
    order = rng.permutation(len(y))
    return X[order], y[order]


def fitted_by_hand(recipe, C, m, X, y):
    """Return log odds of new rows by scikit-learn alone."""
    gap, n_minority = (y == 0).sum() - y.sum(), y.sum()
    scaler, shift = StandardScaler().fit(X), 0.0
    rows, labels, weight = scaler.transform(X), y, np.ones(len(y))
    if recipe == "prior_shift":
        shift = np.log((1 - y.mean()) / y.mean())
    elif recipe == "class_weight":
        weight = compute_sample_weight("balanced", y)
    elif recipe == "weights":
        weight = np.where(y == 1, 1 + round(m * gap) / n_minority, 1.0)
    elif recipe != "none":
        added = np.repeat(rows[y == 1][:1], round(m * gap), axis=0)
        rows, labels = np.r_[rows, added], np.r_[y, np.ones(len(added), int)]
        weight = np.ones(len(labels))
    model = LogisticRegression(C=C, tol=1e-10, max_iter=1000).fit(rows, labels, sample_weight=weight)
    return lambda new: model.decision_function(scaler.transform(new)) + shift


def loss_by_hand(odds, y):
    weight = np.where(y == 1, 0.5 / (y == 1).sum(), 0.5 / (y == 0).sum())
    return log_loss(y, expit(odds), sample_weight=weight)


@pytest.mark.parametrize("kind", [LogisticRegression, OneByOne])
def test_losses_choice_and_refit_are_those_of_loops_written_out(kind):
    X, y = copies()
    parts = [*StratifiedKFold(3).split(X, y)]
    model = VTSSClassifier(
        kind(tol=1e-10, max_iter=1000),
        ["jitter", *PLAIN],
        multipliers=GRID,
        C=[0.05, 1.0],
        cv=parts,
        scale=True,
        random_state=0,
    ).fit(X, y)
    assert model.fast_path_ == (kind is LogisticRegression)
    found = model.recipe_results_
    tried = list(zip(found["recipe"], found["C"], found["multiplier"], strict=True))
    assert len(tried) == 2 * (1 + 1 + 1 + 3 + 3)
    by_hand = [
        np.mean(
            [
                loss_by_hand(
                    fitted_by_hand(recipe, 1.0 if np.isnan(C) else C, m, X[train], y[train])(X[held_out]),
                    y[held_out],
                )
                for train, held_out in parts
            ]
        )
        for recipe, C, m in tried
    ]
    assert found["mean"] == pytest.approx(by_hand, abs=1e-5)
    # Copies of equal rows and weights are one fit in two ways, so the lowest loss may be reached twice.
    lowest = int(np.argmin(found["mean"]))
    assert by_hand[lowest] == pytest.approx(min(by_hand), abs=1e-5)
    best = tried[lowest]
    assert (model.best_recipe_, model.best_multiplier_) == (best[0], best[2])
    assert np.array_equal(model.best_C_, best[1], equal_nan=True)
    odds = fitted_by_hand(best[0], 1.0 if np.isnan(best[1]) else best[1], best[2], X, y)(X)
    assert model.predict_proba(X)[:, 1] == pytest.approx(expit(odds), abs=1e-5)


@pytest.mark.parametrize("recipe", [*PLAIN, "jitter"])
@pytest.mark.parametrize("names", [(0, 1), ("yes", "no")])  # the minority is the second label, or the first
def test_each_recipe_alone_fits_and_predicts_as_it_says(recipe, names):
    X, y = copies()
    model = VTSSClassifier(
        LogisticRegression(tol=1e-10), recipe, multipliers=(1.0,), cv=3, scale=True, random_state=0
    )
    model.fit(X, np.array(names)[y])
    called = recipe or "none"
    assert model.best_recipe_ == called
    assert model.n_synthetic_ == (78 if recipe == "jitter" else 0)
    odds = fitted_by_hand(called, 1.0, 1.0, X, y)(X)
    minority = list(model.classes_).index(names[1])
    probability = model.predict_proba(X)
    assert probability[:, minority] == pytest.approx(expit(odds), abs=1e-5)
    assert probability.sum(axis=1) == pytest.approx(1.0)
    assert np.exp(model.predict_log_proba(X)) == pytest.approx(probability)
    assert model.decision_function(X) == pytest.approx(odds if minority == 1 else -odds, abs=1e-4)
    assert (model.predict(X) == names[1]).tolist() == (odds > 0).tolist()


def data(seed=0, n=300):
    return make_classification(n, 4, n_informative=3, n_redundant=0, weights=[0.85], random_state=seed)


def test_ties_go_to_the_simplest_and_one_standard_error_further():
    X, y = data()
    options = {"multipliers": (0.0, 1.0), "cv": 3, "random_state": 0}
    ranked = VTSSClassifier(KNeighborsClassifier(3), ["smote", None], criterion="roc_auc", **options).fit(
        X, y
    )
    assert ranked.recipe_results_["recipe"].tolist() == ["none", "smote"]
    constant = VTSSClassifier(
        generator=["jitter", "smote", None],
        criterion=lambda *_: 0.5,
        **options,
    ).fit(X, y)
    assert (constant.best_recipe_, constant.n_synthetic_) == ("none", 0)
    lenient = VTSSClassifier(generator=["smote", *PLAIN], one_standard_error=True, **options).fit(X, y)
    found = lenient.recipe_results_
    best = int(np.argmin(found["mean"]))
    within = found["mean"] <= found["mean"][best] + found["standard_error"][best]
    assert lenient.best_recipe_ == found["recipe"][int(np.argmax(within))]


def test_the_raw_data_stand_once_and_grids_start_at_their_zero():
    """A best size that is the first above 0 is no lower edge, and two sizes give a step to widen by."""
    X, y = data()
    options = {"cv": 3, "random_state": 0, "widen_at_edge": True}
    model = VTSSClassifier(None, [None, "smote"], multipliers=[0, 0.5, 1], **options).fit(X, y)
    found = model.recipe_results_
    tried = list(zip(found["recipe"], found["multiplier"], strict=True))
    assert tried.count(("none", 0.0)) == 1
    assert ("smote", 0.0) not in tried
    assert {0.5, 1.0} <= {m for name, m in tried if name == "smote"}

    def prefers(fraction):
        """Score by how near the predicted share of the minority is to a number."""
        return lambda estimator, X, _: -abs(estimator.predict_proba(X)[:, 1].mean() - fraction)

    half = VTSSClassifier(None, "smote", multipliers=[0.5], cv=3, random_state=0).fit(X, y)
    first = VTSSClassifier(
        None,
        [None, "smote"],
        multipliers=[0, 0.5, 1],
        criterion=prefers(half.predict_proba(X)[:, 1].mean()),
        **options,
    ).fit(X, y)
    assert (first.best_recipe_, first.best_multiplier_, first.edge_) == ("smote", 0.5, "none")
    alone = VTSSClassifier(None, [None, "smote"], multipliers=[0, 1], **options).fit(X, y)
    assert alone.best_multiplier_ in alone.recipe_results_["multiplier"]
    assert alone.validation_curve_["multiplier"][alone.best_index_] == alone.best_multiplier_


def test_a_scorer_reads_every_recipe():
    X, y = data()
    model = VTSSClassifier(
        generator=[*PLAIN, "smote"], criterion="roc_auc", cv=3, multipliers=GRID, random_state=0
    )
    found = model.fit(X, y).recipe_results_
    raw, shifted = (found["mean"][found["recipe"] == name] for name in ("none", "prior_shift"))
    assert raw.tolist() == shifted.tolist()  # a shift ranks as before
    decided = clone(model).set_params(criterion="balanced_accuracy").fit(X, y).recipe_results_
    raw, shifted = (decided["mean"][decided["recipe"] == name] for name in ("none", "prior_shift"))
    assert shifted > raw


def test_recipes_are_ordered_in_one_place():
    generators = ["smote", "jitter"]
    ordered = [
        ("none", 0.0, True),
        ("none", 0.0, False),
        ("prior_shift", 0.0, True),
        ("class_weight", 0.0, True),
        ("weights", 0.5, True),
        ("weights", 1.0, True),
        ("weights", 0.5, False),
        ("smote", 1.0, True),
        ("jitter", 1.0, True),
        ("smote", 0.5, True),
        ("smote", 1.5, True),
        ("jitter", 0.5, True),
        ("jitter", 0.5, False),
    ]
    ranks = [simplicity(method, m, generators, own_penalty=own) for method, m, own in ordered]
    assert ranks == sorted(set(ranks))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"generator": []}, "generator is an empty list; name at least one recipe"),
        ({"generator": ["smote", "smote"]}, "generator holds 'smote' twice"),
        ({"generator": ["weights", "gan"]}, "there is no generator 'gan'"),
        (
            {"generator": ["prior_shift"], "estimator": SVC(kernel="linear")},
            "'prior_shift' cannot be had: SVC gives",
        ),
        (
            {"generator": ["weights"], "estimator": KNeighborsClassifier()},
            "'weights' cannot be had: KNeighborsClassifier takes no weights of rows; leave it out",
        ),
        (
            {"C": [0.1], "estimator": GaussianNB()},
            "GaussianNB has no parameter of that name; leave C at None",
        ),
        ({"C": []}, "C must list at least one number"),
        ({"C": [0.0, 1.0]}, "C must be a finite number above 0"),
        (
            {"generator": ["smote", None], "candidates": "theory_guided"},
            "'theory_guided' diagnoses one generator: leave C and strategy alone",
        ),
    ],
)
def test_impossible_recipes_say_what_to_do(options, message):
    X, y = data()
    with pytest.raises(ValueError, match=message):
        VTSSClassifier(**{"cv": 3, **options}).fit(X, y)


def test_members_of_a_list_take_their_own_parameters():
    with pytest.raises(ValueError, match="generator is a list: give parameters to its members"):
        VTSSClassifier(generator=["jitter", None]).set_params(generator__scale=0.5)
    X, y = data()
    model = VTSSClassifier(
        generator=[make_generator("jitter", scale=0.5), "jitter"], cv=3, multipliers=(1.0,), random_state=0
    ).fit(X, y)
    assert model.recipe_results_["recipe"].tolist() == ["Jitter(scale=0.5)", "jitter"]
    assert len(set(model.recipe_results_["mean"])) == 2
