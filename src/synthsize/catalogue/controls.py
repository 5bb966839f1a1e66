"""Controls: a file each in ``balance/controls``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synthsize.catalogue.entries import ControlEntry
from synthsize.catalogue.keys import check_keys
from synthsize.catalogue.literals import PACKAGE, room_entries

FOLDER = PACKAGE / "balance/controls"


def entries() -> Mapping[str, ControlEntry]:
    """All controls by name.

    Raises
    ------
    InputError
        If an entry has a key that is not known, or lacks one it needs.
    """
    return {name: _own(name, dict(literal)) for name, literal in room_entries(FOLDER).items()}


def _own(name: str, literal: dict[str, Any]) -> ControlEntry:
    check_keys(literal, ControlEntry, f"{FOLDER / name}.py", also=("class", "function", "order"))
    for key in ("class", "function", "order"):
        literal.pop(key, None)
    return ControlEntry(**{"name": name, **literal})
