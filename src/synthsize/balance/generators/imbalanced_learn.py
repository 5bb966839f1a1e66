"""Any over-sampler of imbalanced-learn as a nested generator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray
from sklearn.base import clone

from synthsize.balance.events import Event
from synthsize.balance.generators.base import Generator, child_streams
from synthsize.balance.neighbours import NeighbourTable
from synthsize.errors import InputError, foreign


@dataclass(eq=False)
class ImblearnGenerator(Generator):
    """Draws from `sampler` in batches of one size, each shuffled, and lists the batches one after another.

    Samplers list their rows in blocks (by start row, by cluster), so the first n rows of an output are no sample of
    size n. After a shuffle they are a random part of one: where the sampler draws rows independently (SMOTE,
    Borderline-SMOTE, random copies) its law at n, where it shares rows out (ADASYN, KMeansSMOTE) right on average.

    A batch holds as many rows as the largest multiplier of the usual grid needs, twice the class gap, so that one
    run of the sampler serves a whole sweep. A sampler that makes fewer rows than asked (ADASYN rounds) is run again
    for the rest, recorded; one that makes none (Borderline-SMOTE without a danger row) is replaced by minority rows
    drawn with replacement, recorded.

    Parameters
    ----------
    sampler : over-sampler of imbalanced-learn, or an object with its methods
        Its `sampling_strategy` and `random_state` are set here; all else is kept. imbalanced-learn itself is not
        imported: whoever has such an object has it.

    Raises
    ------
    InputError
        If `sampler` is no over-sampler, or takes no `random_state`; by `sample`, if it fails on these rows or does
        anything but append minority rows.
    """

    sampler: Any

    def __post_init__(self) -> None:
        """Reject what cannot be a generator."""
        name = type(self.sampler).__name__
        if not _is_over_sampler(self.sampler):
            raise InputError(
                f"{name} is not a pure over-sampler of imbalanced-learn: it may remove real rows, which no multiplier "
                "counts; give the over-sampler alone, such as SMOTE()"
            )
        if not {"random_state", "sampling_strategy"} <= _parameters(self.sampler):
            raise InputError(
                f"{name} takes no random_state or no sampling_strategy, by which its rows are drawn again and counted; "
                "add these parameters as over-samplers of imbalanced-learn have them"
            )

    def _prepare(self, X: NDArray[np.float64], y: NDArray[np.int8], neighbours: NeighbourTable) -> None:  # noqa: ARG002
        self._X, self._y = X, y
        n_minority = len(self.minority_)
        self._batch = max(2 * (len(X) - 2 * n_minority), n_minority)
        self._fit_events = tuple(self.events_)

    def _draw(self, n: int, random_state: SeedSequence) -> NDArray[np.float64]:
        self.events_ = list(self._fit_events)
        found, total = [self.minority_[:0]], 0
        batches = self._batches(random_state)
        while total < n:
            found.append(next(batches))
            total += len(found[-1])
        return np.concatenate(found)[:n]

    def _batches(self, random_state: SeedSequence) -> Iterator[NDArray[np.float64]]:
        seeds, shuffles, copies = child_streams(random_state, 3)
        while True:
            rows = self._run_sampler(int(seeds.integers(2**31)))
            if len(rows) == 0:
                self._record_once("sampler_made_no_row", "minority rows drawn with replacement instead")
                rows = self.minority_[copies.integers(0, len(self.minority_), size=self._batch)]
            elif len(rows) < self._batch:
                self._record_once(
                    "sampler_shortfall",
                    f"{len(rows)} rows made of {self._batch} asked: run again for the rest",
                )
            yield shuffles.permutation(rows)

    def _run_sampler(self, seed: int) -> NDArray[np.float64]:
        name, n_minority = type(self.sampler).__name__, len(self.minority_)
        sampler = clone(self.sampler).set_params(
            sampling_strategy={1: n_minority + self._batch}, random_state=seed
        )
        try:
            X, y = sampler.fit_resample(self._X, self._y)
        except Exception as error:
            raise InputError(
                f"{name} cannot oversample {n_minority} minority rows among {len(self._X)} ({foreign(error)}); change "
                "its parameters or take a generator of this package, which decides such cases"
            ) from error
        n_real = len(self._X)
        if not (np.array_equal(X[:n_real], self._X) and (y[n_real:] == 1).all()):
            raise InputError(f"{name} does more than append minority rows; give a pure over-sampler")
        return np.asarray(X[n_real:], dtype=np.float64)

    def _record_once(self, event: str, detail: str) -> None:
        found = Event(event, f"{type(self.sampler).__name__}: {detail}")
        if all(known.event != event for known in self.events_):
            self.events_.append(found)


def _is_over_sampler(sampler: Any) -> bool:
    """Return whether a sampler is known to append rows only; one outside imbalanced-learn is judged by its rows."""
    bases = {
        kind.__name__ for kind in type(sampler).__mro__ if kind.__module__.partition(".")[0] == "imblearn"
    }
    return "BaseOverSampler" in bases if bases else hasattr(sampler, "fit_resample")


def _parameters(sampler: Any) -> set[str]:
    return set(sampler.get_params()) if hasattr(sampler, "get_params") else set()
