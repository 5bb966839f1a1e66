"""Degenerate cases, recorded with how they were handled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Event:
    """One degenerate case and what was done about it.

    Attributes
    ----------
    event : str
        Short fixed name, to count by.
    detail : str
        What was found and what was done, for a reader.
    """

    event: str
    detail: str


def at_sizes(multipliers: Iterable[float]) -> str:
    """Begin a detail with the sizes that it is about; those that are NaN, of fits without a size, go unnamed."""
    named = ", ".join(f"{m:g}" for m in multipliers if m == m)
    return f"m = {named}: " if named else ""
