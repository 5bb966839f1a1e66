"""Whether the median of an item is what its unit says, and the unit that would explain another median."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from synthsize.extract.definition.concepts import conversions
from synthsize.extract.definition.text_files import read_rows

TYPICAL = Path(__file__).with_name("typical.csv")
TYPICAL_COLUMNS = ("variable", "low", "high", "provenance")


@dataclass(frozen=True)
class Typical:
    """Between which values the median of a variable lies in databases of intensive care, in its canonical unit."""

    low: float
    high: float

    def holds(self, median: float) -> bool:
        """Whether a median lies between them."""
        return self.low <= median <= self.high

    def distance(self, median: float) -> float:
        """How far a median is from the middle of them, on the scale of logarithms."""
        return abs(math.log(median / math.sqrt(self.low * self.high))) if median > 0 else math.inf

    def factor(self, median: float) -> float:
        """How many times the nearer of the two a median is."""
        return median / (self.low if median < self.low else self.high)


def typical_medians() -> dict[str, Typical]:
    """Typical medians by variable; one of the catalogue may have none."""
    rows = read_rows(TYPICAL, TYPICAL_COLUMNS)
    return {row["variable"]: Typical(float(row["low"]), float(row["high"])) for _, row in rows}


def other_variable(median: float, typical: Mapping[str, Typical]) -> str | None:
    """Name the variable of which a median is most typical; None if it is of none."""
    holding = [name for name, known in typical.items() if known.holds(median)]
    return min(holding, key=lambda name: typical[name].distance(median), default=None)


def other_unit(variable: str, declared: str | None, median: float, typical: Typical) -> str | None:
    """Name the unit that the values have if their median is typical in that one and not in the declared one.

    Parameters
    ----------
    variable : str
    declared : str or None
        Unit of the concept set, from which the values were converted; None: they were not.
    median : float
        After that conversion.
    typical : Typical

    Returns
    -------
    str or None
        None if no unit that can be converted explains the median.
    """
    table = conversions()
    rows = table[table["variable"] == variable].to_dict("records")
    units = {str(row["unit"]): (float(row["minus"]), float(row["divided_by"])) for row in rows}
    minus, divided_by = units[declared] if declared is not None else (0.0, 1.0)
    raw = median * divided_by + minus
    for unit, (minus, divided_by) in units.items():
        if unit != declared and typical.holds((raw - minus) / divided_by):
            return unit
    return None
