"""Random oversampling: copies of minority rows, the generator that adds nothing but weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray

from synthsize.balance.generators.base import Generator, child_streams
from synthsize.balance.interpolated import InterpolatedRows
from synthsize.balance.neighbours import NeighbourTable

ENTRY = {
    "class": "RandomOversample",
    "label": "Random oversampling",
    "words": "copies minority rows",
    "order": 50,
}


@dataclass(eq=False)
class RandomOversample(Generator):
    """A minority row drawn with replacement: the bootstrap, and the control for every other generator."""

    def _prepare(self, X: NDArray[np.float64], y: NDArray[np.int8], neighbours: NeighbourTable) -> None:
        """Need nothing beyond the minority rows."""

    def _draw(self, n: int, random_state: SeedSequence) -> InterpolatedRows:
        (row_stream,) = child_streams(random_state, 1)
        return InterpolatedRows(self.minority_, row_stream.integers(0, len(self.minority_), size=n))
