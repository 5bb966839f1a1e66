"""A split's fits at a few sizes once more: those of the sweep, for analyses that need their scores."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthsize.balance.criteria import CRITERIA
from synthsize.balance.preprocessing import Preprocessor
from synthsize.balance.procedure import Procedure, SizeFits
from synthsize.benchmark.seeds import learner_seed, synthetic_seed
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.split_data import SplitRows, TaskRows
from synthsize.contracts.results import NAIVE, WHOLE_SPLIT

RAW = 0.0


@dataclass(frozen=True)
class Refits:
    """One (task, classifier, generator) cell, whose splits can be fitted at a few sizes.

    Attributes
    ----------
    rows : TaskRows
    classifier, generator : str
    settings : Settings
        Of the cell's blocks.
    vtss : DataFrame
        The cell's rows of `contracts.results.VTSS`.
    """

    rows: TaskRows
    classifier: str
    generator: str
    settings: Settings
    vtss: pd.DataFrame

    @cached_property
    def procedure(self) -> Procedure:
        """What the cell's blocks do to training rows."""
        return Procedure(
            self.settings.make_learner(self.classifier),
            self.settings.make_generator(self.generator),
            Preprocessor(self.rows.imputation_means, self.rows.features),
            self.settings.make_strategy(),
        )

    def sizes(self, split: int) -> dict[str, float]:
        """Multipliers by subject: m=0 and m=1 where the grid has them, and VTSS's choice by its first criterion.

        Without m=0 where the strategy does not leave the data raw there.
        """
        grid = self.settings.multipliers
        raw = {"m=0": RAW} if self.procedure.strategy.raw_at_zero else {}
        fixed = {name: m for name, m in {**raw, "m=1": NAIVE}.items() if m in grid}
        run = [name for name in CRITERIA if name in set(self.vtss["criterion"])]
        chosen = self.vtss[(self.vtss["split"] == split) & (self.vtss["criterion"] == run[0])]
        return {**fixed, "vtss": float(chosen["multiplier"].iloc[0])}

    def fit(
        self, split: SplitRows, multipliers: list[float], X: NDArray[np.float64] | None = None
    ) -> SizeFits:
        """Fit a split's training rows, by default as measured, with the synthetic rows and seeds of its sweep."""
        raw = self.rows.X[split.train] if X is None else X
        seed, task = self.settings.seed, self.rows.task
        return self.procedure.prepare(raw, split.y_train).fit_sizes(
            self.procedure.learner,
            multipliers,
            synthetic_seed(
                seed, task, split.number, self.settings.stream_of(self.generator), WHOLE_SPLIT, WHOLE_SPLIT
            ),
            learner_state=learner_seed(seed, task, split.number, WHOLE_SPLIT, WHOLE_SPLIT),
        )
