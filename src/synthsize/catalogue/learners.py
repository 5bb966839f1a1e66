"""Learners: a file each in ``balance/learners``, and the classifiers that a configuration brings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from synthsize.catalogue.brought import brought_entry
from synthsize.catalogue.entries import LearnerEntry
from synthsize.catalogue.keys import check_keys
from synthsize.catalogue.literals import PACKAGE, room_entries

FOLDER = PACKAGE / "balance/learners"


def entries(extra: Iterable[Mapping[str, Any]] = ()) -> Mapping[str, LearnerEntry]:
    """All learners by name.

    Parameters
    ----------
    extra : iterable of mapping
        Those that a configuration brings: ``name``, ``class`` (import path) and, as wanted, ``params``, ``label``,
        ``loss``, ``score``, ``estimates_risk``, ``linear`` and ``takes_weights``. No oracle is known for them. They
        stand behind the package's own.

    Raises
    ------
    InputError
        If an entry has a key that is not known, lacks one it needs, or a name is taken.
    """
    own = [_own(name, dict(literal)) for name, literal in room_entries(FOLDER).items()]
    taken = {entry.name for entry in own}
    brought = [brought_entry(LearnerEntry, {**entry, "oracle": False}, taken) for entry in extra]
    return {entry.name: entry for entry in [*own, *brought]}


def _own(name: str, literal: dict[str, Any]) -> LearnerEntry:
    check_keys(literal, LearnerEntry, f"{FOLDER / name}.py", also=("class", "order"))
    literal.pop("order", None)
    path = f"synthsize.balance.learners.{name}.{literal.pop('class')}"
    return LearnerEntry(**{"name": name, "class_path": path, **literal})
