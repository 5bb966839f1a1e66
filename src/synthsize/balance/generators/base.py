"""The generator interface: fit once on real rows, then draw nested samples of any size."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Self

import numpy as np
from numpy.random import Generator as Stream
from numpy.random import SeedSequence
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError

from synthsize.balance.checks import check_count, check_labelled
from synthsize.balance.events import Event
from synthsize.balance.interpolated import InterpolatedRows
from synthsize.balance.neighbours import NeighbourTable
from synthsize.balance.preprocessing import Preprocessor
from synthsize.balance.random_state import Seed, as_seed
from synthsize.errors import InputError


def child_streams(random_state: Seed, count: int) -> list[Stream]:
    """Return `count` independent streams, the same ones at every call with the same seed.

    One stream per ingredient of a row (which row, which partner, which step) makes the j-th synthetic row depend
    on the seed and on j alone, not on how many rows are asked for. `SeedSequence.spawn` would not do: it counts
    its calls.
    """
    root = as_seed(random_state)
    return [
        np.random.default_rng(SeedSequence(root.entropy, spawn_key=(*root.spawn_key, child)))
        for child in range(count)
    ]


def draw_copies(rows: NDArray[np.float64], n: int, random_state: Seed) -> InterpolatedRows:
    """Draw n of some rows with replacement, nested in n."""
    (stream,) = child_streams(random_state, 1)
    return InterpolatedRows(rows, stream.integers(0, len(rows), size=n))


class Generator(BaseEstimator, ABC):  # type: ignore[misc]
    """Makes synthetic minority rows out of real ones.

    Its parameters are the fields of its dataclass, which scikit-learn's `get_params`, `set_params` and `clone` use.

    Nested: for one fit and one seed, ``sample(n)`` is the first n rows of ``sample(n_max)``, and follows the
    generator's law at size n. Exactly n rows come back, always.

    Attributes
    ----------
    least_rows : int
        Minority rows that it can learn from, at least 2; from fewer it draws copies instead, recorded.
    minority_ : ndarray of shape (n1, d)
        The real minority rows, in their order in the training set.
    events_ : list of Event
        Degenerate cases met by `fit` and how they were decided.
    supply : int or None
        How many rows can be drawn at most, known after `fit`; None where there is no limit.
    """

    least_rows: ClassVar[int] = 2
    supply: int | None = None

    minority_: NDArray[np.float64]
    events_: list[Event]

    def in_units_of(self, preprocessor: Preprocessor) -> Self:  # noqa: ARG002
        """Receive, before `fit`, the preprocessing of its rows and the names of their columns.

        Generators that learn from the rows alone ignore it.
        """
        return self

    def fit(self, X: ArrayLike, y: ArrayLike, neighbours: NeighbourTable | None = None) -> Self:
        """Learn from real rows.

        Parameters
        ----------
        X : array of shape (n, d)
            Standardised features without missing values.
        y : array of shape (n,)
            1 marks the minority class, 0 the majority.
        neighbours : NeighbourTable, optional
            The table of these rows, when it is at hand already; generators share one.

        Raises
        ------
        InputError
            If there is no minority row, the arrays cannot be used, or `neighbours` belongs to other rows.
        """
        features, labels = check_labelled(X, y)
        table = NeighbourTable(features, labels) if neighbours is None else neighbours
        if not (np.array_equal(table.X, features) and np.array_equal(table.y, labels)):
            raise InputError(
                "neighbours were tabulated for other rows than X and y; restrict the table first"
            )
        self.events_ = []
        self.minority_ = features[labels == 1]
        if len(self.minority_) == 0:
            raise InputError("y holds no minority row (1), so there is nothing to generate from")
        if len(self.minority_) == 1:
            self._record("single_minority_row", "one minority row: synthetic rows are copies of it")
        elif len(self.minority_) < self.least_rows:
            self._record(
                "few_minority_rows",
                f"{len(self.minority_)} minority rows, {type(self).__name__} needs {self.least_rows}: copies of them",
            )
        else:
            self._prepare(features, labels, table)
        return self

    def set_params(self, **params: Any) -> Self:
        """Set parameters, with the checks that making a generator has.

        Raises
        ------
        ValueError
            If there is no such parameter, or its value is impossible.
        """
        super().set_params(**params)
        self.__post_init__()
        return self

    def __post_init__(self) -> None:
        """Reject impossible settings; subclasses with parameters override this."""

    def sample(self, n: int, random_state: Seed) -> NDArray[np.float64]:
        """Draw the first n rows of the stream that `random_state` names.

        Parameters
        ----------
        n : int
        random_state : int, SeedSequence, Generator or RandomState
            A number or SeedSequence names one stream for good. A numpy Generator or RandomState names the stream that
            its present state stands for, and another one at its next use; prefixes of one stream need a number.

        Returns
        -------
        ndarray of shape (n, d)

        Raises
        ------
        NotFittedError
            Before `fit`.
        InputError
            If `n` is negative or fractional, or `random_state` no seed.
        """
        return np.asarray(self.stream(n, random_state), dtype=np.float64)

    def stream(self, n: int, random_state: Seed) -> NDArray[np.float64] | InterpolatedRows:
        """Draw the same n rows as `sample`, in the form that costs least.

        Returns
        -------
        InterpolatedRows or ndarray, of shape (n, d)
            The former where rows lie between minority rows or are copies of them: `fit_path` then needs no matrix
            of n rows with many features. ``np.asarray`` makes the rows of either.

        Raises
        ------
        NotFittedError, InputError
            As `sample` does.
        """
        if not hasattr(self, "minority_"):
            raise NotFittedError(
                f"this {type(self).__name__} has no rows to draw from yet; call fit(X, y) first"
            )
        size, seed = check_count("n", n, 0), as_seed(random_state)
        if len(self.minority_) < self.least_rows:
            return draw_copies(self.minority_, size, seed)
        return self._draw(size, seed)

    @abstractmethod
    def _prepare(self, X: NDArray[np.float64], y: NDArray[np.int8], neighbours: NeighbourTable) -> None:
        """Learn what `_draw` needs from at least `least_rows` minority rows."""

    @abstractmethod
    def _draw(self, n: int, random_state: SeedSequence) -> NDArray[np.float64] | InterpolatedRows:
        """Draw n rows, nested in n."""

    def _record(self, event: str, detail: str) -> None:
        self.events_.append(Event(event, detail))
