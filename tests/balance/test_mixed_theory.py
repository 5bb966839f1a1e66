"""Mixed sampling against the replica theory of linear SVMs in high dimension (Loffredo et al. 2024, eq. 14)."""

import numpy as np
import pytest
from scipy.special import ndtr

from synthsize.balance.learners.svm import LinearSvmLearner
from synthsize.balance.strategies import make_strategy
from synthsize.studies.engine.replica_theory import isotropic, solve

L, DISTANCE = 120, 4.0


def predicted(alpha, copies):
    weight = float(copies)
    return solve(isotropic(alpha, weight * alpha, DISTANCE, weight, 1.0)).balanced_accuracy


def simulated(alpha, rho, copies, replicates):
    """Balanced accuracy of SVMs on mixed sets whose minority stands there `copies` times: shape (replicates, sizes)."""
    n1, n0 = round(alpha * L), round(alpha * rho * L)
    y = np.repeat([1, 0], [n1, n0]).astype(np.int8)
    delta = np.full(L, np.sqrt(DISTANCE))
    learner, strategy, found = LinearSvmLearner(1.0), make_strategy("mixed"), []
    for replicate in range(replicates):
        rng = np.random.default_rng([replicate, round(rho)])
        X = rng.standard_normal((len(y), L)) + np.where(y == 1, 0.5, -0.5)[:, np.newaxis] * delta / np.sqrt(L)
        X /= np.sqrt(L)
        added = np.tile(X[y == 1], (max(copies) - 1, 1))  # each row once more at every whole number of copies
        sizes = [(c - 1) * n1 for c in copies]
        fits = strategy.fit_sizes(learner, X, y, added, sizes, random_state=replicate, events=[])
        half, spread = fits.coef @ delta / (2 * L), np.sqrt((fits.coef**2).mean(axis=1))
        sides = ndtr((half + fits.intercept) / spread), ndtr((half - fits.intercept) / spread)
        found.append(np.mean(sides, axis=0))
    return np.array(found)


@pytest.mark.parametrize(
    ("alpha", "rho", "copies", "best"), [(0.5, 10, (1, 3, 10), 3), (2.0, 3, (1, 2, 3), 3)]
)
def test_the_mix_that_theory_calls_best_is_best(alpha, rho, copies, best):
    """Under severe imbalance it lies between the ends; under mild imbalance full oversampling is best."""
    theory = np.array([predicted(alpha, c) for c in copies])
    assert copies[int(np.argmax(theory))] == best
    accuracy = simulated(alpha, rho, copies, 24 if rho == 10 else 10)
    error = accuracy.std(axis=0, ddof=1) / np.sqrt(len(accuracy))
    assert (np.abs(accuracy.mean(axis=0) - theory) < 4 * error + 0.002).all()  # 0.002: L is finite
    worst = copies.index(10 if rho == 10 else 1)
    gain = accuracy[:, copies.index(best)] - accuracy[:, worst]
    assert gain.mean() > 2 * gain.std(ddof=1) / np.sqrt(len(gain))
