import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from linear_problems import log_objective, problems

from synthsize.balance.solvers import get_classifier
from synthsize.balance.solvers.curvature import CurvatureBound


def signed_rows(X, y):
    return np.column_stack([X, np.ones(len(X))]) * (2.0 * y - 1.0)[:, np.newaxis]


def gradient_at(theta, rows, cost):
    return np.r_[theta[:-1], 0.0] - (cost / (1.0 + np.exp(np.minimum(rows @ theta, 700.0)))) @ rows


@settings(max_examples=150, deadline=None)
@given(problem=problems(), seed=st.integers(0, 1000), away=st.floats(-6, 0), share=st.integers(1, 3))
def test_bound_is_never_below_the_true_gap(problem, seed, away, share):
    X, y, cost = problem
    fit = get_classifier("logistic").start(X, y, 1.0, cost).fit(len(y))
    lowest = log_objective(fit.coef, fit.intercept, X, y, cost)
    rng = np.random.default_rng(seed)
    best = np.r_[fit.coef, fit.intercept]
    here, reference = (best + 10.0**away * rng.normal(size=best.shape) for _ in range(2))
    rows = signed_rows(X, y)
    bound = CurvatureBound(rows[::share], cost[::share], reference)
    claimed = bound.gap(gradient_at(here, rows, cost), bound.drift(here))
    assume(np.isfinite(claimed))
    value = log_objective(here[:-1], here[-1], X, y, cost)
    rounding = 1e-13 * value * len(y)
    assert value - lowest <= claimed + rounding


def test_bound_is_tight_at_the_reference_and_silent_far_away():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(500, 3)), rng.integers(0, 2, 500).astype(np.int8)
    cost = np.ones(500)
    fit = get_classifier("logistic").start(X, y, 1.0).fit(500)
    rows = signed_rows(X, y)
    here = np.r_[fit.coef, fit.intercept] + 1e-3
    bound = CurvatureBound(rows, cost, here)
    gap = log_objective(here[:-1], here[-1], X, y, cost) - log_objective(fit.coef, fit.intercept, X, y, cost)
    assert bound.drift(here) == 0.0
    assert bound.gap(gradient_at(here, rows, cost), 0.0) == pytest.approx(gap, rel=0.05)
    far = here + 1.0
    assert bound.gap(gradient_at(far, rows, cost), bound.drift(far)) == np.inf
    assert bound.gap(np.full(4, np.nan), 0.0) == np.inf
