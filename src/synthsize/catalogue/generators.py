"""Generators: a file each in ``balance/generators``, and those that a configuration brings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from synthsize.catalogue.brought import brought_entry
from synthsize.catalogue.entries import GeneratorEntry
from synthsize.catalogue.keys import check_keys
from synthsize.catalogue.literals import PACKAGE, room_entries
from synthsize.catalogue.looks import with_looks

FOLDER = PACKAGE / "balance/generators"


def entries(extra: Iterable[Mapping[str, Any]] = ()) -> Mapping[str, GeneratorEntry]:
    """All generators by name.

    Parameters
    ----------
    extra : iterable of mapping
        Those that a configuration brings: ``name``, ``class`` (import path) and, as wanted, ``params``, ``label``,
        ``words`` and ``colour``. They stand behind the package's own.

    Raises
    ------
    InputError
        If an entry has a key that is not known, lacks one it needs, or a name is taken.
    """
    own = [_own(name, dict(literal)) for name, literal in room_entries(FOLDER).items()]
    brought = [brought_entry(GeneratorEntry, entry, {known.name for known in own}) for entry in extra]
    return {entry.name: entry for entry in with_looks([*own, *brought])}


def _own(name: str, literal: dict[str, Any]) -> GeneratorEntry:
    check_keys(literal, GeneratorEntry, f"{FOLDER / name}.py", also=("class", "order"))
    literal.pop("order", None)
    path = f"synthsize.balance.generators.{name}.{literal.pop('class')}"
    return GeneratorEntry(**{"name": name, "class_path": path, **literal})
