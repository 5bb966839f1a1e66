"""Normal rows with the shrunk correlations of real ones: what the Gaussian and its copula share."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator as Stream
from numpy.typing import NDArray
from sklearn.covariance import ledoit_wolf, shrunk_covariance

from synthsize.errors import InputError


def check_shrinkage(name: str, shrinkage: float | None) -> None:
    """Reject a weight of the identity outside 0 to 1; None chooses it by the data.

    Raises
    ------
    InputError
    """
    if shrinkage is not None and not 0 <= shrinkage <= 1:
        raise InputError(f"shrinkage of {name} must lie between 0 and 1, not {shrinkage}")


def correlation_root(
    scaled: NDArray[np.float64], shrinkage: float | None
) -> tuple[NDArray[np.float64], float]:
    """Return a root of the shrunk correlations of rows, and the weight that the identity has in them.

    Parameters
    ----------
    scaled : ndarray of shape (n, d)
        Centred, each column of unit variance or constant.
    shrinkage : float, optional
        Weight of the identity; by default the one of Ledoit and Wolf (2004), J. Multivariate Anal. 88, 365-411.

    Returns
    -------
    root : ndarray of shape (d, d)
        ``root @ root.T`` are the correlations.
    float
        The weight.
    """
    if shrinkage is None:
        correlation, shrinkage = ledoit_wolf(scaled, assume_centered=True)
    else:
        correlation = shrunk_covariance(scaled.T @ scaled / len(scaled), shrinkage)
    values, vectors = np.linalg.eigh(correlation)
    return vectors * np.sqrt(np.maximum(values, 0.0)), float(shrinkage)


def correlated_normal(root: NDArray[np.float64], n: int, stream: Stream) -> NDArray[np.float64]:
    """Draw n rows of N(0, root root'), nested in n.

    A matrix product rounds by the shape of the whole; a sum per row leaves every prefix the same.
    """
    return np.asarray(np.einsum("ij,kj->ik", stream.standard_normal((n, root.shape[1])), root))
