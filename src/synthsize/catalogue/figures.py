"""Figures: a file each in ``report/figures``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from synthsize.catalogue.entries import FigureEntry
from synthsize.catalogue.literals import PACKAGE, check_keys, room_entries

FOLDER = PACKAGE / "report/figures"


def entries(folder: Path = FOLDER) -> Mapping[str, FigureEntry]:
    """All figures by name, in the order of the page.

    Raises
    ------
    InputError
        If an entry has a key that is not known, or lacks one it needs.
    """
    return {name: _own(name, dict(literal)) for name, literal in room_entries(folder).items()}


def _own(name: str, literal: dict[str, Any]) -> FigureEntry:
    check_keys(literal, FigureEntry, f"{FOLDER / name}.py", also=("order",))
    literal.pop("order", None)
    tuples = {key: tuple(literal[key]) for key in ("tables", "params") if key in literal}
    values: dict[str, Any] = {"name": name, **literal, **tuples}
    return FigureEntry(**values)
