"""Folders for a job's spills and staging files, patient data that must not outlive the job, and for drawn rows."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from synthsize.errors import InputError

SCRATCH = ".scratch"


@contextmanager
def scratch_beside(output: Path) -> Iterator[Path]:
    """Make a folder named after `output` beside it, and remove it at the end.

    Because of its name the next job of the same output also removes what a killed one left.

    Raises
    ------
    InputError
        If the folder cannot be made.
    """
    scratch = output.with_name(f".{output.name}{SCRATCH}")
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        scratch.mkdir(parents=True)
    except OSError as error:
        raise _unwritable(output.parent, error) from error
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def own_scratch_beside(output: Path) -> Iterator[Path]:
    """Make a folder of a new name beside `output`, which other jobs may make too, and remove it at the end.

    `forget_failures` removes what killed jobs left.

    Raises
    ------
    InputError
        If the folder cannot be made.
    """
    try:
        scratch = Path(tempfile.mkdtemp(prefix=f".{output.name}.", suffix=SCRATCH, dir=output.parent))
    except OSError as error:
        raise _unwritable(output.parent, error) from error
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _unwritable(folder: Path, error: OSError) -> InputError:
    return InputError(
        f"folder {folder} for temporary files cannot be written; change output.root ({error.strerror})"
    )


ROWS, FAILURE, LOCK = ".npz", ".failed", ".lock"  # how the names of files in a folder of kept rows end


@dataclass(frozen=True)
class KeptRows:
    """Where a job keeps synthetic rows that are slow to draw, for itself after a stop and for later jobs.

    Attributes
    ----------
    folder : Path
        May be removed at any time.
    most_bytes : float
        Of all rows kept; beyond it those go that were not read for the longest time.
    cell : str
        What the job is a part of: where one of its parts cannot draw, the others need not try.
    """

    folder: Path
    most_bytes: float = float("inf")
    cell: str = ""


_KEPT_ROWS: ContextVar[KeptRows | None] = ContextVar("kept_rows", default=None)


@contextmanager
def keeping_rows(where: KeptRows | None) -> Iterator[None]:
    """Keep rows that are slow to draw; None keeps nothing."""
    token = _KEPT_ROWS.set(where)
    try:
        yield
    finally:
        _KEPT_ROWS.reset(token)


def rows_kept() -> KeptRows | None:
    """Where rows that are slow to draw are kept; None where nothing is to be kept."""
    return _KEPT_ROWS.get()


def forget_failures(folder: Path) -> None:
    """Let what could not be drawn be tried again, and remove what killed jobs left; while no job runs."""
    for left in folder.glob(f".*{SCRATCH}"):
        shutil.rmtree(left, ignore_errors=True)
    for ending in (FAILURE, LOCK):
        for file in folder.glob(f"*{ending}"):
            file.unlink(missing_ok=True)
