"""Name and settings of a study, read without importing it.

The workflow reads all entries each time it starts; the arithmetic that a study imports would cost it seconds.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from synthsize.catalogue.keys import check_keys
from synthsize.catalogue.literals import room_entries
from synthsize.errors import InputError

FOLDER = Path(__file__).resolve().parent.parent
SIZES = ("paper", "quick")


@dataclass(frozen=True)
class Entry:
    """The entry at the head of a study.

    Attributes
    ----------
    name : str
        Name of the module.
    order : int
        Place on the page.
    title : str
    paper : str
        Authors, identifier and figure.
    statement : str
        The paper's statement, paraphrased.
    rows : str
        What one row of the table is, and how a replicate is made.
    keys : tuple of str
        Columns that identify the cells of the study.
    metrics : dict of str to str
        What was measured in each cell, with its unit.
    paper_settings : dict
        Settings of the full size. Every study has ``replicates`` and ``replicates_per_job``.
    quick_settings : dict
        Those that a quick run changes.
    needs : dict of str to list of str
        Packages of an extra that some values of the settings need, by value; a study leaves their cells empty, with a
        note, where one is not installed.
    """

    name: str
    order: int
    title: str
    paper: str
    statement: str
    rows: str
    keys: tuple[str, ...]
    metrics: dict[str, str]
    paper_settings: dict[str, Any]
    quick_settings: dict[str, Any]
    needs: dict[str, list[str]] = field(default_factory=dict)


@cache
def read_entries() -> dict[str, Entry]:
    """Return the entry of every study, in the order of the page."""
    return {name: _entry(name, literal) for name, literal in room_entries(FOLDER).items()}


def read_entry(name: str) -> Entry:
    """Return the entry of one study.

    Raises
    ------
    InputError
        If there is no such study.
    """
    entries = read_entries()
    if name not in entries:
        raise InputError(f"there is no study {name!r}{_hint(name, list(entries))}")
    return entries[name]


def settings_of(entry: Entry, size: str, overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the settings of a study at one size, with `overrides` on top.

    Raises
    ------
    InputError
        If the study has no such setting, or its value is of another kind than the study's own.
    """
    settings = dict(entry.paper_settings)
    if size == "quick":
        settings.update(entry.quick_settings)
    for key, value in (overrides or {}).items():
        where = f"studies.settings.{entry.name}.{key}"
        if key not in entry.paper_settings:
            raise InputError(f"unknown key {where}{_hint(key, list(entry.paper_settings))}")
        settings[key] = _like(entry.paper_settings[key], value, where)
    for key in ("replicates", "replicates_per_job"):
        if settings[key] < 1:
            raise InputError(f"studies.settings.{entry.name}.{key} is {settings[key]}; it must be at least 1")
    return settings


def _entry(name: str, literal: Mapping[str, Any]) -> Entry:
    check_keys(literal, Entry, str(FOLDER / f"{name}.py"))
    return Entry(name=name, **{**literal, "keys": tuple(literal["keys"])})


def _like(default: Any, value: Any, where: str) -> Any:
    """Return `value` if it is of the kind of `default`: a number, a text or a list of the same."""
    if isinstance(default, list):
        values = value if isinstance(value, list) else [value]
        if not values:
            raise InputError(f"{where} is empty; give at least one value")
        return [_like(default[0], item, where) for item in values]
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not type(default):
        raise InputError(f"{where} is {value!r}; give {_kind(default)}, as in {default!r}")
    return value


def _kind(default: Any) -> str:
    names = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}
    return names.get(type(default), f"a {type(default).__name__}")


def _hint(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else f"; choose one of {', '.join(known)}"
