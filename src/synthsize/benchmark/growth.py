"""How a cost grows with the rows, from what it was on two numbers of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

MOST = 3.0  # largest exponent believed: of two short times the ratio is rough


def growth(points: Sequence[tuple[int, float]]) -> Callable[[float], float]:
    """Extend a measured cost to other numbers of rows.

    A cost that grew faster than the rows follows a power of them, as that of a kernel machine does; one that grew more
    slowly has a part that does not depend on them, and follows a straight line.

    Parameters
    ----------
    points : sequence of (int, float)
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
