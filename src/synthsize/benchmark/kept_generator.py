"""Generators whose training is slow: trained once per training set, whichever classifier or job needs the rows."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray

from synthsize.balance.generators import Generator
from synthsize.balance.interpolated import InterpolatedRows
from synthsize.balance.neighbours import NeighbourTable
from synthsize.balance.preprocessing import Preprocessor
from synthsize.benchmark.kept_rows import Drawn, digest, kept_or_drawn
from synthsize.catalogue import generators as catalogue
from synthsize.catalogue.entries import GeneratorEntry
from synthsize.catalogue.extras import check_installed
from synthsize.errors import InputError, foreign
from synthsize.imports import module_files
from synthsize.packages import FITTING, deciding_packages
from synthsize.scratch import rows_kept

USUAL = 2  # rows drawn at least, in units of the class gap: the largest multiplier of the usual grid


def with_rows_kept(generator: Generator) -> Generator:
    """Return a generator that keeps its rows, if its catalogue entry states a cost and the job keeps rows."""
    kind = f"{type(generator).__module__}.{type(generator).__qualname__}"
    costly = {entry.class_path: entry for entry in catalogue.entries().values() if entry.cost}
    return KeptGenerator(generator, costly[kind]) if rows_kept() and kind in costly else generator


@dataclass(eq=False)
class KeptGenerator(Generator):
    """Draws the rows of another generator, or reads those that an earlier job drew from the same training rows.

    What is drawn is twice the class gap at least, so that one draw serves all sizes of the usual grid; a larger one
    takes its place. Rows do not depend on whether they were kept: a smaller sample is the beginning of a larger one.

    Parameters
    ----------
    generator : Generator
        Unfitted; a copy of it is trained when requested rows are not in the store.
    entry : GeneratorEntry
        Its entry in the catalogue.
    """

    generator: Generator
    entry: GeneratorEntry

    def __post_init__(self) -> None:
        """Record what decides the generator's rows, before it is trained."""
        check_installed(f"generator {self.entry.name}", self.entry.needs)
        self._made_of = _made_of(self.entry)

    def in_units_of(self, preprocessor: Preprocessor) -> Self:
        """Pass the preprocessor on to the generator."""
        self.generator = copy(self.generator).in_units_of(preprocessor)
        return self

    def _prepare(self, X: NDArray[np.float64], y: NDArray[np.int8], neighbours: NeighbourTable) -> None:
        self._rows = (X, y, neighbours)
        self._least = USUAL * max(len(X) - 2 * len(self.minority_), 0)
        self._fitted: Generator | None = None
        if len(self.minority_) < self.generator.least_rows:
            self.events_ = self._trained().events_  # it draws copies, which cost nothing

    def _draw(self, n: int, random_state: SeedSequence) -> NDArray[np.float64] | InterpolatedRows:
        if len(self.minority_) < self.generator.least_rows:
            return self._trained().stream(n, random_state)

        def draw(_: Path) -> Drawn:
            try:
                rows = self._trained().sample(max(n, self._least), random_state)
            except InputError:
                raise
            except Exception as error:
                said = f"generator {self.entry.name} failed ({foreign(error)}); correct it or leave it out"
                raise InputError(said) from error
            return Drawn(rows, tuple(self._trained().events_))

        seed = [_plain(random_state.entropy), _plain(random_state.spawn_key)]
        key = digest(self._made_of, self.generator.get_params(), seed, *self._rows[:2])
        drawn = kept_or_drawn(key, n, draw, lambda: _made_of(self.entry) == self._made_of)
        self.events_ = list(drawn.events)
        return drawn.rows[:n]

    def _trained(self) -> Generator:
        if self._fitted is None:
            self._fitted = copy(self.generator).fit(*self._rows)
        return self._fitted


def _made_of(entry: GeneratorEntry) -> list[Any]:
    """List what decides the rows beside data, seed and parameters: code of this package, and versions of others."""
    module = entry.class_path.removeprefix("synthsize.").rpartition(".")[0]
    own = [digest(file) for file in module_files(module)]
    packages = {*FITTING, *deciding_packages(tuple(entry.needs))}
    return [entry.class_path, own, {name: version(name) for name in packages}]


def _plain(entropy: Any) -> Any:
    return np.asarray(entropy, dtype=object).tolist()
