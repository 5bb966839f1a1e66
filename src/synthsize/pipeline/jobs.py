"""The part of Snakemake's job interface that is used here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Job(Protocol):
    """A job of the plan of a run.

    Attributes
    ----------
    name : str
        Of its rule.
    wildcards_dict : mapping of str to str
    log : sequence of str
        Paths.
    """

    name: str
    wildcards_dict: Mapping[str, str]
    log: Sequence[str]

    @property
    def params(self) -> Any:
        """Return the rule's params."""
        ...
