"""Borderline-SMOTE (variant 1): start only from minority rows that the majority surrounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator as Stream
from numpy.typing import NDArray

from synthsize.balance.checks import check_count
from synthsize.balance.generators.interpolation import Interpolator
from synthsize.balance.neighbours import NeighbourTable

ENTRY = {
    "class": "BorderlineSmote",
    "label": "Borderline-SMOTE",
    "words": "does as SMOTE, starting only where majority rows prevail without being alone",
    "settings": "{k_neighbors:neighbour/neighbours}, {m_neighbors} for the danger rule",
    "colour": "#009E73",
    "order": 30,
    "parameters": {
        "k_neighbors": {
            "type": "integer",
            "minimum": 1,
            "default": 10,
            "description": "minority neighbours a partner is drawn from",
        },
        "m_neighbors": {
            "type": "integer",
            "minimum": 1,
            "default": 10,
            "description": "neighbours of both classes that decide danger",
        },
    },
}


@dataclass(eq=False)
class BorderlineSmote(Interpolator):
    """Borderline-1 [1]_, as imbalanced-learn draws it: starts among "danger" rows, partners among all minority rows.

    A minority row is in danger when at least half, but not all, of its `m_neighbors` nearest rows of both classes
    are majority rows. Without any such row plain SMOTE over all minority rows is drawn, and recorded.

    Parameters
    ----------
    k_neighbors : int
        Minority neighbours a partner is drawn from.
    m_neighbors : int
        Neighbours of both classes that decide danger.

    Attributes
    ----------
    danger_ : ndarray of int
        Positions of the danger rows among the minority rows.

    References
    ----------
    .. [1] Han, Wang and Mao (2005), ICIC, LNCS 3644, 878-887.
    """

    m_neighbors: int = 10

    def __post_init__(self) -> None:
        """Reject impossible settings."""
        super().__post_init__()
        check_count("m_neighbors", self.m_neighbors, 1)

    def _prepare_rows(self, neighbours: NeighbourTable) -> None:
        majority, m = self._count_majority_neighbours(neighbours, "m_neighbors", self.m_neighbors)
        self.danger_ = np.flatnonzero((2 * majority >= m) & (majority < m))
        self._starts = self.danger_
        if len(self.danger_) == 0:
            self._starts = np.arange(len(self.minority_))
            self._record(
                "empty_danger_set", f"no danger row among {len(self.minority_)} minority rows: plain SMOTE"
            )

    def _choose_rows(self, n: int, stream: Stream) -> NDArray[np.intp]:
        return self._starts[stream.integers(0, len(self._starts), size=n)]
