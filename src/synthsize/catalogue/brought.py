"""Entries of classes that a configuration gives by import path."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any, TypeVar

from synthsize.catalogue.entries import GeneratorEntry, LearnerEntry
from synthsize.errors import InputError

Entry = TypeVar("Entry", GeneratorEntry, LearnerEntry)


def brought_entry(kind: type[Entry], given: Mapping[str, Any], taken: Collection[str]) -> Entry:
    """Make an entry from what the configuration says; what it leaves open follows from the name.

    Parameters
    ----------
    kind : type
        `GeneratorEntry` or `LearnerEntry`.
    given : mapping
        ``name``, ``class`` and, as wanted, ``label``, ``params`` and other fields of the kind. Further keys, which
        are settings of the run, are passed over.
    taken : collection of str
        Names of the package's own.

    Raises
    ------
    InputError
        If name or class is missing, or the name is taken.
    """
    for key in ("name", "class"):
        if not given.get(key):
            raise InputError(
                f"what is brought by import path needs the key {key!r}, but {dict(given)} has none"
            )
    name = str(given["name"])
    if name in taken:
        raise InputError(f"the name {name!r} is taken by an own entry of this package; choose another")
    known = {field.name for field in fields(kind)} - {"name", "class_path", "parameters", "brought"}
    said = {key: value for key, value in given.items() if key in known and value is not None}
    label = said.pop("label", name.replace("_", " "))
    return kind(name=name, label=label, class_path=str(given["class"]), brought=True, **said)
