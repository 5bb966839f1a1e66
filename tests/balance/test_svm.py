import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linear_problems import augmented, hinge_objective, problems, training_set
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import SVC

from synthsize.balance import fit_path
from synthsize.balance.solvers import svm
from synthsize.balance.solvers.hinge import Hinge, relative_gap
from synthsize.balance.solvers.hinge_newton import sharpen
from synthsize.balance.solvers.margin import BeyondMargin, MarginCurvature
from synthsize.balance.solvers.rows import SignedRows


def libsvm_objective(X, y, cost):
    model = SVC(kernel="linear", C=1.0, tol=1e-6, max_iter=30_000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, y, sample_weight=cost)
    return hinge_objective(model.coef_[0], model.intercept_[0], X, y, cost)


@pytest.mark.parametrize("tolerance", [svm.TOLERANCE, 1e-5])
def test_path_is_within_its_tolerance_of_libsvm(tolerance):
    X, y, synthetic = training_set()
    rows, labels = augmented(X, y, synthetic, 400)
    solver = svm.Svm(tolerance).start(rows, labels, 1.0)
    for size in [0, 50, 200, 400]:
        fit = solver.fit(len(y) + size)
        assert fit.failure is None
        part = rows[: len(y) + size], labels[: len(y) + size], np.ones(len(y) + size)
        assert hinge_objective(fit.coef, fit.intercept, *part) <= libsvm_objective(*part) * (1 + tolerance)


@settings(max_examples=40, deadline=None)
@given(
    problem=problems(),
    cuts=st.lists(st.floats(0.2, 1.0), max_size=3),
    tolerance=st.sampled_from([1e-4, 1e-5]),
)
def test_every_prefix_is_within_its_certificate_of_libsvm(problem, cuts, tolerance):
    X, y, cost = problem
    solver = svm.Svm(tolerance).start(X, y, 1.0, cost)
    for n in sorted({max(2, int(cut * len(y))) for cut in (*cuts, 1.0)}):
        fit = solver.fit(n)
        assert fit.failure is None
        part = X[:n], y[:n], cost[:n]
        # One-sided: where LIBSVM stops early, ours is lower.
        assert hinge_objective(fit.coef, fit.intercept, *part) <= libsvm_objective(*part) * (1 + tolerance)


def two_points():
    """Points at -1 and +1: the widest margin is w = 1, b = 0, objective 1/2, both on the margin."""
    return Hinge(SignedRows(np.array([[1.0, 1.0], [-1.0, 1.0]])), np.array([10.0, 10.0]))


def test_gap_equals_its_closed_form():
    problem = two_points()
    delta = 0.01
    slack = 0.5 * delta / 10.0  # makes alpha = 1/2 each, which is the dual solution
    primal = 0.5 * (1.0 - slack) ** 2 + 2 * 10.0 * slack

    def gap(theta):
        return relative_gap(*problem.bounds(problem.at(theta, problem.slack(theta), delta)))

    assert gap(np.array([1.0 - slack, 0.0])) == pytest.approx((primal - 0.5) / primal, rel=1e-9)
    assert gap(np.array([2.0, 0.0])) == pytest.approx(1.0)


def test_gap_repairs_the_heavier_class():
    # Off the balance of alpha the bound must still hold: the minimum of this problem is 1/2.
    problem = two_points()
    for intercept in (-0.003, 0.002):
        theta = np.array([0.999, intercept])
        point = problem.at(theta, problem.slack(theta), 0.01)
        value = 0.5 * 0.999**2 + 10.0 * np.maximum(point.slack, 0.0).sum()
        assert relative_gap(*problem.bounds(point)) >= (value - 0.5) / value


def test_smoothed_objective_and_gradient_agree():
    rng = np.random.default_rng(0)
    signed = rng.normal(size=(40, 3))
    problem = Hinge(SignedRows(signed.T.copy()), rng.uniform(0.5, 2.0, 40))
    theta, delta, tiny = rng.normal(size=3), 0.7, 1e-6
    point = problem.at(theta, problem.slack(theta), delta)
    slack = 1.0 - signed @ theta
    loss = np.where(slack <= 0, 0.0, np.where(slack <= delta, slack**2 / (2 * delta), slack - delta / 2))
    assert point.value == pytest.approx(0.5 * theta[:-1] @ theta[:-1] + problem.cost @ loss, rel=1e-12)
    for j in range(3):
        moved = theta + tiny * np.eye(3)[j]
        slope = (problem.at(moved, problem.slack(moved), delta).value - point.value) / tiny
        assert slope == pytest.approx(point.gradient[j], abs=1e-3)


def test_sharpening_lands_on_the_next_minimum_when_no_row_changes_sides():
    # Minimum by hand: w = 1 - slack with alpha = 10 slack / delta = w / 2, hence slack = delta / (20 + delta).
    problem = two_points()
    theta = np.array([1.0 - 0.1 / 20.1, 0.0])
    point = problem.at(theta, problem.slack(theta), 0.1)
    curvature = MarginCurvature(problem.rows, problem.cost)
    assert sharpen(problem, curvature, point, 0.01) == pytest.approx([1.0 - 0.01 / 20.01, 0.0], abs=1e-9)


def test_sums_follow_rows_into_the_margin_and_out_of_it():
    rng = np.random.default_rng(0)
    signed, cost = rng.normal(size=(200, 3)), rng.uniform(0.5, 2.0, 200)
    rows = SignedRows(signed.T.copy())
    margin, outside = MarginCurvature(rows, cost), BeyondMargin(rows, cost)
    slack = rng.uniform(-0.5, 1.0, 200)
    for n_rows, shift, delta in [
        (150, 0.0, 1.0),
        (150, 0.01, 0.9),
        (200, 0.02, 0.9),
        (200, 0.5, 0.1),
        (180, 0.0, 1.0),
    ]:
        here = slack[:n_rows] + shift
        inside = np.flatnonzero((here > 0) & (here <= delta))
        expected = (signed[inside] * cost[inside, np.newaxis]).T @ signed[inside]
        assert margin.over(inside) == pytest.approx(expected, rel=1e-12)
        beyond = here > delta
        pull, total = outside.sums(beyond)
        kept = np.flatnonzero(beyond)
        assert pull == pytest.approx(cost[kept] @ signed[kept], rel=1e-12, abs=1e-12)
        assert total == pytest.approx(cost[kept].sum(), rel=1e-12)


def test_a_point_taken_to_more_rows_is_the_point_there():
    rng = np.random.default_rng(0)
    signed, cost, theta = rng.normal(size=(60, 3)), rng.uniform(0.5, 2.0, 60), rng.normal(size=3)
    rows = SignedRows(signed.T.copy())
    fewer, more = Hinge(rows, cost[:40]), Hinge(rows, cost)
    slack = more.slack(theta)
    extended, whole = (
        more.extend(fewer.at(theta, slack[:40], 0.5), slack[40:]),
        more.at(theta, slack, 0.5),
    )
    for part in ("slack", "inside", "alpha", "total", "hinge", "value", "gradient"):
        assert getattr(extended, part) == pytest.approx(getattr(whole, part), rel=1e-12, abs=1e-12)


def test_hard_margin_on_two_points():
    X, y = np.array([[-1.0], [1.0]]), np.array([0, 1])
    coef, intercept = fit_path("svm", X, y, np.empty((0, 1)), [0], C=1e6)
    assert coef[0, 0] == pytest.approx(1.0, rel=1e-4)
    assert intercept[0] == pytest.approx(0.0, abs=1e-4)


@pytest.mark.parametrize("scale", [1e-6, 1e6])
@pytest.mark.parametrize("C", [1e-4, 1.0, 1e6])
def test_scales_and_penalties_far_apart_are_certified(scale, C):
    X, y, synthetic = training_set()
    events = []
    coef, intercept = fit_path("svm", X * scale, y, synthetic * scale, [0, 100], C=C, events=events)
    assert np.isfinite(coef).all()
    assert np.isfinite(intercept).all()
    assert {event.event for event in events} <= {"constant_score"}  # which is certified too


def test_one_minority_row_among_thousands_and_then_a_flood():
    rng = np.random.default_rng(1)
    # So many rows that the first fit starts from every other row, among which the minority row is not.
    X, y = rng.normal(size=(9000, 4)), (np.arange(9000) == 1).astype(np.int8)
    events = []
    coef, _ = fit_path("svm", X, y, rng.normal(0.5, size=(6000, 4)), [0, 1, 1500, 6000], events=events)
    assert {event.event for event in events} <= {"constant_score"}
    assert np.isfinite(coef).all()
