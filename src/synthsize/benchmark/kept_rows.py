"""Synthetic rows that are slow to draw, kept for the next job that asks for the same ones."""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from synthsize.balance.events import Event
from synthsize.errors import InputError
from synthsize.scratch import FAILURE, LOCK, ROWS, KeptRows, own_scratch_beside, rows_kept

logger = logging.getLogger("synthsize.benchmark")

SAID = ".log"
LOG = "draw.log"  # what a draw writes there, in its scratch folder, is kept if it fails
UNREADABLE = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)


class PassingError(InputError):
    """A draw that failed for a reason outside it, such as too little memory, and may succeed when it is tried again."""


@dataclass(frozen=True)
class Drawn:
    """Synthetic rows, shape (n, d), and the degenerate cases met when they were made."""

    rows: NDArray[np.float64]
    events: tuple[Event, ...] = ()


def digest(*decisive: Any) -> str:
    """Digest of everything that decides rows: files, arrays, and what JSON can hold or has a text of its own."""
    found = hashlib.sha256()
    for part in decisive:
        if isinstance(part, Path):
            with part.open("rb") as stream:
                found.update(hashlib.file_digest(stream, "sha256").digest())
        elif isinstance(part, np.ndarray):
            found.update(f"{part.dtype} {part.shape}".encode())
            found.update(np.ascontiguousarray(part).tobytes())
        else:
            found.update(json.dumps(part, sort_keys=True, default=str).encode())
    return found.hexdigest()[:32]


def kept_or_drawn(
    key: str, least: int, draw: Callable[[Path], Drawn], unchanged: Callable[[], bool] = lambda: True
) -> Drawn:
    """Return rows that an earlier draw kept, or draw them and keep them.

    They are kept where `scratch.keeping_rows` says; outside a job nothing is kept. Jobs that ask for the same rows at
    the same time wait for the first. What it could not draw is not tried again in the same run, by jobs that ask for
    the same rows or belong to the same cell: they fail with the same sentence. After a `PassingError` they try again.

    Parameters
    ----------
    key : str
        `digest` of all that decides the rows but their number.
    least : int
        Rows that must be there; where fewer are kept they are drawn anew.
    draw : callable
        Of an empty folder to work in, which is removed afterwards.
    unchanged : callable
        Whether all that is behind `key` is still as it was after the draw, during which files may be edited.

    Raises
    ------
    InputError
        As `draw` does, or did in another job; the log is kept.
    """
    where = rows_kept()
    if where is None:
        with tempfile.TemporaryDirectory(prefix="synthsize-") as scratch:
            return draw(Path(scratch))
    kept = where.folder / f"{key}{ROWS}"
    found = _read(kept, least)
    if found is not None:
        return found
    with _locked(kept):
        found = _read(kept, least)  # of a job that was first
        if found is None:
            _refuse_again(where, kept)
            found = _drawn(where, kept, draw, unchanged)
    return found


def _drawn(
    where: KeptRows, kept: Path, draw: Callable[[Path], Drawn], unchanged: Callable[[], bool]
) -> Drawn:
    log = kept.with_suffix(SAID)
    log.unlink(missing_ok=True)
    with own_scratch_beside(kept) as scratch:
        try:
            drawn = draw(scratch)
        except InputError as error:
            said = str(error)
            if (scratch / LOG).exists() and (scratch / LOG).stat().st_size:
                shutil.copy2(scratch / LOG, log)
                said = f"{said} (all that it wrote: {log})"
            if isinstance(error, PassingError):
                raise PassingError(said) from error.__cause__
            for file in _failures(where, kept):
                file.write_text(said, encoding="utf-8")
            raise InputError(said) from error.__cause__
        if unchanged():
            events = json.dumps([[event.event, event.detail] for event in drawn.events])
            part = scratch / "rows.npz"
            np.savez(part, rows=drawn.rows, events=np.array(events))
            os.replace(part, kept)  # noqa: PTH105 (whole or not at all)
            _make_room(where)
    return drawn


def _read(kept: Path, least: int) -> Drawn | None:
    """Return the rows of a file; None where there is none, none that is whole, or one of fewer rows."""
    try:
        with np.load(kept, allow_pickle=False) as file:
            rows, events = file["rows"], json.loads(str(file["events"]))
        os.utime(kept)  # deleted last
    except UNREADABLE:
        return None
    if len(rows) < least:
        return None
    logger.info("%d synthetic rows, drawn before, read from %s", len(rows), kept.name)
    return Drawn(rows, tuple(Event(*event) for event in events))


def _failures(where: KeptRows, kept: Path) -> list[Path]:
    """Files that record why these rows, or any of the job's cell, could not be drawn in this run."""
    cell = [where.folder / f"{digest(where.cell)}{FAILURE}"] if where.cell else []
    return [kept.with_suffix(FAILURE), *cell]


def _refuse_again(where: KeptRows, kept: Path) -> None:
    for file in _failures(where, kept):
        if file.exists():
            raise InputError(file.read_text(encoding="utf-8"))


def _make_room(where: KeptRows) -> None:
    """Remove the rows that were not read for the longest time, and old logs, until the rest is small enough."""
    found = []
    for file in (file for ending in (ROWS, SAID) for file in where.folder.glob(f"*{ending}")):
        with suppress(FileNotFoundError):  # another job deletes old rows at the same time
            found.append((file.stat().st_mtime, file.stat().st_size, file))
    total, removed = sum(size for _, size, _ in found), 0
    for _, size, file in sorted(found):
        if total <= where.most_bytes:
            break
        file.unlink(missing_ok=True)
        total -= size
        removed += file.suffix == ROWS
    if removed:
        logger.info(
            "kept rows exceed output.kept_rows_gb: %d files removed; their rows are drawn anew when needed",
            removed,
        )


@contextmanager
def _locked(kept: Path) -> Iterator[None]:
    lock = kept.with_suffix(LOCK)
    while True:
        try:
            kept.parent.mkdir(parents=True, exist_ok=True)
            stream = lock.open("w")
        except OSError as error:
            raise InputError(
                f"folder {kept.parent} for drawn rows cannot be written; change output.root ({error.strerror})"
            ) from error
        with stream:
            if _lock(stream) and not _is(stream, lock):
                continue  # another job removed it meanwhile
            try:
                yield
            finally:
                lock.unlink(missing_ok=True)
            return


def _lock(stream: TextIO) -> bool:
    """Wait for a lock; False on a file system without locks, where at worst rows are drawn twice."""
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        logger.info("another job draws these rows: waiting for it")
        fcntl.flock(stream, fcntl.LOCK_EX)
    except OSError:
        return False
    return True


def _is(stream: TextIO, lock: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(stream.fileno()), lock.stat())
    except FileNotFoundError:
        return False
