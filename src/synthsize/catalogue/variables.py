"""The clinical variables, defined in ``variables.toml``."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from synthsize.catalogue.tables import table_entries
from synthsize.errors import InputError

FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class VariableEntry:
    """One clinical variable of the analysis tables.

    Attributes
    ----------
    name : str
        Column stem, as in ``heart_rate_mean``.
    label : str
        What figures and tables print.
    unit : str
        Canonical unit of every value.
    kind : {"vital", "lab"}
        Which bin width of the configuration applies.
    """

    name: str
    label: str
    unit: str
    kind: str


def entries() -> Mapping[str, VariableEntry]:
    """All variables by name, in the order of the feature columns."""
    return table_entries(FILE, VariableEntry)


def listed_in(
    concepts: Path, tables: Collection[str] | None = None, without: Collection[str] = ()
) -> dict[str, str]:
    """Kind of each variable that a concept set has items of, by name; it may leave some out.

    Parameters
    ----------
    concepts : Path
        CSV file with columns ``variable`` and ``source_table``.
    tables : collection of str, optional
        Raw tables that are there; items of others count nothing. By default all are.
    without : collection of str
        Variables that the user leaves out (config key ``features.without``).

    Raises
    ------
    InputError
        If `without` names an unknown variable, or all that there are.
    """
    unknown = sorted(set(without) - set(entries()))
    if unknown:
        raise InputError(
            f"features.without names the unknown variable {unknown[0]!r}; known are {', '.join(entries())}"
        )
    with concepts.open(encoding="utf-8", newline="") as file:
        found = {
            row.get("variable")
            for row in csv.DictReader(file)
            if tables is None or row.get("source_table") in tables
        }
    found -= set(without)
    if without and not found:
        raise InputError("features.without leaves no variable of this source; take names out of it")
    return {name: entry.kind for name, entry in entries().items() if name in found}
