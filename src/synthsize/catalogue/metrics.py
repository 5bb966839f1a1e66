"""Metrics of a fit and criteria of VTSS: their names, ranges and direction (which values are good).

They are defined in ``metrics.toml``, on which no fit depends.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from synthsize.catalogue.tables import table_entries

FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class MetricEntry:
    """A metric of a fit, or a criterion of VTSS.

    Attributes
    ----------
    name, label
        See `GeneratorEntry`.
    description : str
    unit : str
        ``loss`` stands for the unit of the learner's loss; empty for a number without unit.
    minimum, maximum : float
        Range of its values.
    direction : {"lower", "higher", "ideal"}
        Which values are good: the lowest, the highest, or those nearest to `ideal`.
    ideal : float
        NaN unless the direction is "ideal".
    kind : {"risk", "estimate", "ranking", "decision", "criterion"}
        A risk is measured against the loss, an estimate judges probabilities, a ranking orders rows, a decision counts
        errors; a criterion is what VTSS chooses by.
    """

    name: str
    label: str
    description: str
    kind: str
    direction: str
    unit: str = ""
    minimum: float = -math.inf
    maximum: float = math.inf
    ideal: float = math.nan


def entries() -> Mapping[str, MetricEntry]:
    """All metrics and criteria by name, in the order of the result tables."""
    return table_entries(FILE, MetricEntry)


def of_kind(*kinds: str) -> dict[str, MetricEntry]:
    """Those of the given kinds, kind by kind; see `MetricEntry.kind`."""
    return {name: entry for kind in kinds for name, entry in entries().items() if entry.kind == kind}


# Values that a metric can take, where not every number is one.
RANGES = {
    name: (entry.minimum, entry.maximum)
    for name, entry in entries().items()
    if math.isfinite(entry.minimum) or math.isfinite(entry.maximum)
}
LOWER_IS_BETTER = frozenset(name for name, entry in entries().items() if entry.direction == "lower")
IDEAL = {name: entry.ideal for name, entry in entries().items() if entry.direction == "ideal"}
