import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import make_classification
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from synthsize.balance import fit_path, make_generator, n_synthetic
from synthsize.balance.classifiers import get_classifier, svm
from synthsize.errors import InputError


def training_set(n=250, seed=0):
    X, y = make_classification(n, 6, n_informative=4, weights=[0.9], flip_y=0.05, random_state=seed)
    X = StandardScaler().fit_transform(X)
    synthetic = make_generator("smote").fit(X, y).sample(2 * n, seed)
    return X, y, synthetic


def augmented(X, y, synthetic, size):
    return np.r_[X, synthetic[:size]], np.r_[y, np.ones(size, int)]


def hinge_objective(coef, intercept, X, y, cost):
    return 0.5 * coef @ coef + cost @ np.maximum(0.0, 1.0 - (2.0 * y - 1.0) * (X @ coef + intercept))


def log_objective(coef, intercept, X, y, cost):
    return 0.5 * coef @ coef + cost @ np.logaddexp(0.0, -(2.0 * y - 1.0) * (X @ coef + intercept))


def test_logistic_path_equals_cold_fits_of_another_solver():
    X, y, synthetic = training_set()
    sizes = [0, 50, 200, 400]
    coef, intercept = fit_path("logistic", X, y, synthetic, sizes, C=0.7)
    for i, size in enumerate(sizes):
        cold = LogisticRegression(C=0.7, tol=1e-10, max_iter=5000).fit(*augmented(X, y, synthetic, size))
        assert coef[i] == pytest.approx(cold.coef_[0], abs=2e-5)
        assert intercept[i] == pytest.approx(cold.intercept_[0], abs=2e-5)


def test_svm_path_reaches_the_objective_of_libsvm():
    X, y, synthetic = training_set()
    sizes = [0, 50, 200, 400]
    events = []
    coef, intercept = fit_path("svm", X, y, synthetic, sizes, events=events)
    assert events == []
    for i, size in enumerate(sizes):
        rows, labels = augmented(X, y, synthetic, size)
        libsvm = SVC(kernel="linear", tol=1e-5).fit(rows, labels)
        cost = np.ones(len(labels))
        ours = hinge_objective(coef[i], intercept[i], rows, labels, cost)
        theirs = hinge_objective(libsvm.coef_[0], libsvm.intercept_[0], rows, labels, cost)
        assert ours == pytest.approx(theirs, rel=1e-5)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(10, 200),
    d=st.integers(1, 8),
    log_C=st.floats(-2, 1.3),
    weighted=st.booleans(),
    shape=st.sampled_from(["plain", "constant", "collinear", "separable", "rare"]),
)
def test_svm_is_within_its_certificate_of_libsvm(seed, n, d, log_C, weighted, shape):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d))
    noise = 0.0 if shape == "separable" else 1.0
    y = (X[:, 0] + noise * rng.normal(size=n) > (1.5 if shape == "rare" else 0.3)).astype(np.int8)
    y[:2] = 0, 1
    if shape == "constant":
        X[:, -1] = 3.0
    if shape == "collinear":
        X[:, -1] = X[:, 0]
    weight = rng.uniform(0.1, 5.0, n) if weighted else np.ones(n)
    C = 10.0**log_C
    fit = get_classifier("svm").start(X, y, C, weight).fit(n)
    assert fit.failure is None
    libsvm = SVC(kernel="linear", C=C, tol=1e-6, max_iter=30_000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        libsvm.fit(X, y, sample_weight=weight)
    theirs = hinge_objective(libsvm.coef_[0], libsvm.intercept_[0], X, y, C * weight)
    # One-sided: where LIBSVM stops early, ours is lower.
    assert hinge_objective(fit.coef, fit.intercept, X, y, C * weight) <= theirs * (1 + 2e-5)


def test_svm_gap_equals_its_closed_form():
    # Two points at -1 and +1: the widest margin is w = 1, b = 0, objective 1/2, both on the margin.
    problem = svm._Hinge(np.array([[1.0, -1.0], [1.0, 1.0]]), np.array([10.0, 10.0]))
    delta = 0.01
    slack = 0.5 * delta / 10.0  # makes alpha = 1/2 each, which is the dual solution
    primal = 0.5 * (1.0 - slack) ** 2 + 2 * 10.0 * slack
    gap = problem.relative_gap(np.array([1.0 - slack, 0.0]), delta)
    assert gap == pytest.approx((primal - 0.5) / primal, rel=1e-9)
    assert problem.relative_gap(np.array([2.0, 0.0]), delta) == pytest.approx(1.0)


def test_svm_of_hard_margin_on_two_points():
    X, y = np.array([[-1.0], [1.0]]), np.array([0, 1])
    coef, intercept = fit_path("svm", X, y, np.empty((0, 1)), [0], C=1e6)
    assert coef[0, 0] == pytest.approx(1.0, rel=1e-4)
    assert intercept[0] == pytest.approx(0.0, abs=1e-4)


@pytest.mark.parametrize("classifier", ["logistic", "svm"])
def test_order_of_sizes_does_not_matter_and_equal_sizes_share_a_fit(classifier):
    X, y, synthetic = training_set()
    coef, intercept = fit_path(classifier, X, y, synthetic, [0, 30, 30, 90])
    back, back_intercept = fit_path(classifier, X, y, synthetic, [90, 30, 0, 30])
    assert np.array_equal(coef[[3, 1, 0, 2]], back)
    assert np.array_equal(intercept[[3, 1, 0, 2]], back_intercept)
    assert np.array_equal(coef[1], coef[2])


@pytest.mark.parametrize("classifier", ["logistic", "svm"])
def test_separable_and_huge_features_converge_without_an_event(classifier):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 3)) * [1.0, 1e3, 1e-3]
    y = (X[:, 0] > 0.5).astype(int)
    events = []
    coef, _ = fit_path(classifier, X, y, X[y == 1], [0, 10], events=events)
    assert np.isfinite(coef).all()
    assert events == []


@pytest.mark.parametrize("classifier", ["logistic", "svm"])
def test_start_changes_the_result_within_tolerance_only(classifier):
    X, y, synthetic = training_set()
    sizes = [200, 0, 50, 200]
    coef, intercept = fit_path(classifier, X, y, synthetic, sizes)
    fold = np.arange(len(y)) % 5 != 0
    for start in [(coef, intercept), (coef * 0.0 + 50.0, intercept - 100.0)]:
        warm = fit_path(classifier, X[fold], y[fold], synthetic, sizes, start=start)
        cold = fit_path(classifier, X[fold], y[fold], synthetic, sizes)
        for i, size in enumerate(sizes):
            rows, labels = augmented(X[fold], y[fold], synthetic, size)
            objective = log_objective if classifier == "logistic" else hinge_objective
            values = [
                objective(path[0][i], path[1][i], rows, labels, np.ones(len(labels))) for path in (warm, cold)
            ]
            assert values[0] == pytest.approx(values[1], rel=1e-8 if classifier == "logistic" else 1e-4)


def test_unfinished_solver_says_so(monkeypatch):
    monkeypatch.setattr(svm, "MAX_STAGES", 1)
    X, y, synthetic = training_set()
    events = []
    fit_path("svm", X, y, synthetic, [0], events=events)
    assert [event.event for event in events] == ["not_converged"]
    assert "svm with 0 synthetic rows: relative duality gap" in events[0].detail
    with pytest.warns(ConvergenceWarning, match="relative duality gap"):
        fit_path("svm", X, y, synthetic, [0])


def test_unfinished_logistic_says_so():
    X, y, _ = training_set()
    solver = get_classifier("logistic").start(X, y, 1.0)
    solver._model.max_iter = 1
    assert solver.fit(len(y)).failure


@pytest.mark.parametrize(
    ("multiplier", "gap", "expected"),
    [
        (0, 100, 0),
        (1, 37, 37),
        (0.5, 37, 18),
        (0.5, 35, 18),
        (2, 550, 1100),
        (0.29, 100, 29),
        (1, 0, 0),
        (1, -5, 0),
    ],
)
def test_n_synthetic_rounds_half_to_even_and_never_below_zero(multiplier, gap, expected):
    assert n_synthetic(multiplier, gap) == expected


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sizes": [11]}, "sizes must lie between 0 and the 10 rows of X_synthetic"),
        ({"sizes": []}, "sizes must lie between 0"),
        ({"X_synthetic": np.zeros((10, 2))}, "must have the 3 columns of X"),
        ({"y": np.zeros(20, int)}, "y holds one class only"),
        (
            {"start": (np.zeros((2, 3)), np.zeros(2))},
            "start must hold coefficients of shape (1, 3) and intercepts",
        ),
        ({"start": (np.full((1, 3), np.nan), np.zeros(1))}, "start holds NaN or infinite values"),
        ({"classifier": "tree"}, "there is no classifier 'tree'; choose one of logistic, svm"),
    ],
)
def test_bad_path_is_named(change, message):
    call = {
        "classifier": "svm",
        "X": np.random.default_rng(0).normal(size=(20, 3)),
        "y": np.r_[np.zeros(15, int), np.ones(5, int)],
        "X_synthetic": np.zeros((10, 3)),
        "sizes": [0],
    }
    with pytest.raises(InputError) as caught:
        fit_path(**{**call, **change})
    assert message in str(caught.value)
