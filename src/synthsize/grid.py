"""Where the best of a grid of synthetic sizes may hide a better one outside it."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf


def grid_edges(grid: Sequence[float], largest: float = inf) -> dict[str, float]:
    """Name the ends of a grid beyond which other sizes lie.

    Parameters
    ----------
    grid : sequence of float
        Multipliers, increasing.
    largest : float
        Multiplier beyond which there is none.

    Returns
    -------
    dict of str to float
        "lower" and "upper" with their multipliers. No size lies below m = 0, so a grid that starts there has no lower
        edge, nor above `largest`; a grid of one multiplier leaves no choice and has no edge at all.
    """
    if len(grid) < 2:
        return {}
    ends = {"lower": float(grid[0]), "upper": float(grid[-1])}
    return {name: end for name, end in ends.items() if end > 0 and (name == "lower" or end < largest)}


def edge_of(multiplier: float, grid: Sequence[float], largest: float = inf) -> str:
    """Return on which edge of the grid a multiplier lies: "lower", "upper" or "none"."""
    return next((name for name, end in grid_edges(grid, largest).items() if end == multiplier), "none")
