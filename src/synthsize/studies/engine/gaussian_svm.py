"""Soft-margin SVMs fitted to two Gaussians, and their exact performance on new rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.svm import SVC

from synthsize.studies.engine.replica_theory import OrderParameters, Problem

Array = NDArray[np.float64]


def fit_svm(problem: Problem, dimension: int, stream: np.random.Generator) -> OrderParameters:
    """Draw both classes, fit scikit-learn's SVC, and measure the order parameters of the fit.

    Parameters
    ----------
    problem : Problem
        With kappa = 1. Spectrum and signal have one entry, for C = I, or `dimension` entries.
    dimension : int
        L.
    stream : numpy.random.Generator
    """
    spectrum = np.broadcast_to(problem.spectrum, (dimension,))
    delta = np.sqrt(np.broadcast_to(problem.signal, (dimension,)))
    counts = [round(alpha * dimension) for alpha in (problem.alpha_plus, problem.alpha_minus)]
    y = np.repeat([1, -1], counts)
    X = stream.standard_normal((len(y), dimension)) * np.sqrt(spectrum)
    X += y[:, None] * delta / (2.0 * np.sqrt(dimension))
    weights = {1: problem.weight, -1: 1.0}
    model = SVC(kernel="linear", C=1.0 / problem.lam, class_weight=weights, tol=1e-5)
    model.fit(X / np.sqrt(dimension), y)
    w, b = model.coef_[0], float(model.intercept_[0])
    r, q = float(w @ delta) / dimension, float(w**2 @ spectrum) / dimension
    return OrderParameters(r, q, float("nan"), b, 0)
