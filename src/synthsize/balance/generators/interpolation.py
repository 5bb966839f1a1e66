"""The common part of SMOTE and its relatives: a random point between a minority row and one of its neighbours."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator as Stream
from numpy.random import SeedSequence
from numpy.typing import NDArray

from synthsize.balance.checks import check_count
from synthsize.balance.generators.base import Generator, child_streams
from synthsize.balance.interpolated import InterpolatedRows
from synthsize.balance.neighbours import NeighbourTable


@dataclass(eq=False)
class Interpolator(Generator):
    """Draws x_i + u (x_j - x_i): j uniform among the k nearest minority neighbours of row i, u uniform on (0, 1).

    A subclass says how the rows i are chosen.

    Parameters
    ----------
    k_neighbors : int
        Neighbours a partner is drawn from. With fewer than k + 1 minority rows all the others serve, recorded.
    """

    k_neighbors: int = 10

    def __post_init__(self) -> None:
        """Reject impossible settings."""
        check_count("k_neighbors", self.k_neighbors, 1)

    def _prepare(self, X: NDArray[np.float64], y: NDArray[np.int8], neighbours: NeighbourTable) -> None:  # noqa: ARG002
        n_minority = len(self.minority_)
        k = min(self.k_neighbors, n_minority - 1)
        if k < self.k_neighbors:
            self._record(
                "few_minority_rows", f"{n_minority} minority rows: k_neighbors {self.k_neighbors} -> {k}"
            )
        self._partners = neighbours.partners(k)
        copies = int((self.minority_[self._partners[:, 0]] == self.minority_).all(axis=1).sum())
        if copies:
            self._record(
                "duplicate_rows", f"{copies} of {n_minority} minority rows equal their nearest neighbour"
            )
        self._prepare_rows(neighbours)

    def _draw(self, n: int, random_state: SeedSequence) -> InterpolatedRows:
        row_stream, partner_stream, step_stream = child_streams(random_state, 3)
        rows = self._choose_rows(n, row_stream)
        columns = partner_stream.integers(0, self._partners.shape[1], size=n)
        steps = step_stream.random(n)
        return InterpolatedRows(self.minority_, rows, self._partners[rows, columns], steps)

    def _count_majority_neighbours(
        self, neighbours: NeighbourTable, parameter: str, k: int
    ) -> tuple[NDArray[np.intp], int]:
        """Count each minority row's majority neighbours, and say how many neighbours were looked at."""
        n_rows = len(neighbours.y)
        used = min(k, n_rows - 1)
        if used < k:
            self._record("few_rows", f"{n_rows} rows in all: {parameter} {k} -> {used} among both classes")
        return neighbours.count_majority(used), used

    @abstractmethod
    def _prepare_rows(self, neighbours: NeighbourTable) -> None:
        """Learn what `_choose_rows` needs."""

    @abstractmethod
    def _choose_rows(self, n: int, stream: Stream) -> NDArray[np.intp]:
        """Choose the n minority rows to start from, nested in n."""
