"""The arguments of a command that name files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def is_file(word: str) -> bool:
    """Whether an argument names a file; code does not, which may be longer than a file name or hold a null byte."""
    try:
        return Path(word).is_file()
    except (OSError, ValueError):
        return False


def named_files(command: Iterable[object]) -> list[str]:
    """Return the files that a command's arguments name, as written."""
    return [word for word in map(str, command) if is_file(word)]
