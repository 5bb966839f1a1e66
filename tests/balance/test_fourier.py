"""Logistic regression on random Fourier features, against the kernel they stand for and scikit-learn's own fit."""

import numpy as np
import pytest
from sklearn.datasets import make_circles
from sklearn.linear_model import LogisticRegression
from sklearn.metrics.pairwise import rbf_kernel

from synthsize.balance import balanced_risk, make_learner
from synthsize.balance.learners.fourier_logistic import median_distance


def rings(n=400, seed=0):
    X, y = make_circles(n, noise=0.1, factor=0.4, random_state=seed)
    return X / X.std(axis=0), y.astype(np.int8)


def test_inner_products_of_the_features_are_the_gaussian_kernel():
    X, y = rings(60)
    fits = make_learner("fourier_logistic", params={"n_components": 20_000, "bandwidth": 0.8})._draw(X, 1)
    Z = fits(X)
    # Each product is a mean of 20,000 terms between -2 and 2: five standard errors.
    assert np.abs(Z @ Z.T - rbf_kernel(X, gamma=1 / (2 * 0.8**2))).max() < 5 / np.sqrt(20_000)
    assert len(y) == len(Z)


def test_a_fit_is_scikit_learns_logistic_regression_on_the_same_features():
    X, y = rings()
    stream = np.random.default_rng(1).normal(size=(50, 2))
    learner = make_learner("fourier_logistic", params={"n_components": 30, "C": 2.0})
    events = []
    fits = learner.fit_sizes(X, y, stream, (0, 20, 50), random_state=4, events=events)
    assert events == []
    for column, size in enumerate((0, 20, 50)):
        rows, labels = np.r_[X, stream[:size]], np.r_[y, np.ones(size, np.int8)]
        own = LogisticRegression(C=2.0, tol=1e-10, max_iter=10_000).fit(fits.map(rows), labels)
        assert fits.scores(X)[:, column] == pytest.approx(own.decision_function(fits.map(X)), abs=2e-3)


def test_it_separates_rings_which_no_linear_score_can():
    X, y = rings()
    new, labels = rings(seed=1)
    linear, fourier = (
        make_learner(name).fit(X, y, random_state=0) for name in ("logistic", "fourier_logistic")
    )
    risks = [balanced_risk("logistic", fits.scores(new)[:, 0], labels) for fits in (linear, fourier)]
    assert risks[0] > 0.68  # chance
    assert risks[1] < 0.2


def test_a_fit_nearby_is_a_start_only_where_the_features_are_the_same():
    X, y = rings()
    learner = make_learner("fourier_logistic", params={"n_components": 20})
    first, other = (learner.fit(X, y, random_state=seed) for seed in (1, 2))
    weight = np.where(y == 1, 1.5, 1.0)
    alone = learner.fit(X, y, weight, random_state=1).scores(X)
    for near in (first, other):
        assert learner.fit(X, y, weight, random_state=1, near=near).scores(X) == pytest.approx(
            alone, abs=1e-3
        )


def test_the_bandwidth_is_the_median_distance_of_real_rows():
    X = np.array([[0.0], [1.0], [3.0]])
    assert median_distance(X, np.random.default_rng(0)) == 2.0
    assert median_distance(np.ones((5, 2)), np.random.default_rng(0)) == 1.0
    many = np.random.default_rng(1).normal(size=(5000, 3))
    assert median_distance(many, np.random.default_rng(0)) == pytest.approx(
        median_distance(many, np.random.default_rng(9)), rel=0.05
    )


def test_events_of_its_solver_have_its_name(monkeypatch):
    monkeypatch.setattr("synthsize.balance.solvers.logistic.MAX_NEWTON_STEPS", 1)
    monkeypatch.setattr("synthsize.balance.solvers.logistic.MAX_PASSES", 0)
    X, y = rings()
    events = []
    make_learner("fourier_logistic", params={"C": 1e6}).fit(X, y, random_state=0, events=events)
    assert [event.event for event in events] == ["not_converged"]
    assert events[0].detail.startswith("fourier_logistic")
