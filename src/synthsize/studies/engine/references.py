"""Published values beside ours: within three Monte Carlo standard errors, or why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from synthsize.studies.engine.blocks import load_study
from synthsize.studies.engine.entry import Entry, read_entry
from synthsize.studies.engine.summary import cell

WITHIN, OUTSIDE, EXPLAINED, UNDECIDED = "within", "outside", "explained", "undecided"
ERRORS = 3.0  # standard errors that count as agreement
COLUMNS = [
    *("study", "cell", "metric", "reference", "source", "ours", "se", "n", "allowed", "verdict", "reason")
]


@dataclass(frozen=True)
class Reference:
    """A value that somebody else published for one cell of a study.

    Attributes
    ----------
    where : dict
        Keys of the cell.
    metric : str
    value : float
    source : str
        Where it was found, and how: printed, read from a figure, computed from a formula.
    replicates : int, optional
        Over how many the source averaged; its Monte Carlo error is then ours, scaled. None for an exact value.
    rounding : float
        Largest error of the printed or read value itself.
    reason : str
        Why this value is known not to be what the study's settings give. It is shown when the values differ.
    theory : bool
        Compare with the closed form in place of the mean.
    """

    where: Mapping[str, Any]
    metric: str
    value: float
    source: str
    replicates: int | None = None
    rounding: float = 0.0
    reason: str = ""
    theory: bool = False


def compare(study: str, table: pd.DataFrame, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Set a study's references beside its means.

    A reference whose cell was not run is left out. One that was averaged over few replicates has an error of its own;
    the allowance counts both, and the rounding of what was printed.

    Returns
    -------
    DataFrame
        Columns study, cell, metric, reference, source, ours, se, n, allowed (largest difference that counts as
        agreement), verdict ("within", "outside", "explained" or "undecided") and reason.
    """
    changed = changed_settings(read_entry(study), settings)
    found = []
    for reference in load_study(study).references(settings):
        row = cell(table, reference.metric, **reference.where)
        if row is None or changed:
            continue
        found.append({"study": study, **_compare(reference, row)})
    return pd.DataFrame(found, columns=COLUMNS)


def changed_settings(entry: Entry, settings: Mapping[str, Any]) -> list[str]:
    """Single-valued settings that differ from the paper's: published values then say nothing about this run.

    A list merely selects cells, and replicates change no mean.
    """
    free = ("replicates", "replicates_per_job")
    return [
        key
        for key, value in entry.paper_settings.items()
        if key not in free and not isinstance(value, list) and settings[key] != value
    ]


def _compare(reference: Reference, row: pd.Series[Any]) -> dict[str, Any]:
    ours, error = (row["theory"], 0.0) if reference.theory else (row["mean"], row["se"])
    own = 0.0 if reference.replicates is None else error * np.sqrt(row["n"] / reference.replicates)
    allowed = ERRORS * float(np.hypot(error, own)) + reference.rounding
    return {
        "cell": ", ".join(f"{key} {value}" for key, value in reference.where.items()),
        "metric": reference.metric,
        "reference": reference.value,
        "source": reference.source,
        "ours": ours,
        "se": error,
        "n": 0 if reference.theory else row["n"],
        "allowed": allowed,
        "verdict": _verdict(abs(ours - reference.value), allowed, reference.reason),
        "reason": reference.reason,
    }


def _verdict(distance: float, allowed: float, reason: str) -> str:
    if np.isnan(distance) or np.isnan(allowed):
        return UNDECIDED
    if distance <= allowed:
        return WITHIN
    return EXPLAINED if reason else OUTSIDE
