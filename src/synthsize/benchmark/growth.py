"""Extrapolation of the cost of a fit or a draw from the numbers of rows that were measured."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

MOST = 3.0  # largest exponent accepted: the ratio of two short times is imprecise

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Cost:
    """Cost of one fit, or one draw; see `growth`.

    Attributes
    ----------
    timed : tuple of (float, float)
        Training rows and seconds on one core, by increasing rows; for a draw the real rows.
    sized : tuple of (float, float)
        Training rows and megabytes of the fitted model, or of the rows drawn.
    columns : int
        Numbers of a row that is fitted.
    """

    timed: Points
    sized: Points
    columns: int

    def seconds(self, rows: float) -> float:
        """Return the time on one core."""
        return growth(self.timed)(rows)

    def megabytes(self, rows: float) -> float:
        """Return the memory of what is kept."""
        return growth(self.sized)(rows)


def growth(points: Sequence[tuple[float, float]]) -> Callable[[float], float]:
    """Extend a measured cost to other numbers of rows.

    A cost that grew faster than the rows follows a power of them, as that of a kernel machine does; one that grew more
    slowly has a part that does not depend on them, and follows a straight line.

    Parameters
    ----------
    points : sequence of (float, float)
        Rows and cost, by increasing rows, of which the last two count; of one alone the cost is in proportion.

    Returns
    -------
    callable
        Cost of a number of rows.
    """
    (n, cost), *earlier = reversed(points)
    if not earlier or not 0 < earlier[0][1] < cost:  # a first trial may hold a start-up
        return lambda rows: cost * rows / n
    before, less = earlier[0]
    exponent = math.log(cost / less) / math.log(n / before)
    if exponent > 1:
        return lambda rows: cost * float(rows / n) ** min(exponent, MOST)
    slope = (cost - less) / (n - before)
    return lambda rows: max(cost + slope * (rows - n), 0.0)
