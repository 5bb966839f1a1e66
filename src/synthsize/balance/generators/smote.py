"""SMOTE: every minority row is as likely a start as any other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator as Stream
from numpy.typing import NDArray

from synthsize.balance.generators.interpolation import Interpolator
from synthsize.balance.neighbours import NeighbourTable

ENTRY = {
    "class": "Smote",
    "label": "SMOTE",
    "words": "places rows between minority rows and their minority neighbours",
    "settings": "{k_neighbors:neighbour/neighbours}",
    "colour": "#0072B2",
    "order": 10,
    "parameters": {
        "k_neighbors": {
            "type": "integer",
            "minimum": 1,
            "default": 10,
            "description": "minority neighbours a partner is drawn from",
        },
    },
}


@dataclass(eq=False)
class Smote(Interpolator):
    """Synthetic minority over-sampling [1]_, as imbalanced-learn draws it: i.i.d. rows.

    References
    ----------
    .. [1] Chawla, Bowyer, Hall and Kegelmeyer (2002), J. Artif. Intell. Res. 16, 321-357.
    """

    def _prepare_rows(self, neighbours: NeighbourTable) -> None:
        """Need nothing beyond the partners."""

    def _choose_rows(self, n: int, stream: Stream) -> NDArray[np.intp]:
        return stream.integers(0, len(self.minority_), size=n, dtype=np.intp)
