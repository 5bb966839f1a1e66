"""ADASYN: start from each minority row in proportion to the majority rows around it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator as Stream
from numpy.typing import NDArray

from synthsize.balance.generators.interpolation import Interpolator
from synthsize.balance.neighbours import NeighbourTable

ENTRY = {
    "class": "Adasyn",
    "label": "ADASYN",
    "words": "does as SMOTE, starting most often where majority rows are near",
    "settings": "{k_neighbors:neighbour/neighbours}",
    "colour": "#D55E00",
    "order": 20,
    "parameters": {
        "k_neighbors": {
            "type": "integer",
            "minimum": 1,
            "default": 10,
            "description": "neighbours that set the weights, and minority neighbours a partner is drawn from",
        },
    },
}


@dataclass(eq=False)
class Adasyn(Interpolator):
    """Adaptive synthetic sampling [1]_ in an order whose every prefix is the sample at that size.

    Row i has weight c_i, the majority rows among its k nearest rows of both classes. Its j-th copy falls due at time
    (j - 1/2) / c_i and the stream lists the copies as they fall due. The rows due by a time are then the rounded
    quotas of ADASYN, and every prefix is Webster's apportionment of its length, so that a larger sample
    only ever adds rows. Copies due at the same time come in random order, drawn afresh at each time: no row is favoured
    by its place in the data, nor twice by one random draw.

    With c_i = 0 everywhere all rows get equal weight, recorded.

    Parameters
    ----------
    k_neighbors : int
        Neighbours of both classes that set the weights, and minority neighbours a partner is drawn from.

    Attributes
    ----------
    weights_ : ndarray of int, shape (n1,)
        The c_i used.

    References
    ----------
    .. [1] He, Bai, Garcia and Li (2008), IJCNN, 1322-1328.
    """

    def _prepare_rows(self, neighbours: NeighbourTable) -> None:
        self.weights_, _ = self._count_majority_neighbours(neighbours, "k_neighbors", self.k_neighbors)
        if not self.weights_.any():
            self.weights_ = np.ones_like(self.weights_)
            self._record(
                "no_majority_neighbour", f"none of {len(self.weights_)} minority rows has one: equal weights"
            )

    def _choose_rows(self, n: int, stream: Stream) -> NDArray[np.intp]:
        return apportion(self.weights_, n, stream)


def apportion(weights: NDArray[np.intp], n: int, stream: Stream) -> NDArray[np.intp]:
    """List n row numbers so that every prefix is shared out in proportion to whole-number weights.

    Webster's (Sainte-Lague's) method in order of award. The times (j - 1/2) / c_i repeat with period 1, each period
    awarding row i exactly c_i places, so one period is sorted per sum(c) places. Equal times are exactly equal as
    floats, because the quotient of two integers is correctly rounded.

    Parameters
    ----------
    weights : ndarray of int, shape (rows,)
        Not negative, at least one positive.
    n : int
    stream : numpy.random.Generator
        Breaks ties; read in order, so that a smaller n reads a prefix.

    Returns
    -------
    ndarray of shape (n,)
    """
    rows = np.repeat(np.arange(len(weights)), weights)
    copy = np.arange(len(rows)) - np.repeat(np.cumsum(weights) - weights, weights) + 1
    due = (2 * copy - 1) / weights[rows]
    periods = -(-n // len(rows))
    _, moment = np.unique(due, return_inverse=True)
    lots = stream.random((periods, len(rows)))
    order = np.argsort(moment + lots / 2, axis=-1, kind="stable")  # half a lot never reaches the next moment
    return np.asarray(rows[order].ravel()[:n], dtype=np.intp)
