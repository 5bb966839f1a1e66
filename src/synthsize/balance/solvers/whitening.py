"""Inverse square roots of the small matrices that the solvers meet."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotrf, dtrtri

Matrix = NDArray[np.float64]

FLATTEST = 1e-100  # curvature along a coordinate is read as at least this, so that squared steps stay finite


def whitener(curvature: Matrix) -> Matrix:
    """Return W with W W' = inverse of `curvature`, a positive definite matrix of shape (p, p).

    The matrix is brought to a unit diagonal first, so that the units of the features do not matter. Where rounding
    has left it without a Cholesky factor (collinear features of huge scale), eigenvalues below rounding are raised to
    it: a step along such a direction is then too short, never wild.
    """
    scale = 1.0 / np.sqrt(np.maximum(np.diagonal(curvature), FLATTEST))
    unit = curvature * scale * scale[:, np.newaxis]
    # LAPACK itself: at this size the checks of scipy.linalg take several times as long as the work.
    lower, failed = dpotrf(unit, lower=1)
    if failed:
        values, vectors = np.linalg.eigh(unit)
        floor = len(values) * np.finfo(float).eps * values[-1]
        return np.asarray(scale[:, np.newaxis] * vectors / np.sqrt(np.maximum(values, floor)))
    inverse, _ = dtrtri(lower, lower=1)
    return np.asarray((inverse * scale).T)
