"""The common part of generators that train a model once and then draw independent rows from it, block by block."""

from __future__ import annotations

import logging
import zlib
from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.random import Generator as Stream
from numpy.random import SeedSequence
from numpy.typing import NDArray

from synthsize.balance.checks import check_count
from synthsize.balance.generators.base import Generator
from synthsize.balance.neighbours import NeighbourTable

logger = logging.getLogger("synthsize.balance")


@dataclass(eq=False)
class ModelGenerator(Generator):
    """A model of the minority rows, trained by `fit` from a seed of its own and of these rows.

    The rows are part of the seed so that chance in the training differs between training sets: were it the same in all
    splits and folds, the results of one favourable start would agree with one another.

    Rows come in whole blocks, each from a stream of its own, of which a sample keeps the first n rows: so a model may
    work on a block at once, and its rows depend neither on n nor on how arithmetic on n rows is rounded.

    Parameters
    ----------
    random_state : int
        Part of the seed of the training. Rows are drawn with the seed of `sample`.
    """

    block_rows: ClassVar[int] = 512
    random_state: int = 0

    def __post_init__(self) -> None:
        """Reject impossible settings."""
        check_count("random_state", self.random_state, 0)

    def _prepare(self, X: NDArray[np.float64], y: NDArray[np.int8], neighbours: NeighbourTable) -> None:  # noqa: ARG002
        lowest, highest = self.minority_.min(axis=0), self.minority_.max(axis=0)
        self._varying = np.flatnonzero(highest > lowest)
        if len(self._varying) == 0:
            self._record("no_spread", f"{len(self.minority_)} minority rows are all alike: copies of them")
        else:
            rows = self.minority_[:, self._varying]
            self._train(rows, np.random.default_rng([self.random_state, _checksum(rows)]))

    def _draw(self, n: int, random_state: SeedSequence) -> NDArray[np.float64]:
        rows = np.repeat(self.minority_[:1], n, axis=0)
        if len(self._varying) == 0:
            return rows
        for number, start in enumerate(range(0, n, self.block_rows)):
            key = (*random_state.spawn_key, number)
            stream = np.random.default_rng(SeedSequence(random_state.entropy, spawn_key=key))
            block = self._draw_block(self.block_rows, stream)
            rows[start : start + self.block_rows, self._varying] = block[: n - start]
        return rows

    @abstractmethod
    def _train(self, rows: NDArray[np.float64], stream: Stream) -> None:
        """Train the model on rows without constant features."""

    @abstractmethod
    def _draw_block(self, n: int, stream: Stream) -> NDArray[np.float64]:
        """Draw n independent rows of these features."""


def _checksum(rows: NDArray[np.float64]) -> int:
    """Digest of a training set, 32 bits; in single precision, so that rounding elsewhere does not change it."""
    return zlib.crc32(np.ascontiguousarray(rows, dtype=np.float32).tobytes())
