"""A degenerate case that was met, decided and written down."""

from __future__ import annotations

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
