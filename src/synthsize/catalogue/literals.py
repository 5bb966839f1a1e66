"""Entries written as literals at the head of the files they describe."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Any

from synthsize.errors import InputError

PACKAGE = Path(__file__).resolve().parent.parent
ENTRY = "ENTRY"


def room_entries(folder: Path) -> dict[str, dict[str, Any]]:
    """Read the entry of every module in a folder, without importing any.

    Parameters
    ----------
    folder : Path
        Modules without an entry are helpers, and left out. A folder that does not exist has none.

    Returns
    -------
    dict of str to dict
        Entry by name, which is that of the file; in the order of the entries' ``order``, then by name.

    Raises
    ------
    InputError
        If an entry is no literal mapping.
    """
    found = {path.stem: read_entry(path) for path in sorted(folder.glob("*.py"))}
    known = {name: entry for name, entry in found.items() if entry is not None}
    return dict(sorted(known.items(), key=lambda item: (item[1].get("order", LAST), item[0])))


LAST = 1000  # order of an entry that gives none


@cache
def _parsed(path: Path, modified: int) -> ast.Module:  # noqa: ARG001
    return ast.parse(path.read_text(encoding="utf-8"))


def read_entry(path: Path) -> dict[str, Any] | None:
    """Read the mapping that a module calls ``ENTRY``; None if it has none.

    Raises
    ------
    InputError
        If it is no literal, or no mapping.
    """
    for node in _parsed(path, path.stat().st_mtime_ns).body:
        if isinstance(node, ast.Assign) and any(_is_entry(target) for target in node.targets):
            return _literal(node.value, path)
        if isinstance(node, ast.AnnAssign) and node.value is not None and _is_entry(node.target):
            return _literal(node.value, path)
    return None


def _is_entry(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id == ENTRY


def _literal(value: ast.expr, path: Path) -> dict[str, Any]:
    try:
        entry = ast.literal_eval(value)
    except ValueError as error:
        raise InputError(
            f"{path}: {ENTRY} is read without importing the file; write it as a literal, without names and calls"
        ) from error
    if not isinstance(entry, dict):
        raise InputError(f"{path}: {ENTRY} must be a mapping, not {type(entry).__name__}")
    return entry
