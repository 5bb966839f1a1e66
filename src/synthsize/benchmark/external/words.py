"""The words of a command that name files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def is_file(word: str) -> bool:
    """Whether a word names a file; code, which may be longer than any name of a file or hold a null byte, does not."""
    try:
        return Path(word).is_file()
    except (OSError, ValueError):
        return False


def named_files(command: Iterable[object]) -> list[str]:
    """Return the files that a command's words name, as they stand there."""
    return [word for word in map(str, command) if is_file(word)]
