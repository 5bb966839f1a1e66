"""Rows to whose own class a fit gave probability 0: an unbounded log-loss, which is clipped and recorded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from synthsize.balance.events import Event, at_sizes
from synthsize.balance.learners.base import Array, Learner
from synthsize.balance.solvers.logistic import PROBABILITY_FLOOR

# A probability that no number of patients can support; a shifted prior leaves it above the floor.
RULED_OUT = 1e-12
LARGEST_LOSS = -float(np.log(PROBABILITY_FLOOR))  # nats of a row


def wrong_certainties(
    learner: Learner, scores: Array, y: NDArray[np.int8], multipliers: Sequence[float]
) -> list[Event]:
    """Return one event that counts the rows of which a fit ruled out their own class, or none.

    A tree with a leaf of one class gives a probability of 0; it counts as 1e-15, so that each such row loses as
    much as some fifty others.

    Parameters
    ----------
    learner : Learner
        One of margins rules nothing out.
    scores : ndarray of shape (n, columns)
        Log odds of rows that were not trained on.
    y : ndarray of shape (n,)
    multipliers : sequence of float, length columns
        Sizes of the fits; NaN where a fit has none.
    """
    if not learner.estimates_risk:
        return []
    against = np.where(y == 1, -1.0, 1.0)[:, np.newaxis] * scores
    rows = (against > -np.log(RULED_OUT)).sum(axis=0)
    if not rows.any():
        return []
    sizes = [m for m, number in zip(multipliers, rows, strict=True) if number]
    detail = (
        f"{at_sizes(sizes)}up to {rows.max()} of {len(y)} rows had a probability below {RULED_OUT:g} of their own "
        f"class; one of 0 counted as {PROBABILITY_FLOOR:g}, a loss of {LARGEST_LOSS:.1f} nats"
    )
    return [Event("certain_and_wrong", detail)]
