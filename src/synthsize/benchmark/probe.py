"""Cost of a fit and of a draw on this machine: measured on few simulated rows and extrapolated to the run's."""

from __future__ import annotations

import pickle
import resource
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from synthsize.balance.generators import make_generator
from synthsize.balance.learners import make_learner
from synthsize.balance.neighbours import NeighbourTable
from synthsize.benchmark.growth import Cost
from synthsize.errors import InputError

PROBED_ROWS = (500, 2000, 8000)
# Seconds of a trial after which no larger one is made, once two trials separate a fixed from a growing cost.
LONG = 1.0
TOO_LONG = 10.0  # of the first, to be followed by another
SHORT = 0.01  # of one whose time is mostly noise: no growth is read off it
POSITIVE_SHARE = 0.1
# Of the rows of a fit, synthetic ones included, on average over a grid up to m = 2: a kernel machine or a forest takes
# twice as long where the classes are even.
POSITIVE_SHARE_FITTED = 0.4
SEPARATION = 1.2  # of the classes, in standard deviations whatever the number of features: an AUROC of 0.80
MOST_DRAWN = 2.0  # synthetic rows of a draw, in units of the class gap
SCORED = 0.25  # rows scored of those fitted: a validation fold, or a test set
PATH_SIZES = 9  # of a path that is tried
# Of a fit on a path, which starts from the one before: gradient passes times arithmetic, measured on one core.
PATH_SECONDS_PER_NUMBER = 1e-8


def fit_cost(name: str, entry: Mapping[str, Any], features: int) -> Cost:
    """Estimate what one fit of a classifier costs.

    The cost of a linear classifier on the path solver is known; any other is fitted to increasing numbers of simulated
    rows, see `growth`.

    Parameters
    ----------
    name : str
    entry : mapping
        ``class`` and ``params``, as `pipeline.named.read_classifiers` returns them.
    features : int
        Of a training set.

    Returns
    -------
    Cost

    Raises
    ------
    InputError
        If it fails on the simulated rows; with the message of what failed, which cannot quote patients' rows.
    """
    learner = make_learner(name, entry["class"], entry["params"])
    columns = learner.path_columns(features)
    if columns == features:
        return Cost(((1.0, PATH_SECONDS_PER_NUMBER * (features + 1)),), ((1.0, 0.0),), features)

    def fit(X: NDArray[np.float64], y: NDArray[np.int8]) -> Any:
        fits = learner.fit(X, y, events=[])
        fits.scores(X[: _scored(X)])
        return fits

    def follow(X: NDArray[np.float64], y: NDArray[np.int8]) -> Any:
        minority = X[y == 1]
        added = minority[np.arange(_drawn(X)) % len(minority)]
        sizes = np.linspace(0, len(added), PATH_SIZES).astype(int)
        fits = learner.fit_sizes(X, y, added, list(sizes), random_state=0, events=[])
        fits.scores(X[: _scored(X)])
        return fits

    if columns is None:
        return _probed(fit, features, features, POSITIVE_SHARE_FITTED)
    mean_rows = 1 + (1 - 2 * POSITIVE_SHARE) * MOST_DRAWN / 2
    of_path = _probed(follow, features, columns)
    of_one = tuple((n * mean_rows, seconds / PATH_SIZES) for n, seconds in of_path.timed)
    return replace(of_path, timed=of_one)


def draw_cost(name: str, entry: Mapping[str, Any], features: int) -> Cost:
    """Estimate what fitting a generator and drawing its rows costs, once for a training set; as `fit_cost`."""

    def draw(X: NDArray[np.float64], y: NDArray[np.int8]) -> Any:
        generator = make_generator(name, entry["class"], **entry["params"])
        return np.asarray(generator.fit(X, y, NeighbourTable(X, y)).stream(_drawn(X), 0))

    return _probed(draw, features, features)


def _scored(X: NDArray[np.float64]) -> int:
    return max(2, round(SCORED * len(X)))


def _drawn(X: NDArray[np.float64]) -> int:
    return round(MOST_DRAWN * (1 - 2 * POSITIVE_SHARE) * len(X))


def _probed(
    make: Callable[[NDArray[np.float64], NDArray[np.int8]], Any],
    features: int,
    columns: int,
    positive_share: float = POSITIVE_SHARE,
) -> Cost:
    """Measure the time of `make` and the size of what it returns."""
    seconds: list[tuple[float, float]] = []
    megabytes: list[tuple[float, float]] = []
    with threadpool_limits(limits=1):
        for n in PROBED_ROWS:
            X, y = _rows(n, features, positive_share)
            started = _processor_seconds()
            try:
                made = make(X, y)
                taken = _processor_seconds() - started
            except Exception as error:
                raise InputError(
                    f"fails on {n} made-up rows ({_said(error)}); correct its parameters, or its cells are likely to "
                    "fail"
                ) from error
            seconds.append((n, taken))
            megabytes.append((n, _megabytes(made)))
            if taken > (LONG if len(seconds) > 1 else TOO_LONG):
                break
    told = [point for point in seconds if point[1] >= SHORT] or seconds[-1:]
    return Cost(tuple(told), tuple(megabytes), columns)


def _megabytes(made: Any) -> float:
    """Size of what was made, as pickled; 0 of what cannot be, whose memory the plan then lacks."""
    try:
        return 1e-6 * len(pickle.dumps(made))
    except Exception:  # a user's class may raise anything
        return 0.0


def _said(error: Exception) -> str:
    """Type and message of an error, or of the error that it replaces."""
    told = error.__cause__ if isinstance(error, InputError) and error.__cause__ is not None else error
    return f"{type(told).__name__}: {' '.join(str(told).split())}".removesuffix(": ").rstrip(".")


def _processor_seconds() -> float:
    """Return the processor time of this process and of its children that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def _rows(
    n: int, features: int, positive_share: float = POSITIVE_SHARE
) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    rng = np.random.default_rng(0)
    y = (np.arange(n) < round(positive_share * n)).astype(np.int8)
    return rng.normal(size=(n, features)) + SEPARATION / features**0.5 * y[:, np.newaxis], y
