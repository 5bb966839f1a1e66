"""VTSSClassifier with a strategy."""

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.utils.estimator_checks import parametrize_with_checks

from synthsize.balance import STRATEGIES, VTSSClassifier, make_strategy
from synthsize.catalogue import strategies as catalogue
from synthsize.errors import InputError

QUICK = {"multipliers": (0.0, 0.5, 1.0), "cv": 3, "random_state": 0}
ALPHA = {"mixed": None, "weighted": 0.4}


class OneByOneLogistic(LogisticRegression):
    """The same objective, out of reach of the paths."""


@pytest.fixture(scope="module")
def rows():
    return make_classification(240, 4, n_informative=3, n_redundant=0, weights=[0.85], random_state=0)


@parametrize_with_checks(
    [VTSSClassifier(strategy=name, alpha=ALPHA[name], multipliers=(0, 1), cv=2) for name in ALPHA]
)
def test_scikit_learn_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("strategy", ALPHA)
def test_paths_choose_as_single_fits_do(rows, strategy):
    X, y = rows
    solver = {"solver": "newton-cholesky", "tol": 1e-10}
    options = {**QUICK, "strategy": strategy, "alpha": ALPHA[strategy]}
    fast = VTSSClassifier(LogisticRegression(**solver), **options).fit(X, y)
    single = VTSSClassifier(OneByOneLogistic(**solver), **options).fit(X, y)
    assert (fast.fast_path_, single.fast_path_) == (True, False)
    assert fast.validation_curve_["by_fold"] == pytest.approx(single.validation_curve_["by_fold"], abs=1e-6)
    assert np.array_equal(fast.decision_function(X), single.decision_function(X))
    scored = VTSSClassifier(criterion="roc_auc", **options).fit(X, y)
    assert scored.fast_path_


def test_mixed_ends_at_balance(rows):
    X, y = rows
    model = VTSSClassifier(strategy="mixed", multipliers=(0.0, 0.5, 1.0, 1.5), cv=3, random_state=0)
    model.fit(X, y)
    assert model.validation_curve_["multiplier"].tolist() == [0.0, 0.5, 1.0]
    assert model.edge_ == "none"
    wide = VTSSClassifier(strategy="mixed", multipliers=(0.6, 0.8), widen_at_edge=True, cv=3, random_state=0)
    assert wide.fit(X, y).validation_curve_["multiplier"].max() <= 1.0
    with pytest.raises(InputError, match="strategy mixed ends at 1"):
        VTSSClassifier(strategy="mixed", multipliers=(1.5, 2.0)).fit(X, y)


def test_undersampling_stands_beside_the_raw_data(rows):
    model = VTSSClassifier(generator=[None, "smote"], strategy="mixed", **QUICK).fit(*rows)
    found = model.recipe_results_
    sizes = list(zip(found["recipe"], found["multiplier"], strict=True))
    assert sizes[0] == ("none", 0.0)
    assert ("smote", 0.0) in sizes
    raw, thinned = found["mean"][0], found["mean"][sizes.index(("smote", 0.0))]
    assert raw != thinned


def test_size_and_weight_are_tuned_together(rows):
    X, y = rows
    both = VTSSClassifier(strategy="weighted", alpha=[0.25, 1.0], **QUICK).fit(X, y)
    found = both.recipe_results_
    single = {
        alpha: VTSSClassifier(strategy="weighted", alpha=alpha, **QUICK).fit(X, y) for alpha in (0.25, 1.0)
    }
    for alpha, model in single.items():
        own = found["alpha"] == alpha
        by_size = found["mean"][own][np.argsort(found["multiplier"][own])]
        assert by_size == pytest.approx(model.validation_curve_["mean"])
    best = int(np.argmin(found["mean"]))
    assert (both.best_alpha_, both.best_multiplier_) == (found["alpha"][best], found["multiplier"][best])
    oversampled = VTSSClassifier(**QUICK).fit(X, y)
    assert single[1.0].validation_curve_["mean"] == pytest.approx(oversampled.validation_curve_["mean"])
    assert np.isnan(oversampled.best_alpha_)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"strategy": "thin"}, "there is no strategy 'thin'"),
        ({"strategy": "mixed", "alpha": 0.5}, "takes no parameter 'alpha'"),
        ({"strategy": "weighted", "alpha": []}, "alpha must list at least one number"),
        ({"strategy": "weighted", "estimator": KNeighborsClassifier()}, "takes no weights of rows"),
        (
            {"strategy": "mixed", "multipliers": None, "candidates": "theory_guided"},
            "leave C and strategy alone",
        ),
    ],
)
def test_what_is_impossible_is_rejected(rows, options, words):
    with pytest.raises(InputError, match=words):
        VTSSClassifier(**{**QUICK, **options}).fit(*rows)


@pytest.mark.parametrize("name", STRATEGIES)
def test_the_catalogue_says_what_the_class_does(name):
    entry, strategy = catalogue.entries()[name], make_strategy(name)
    assert (entry.name, entry.largest, entry.raw_at_zero) == (
        strategy.name,
        strategy.largest,
        strategy.raw_at_zero,
    )
