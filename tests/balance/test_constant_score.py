"""Where no slope lowers the hinge objective, the coefficients are exactly 0; never is the best constant better."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linear_problems import hinge_objective, training_set
from scipy.optimize import linprog

from synthsize.balance import fit_path
from synthsize.balance.solvers import svm


def zero_is_optimal(X, y, cost):
    """Ask a linear program whether 0 <= alpha <= cost exist with which w = 0 is a stationary point.

    sum alpha_i s_i x_i = 0 and sum alpha_i s_i = 0 with the dual value sum alpha_i at what the best constant costs.
    """
    sign = 2.0 * y - 1.0
    rows = np.column_stack([X, np.ones(len(X))]) * sign[:, np.newaxis]
    found = linprog(
        -np.ones(len(X)), A_eq=rows.T, b_eq=np.zeros(rows.shape[1]), bounds=[(0.0, c) for c in cost]
    )
    best = 2.0 * min(cost[y == 0].sum(), cost[y == 1].sum())
    return -found.fun >= best * (1.0 - 1e-9), best


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n_minority=st.integers(1, 12),
    shift=st.floats(0.0, 3.0),
    d=st.integers(1, 4),
    weighted=st.booleans(),
)
def test_solver_agrees_with_the_linear_program(seed, n_minority, shift, d, weighted):
    rng = np.random.default_rng(seed)
    y = np.r_[np.ones(n_minority), np.zeros(100)].astype(np.int8)
    X = rng.normal(size=(len(y), d)) + shift * y[:, np.newaxis]
    cost = 0.05 * (rng.uniform(0.5, 2.0, len(y)) if weighted else np.ones(len(y)))
    optimal, best = zero_is_optimal(X, y, cost)
    fit = svm.Svm(1e-7).start(X, y, 1.0, cost).fit(len(y))
    assert fit.failure is None
    if optimal:
        assert fit.constant
        assert not fit.coef.any()
        assert fit.intercept == -1.0
    elif fit.constant:  # then next to nothing is to be gained by a slope
        lowest = svm.Svm(1e-9).start(X, y, 1.0, cost).fit(len(y))
        assert best <= hinge_objective(lowest.coef, lowest.intercept, X, y, cost) * (1 + 2e-7)


def test_both_answers_occur():
    rng = np.random.default_rng(0)
    y = np.r_[np.ones(8), np.zeros(200)].astype(np.int8)
    X = rng.normal(size=(208, 3))
    answers = [
        svm.Svm().start(X + shift * y[:, np.newaxis], y, 1.0).fit(208).constant for shift in (0.0, 4.0)
    ]
    assert answers == [True, False]


def test_event_names_the_sizes_with_a_constant_score():
    rng = np.random.default_rng(1)
    y = np.r_[np.ones(8), np.zeros(200)].astype(np.int8)
    X = rng.normal(size=(208, 3)) + 0.8 * y[:, np.newaxis]
    events = []
    coef, intercept = fit_path("svm", X, y, np.repeat(X[:8], 24, axis=0), [0, 192], events=events)
    assert [(event.event, event.detail.split(":")[0]) for event in events] == [
        ("constant_score", "svm with 0 synthetic rows")
    ]
    assert not coef[0].any()
    assert coef[1].all()
    assert len(np.unique(X @ coef[0] + intercept[0])) == 1


@settings(max_examples=60, deadline=None)
@given(
    exponents=st.lists(st.integers(-8, 8), min_size=6, max_size=6),
    seed=st.integers(0, 20),
    C=st.sampled_from([1e-4, 1.0, 1e4]),
)
def test_never_worse_than_the_best_constant_whatever_the_scales(exponents, seed, C):
    X, y, synthetic = training_set(120, seed)
    scale = 10.0 ** np.array(exponents)
    sizes = [0, 40, 100]
    coef, intercept = fit_path("svm", X * scale, y, synthetic * scale, sizes, C=C, events=[])
    for i, size in enumerate(sizes):
        rows, labels = np.r_[X, synthetic[:size]] * scale, np.r_[y, np.ones(size, int)]
        best = 2.0 * C * min((labels == 0).sum(), (labels == 1).sum())
        assert np.isfinite(coef[i]).all()
        found = hinge_objective(coef[i], intercept[i], rows, labels, np.full(len(labels), C))
        assert found <= best * (1 + 1e-9)


def test_equal_classes_without_a_slope_score_nought():
    X, y = np.zeros((10, 2)), np.r_[np.ones(5), np.zeros(5)].astype(np.int8)
    coef, intercept = fit_path("svm", X, y, np.empty((0, 2)), [0], events=[])
    assert not coef.any()
    assert intercept.tolist() == [0.0]
    assert hinge_objective(coef[0], intercept[0], X, y, np.ones(10)) == pytest.approx(10.0)
