"""The one fitting procedure: training rows -> preprocessing -> a generator's stream -> one fit per size -> scores.

The benchmark's blocks, the folds of VTSS, the controls and VTSSClassifier all go this way.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import ArrayLike, NDArray

from synthsize.balance.checks import check_labelled
from synthsize.balance.events import Event
from synthsize.balance.generators import Generator, make_generator
from synthsize.balance.interpolated import InterpolatedRows
from synthsize.balance.learners.base import Array, Fits, Learner
from synthsize.balance.neighbours import NeighbourTable
from synthsize.balance.path import n_synthetic
from synthsize.balance.preprocessing import Preprocessor
from synthsize.balance.strategies.base import Strategy
from synthsize.balance.strategies.oversample import Oversample
from synthsize.errors import InputError, foreign


@dataclass(frozen=True)
class SizeFits:
    """One fit per multiplier to one training set.

    Attributes
    ----------
    preprocessor : Preprocessor
    fits : Fits
        One column per multiplier.
    gap : int
        Majority minus minority rows of the training set.
    n_requested, n_synthetic : tuple of int
        Synthetic rows asked for and added, per multiplier.
    events : tuple of Event
    """

    preprocessor: Preprocessor
    fits: Fits
    gap: int
    n_requested: tuple[int, ...]
    n_synthetic: tuple[int, ...]
    events: tuple[Event, ...]

    def scores(self, X: Array) -> Array:
        """Score new rows as they were measured, shape (n, d); returns shape (n, M)."""
        return self.fits.scores(self.preprocessor.transform(X))


@dataclass(frozen=True)
class TrainingSet:
    """Real training rows, preprocessed, and the generator that has learned from them.

    Attributes
    ----------
    preprocessor : Preprocessor
        Learned from these rows.
    X : ndarray of shape (n, d)
        Preprocessed.
    y : ndarray of shape (n,)
    generator : Generator
        Fitted.
    neighbours : NeighbourTable
        Of the rows.
    strategy : Strategy
        What synthetic rows are fitted together with.
    """

    preprocessor: Preprocessor
    X: Array
    y: NDArray[np.int8]
    generator: Generator
    neighbours: NeighbourTable
    strategy: Strategy = field(default_factory=Oversample)

    @property
    def gap(self) -> int:
        """Majority minus minority rows."""
        return int((self.y == 0).sum() - (self.y == 1).sum())

    def fit_sizes(
        self,
        learner: Learner,
        multipliers: Sequence[float],
        random_state: int | SeedSequence,
        near: Fits | None = None,
        learner_state: int | SeedSequence | None = None,
    ) -> SizeFits:
        """Draw one stream of the largest size and fit every multiplier with a prefix of it, as the strategy says.

        Parameters
        ----------
        learner : Learner
        multipliers : sequence of float
            Synthetic rows in units of the class gap.
        random_state : int or SeedSequence
            Names the stream; its rows do not depend on how many are drawn.
        near : Fits, optional
            Of the same multipliers on a training set that holds these rows, to start from.
        learner_state : int or SeedSequence, optional
            Of a learner or a strategy that draws; by default `random_state`. One that does not depend on the generator
            makes fits without synthetic rows the same for all of them.
        """
        requested = tuple(n_synthetic(multiplier, self.gap) for multiplier in multipliers)
        supply = self.generator.supply
        sizes = requested if supply is None else tuple(min(size, supply) for size in requested)
        stream = self._stream(max(sizes), random_state)
        found: list[Event] = []
        drawn = random_state if learner_state is None else learner_state
        fits = self.strategy.fit_sizes(
            learner, self.X, self.y, stream, sizes, random_state=drawn, events=found, near=near
        )
        events = [*self.preprocessor.events_, *self.generator.events_]
        if self.gap <= 0 and any(multipliers):
            events.append(
                Event("no_gap", f"majority minus minority rows is {self.gap}: no synthetic rows at any size")
            )
        if sizes != requested:
            detail = f"{supply} synthetic rows for {max(requested)} asked: larger sizes have {supply}"
            events.append(Event("too_few_synthetic_rows", detail))
        return SizeFits(self.preprocessor, fits, self.gap, requested, sizes, (*events, *found))

    def _stream(self, n: int, random_state: int | SeedSequence) -> Array | InterpolatedRows:
        """Draw synthetic rows and refuse what is none."""
        name = type(self.generator).__name__
        try:
            drawn = self.generator.stream(n, random_state)
            stream = drawn if isinstance(drawn, InterpolatedRows) else np.asarray(drawn, dtype=np.float64)
        except InputError:
            raise
        except Exception as error:
            raise InputError(
                f"generator {name} failed to draw {n} rows ({foreign(error)}); correct it or leave it out"
            ) from error
        if stream.shape != (n, self.X.shape[1]):
            raise InputError(
                f"generator {name} returned rows of shape {stream.shape} where {(n, self.X.shape[1])} were asked for"
            )
        drawn_from = stream.table if isinstance(stream, InterpolatedRows) else stream
        if not np.isfinite(drawn_from).all():
            raise InputError(f"generator {name} returned NaN or infinite values; correct it or leave it out")
        return stream


@dataclass(frozen=True)
class Procedure:
    """What is done to any set of training rows.

    Attributes
    ----------
    learner : Learner
    generator : Generator
        Unfitted; copied for every training set.
    preprocessor : Preprocessor
        Unfitted; copied for every training set.
    strategy : Strategy
        What synthetic rows are fitted together with.
    """

    learner: Learner
    generator: Generator
    preprocessor: Preprocessor = field(default_factory=Preprocessor)
    strategy: Strategy = field(default_factory=Oversample)

    def prepare(
        self,
        X: ArrayLike,
        y: ArrayLike,
        part_of: NeighbourTable | None = None,
        rows: NDArray[np.intp] | None = None,
    ) -> TrainingSet:
        """Learn preprocessing and generator from training rows.

        Parameters
        ----------
        X : array of shape (n, d)
            Real rows as measured; NaN marks a missing value.
        y : array of shape (n,)
        part_of : NeighbourTable, optional
            Of a larger training set that holds these rows: neighbours are then inherited. They are the same without it;
            it only saves time.
        rows : ndarray of int, optional
            Which rows of that table these are, increasing.

        Raises
        ------
        InputError
            If a class is missing or the arrays cannot be used.
        """
        raw, labels = check_labelled(X, y, allow_nan=True)
        preprocessor = copy(self.preprocessor).fit(raw)
        real = preprocessor.transform(raw)
        inherited = part_of is not None and rows is not None
        table = part_of.restrict(rows, real) if inherited else NeighbourTable(real, labels)  # type: ignore[union-attr, arg-type]
        generator = make_generator(self.generator).in_units_of(preprocessor).fit(real, labels, table)
        return TrainingSet(preprocessor, real, labels, generator, table, self.strategy)
