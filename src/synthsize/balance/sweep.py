"""One training set, one synthetic stream, every multiplier: what both the test sweep and each VTSS fold do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import ArrayLike, NDArray

from synthsize.balance.checks import check_labelled
from synthsize.balance.events import Event
from synthsize.balance.generators import make_generator
from synthsize.balance.neighbours import NeighbourTable
from synthsize.balance.path import fit_path, n_synthetic
from synthsize.balance.preprocessing import Preprocessor


@dataclass(frozen=True)
class Recipe:
    """How a training set becomes one fit per multiplier.

    Attributes
    ----------
    classifier : {"logistic", "svm"}
    generator : str
        A name of `GENERATORS`.
    multipliers : tuple of float
        Synthetic rows in units of the class gap (majority minus minority rows), increasing.
    generator_params : mapping
    C : float
    imputation_means : ndarray of shape (d,), optional
        Fixed means to impute with, instead of those of the training rows.
    feature_names : tuple of str, optional
        To name features in events; their numbers by default.
    """

    classifier: str
    generator: str
    multipliers: tuple[float, ...]
    generator_params: Mapping[str, float] = field(default_factory=dict)
    C: float = 1.0
    imputation_means: NDArray[np.float64] | None = None
    feature_names: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Sweep:
    """The fits of one recipe on one training set.

    Attributes
    ----------
    preprocessor : Preprocessor
    coef : ndarray of shape (M, d)
    intercept : ndarray of shape (M,)
    gap : int
        Majority minus minority rows of the training set.
    n_requested, n_synthetic : tuple of int
        Synthetic rows asked for and added, per multiplier.
    events : tuple of Event
    neighbours : NeighbourTable
        Of the training rows.
    """

    preprocessor: Preprocessor
    coef: NDArray[np.float64]
    intercept: NDArray[np.float64]
    gap: int
    n_requested: tuple[int, ...]
    n_synthetic: tuple[int, ...]
    events: tuple[Event, ...]
    neighbours: NeighbourTable

    def scores(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """Score new rows as they were measured (NaN allowed), shape (n, d); returns shape (n, M)."""
        return np.asarray(self.preprocessor.transform(X) @ self.coef.T + self.intercept)


@dataclass(frozen=True)
class PartOf:
    """Says that training rows are some of those of an earlier sweep of the same recipe.

    Neighbours are then inherited and fits started near the sweep's. Neighbours are the same without it, and fits the
    same within their solver's tolerance: it only saves time.

    Attributes
    ----------
    sweep : Sweep
    rows : ndarray of int
        Which of the sweep's training rows, increasing.
    """

    sweep: Sweep
    rows: NDArray[np.intp]

    def neighbours(self, X: NDArray[np.float64]) -> NeighbourTable:
        """Tabulate these rows, given as preprocessed on their own, shape (n, d)."""
        return self.sweep.neighbours.restrict(self.rows, X)

    @property
    def start(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Coefficients (M, d) and intercepts (M,) to start near."""
        return self.sweep.coef, self.sweep.intercept


def fit_sweep(
    recipe: Recipe,
    X: ArrayLike,
    y: ArrayLike,
    random_state: int | SeedSequence,
    part_of: PartOf | None = None,
) -> Sweep:
    """Preprocess, draw one stream of the largest size, and fit every multiplier on a prefix of it.

    Parameters
    ----------
    recipe : Recipe
    X : array of shape (n, d)
        Real training rows as measured; NaN marks a missing value.
    y : array of shape (n,)
    random_state : int or SeedSequence
        Names the synthetic stream.
    part_of : PartOf, optional
        Set for a fold, whose rows belong to a training set that was swept before.

    Raises
    ------
    InputError
        If a class is missing or the arrays cannot be used.
    """
    raw, labels = check_labelled(X, y, allow_nan=True)
    preprocessor = Preprocessor(recipe.imputation_means, recipe.feature_names).fit(raw)
    rows = preprocessor.transform(raw)
    neighbours = part_of.neighbours(rows) if part_of else NeighbourTable(rows, labels)
    generator = make_generator(recipe.generator, **recipe.generator_params).fit(rows, labels, neighbours)
    gap = int((labels == 0).sum() - (labels == 1).sum())
    events = [*preprocessor.events_, *generator.events_]
    if gap <= 0:
        events.append(
            Event("no_gap", f"majority minus minority rows is {gap}: no synthetic rows at any multiplier")
        )
    sizes = tuple(n_synthetic(multiplier, gap) for multiplier in recipe.multipliers)
    stream = generator.stream(max(sizes), random_state)
    start = part_of.start if part_of else None
    coef, intercept = fit_path(recipe.classifier, rows, labels, stream, sizes, recipe.C, events, start)
    added = tuple(min(size, len(stream)) for size in sizes)
    return Sweep(preprocessor, coef, intercept, gap, sizes, added, tuple(events), neighbours)
