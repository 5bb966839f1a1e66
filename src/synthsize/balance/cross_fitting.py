"""Cross-fitting: synthetic rows from generators not fitted to the real rows they are compared with, and their error."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray

from synthsize.balance.events import Event
from synthsize.balance.generators import Generator, make_generator

Matrix = NDArray[np.float64]
Labels = NDArray[np.int8]
Rows = NDArray[np.intp]
Fold = tuple[Rows, Rows]

HALVINGS = 20  # give a standard error to within 1 / sqrt(2 * 20) = 16 %
FEWEST = 2  # minority rows that a generator in a half learns from


def cross_fitted(
    X: Matrix,
    y: Labels,
    generator: Generator,
    folds: Sequence[Fold],
    seed: SeedSequence,
    events: list[Event] | None = None,
) -> Matrix:
    """Draw n0 synthetic rows, each fold's generator as large a share as the minority rows it did not see.

    Parameters
    ----------
    X : ndarray of shape (n, d)
    y : ndarray of shape (n,)
    generator : Generator
        Fitted anew in every fold.
    folds : sequence of (train, held_out)
        Row numbers, the held-out parts disjoint and together all rows.
    seed : SeedSequence
    events : list of Event, optional
        Receives the generators' degenerate cases.
    """
    n_majority, n_minority = int((y == 0).sum()), int((y == 1).sum())
    parts, seen = [], 0
    for fold, (train, held_out) in enumerate(folds):
        fitted = make_generator(generator).fit(X[train], y[train])
        if events is not None:
            events += fitted.events_
        before, seen = seen, seen + int((y[held_out] == 1).sum())
        size = round(n_majority * seen / n_minority) - round(n_majority * before / n_minority)
        parts.append(fitted.sample(size, SeedSequence(seed.entropy, spawn_key=(*seed.spawn_key, fold))))
    return np.concatenate(parts)


def half_sample_error(
    X: Matrix,
    y: Labels,
    generator: Generator,
    folds: Sequence[Fold],
    seed: SeedSequence,
    mean: Callable[[Matrix], Matrix],
) -> Matrix | None:
    """Covariance of the means over the minority rows and over the synthetic rows cross-fitted to them.

    The generators learn from the very minority rows that their own are compared with, one fold's from another's: over
    all folds the synthetic mean follows the minority mean, and errors of the two as if they were independent are far
    too wide. So the whole of it is done on random halves of the rows. A mean over a half has twice the variance, and
    the halves share no row, so a quarter of the squared difference between the two halves has the variance that is
    sought [1]_, that of the draw included. Halves hold no row twice, as a bootstrap's samples would, whose copies are
    each other's nearest neighbours.

    Parameters
    ----------
    X, y, generator, folds, seed
        As in `cross_fitted`; each half has its share of every fold's rows of both classes.
    mean : callable
        Takes minority or synthetic rows of shape (n, d); returns shape (p,).

    Returns
    -------
    ndarray of shape (2p, 2p) or None
        The minority's mean first; of rank `HALVINGS` at most. None where a half would leave a generator fewer than two
        minority rows, or no majority row, to learn from.

    References
    ----------
    .. [1] Wolter (2007), Introduction to Variance Estimation, 2nd ed., Springer, chapters 2 and 3.
    """
    total = []
    for halving in range(HALVINGS):
        own = SeedSequence(seed.entropy, spawn_key=(*seed.spawn_key, len(folds), halving))
        first = _first_half(y, folds, np.random.default_rng(own))
        means = []
        for half, rows in enumerate((np.flatnonzero(first), np.flatnonzero(~first))):
            parts = _within(rows, folds, len(y))
            if any(
                (y[rows][train] == 1).sum() < FEWEST or (y[rows][train] == 0).sum() < 1 for train, _ in parts
            ):
                return None
            stream = SeedSequence(own.entropy, spawn_key=(*own.spawn_key, half))
            synthetic = cross_fitted(X[rows], y[rows], generator, parts, stream)
            means.append(np.concatenate([mean(X[rows][y[rows] == 1]), mean(synthetic)]))
        total.append(means[0] - means[1])
    differences = np.array(total)
    return np.asarray(differences.T @ differences / (4 * HALVINGS))


def _first_half(y: Labels, folds: Sequence[Fold], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Draw every second row of each class of each fold, the odd one to either half by chance."""
    first = np.zeros(len(y), dtype=np.bool_)
    for _, held_out in folds:
        for label in (0, 1):
            shuffled = rng.permutation(held_out[y[held_out] == label])
            first[shuffled[rng.integers(2) :: 2]] = True
    return first


def _within(rows: Rows, folds: Sequence[Fold], n: int) -> list[Fold]:
    """Restrict folds of `n` rows to some of them, counted among these."""
    place = np.full(n, -1)
    place[rows] = np.arange(len(rows))

    def kept(part: Rows) -> Rows:
        return place[part][place[part] >= 0]

    return [(kept(train), kept(held_out)) for train, held_out in folds]
