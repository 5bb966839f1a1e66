"""The ledger of planted oddities: which admission carries which."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd


def first_line(oddity: Callable[..., object]) -> str:
    """Describe an oddity that is a function by the first line of its docstring."""
    return (oddity.__doc__ or "").strip().splitlines()[0]


class Planting:
    """Which admission carries which oddity; no admission is used twice.

    Attributes
    ----------
    where : dict of str to int
        Oddity name to row position of its admission.
    """

    def __init__(self) -> None:
        self.where: dict[str, int] = {}
        self._descriptions: dict[str, str] = {}
        self._used: set[int] = set()

    def record(self, oddity: str, description: str, position: int) -> None:
        """Note that the oddity of this name was planted at `position`."""
        self.where[oddity] = position
        self._descriptions[oddity] = description

    def take(self, candidates: np.ndarray) -> int:
        """Take the first admission of `candidates` (row positions) that carries no oddity yet."""
        position = next(int(candidate) for candidate in candidates if int(candidate) not in self._used)
        self._used.add(position)
        return position

    def take_all(self, positions: list[int]) -> None:
        """Reserve `positions`."""
        self._used.update(positions)

    def ledger(self, admissions: pd.DataFrame) -> pd.DataFrame:
        """Table of the planted oddities: oddity, subject_id, hadm_id, description."""
        at = list(self.where.values())
        return pd.DataFrame(
            {
                "oddity": list(self.where),
                "subject_id": admissions["subject_id"].to_numpy()[at],
                "hadm_id": admissions["hadm_id"].to_numpy()[at],
                "description": list(self._descriptions.values()),
            }
        )
