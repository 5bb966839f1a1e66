import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linear_problems import augmented, log_gap, log_objective, problems, training_set
from sklearn.linear_model import LogisticRegression

from synthsize.balance import fit_path
from synthsize.balance.solvers import get_classifier, logistic


def scikit_learn(X, y, cost, solver="newton-cholesky"):
    """A converged fit of scikit-learn: C = 1 and the cost as sample weight."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return LogisticRegression(C=1.0, solver=solver, tol=1e-12, max_iter=5000).fit(
            X, y, sample_weight=cost
        )


def test_path_reaches_the_objective_of_cold_scikit_learn_fits():
    X, y, synthetic = training_set()
    sizes = [0, 1, 2, 50, 200, 400]
    coef, intercept = fit_path("logistic", X, y, synthetic, sizes, C=0.7)
    for i, size in enumerate(sizes):
        rows, labels = augmented(X, y, synthetic, size)
        cost = np.full(len(labels), 0.7)
        for solver in ("newton-cholesky", "lbfgs"):
            cold = scikit_learn(rows, labels, cost, solver)
            ours = log_objective(coef[i], intercept[i], rows, labels, cost)
            assert ours <= log_objective(cold.coef_[0], cold.intercept_[0], rows, labels, cost) * (1 + 1e-8)
        assert log_gap(coef[i], intercept[i], rows, labels, cost) <= 1e-8 * ours


@settings(max_examples=80, deadline=None)
@given(problem=problems(), cuts=st.lists(st.floats(0.1, 1.0), max_size=4))
def test_every_prefix_is_within_its_guarantee_of_scikit_learn(problem, cuts):
    X, y, cost = problem
    solver = get_classifier("logistic").start(X, y, 1.0, cost)
    for n in sorted({max(2, int(cut * len(y))) for cut in (*cuts, 1.0)}):
        fit = solver.fit(n)
        assert fit.failure is None
        part = X[:n], y[:n], cost[:n]
        ours = log_objective(fit.coef, fit.intercept, *part)
        theirs = scikit_learn(*part)
        # One-sided: where scikit-learn stops early, ours is lower.
        assert ours <= log_objective(theirs.coef_[0], theirs.intercept_[0], *part) * (1 + 1e-8)
        assert log_gap(fit.coef, fit.intercept, *part) <= 1e-8 * ours


@pytest.mark.parametrize("scale", [1e-8, 1e8])
@pytest.mark.parametrize("C", [1e-4, 1.0, 1e6])
def test_scales_and_penalties_far_apart_converge(scale, C):
    X, y, synthetic = training_set()
    events = []
    coef, intercept = fit_path("logistic", X * scale, y, synthetic * scale, [0, 100, 400], C=C, events=events)
    assert events == []
    cost = np.full(len(y), C)
    theirs = scikit_learn(X * scale, y, cost)
    best = log_objective(theirs.coef_[0], theirs.intercept_[0], X * scale, y, cost)
    assert log_objective(coef[0], intercept[0], X * scale, y, cost) <= best * (1 + 1e-8)


def test_separable_rows_almost_without_a_penalty_converge():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 3))
    y = (X[:, 0] > 1.0).astype(np.int8)
    weight = len(y) / (2.0 * np.bincount(y)[y])
    fit = get_classifier("logistic").start(X, y, 1e6, weight).fit(len(y))
    assert fit.failure is None
    assert ((X @ fit.coef + fit.intercept > 0) == y).all()
    objective = log_objective(fit.coef, fit.intercept, X, y, 1e6 * weight)
    assert log_gap(fit.coef, fit.intercept, X, y, 1e6 * weight) <= 1e-8 * objective


def test_one_minority_row_among_thousands_and_then_a_flood():
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(6000, 4)), np.r_[np.ones(1, int), np.zeros(5999, int)]
    synthetic = rng.normal(0.5, size=(20_000, 4))
    sizes = [0, 1, 5000, 20_000]
    events = []
    coef, intercept = fit_path("logistic", X, y, synthetic, sizes, events=events)
    assert events == []
    for i, size in enumerate(sizes):
        rows, labels = augmented(X, y, synthetic, size)
        cost = np.ones(len(labels))
        objective = log_objective(coef[i], intercept[i], rows, labels, cost)
        assert log_gap(coef[i], intercept[i], rows, labels, cost) <= 1e-8 * objective


def test_large_path_follows_its_predictions(monkeypatch):
    """More rows than a block and than certify, so that the blocked and thinned sums are the ones at work."""
    rng = np.random.default_rng(2)
    n = 40_000
    y = (rng.random(n) < 0.1).astype(np.int8)
    X = rng.standard_t(5, size=(n, 5)) + 0.5 * y[:, np.newaxis]
    synthetic = 0.5 + rng.standard_t(5, size=(n, 5))
    descents = []
    descend = logistic.LogisticSolver._descend
    monkeypatch.setattr(
        logistic.LogisticSolver, "_descend", lambda *given: descents.append(1) or descend(*given)
    )
    sizes = list(range(0, n, 2000))
    coef, intercept = fit_path("logistic", X, y, synthetic, sizes)
    assert len(descents) == 1
    for i, size in list(enumerate(sizes))[::5]:
        rows, labels = augmented(X, y, synthetic, size)
        cost = np.ones(len(labels))
        objective = log_objective(coef[i], intercept[i], rows, labels, cost)
        assert log_gap(coef[i], intercept[i], rows, labels, cost) <= 1e-8 * objective
    again = fit_path("logistic", X, y, synthetic, sizes)
    assert np.array_equal(coef, again[0])
    assert np.array_equal(intercept, again[1])


def test_a_shorter_prefix_after_a_longer_one_is_solved_too():
    X, y, _ = training_set()
    solver = get_classifier("logistic").start(X, y, 1.0)
    solver.fit(len(y))
    shorter = solver.fit(150)
    cost = np.ones(150)
    objective = log_objective(shorter.coef, shorter.intercept, X[:150], y[:150], cost)
    assert log_gap(shorter.coef, shorter.intercept, X[:150], y[:150], cost) <= 1e-8 * objective


def test_one_class_has_no_minimum_and_says_so():
    X, _, _ = training_set()
    fit = get_classifier("logistic").start(X, np.ones(len(X), dtype=np.int8), 1.0).fit(len(X))
    assert "relative objective gap not shown to be below" in fit.failure


def test_unfinished_fit_says_so_and_the_next_one_recovers(monkeypatch):
    X, y, synthetic = training_set()
    rows, labels = augmented(X, y, synthetic, 100)
    solver = get_classifier("logistic").start(rows, labels.astype(np.int8), 1.0)
    with monkeypatch.context() as patched:
        patched.setattr(logistic, "MAX_NEWTON_STEPS", 1)
        assert "relative objective gap not shown to be below 1e-09" in solver.fit(len(y)).failure
    assert solver.fit(len(labels)).failure is None
