"""Rows that a command made, kept for the next job that asks for the same ones."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synthsize.benchmark.external.command_run import LOG, Request, run_command
from synthsize.errors import InputError
from synthsize.scratch import kept_rows_folder, scratch_beside


def kept_or_drawn(request: Request, timeout_minutes: float) -> NDArray[np.float64]:
    """Return the rows of a request: those of an earlier run of the same command on the same rows, or of a new one.

    Rows are kept below the folder that `scratch.keeping_rows_in` names, which may be removed at any time; outside a job
    nothing is kept. Jobs that ask for the same rows at the same time wait for the first.

    Raises
    ------
    InputError
        As `command_run.run_command` does; of a failed command the log is kept.
    """
    folder = kept_rows_folder()
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="synthsize-") as scratch:
            return run_command(request, Path(scratch), timeout_minutes)
    kept = folder / f"{request.digest()}.npy"
    found = _read(kept)
    if found is not None:
        return found
    with _locked(kept):
        found = _read(kept)  # of a job that was first
        return _drawn(request, kept, timeout_minutes) if found is None else found


def _drawn(request: Request, kept: Path, timeout_minutes: float) -> NDArray[np.float64]:
    failed = kept.with_suffix(".log")
    failed.unlink(missing_ok=True)
    with scratch_beside(kept) as scratch:
        try:
            rows = run_command(request, scratch, timeout_minutes)
        except InputError as error:
            if not (scratch / LOG).exists() or not (scratch / LOG).stat().st_size:
                raise
            shutil.copy2(scratch / LOG, failed)
            raise InputError(f"{error} (all that it wrote: {failed})") from None
        part = scratch / "rows.npy"
        np.save(part, rows)
        os.replace(part, kept)  # noqa: PTH105 (whole or not at all)
    return rows


@contextmanager
def _locked(kept: Path) -> Iterator[None]:
    lock = kept.with_suffix(".lock")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        stream = lock.open("w")
    except OSError as error:
        raise InputError(
            f"folder {kept.parent} for drawn rows cannot be written; change output.root ({error.strerror})"
        ) from error
    with stream:
        with suppress(OSError):  # a file system without locks: at worst a command runs twice
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield
        lock.unlink(missing_ok=True)  # whoever waits for it finds the rows


def _read(kept: Path) -> NDArray[np.float64] | None:
    if not kept.exists():
        return None
    rows: NDArray[np.float64] = np.load(kept)
    return rows
