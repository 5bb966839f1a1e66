"""A Gaussian fitted to the minority rows, its covariance shrunk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray

from synthsize.balance.generators.base import Generator, child_streams
from synthsize.balance.generators.normal import check_shrinkage, correlated_normal, correlation_root
from synthsize.balance.neighbours import NeighbourTable

ENTRY = {
    "class": "Gaussian",
    "label": "Gaussian",
    "words": "draws from a normal law with the minority's mean and its shrunk covariance",
    "order": 50,
    "parameters": {
        "shrinkage": {
            "type": ["number", "null"],
            "minimum": 0,
            "maximum": 1,
            "default": None,
            "description": "weight of the identity in the correlations; null chooses it by Ledoit and Wolf",
        },
    },
}


@dataclass(eq=False)
class Gaussian(Generator):
    """Draws from N(mean, covariance) of the minority rows: class-conditional, without any neighbour.

    Variances are the minority's own; its correlations are shrunk towards none, so that a feature without spread stays
    constant.

    Parameters
    ----------
    shrinkage : float, optional
        Weight of the identity in the correlations, from 0 to 1; by default the one that minimises the expected squared
        error [1]_ of the covariance of the rows scaled to unit variance.

    Attributes
    ----------
    shrinkage_ : float
        The weight used.

    References
    ----------
    .. [1] Ledoit and Wolf (2004), J. Multivariate Anal. 88, 365-411.
    """

    shrinkage: float | None = None

    def __post_init__(self) -> None:
        """Reject impossible settings."""
        check_shrinkage("gaussian", self.shrinkage)

    def _prepare(self, X: NDArray[np.float64], y: NDArray[np.int8], neighbours: NeighbourTable) -> None:  # noqa: ARG002
        self._mean, spread = self.minority_.mean(axis=0), self.minority_.std(axis=0)
        if not spread.any():
            self._record("no_spread", f"{len(self.minority_)} minority rows are all alike: copies of them")
        scaled = (self.minority_ - self._mean) / np.where(spread > 0, spread, 1.0)
        root, self.shrinkage_ = correlation_root(scaled, self.shrinkage)
        self._root = spread[:, np.newaxis] * root

    def _draw(self, n: int, random_state: SeedSequence) -> NDArray[np.float64]:
        (stream,) = child_streams(random_state, 1)
        return np.asarray(self._mean + correlated_normal(self._root, n, stream))
