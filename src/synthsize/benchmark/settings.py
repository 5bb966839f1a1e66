"""The settings of a benchmark run, checked once when they are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from synthsize.balance.criteria import CRITERIA
from synthsize.balance.generators import Generator, make_generator
from synthsize.balance.learners import Learner, make_learner
from synthsize.balance.strategies import Strategy, make_strategy
from synthsize.benchmark.kept_generator import with_rows_kept
from synthsize.catalogue.strategies import OVERSAMPLE
from synthsize.errors import InputError

CHOICES = {
    "group_by": ("patient", "admission"),
    "imputation": ("train", "cohort"),
    "oracle": ("weighted", "undersampled"),
}


@dataclass(frozen=True)
class Settings:
    """Settings of a block of splits beyond its task, classifier and generator.

    Attributes
    ----------
    seed : int
        The run's only seed; every stream derives from it.
    multipliers : tuple of float
        Increasing, in units of the class gap.
    test_size : float
        Share of patients (or admissions) in the test set of an outer split.
    folds, repeats : int
        Of VTSS.
    criteria : tuple of {"balanced_loss", "balanced_accuracy"}
        Of VTSS; each makes its own choice from the same fits.
    group_by : {"patient", "admission"}
        What splits and folds keep whole.
    imputation : {"train", "cohort"}
        Whose means fill missing values: the rows trained on, or the whole table before it is split.
    missing_indicators : bool
        Whether each feature with missing values gets an indicator column of 0 and 1.
    oracle : {"weighted", "undersampled"}
        Test rows that balanced risks are read off: all, or the majority thinned to the minority's number.
    majority_weight : float
        Of the balanced risk.
    learner, generator : mapping
        Of the cell's classifier and generator: ``class``, an import path where the name is none of the catalogue's, and
        ``params``.
    strategy : mapping
        Of the cell, where it is not oversampling: ``name``, ``params``, and ``of``, the generator that the cell's is
        made from, whose synthetic rows these are.
    transport : mapping
        Empty for random splits; ``splits`` and ``least_positives`` of `benchmark.transport.deal_splits` for splits that
        hold out a stratum.
    """

    seed: int
    multipliers: tuple[float, ...]
    test_size: float = 0.2
    folds: int = 5
    repeats: int = 10
    criteria: tuple[str, ...] = ("balanced_loss", "balanced_accuracy")
    group_by: str = "patient"
    imputation: str = "train"
    missing_indicators: bool = False
    oracle: str = "weighted"
    majority_weight: float = 0.5
    learner: Mapping[str, Any] = field(default_factory=dict)
    generator: Mapping[str, Any] = field(default_factory=dict)
    strategy: Mapping[str, Any] = field(default_factory=dict)
    transport: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Reject impossible settings."""
        grid = np.asarray(self.multipliers, dtype=float)
        if grid.size == 0 or not np.isfinite(grid).all() or grid[0] < 0 or (np.diff(grid) <= 0).any():
            raise InputError(
                "experiment.multipliers must be one or more increasing numbers, the first at least 0"
            )
        if not 0 < self.test_size < 1:
            raise InputError(f"experiment.test_size must lie between 0 and 1, not {self.test_size}")
        if self.folds < 2 or self.repeats < 1:
            raise InputError("experiment.vtss needs folds of at least 2 and repeats of at least 1")
        if not 0 < self.majority_weight < 1:
            raise InputError(f"protocol.majority_weight must lie between 0 and 1, not {self.majority_weight}")
        self._check_names()

    def make_learner(self, name: str) -> Learner:
        """Make the learner that `learner` describes and the run calls `name`."""
        return make_learner(name, self.learner.get("class"), self.learner.get("params"))

    def with_penalty(self, C: float) -> Settings:
        """Return the same settings with another `C` of the learner."""
        return replace(
            self, learner={**self.learner, "params": {**(self.learner.get("params") or {}), "C": C}}
        )

    def make_generator(self, name: str) -> Generator:
        """Make the generator that `generator` describes and the run calls `name`; slow ones keep their rows."""
        made = make_generator(
            self.stream_of(name), self.generator.get("class"), **self.generator.get("params", {})
        )
        return with_rows_kept(made)

    def make_strategy(self) -> Strategy:
        """Make the strategy that `strategy` describes."""
        return make_strategy(self.strategy.get("name", OVERSAMPLE), **self.strategy.get("params", {}))

    def stream_of(self, generator: str) -> str:
        """Name the generator that synthetic rows are drawn by: strategies of one generator share its rows."""
        return str(self.strategy.get("of", generator))

    def _check_names(self) -> None:
        for key, allowed in CHOICES.items():
            if getattr(self, key) not in allowed:
                raise InputError(f"protocol.{key} must be {' or '.join(allowed)}, not {getattr(self, key)!r}")
        unknown = [name for name in self.criteria if name not in CRITERIA]
        if unknown or not self.criteria:
            raise InputError(f"experiment.vtss.criteria must be one or more of {', '.join(CRITERIA)}")
