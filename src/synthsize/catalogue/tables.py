"""Entries from a TOML table of this folder."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from synthsize.catalogue.keys import check_keys

Entry = TypeVar("Entry")


def table_entries(path: Path, kind: Callable[..., Entry]) -> dict[str, Entry]:
    """Read the entries of one kind, in their order.

    Raises
    ------
    InputError
        If an entry has a key that is not known.
    """
    entries = {}
    for name, values in _table(path, path.stat().st_mtime_ns).items():
        check_keys(values, kind, f"{path}, [{name}]")
        entries[name] = kind(name=name, **values)
    return entries


@cache
def _table(path: Path, modified: int) -> dict[str, dict[str, Any]]:  # noqa: ARG001
    return tomllib.loads(path.read_text(encoding="utf-8"))
