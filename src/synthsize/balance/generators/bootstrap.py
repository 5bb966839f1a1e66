"""The bootstrap: copies of minority rows, which only add weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray

from synthsize.balance.generators.base import Generator, draw_copies
from synthsize.balance.interpolated import InterpolatedRows
from synthsize.balance.neighbours import NeighbourTable

ENTRY = {
    "class": "Bootstrap",
    "label": "Bootstrap",
    "words": "copies minority rows",
    "order": 51,
}


@dataclass(eq=False)
class Bootstrap(Generator):
    """Minority rows drawn with replacement: the baseline of all other generators.

    The control `random_oversample` adds these rows.
    """

    def _prepare(self, X: NDArray[np.float64], y: NDArray[np.int8], neighbours: NeighbourTable) -> None:
        """Need nothing beyond the minority rows."""

    def _draw(self, n: int, random_state: SeedSequence) -> InterpolatedRows:
        return draw_copies(self.minority_, n, random_state)
