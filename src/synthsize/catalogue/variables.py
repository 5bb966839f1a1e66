"""The clinical variables, which stand in ``variables.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from synthsize.catalogue.entries import VariableEntry
from synthsize.catalogue.tables import table_entries

FILE = Path(__file__).with_suffix(".toml")


def entries() -> Mapping[str, VariableEntry]:
    """All variables by name, in the order of the feature columns."""
    return table_entries(FILE, VariableEntry)
