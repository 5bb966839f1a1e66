"""A Gaussian copula: the minority's own margins, tied together by the correlations of their normal scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri
from scipy.stats import rankdata

from synthsize.balance.generators.base import Generator, child_streams
from synthsize.balance.generators.discrete import discrete_features
from synthsize.balance.generators.normal import check_shrinkage, correlated_normal, correlation_root
from synthsize.balance.neighbours import NeighbourTable

ENTRY = {
    "class": "GaussianCopula",
    "label": "Gaussian copula",
    "words": "draws each feature from the minority's quantiles, correlated as their normal scores are",
    "order": 52,
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
class GaussianCopula(Generator):
    """Draws normal rows with the correlations of the minority's normal scores and maps them to its quantiles [1]_.

    A feature's normal score is the normal quantile of rank / (n1 + 1), equal values sharing their mean rank. Quantiles
    between two minority values are interpolated, so that no synthetic value lies outside the range of the real ones
    and a feature without spread stays constant; one with few values keeps to them. Equal values blur the scores, so
    that correlations with an indicator come out some tenths weaker than they are.

    Parameters
    ----------
    shrinkage : float, optional
        Weight of the identity in the correlations, from 0 to 1; by default that of Ledoit and Wolf, which grows as
        rows get few.

    Attributes
    ----------
    shrinkage_ : float
        The weight used.

    References
    ----------
    .. [1] Nelsen (2006), An Introduction to Copulas, 2nd ed., Springer, section 2.10; for synthetic tables Patki, Wedge
       and Veeramachaneni (2016), IEEE DSAA, 399-410.
    """

    shrinkage: float | None = None

    def __post_init__(self) -> None:
        """Reject impossible settings."""
        check_shrinkage("gaussian_copula", self.shrinkage)

    def _prepare(self, X: NDArray[np.float64], y: NDArray[np.int8], neighbours: NeighbourTable) -> None:  # noqa: ARG002
        scores = ndtri(rankdata(self.minority_, axis=0) / (len(self.minority_) + 1))
        scores -= scores.mean(axis=0)
        spread = scores.std(axis=0)
        if not spread.any():
            self._record("no_spread", f"{len(self.minority_)} minority rows are all alike: copies of them")
        root, self.shrinkage_ = correlation_root(scores / np.where(spread > 0, spread, 1.0), self.shrinkage)
        # Constant columns leave the mean variance below 1, to which the shrunk diagonal is drawn.
        deviation = np.sqrt((root**2).sum(axis=1, keepdims=True))
        self._root = root / np.where(deviation > 0, deviation, 1.0)
        self._sorted = np.sort(self.minority_, axis=0)
        self._discrete = discrete_features(self.minority_)

    def _draw(self, n: int, random_state: SeedSequence) -> NDArray[np.float64]:
        (stream,) = child_streams(random_state, 1)
        places = ndtr(correlated_normal(self._root, n, stream)) * (len(self._sorted) - 1)
        places[:, self._discrete] = np.rint(places[:, self._discrete])
        ranks = np.arange(len(self._sorted))
        columns = [
            np.interp(place, ranks, values) for place, values in zip(places.T, self._sorted.T, strict=True)
        ]
        return np.column_stack(columns)
