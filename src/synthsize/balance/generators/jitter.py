"""Gaussian jitter: copies of minority rows with independent noise on each feature."""

from __future__ import annotations

import numbers
from dataclasses import dataclass

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray

from synthsize.balance.generators.base import Generator, child_streams
from synthsize.balance.neighbours import NeighbourTable
from synthsize.errors import InputError

ENTRY = {
    "class": "Jitter",
    "label": "Gaussian jitter",
    "words": "copies minority rows and adds independent noise to each feature",
    "settings": "noise of {scale:g} times the minority's standard deviation",
    "colour": "#CC79A7",
    "order": 40,
    "parameters": {
        "scale": {
            "type": "number",
            "minimum": 0,
            "default": 1.0,
            "description": "noise in units of each feature's standard deviation in the minority class",
        },
    },
}


@dataclass(eq=False)
class Jitter(Generator):
    """A minority row drawn with replacement plus N(0, (scale sd_j)^2) on feature j: a smoothed bootstrap.

    Parameters
    ----------
    scale : float
        Noise in units of the minority class's standard deviation (n - 1 in the denominator) of each feature.
    """

    scale: float = 1.0

    def __post_init__(self) -> None:
        """Reject impossible settings."""
        if not isinstance(self.scale, numbers.Real) or not 0 <= self.scale < np.inf:
            raise InputError(f"scale of jitter must be 0 or more, not {self.scale!r}")

    def _prepare(self, X: NDArray[np.float64], y: NDArray[np.int8], neighbours: NeighbourTable) -> None:  # noqa: ARG002
        self._noise = self.scale * self.minority_.std(axis=0, ddof=1)

    def _draw(self, n: int, random_state: SeedSequence) -> NDArray[np.float64]:
        row_stream, noise_stream = child_streams(random_state, 2)
        rows = row_stream.integers(0, len(self.minority_), size=n)
        noise = self._noise * noise_stream.standard_normal((n, self.minority_.shape[1]))
        return np.asarray(self.minority_[rows] + noise)
