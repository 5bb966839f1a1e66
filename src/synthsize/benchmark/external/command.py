"""A generator that is a command: any program that reads training rows from a file and writes synthetic ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray

from synthsize.balance.events import Event
from synthsize.balance.generators.base import Generator, child_streams
from synthsize.balance.neighbours import NeighbourTable
from synthsize.balance.preprocessing import Preprocessor
from synthsize.benchmark.external.command_run import Request, run_command
from synthsize.benchmark.kept_rows import Drawn, kept_or_drawn
from synthsize.errors import InputError


@dataclass(eq=False)
class CommandGenerator(Generator):
    """Runs a command for rows, once per training set and seed.

    It is run for the rows that the largest multiplier of the usual grid takes, twice the class gap; the rows are
    shuffled, and a smaller size takes the first of them. That is a sample of the fitted law where the rows are
    exchangeable, which cannot be checked here. A larger size runs the command again with another seed, recorded.

    Parameters
    ----------
    command : sequence of str
        Program and arguments; `command_run.Request` says what is added to them.
    name : str
        Name used in error messages.
    settings : mapping
        Handed to the command as JSON.
    timeout_minutes : float
        After which one run of the command is ended.

    Raises
    ------
    InputError
        If the command is empty or the time is not positive; by `sample`, if the command fails or its rows are not what
        was asked for.
    """

    command: Sequence[str]
    name: str = "command"
    settings: Mapping[str, Any] = field(default_factory=dict)
    timeout_minutes: float = 60.0

    def __post_init__(self) -> None:
        """Reject impossible settings."""
        if not self.command or not str(self.command[0]).strip():
            raise InputError(f"the command of generator {self.name!r} is empty; name a program")
        if not self.timeout_minutes > 0:
            raise InputError(
                f"timeout_minutes of generator {self.name!r} must be positive, not {self.timeout_minutes}"
            )
        self._columns: tuple[str, ...] | None = None

    def in_units_of(self, preprocessor: Preprocessor) -> Self:
        """Take the names of the columns from the preprocessor."""
        names = preprocessor.feature_names
        self._columns = None if names is None else tuple(names)
        return self

    def _prepare(self, X: NDArray[np.float64], y: NDArray[np.int8], neighbours: NeighbourTable) -> None:  # noqa: ARG002
        self._X, self._y = X, y
        n_minority = len(self.minority_)
        self._batch = max(2 * (len(X) - 2 * n_minority), n_minority)
        self._fit_events = tuple(self.events_)

    def _draw(self, n: int, random_state: SeedSequence) -> NDArray[np.float64]:
        self.events_ = list(self._fit_events)
        found = [self.minority_[:0]]
        batches = self._batches(random_state)
        for run in range(-(-n // self._batch)):
            found.append(next(batches))
            if run == 1:
                detail = f"more than {self._batch} rows asked: the command was run again with another seed"
                self.events_.append(Event("command_run_again", detail))
        return np.concatenate(found)[:n]

    def _batches(self, random_state: SeedSequence) -> Iterator[NDArray[np.float64]]:
        seeds, shuffles = child_streams(random_state, 2)
        while True:
            request = Request(
                name=self.name,
                command=tuple(map(str, self.command)),
                settings=self.settings,
                X=self._X,
                y=self._y,
                columns=self._columns or tuple(f"x{j}" for j in range(self._X.shape[1])),
                rows=self._batch,
                seed=int(seeds.integers(2**31)),
            )
            yield shuffles.permutation(self._rows(request))

    def _rows(self, request: Request) -> NDArray[np.float64]:
        key = request.digest()
        return kept_or_drawn(
            key,
            request.rows,
            lambda scratch: Drawn(run_command(request, scratch, self.timeout_minutes)),
            lambda: request.digest() == key,  # a script may be edited while it runs
        ).rows
