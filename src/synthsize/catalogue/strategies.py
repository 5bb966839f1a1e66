"""Strategies: a file each in ``balance/strategies``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synthsize.catalogue.entries import StrategyEntry
from synthsize.catalogue.keys import check_keys
from synthsize.catalogue.literals import PACKAGE, room_entries

FOLDER = PACKAGE / "balance/strategies"
OVERSAMPLE = "oversample"  # what every generator does unless a run says otherwise


def entries() -> Mapping[str, StrategyEntry]:
    """All strategies by name.

    Raises
    ------
    InputError
        If an entry has a key that is not known, or lacks one it needs.
    """
    return {name: _own(name, dict(literal)) for name, literal in room_entries(FOLDER).items()}


def _own(name: str, literal: dict[str, Any]) -> StrategyEntry:
    check_keys(literal, StrategyEntry, f"{FOLDER / name}.py", also=("class", "order"))
    literal.pop("order", None)
    path = f"synthsize.balance.strategies.{name}.{literal.pop('class')}"
    return StrategyEntry(**{"name": name, "class_path": path, **literal})
