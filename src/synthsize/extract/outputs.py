"""Outputs that appear whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synthsize.errors import InputError


@contextmanager
def whole_files(*paths: Path) -> Iterator[list[Path]]:
    """Give temporary names beside `paths`; rename them into place at the end, or remove them after a failure.

    Raises
    ------
    InputError
        If a folder cannot be written.
    """
    try:
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"output folder {paths[0].parent} cannot be written; change output.root ({error.strerror})"
        ) from error
    if not all(os.access(path.parent, os.W_OK) for path in paths):
        raise InputError(
            f"output folder {paths[0].parent} cannot be written; change output.root or its permissions"
        )
    temporary = [path.with_name(f".{path.name}.partial") for path in paths]
    try:
        yield temporary
        for unfinished, path in zip(temporary, paths, strict=True):
            unfinished.replace(path)
    finally:
        for unfinished in temporary:
            unfinished.unlink(missing_ok=True)
