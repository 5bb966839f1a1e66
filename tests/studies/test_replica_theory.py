"""The replica equations against known predictions, limits and simulated SVMs."""

import numpy as np
import pytest

from synthsize.studies.engine.gaussian_svm import fit_svm
from synthsize.studies.engine.replica_theory import (
    NotSolvable,
    Problem,
    isotropic,
    large_margin_accuracy,
    solve,
)

# P, N at L = 200, weight of the minority, C, predicted and simulated (30 SVMs) balanced accuracy of another solver.
KNOWN = [
    (200, 200, 1, 1, 0.7719, 0.7703),
    (100, 400, 1, 1, 0.6478, 0.6452),
    (100, 400, 2, 1, 0.7252, 0.7259),
    (100, 400, 4, 1, 0.7420, 0.7432),
    (100, 100, 1, 1, 0.7407, 0.7388),
    (100, 200, 2, 1, 0.7455, 0.7444),
    (60, 600, 10, 0.3, 0.7196, 0.7188),
]


def problem(P, N, weight, C):
    return isotropic(P / 200, N / 200, 4.0, weight, 1 / C)


@pytest.mark.parametrize(("P", "N", "weight", "C", "predicted", "simulated"), KNOWN)
def test_predictions_of_another_solver(P, N, weight, C, predicted, simulated):
    solution = solve(problem(P, N, weight, C))
    assert solution.balanced_accuracy == pytest.approx(predicted, abs=5.1e-5)
    assert solution.balanced_accuracy == pytest.approx(simulated, abs=0.004)
    assert solution.rounds < 100


@pytest.mark.parametrize(("P", "N", "weight", "C"), [case[:4] for case in KNOWN[:4]])
def test_simulated_svms_agree(P, N, weight, C):
    stream = np.random.default_rng(P + N)
    fits = [fit_svm(problem(P, N, weight, C), 200, stream) for _ in range(12)]
    solution = solve(problem(P, N, weight, C))
    for name in ("balanced_accuracy", "auc", "r", "q", "b"):
        values = np.array([getattr(fit, name) for fit in fits])
        error = values.std(ddof=1) / np.sqrt(len(values))
        # At L = 200 the prediction for infinite L is itself off by about 1 / L.
        assert abs(values.mean() - getattr(solution, name)) < 4 * error + 0.01, name


def test_a_spread_covariance_agrees_with_simulated_svms():
    spread = Problem(0.5, 2.0, np.linspace(0.2, 2.0, 200), np.full(200, 4.0), 4.0)
    stream = np.random.default_rng(1)
    values = np.array([fit_svm(spread, 200, stream).balanced_accuracy for _ in range(12)])
    error = values.std(ddof=1) / np.sqrt(len(values))
    assert abs(values.mean() - solve(spread).balanced_accuracy) < 4 * error + 0.005


def test_a_full_spectrum_of_ones_is_the_isotropic_problem():
    whole = solve(Problem(0.5, 2.0, np.ones(50), np.full(50, 4.0), 2.0))
    assert whole.balanced_accuracy == pytest.approx(solve(isotropic(0.5, 2.0, 4.0, 2.0)).balanced_accuracy)


def test_the_large_margin_limit():
    balanced = solve(isotropic(0.5, 0.5, 4.0, lam=10.0)).balanced_accuracy
    assert balanced == pytest.approx(large_margin_accuracy(0.5, 4.0), abs=1e-8)


def test_balanced_classes_have_no_bias():
    assert solve(isotropic(1.0, 1.0, 4.0)).b == pytest.approx(0.0, abs=1e-10)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"lam": 0.0}, "without one"),
        ({"lam": 1.0, "kappa": 11.0}, "no longer determined"),
        ({"alpha_plus": 0.0}, "no rows"),
    ],
)
def test_parameters_outside_the_theory_are_named(changed, words):
    parameters = {"alpha_plus": 0.5, "alpha_minus": 2.0, "spectrum": np.ones(1), "signal": np.array([4.0])}
    with pytest.raises(NotSolvable, match=words):
        solve(Problem(**{**parameters, **changed}))
