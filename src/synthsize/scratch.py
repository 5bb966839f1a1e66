"""Folders for a job's spills and staging files, patient data that must not outlive the job, and for drawn rows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from synthsize.errors import InputError


@contextmanager
def scratch_beside(output: Path) -> Iterator[Path]:
    """Make a folder named after `output` beside it, and remove it at the end.

    Because of its name the next job of the same output also removes what a killed one left.

    Raises
    ------
    InputError
        If the folder cannot be made.
    """
    scratch = output.with_name(f".{output.name}.scratch")
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        scratch.mkdir(parents=True)
    except OSError as error:
        raise InputError(
            f"folder {output.parent} for temporary files cannot be written; change output.root ({error.strerror})"
        ) from error
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


_KEPT_ROWS: ContextVar[Path | None] = ContextVar("kept_rows", default=None)


@contextmanager
def keeping_rows_in(folder: Path) -> Iterator[None]:
    """Keep rows that are slow to draw in a folder, for later jobs; it may be removed at any time."""
    token = _KEPT_ROWS.set(folder)
    try:
        yield
    finally:
        _KEPT_ROWS.reset(token)


def kept_rows_folder() -> Path | None:
    """Where rows that are slow to draw are kept; None where nothing is to be kept."""
    return _KEPT_ROWS.get()
