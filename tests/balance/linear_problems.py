"""Random two-class problems, ordinary and nasty, and the objectives that the solvers minimise."""

import numpy as np
from hypothesis import strategies as st
from sklearn.datasets import make_classification
from sklearn.preprocessing import StandardScaler

from synthsize.balance import make_generator

SHAPES = ("plain", "constant", "collinear", "separable", "rare", "scales", "duplicates")


def training_set(n=250, seed=0):
    """A real training set and a SMOTE stream twice its size."""
    X, y = make_classification(n, 6, n_informative=4, weights=[0.9], flip_y=0.05, random_state=seed)
    X = StandardScaler().fit_transform(X)
    synthetic = make_generator("smote").fit(X, y).sample(2 * n, seed)
    return X, y, synthetic


def augmented(X, y, synthetic, size):
    return np.r_[X, synthetic[:size]], np.r_[y, np.ones(size, int)]


@st.composite
def problems(draw):
    """Draw (X, y, cost of each row)."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    n, d = draw(st.integers(10, 200)), draw(st.integers(1, 8))
    shape = draw(st.sampled_from(SHAPES))
    X = rng.normal(size=(n, d))
    noise = 0.0 if shape == "separable" else 1.0
    y = (X[:, 0] + noise * rng.normal(size=n) > (1.5 if shape == "rare" else 0.3)).astype(np.int8)
    y[:2] = 0, 1
    if shape == "constant":
        X[:, -1] = 3.0
    if shape == "collinear":
        X[:, -1] = X[:, 0]
    if shape == "scales":
        X *= 10.0 ** rng.integers(-3, 4, d)
    if shape == "duplicates":
        X[n // 2 :] = X[0]
    weight = rng.uniform(0.1, 5.0, n) if draw(st.booleans()) else np.ones(n)
    return X, y, weight * 10.0 ** draw(st.floats(-2.0, 1.3))


def hinge_objective(coef, intercept, X, y, cost):
    return 0.5 * coef @ coef + cost @ np.maximum(0.0, 1.0 - (2.0 * y - 1.0) * (X @ coef + intercept))


def log_objective(coef, intercept, X, y, cost):
    return 0.5 * coef @ coef + cost @ np.logaddexp(0.0, -(2.0 * y - 1.0) * (X @ coef + intercept))


def log_gap(coef, intercept, X, y, cost):
    """Half the squared Newton decrement, by dense arithmetic: the objective's distance to its minimum, near it."""
    sign = 2.0 * y - 1.0
    rows = np.column_stack([X, np.ones(len(X))]) * sign[:, np.newaxis]
    theta = np.r_[coef, intercept]
    wrong = 1.0 / (1.0 + np.exp(np.minimum(rows @ theta, 700.0)))
    gradient = np.r_[coef, 0.0] - (cost * wrong) @ rows
    hessian = (rows * (cost * wrong * (1.0 - wrong))[:, np.newaxis]).T @ rows + np.diag(
        np.r_[coef * 0.0 + 1.0, 0.0]
    )
    return 0.5 * gradient @ np.linalg.lstsq(hessian, gradient, rcond=None)[0]
