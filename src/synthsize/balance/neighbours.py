"""Exact nearest neighbours, and how a fold inherits those of the training set that it was cut from.

Distances are Euclidean. A row is never its own neighbour, whatever its copies; rows at equal distance rank by index.
Distances are summed feature by feature in one fixed order, so that neighbours depend on the rows alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from synthsize.errors import InputError

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_BLOCK_CELLS = 2**21  # of a distance matrix held at once by the exhaustive search: 16 MiB
_LARGEST = 1e150  # whose square is still a number


@dataclass(frozen=True)
class Candidates:
    """Rows that may be neighbours of each query, and how near any other row can be.

    Attributes
    ----------
    index : ndarray of int, shape (q, width)
        Increasing in each row; negative where there is none.
    floor : ndarray of shape (q,)
        No row outside `index` is nearer than this.
    """

    index: Indices
    floor: Floats

    def of(self, which: Indices) -> Candidates:
        """Return those of some queries."""
        return Candidates(self.index[which], self.floor[which])


class NeighbourSearch:
    """The nearest points of some of the points themselves.

    Three ways are tried in turn, each on the queries that the one before left open: candidates inherited from the
    search on a larger set of points, if there is one; scikit-learn's search, which rounds; every distance. A way
    settles a query when its k-th candidate is nearer than its bound on all other points. All ways rank candidates by
    the same distances, so the answer does not depend on the way.

    Parameters
    ----------
    points : ndarray of shape (n, d)
    queries : ndarray of int, shape (q,)
        Which points to find neighbours of.
    cut : Cut, optional
        The search on a larger set of points that these are some of.
    """

    def __init__(self, points: Floats, queries: Indices, cut: Cut | None = None) -> None:
        self.points = points
        self.queries = queries
        self.columns = np.ascontiguousarray(points.T)
        self._cut = cut
        self._wide: dict[int, Candidates] = {}

    def nearest(self, k: int) -> Indices:
        """Find the k nearest other points of each query.

        Parameters
        ----------
        k : int
            From 1 to n - 1.

        Returns
        -------
        ndarray of shape (q, k)
            Nearest first.

        Raises
        ------
        InputError
            If there are no k other points, or distances between them overflow.
        """
        if not 1 <= k < len(self.points):
            raise InputError(f"k must lie between 1 and {len(self.points) - 1} other rows, not {k}; lower it")
        if np.abs(self.points).max() > _LARGEST:
            raise InputError(
                f"X holds values beyond {_LARGEST:g}, too large for distances; standardise it first"
            )
        result = np.empty((len(self.queries), k), dtype=np.intp)
        unsettled = np.arange(len(self.queries))
        for find in self._shortcuts(k):
            if len(unsettled):
                unsettled = self._settle(unsettled, find(unsettled), result)
        if len(unsettled):
            result[unsettled] = self._rank_all(self.queries[unsettled], k)
        return result

    def _shortcuts(self, k: int) -> Iterator[Callable[[Indices], Candidates]]:
        """Yield ways to find candidates of some queries, the cheapest first."""
        first, second = 2 * k + 16, 12 * k + 80  # the first settles nearly all queries of a usual fold
        if self._cut is None:
            yield lambda which: self.candidates(first).of(which)
            return
        inherited = self._cut.follow(self)
        yield lambda which: inherited.candidates(which, first)
        yield lambda which: inherited.candidates(which, second)
        yield lambda which: self._approximate(self.queries[which], first)

    def candidates(self, width: int) -> Candidates:
        """Return each query's `width` nearest points, or all points if there are not so many."""
        if width not in self._wide:
            self._wide[width] = self._approximate(self.queries, width)
        return self._wide[width]

    def _approximate(self, queries: Indices, width: int) -> Candidates:
        """Let scikit-learn find candidates, and bound the rest by its worst rounding error."""
        if width >= len(self.points):
            return self._all_points(len(queries))
        search = NearestNeighbors(n_neighbors=width, algorithm="brute").fit(self.points)
        distance, index = search.kneighbors(self.points[queries])
        # It computes |a|^2 - 2 a.b + |b|^2: off by at most a few (d + 4) roundings of the largest squared norm.
        norm = float((self.columns**2).sum(axis=0).max())
        error = 8 * (self.points.shape[1] + 4) * np.finfo(np.float64).eps * norm
        floor = np.sqrt(np.maximum(distance[:, -1] ** 2 * (1 - 1e-12) - error, 0.0))
        return Candidates(np.sort(index, axis=1), floor)

    def _all_points(self, n_queries: int) -> Candidates:
        everyone = np.broadcast_to(np.arange(len(self.points)), (n_queries, len(self.points)))
        return Candidates(everyone, np.full(n_queries, np.inf))

    def _rank_all(self, queries: Indices, k: int) -> Indices:
        """Compare with every point, once for all queries that are copies of each other."""
        _, first, copy_of = np.unique(self.points[queries], axis=0, return_index=True, return_inverse=True)
        everyone = np.arange(len(self.points))
        ranked = np.empty((len(first), k + 1), dtype=np.intp)
        block = max(1, _BLOCK_CELLS // len(self.points))
        for start in range(0, len(first), block):
            some = queries[first[start : start + block]]
            squared = self._squared_distances(some, np.broadcast_to(everyone, (len(some), len(everyone))))
            ranked[start : start + block] = np.argsort(squared, axis=1, kind="stable")[:, : k + 1]
        found = ranked[copy_of.reshape(-1)]
        leave = found == queries[:, np.newaxis]
        leave[~leave.any(axis=1), -1] = True  # with k copies of lower index a row is not on its own list
        return np.asarray(found[~leave].reshape(len(queries), k), dtype=np.intp)

    def _settle(self, which: Indices, found: Candidates, result: Indices) -> Indices:
        """Write the neighbours of the queries `which` that `found` determines; return the others."""
        queries, k = self.queries[which], result.shape[1]
        squared = self._squared_distances(queries, found.index)
        squared[(found.index < 0) | (found.index == queries[:, np.newaxis])] = np.inf
        # Stable: equal distances keep the increasing order of `index`.
        order = np.argsort(squared, axis=1, kind="stable")[:, :k]
        last = np.sqrt(np.take_along_axis(squared, order[:, -1:], axis=1)[:, 0])
        settled = (last < found.floor) | np.isinf(found.floor)
        result[which[settled]] = np.take_along_axis(found.index, order, axis=1)[settled]
        return which[~settled]

    def _squared_distances(self, queries: Indices, index: Indices) -> Floats:
        total = np.zeros(index.shape)
        for column in self.columns:
            difference = column[index]
            difference -= column[queries, np.newaxis]
            difference *= difference
            total += difference
        return total


@dataclass(frozen=True)
class Cut:
    """What a search on some points of a larger set inherits from the search on the larger set.

    Attributes
    ----------
    search : NeighbourSearch
        On the larger set; every query of the smaller one is a query of it.
    kept : ndarray of int, shape (n',)
        Which of its points stay, increasing. They may have moved a little.
    """

    search: NeighbourSearch
    kept: Indices

    def follow(self, inner: NeighbourSearch) -> Inheritance:
        """Compare where the points are now, in the smaller search, with where they were."""
        shrink, stray = _compare(self.search.columns[:, self.kept], inner.columns)
        query_number = np.full(len(self.search.points), -1)
        query_number[self.search.queries] = np.arange(len(self.search.queries))
        position = np.full(len(self.search.points), -1)
        position[self.kept] = np.arange(len(self.kept))
        rows = query_number[self.kept[inner.queries]]
        return Inheritance(self.search, rows, position, shrink, stray[inner.queries] + stray.max())


@dataclass(frozen=True)
class Inheritance:
    """How queries and points of a smaller search are numbered in the larger one, and how far they moved.

    A moved point is written as z = a * x + b + e: x where it was, a and b one scale and shift per feature, e what they
    do not explain (imputed cells move on their own). So a distance is at least min(a) |x_i - x_l| - |e_i| - |e_l|,
    whatever a and b; good ones only make the bound sharp.

    Attributes
    ----------
    search : NeighbourSearch
        The larger one.
    rows : ndarray of int, shape (q,)
        Number among the larger search's queries of each query.
    position : ndarray of int, shape (n,)
        Number in the smaller search of each point of the larger one, negative where it has none.
    shrink : float
        min(a).
    stray : ndarray of shape (q,)
        |e_i| + max_l |e_l| of each query.
    """

    search: NeighbourSearch
    rows: Indices
    position: Indices
    shrink: float
    stray: Floats

    def candidates(self, which: Indices, width: int) -> Candidates:
        """Carry over the `width` candidates of the queries `which`, with a bound that holds for the moved points."""
        outer = self.search.candidates(width).of(self.rows[which])
        bound = outer.floor
        complete = np.isinf(bound)  # no point was left out, so none can come nearer
        bound[~complete] *= self.shrink * (1 - 1e-12)
        bound[~complete] -= self.stray[which[~complete]]
        return Candidates(self.position[outer.index], bound)


def _compare(before: Floats, after: Floats) -> tuple[float, Floats]:
    """Bound how points moved: the smallest scale a of a feature, and |e| of each point (columns of the arguments)."""
    shrink, stray = np.inf, np.zeros(before.shape[1])
    for old, new in zip(before, after, strict=True):
        low, high = int(old.argmin()), int(old.argmax())
        spread = old[high] - old[low]
        # The extremes were observed, not imputed, so their distance shows the scale exactly.
        scale = (new[high] - new[low]) / spread if spread > 0 else 1.0
        rest = new - scale * old
        rest -= (rest.max() + rest.min()) / 2
        rounding = 8 * np.finfo(np.float64).eps * (np.abs(new).max() + abs(scale) * np.abs(old).max())
        stray += (np.abs(rest) + rounding) ** 2
        if spread > 0:
            shrink = min(shrink, abs(scale))
    return float(shrink) if np.isfinite(shrink) else 1.0, np.sqrt(stray)


class NeighbourTable:
    """Neighbours of each minority row of a training set: among the minority rows, and among all rows.

    Neighbours are searched on first use; one table serves all generators, and folds through `restrict`.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Standardised features without missing values.
    y : ndarray of shape (n,)
        1 marks the minority class.
    """

    def __init__(self, X: Floats, y: NDArray[np.int8]) -> None:
        minority = np.flatnonzero(y == 1)
        self.X, self.y = X, y
        self._minority = NeighbourSearch(X[minority], np.arange(len(minority)))
        self._all = NeighbourSearch(X, minority)

    def restrict(self, rows: Indices, X: Floats) -> NeighbourTable:
        """Return the table of some of the rows, whose preprocessing may differ a little.

        The neighbours are exactly those of ``NeighbourTable(X, y[rows])``; only the way to find them is shorter.

        Parameters
        ----------
        rows : ndarray of int, shape (n',)
            Increasing row numbers.
        X : ndarray of shape (n', d)
            These rows under their own preprocessing.

        Raises
        ------
        InputError
            If `rows` is not increasing or does not fit `X`.
        """
        if len(rows) != len(X) or (np.diff(rows) <= 0).any():
            raise InputError(
                f"rows must be {len(X)} increasing row numbers, one for each row of X; sort them"
            )
        inner = NeighbourTable(X, self.y[rows])
        position = np.cumsum(self.y == 1) - 1  # among the minority rows
        few, every = inner._minority, inner._all
        few_cut = Cut(self._minority, position[rows[inner.y == 1]])
        inner._minority = NeighbourSearch(few.points, few.queries, few_cut)
        inner._all = NeighbourSearch(every.points, every.queries, Cut(self._all, rows))
        return inner

    def partners(self, k: int) -> Indices:
        """Return each minority row's k nearest minority rows, as positions among them, shape (n1, k)."""
        return self._minority.nearest(k)

    def count_majority(self, k: int) -> Indices:
        """Count, for each minority row, the majority rows among its k nearest rows of both classes, shape (n1,)."""
        return np.asarray((self.y[self._all.nearest(k)] == 0).sum(axis=1), dtype=np.intp)
