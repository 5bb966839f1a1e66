"""Oversampling: all real rows, and the synthetic ones beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray

from synthsize.balance.events import Event
from synthsize.balance.learners.base import Array, Fits, Learner
from synthsize.balance.strategies.base import Strategy

ENTRY = {
    "class": "Oversample",
    "label": "added",
    "words": "added to all real rows",
    "order": 10,
}


@dataclass(frozen=True)
class Oversample(Strategy):
    """Synthetic rows are added to all real rows and weigh as much as these."""

    name: ClassVar[str] = "oversample"

    def fit_sizes(
        self,
        learner: Learner,
        X: Array,
        y: NDArray[np.int8],
        synthetic: Any,
        sizes: Sequence[int],
        *,
        random_state: int | SeedSequence,
        events: list[Event],
        near: Fits | None = None,
    ) -> Fits:
        """Fit as the learner does; see `Learner.fit_sizes`."""
        return learner.fit_sizes(X, y, synthetic, sizes, random_state=random_state, events=events, near=near)
