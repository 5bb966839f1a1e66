"""Weighted augmentation: a synthetic row counts less than a real one."""

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
from synthsize.errors import InputError

ENTRY = {
    "class": "Weighted",
    "label": "weight {alpha:g}",
    "words": "added to all real rows, each counting {alpha:g} of a real row",
    "needs_weights": True,
    "order": 30,
    "parameters": {
        "alpha": {
            "description": "Weight of a synthetic row; a real row weighs 1.",
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": 1,
            "default": 0.5,
        },
    },
}


@dataclass(frozen=True)
class Weighted(Strategy):
    """Synthetic rows weigh alpha in the objective, real rows 1.

    With n real and N synthetic rows the objective is, up to a factor, (1 - a) R_real + a R_synthetic with R the mean
    loss and a = alpha N / (n + alpha N) [1]_: `risk_share` and `row_weight` go from one to the other. alpha = 1 is
    oversampling; m says how many rows are added, and alpha m how much weight of the class gap they make up for.

    Parameters
    ----------
    alpha : float
        Above 0, at most 1.

    References
    ----------
    .. [1] Nakada, Xu, Li, Liu, Zhang and Zhang (2024), arXiv:2406.03628: one group, whose augmented rows are N. Rows
       that fill groups up have the weight of real rows there.
    """

    alpha: float = 0.5

    name: ClassVar[str] = "weighted"

    def __post_init__(self) -> None:
        """Reject impossible settings."""
        if not 0.0 < self.alpha <= 1.0:
            raise InputError(f"alpha must lie above 0 and be at most 1, not {self.alpha!r}")

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
        """Fit once per size; see `Strategy.fit_sizes`."""
        if not learner.takes_weights:
            raise InputError(
                f"{learner.name} takes no weights of rows, which strategy weighted needs; leave the two apart"
            )
        added = np.asarray(synthetic, dtype=np.float64)
        return learner.fit_prefixes(
            np.concatenate([X, added]),
            np.concatenate([y, np.ones(len(added), dtype=np.int8)]),
            [len(X) + size for size in sizes],
            np.repeat([1.0, self.alpha], [len(X), len(added)]),
            random_state=random_state,
            events=events,
            near=near,
            real=X,
        )


def risk_share(alpha: float, n_real: float, n_synthetic: float) -> float:
    """Return the weight a of the synthetic rows' mean loss, where each of them weighs `alpha` and a real row 1."""
    return alpha * n_synthetic / (n_real + alpha * n_synthetic)


def row_weight(share: float, n_real: float, n_synthetic: float) -> float:
    """Undo `risk_share`: the weight of a synthetic row in units of a real row's.

    Infinite where the share is 1, which leaves the real rows out.
    """
    return share * n_real / ((1.0 - share) * n_synthetic) if share < 1.0 else float("inf")
