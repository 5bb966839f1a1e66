"""One run of a command that makes synthetic rows, and the checks of its output."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import SeedSequence
from numpy.typing import NDArray

from synthsize.benchmark.external.columns import minority_columns
from synthsize.benchmark.external.command_failures import SHELL_SIGNALLED, failure, killed, killer, last_line
from synthsize.benchmark.external.words import is_file, named_files
from synthsize.benchmark.kept_rows import LOG, PassingError, digest
from synthsize.errors import InputError

logger = logging.getLogger("synthsize.benchmark")

CONTRACT = 2  # version of the request; a change makes all rows due again
LABEL = "label"
CHOICE = 0xC401  # apart from what a command draws itself from its seed
STOPPING = (signal.SIGTERM, signal.SIGHUP)  # by a scheduler, or a terminal that is closed
# Variables of snakemake's own environment, which the command must not inherit.
NOT_PASSED_ON = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP")


@dataclass(frozen=True)
class Request:
    """The arguments and input of one run of a command.

    It is run as ``COMMAND --training FILE --rows N --seed N --output FILE --params JSON``, without a shell and in an
    empty folder of its own.

    Attributes
    ----------
    name : str
        Name of the generator in error messages.
    command : tuple of str
    settings : mapping
    X : ndarray of shape (n, d)
        Training rows, imputed and standardised.
    y : ndarray of shape (n,)
        1 marks the minority.
    columns : tuple of str, length d
    rows : int
        Minority rows wanted.
    seed : int
    """

    name: str
    command: tuple[str, ...]
    settings: Mapping[str, Any]
    X: NDArray[np.float64]
    y: NDArray[np.int8]
    columns: tuple[str, ...]
    rows: int
    seed: int

    def digest(self) -> str:
        """Digest of everything that decides the rows, the files that the command names included."""
        files = [digest(Path(file)) for file in named_files(self.command)]
        return digest(
            [CONTRACT, self.command, files, dict(self.settings), self.columns, self.rows, self.seed],
            self.X,
            self.y,
        )


def run_command(request: Request, folder: Path, timeout_minutes: float) -> NDArray[np.float64]:
    """Run the command once.

    Parameters
    ----------
    request : Request
    folder : Path
        Empty; receives what the command reads and writes, and its log.
    timeout_minutes : float

    Returns
    -------
    ndarray of shape (rows, d)

    Raises
    ------
    PassingError
        If a signal killed the command, or what a shell ran for it.
    InputError
        In one sentence, if the command cannot be started, fails, takes too long or writes no such rows.
    """
    folder = folder.absolute()
    training, output = folder / "training.parquet", folder / "rows.parquet"
    table = pd.DataFrame(request.X, columns=list(request.columns))
    table.assign(**{LABEL: request.y}).to_parquet(training, index=False)
    # Paths hold from where the run was started. Links stay: an environment's Python is one to the system's.
    words = [str(Path(word).absolute()) if is_file(word) else word for word in request.command]
    given = {
        "--training": training,
        "--rows": request.rows,
        "--seed": request.seed,
        "--output": output,
        "--params": json.dumps(dict(request.settings)),
    }
    logger.info("%s: %d rows from %d training rows", request.name, request.rows, len(request.X))
    started = time.perf_counter()
    code = _run(
        [*words, *(str(part) for item in given.items() for part in item)], folder, request, timeout_minutes
    )
    number = killer(code)
    if number is not None:
        raise PassingError(str(killed(request.name, code, number, folder / LOG)))
    if code:
        raise failure(request.name, f"ended with exit code {code}{last_line(folder / LOG)}")
    rows = _read(output, request)
    logger.info("%s: done in %.0f s", request.name, time.perf_counter() - started)
    return rows


def _run(words: list[str], folder: Path, request: Request, timeout_minutes: float) -> int:
    """Run a program to its end, or end it and all that it started."""
    with _stopped_by_exceptions():
        process = _started(words, folder, request)
        try:
            return process.wait(60 * timeout_minutes)
        except subprocess.TimeoutExpired:
            raise failure(
                request.name,
                f"was ended after {timeout_minutes:g} minutes{last_line(folder / LOG)}",
                "raise timeout_minutes or make it faster",
            ) from None
        finally:  # also when the job itself is stopped
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _started(words: list[str], folder: Path, request: Request) -> subprocess.Popen[bytes]:
    """Start a program in a process group of its own, which holds whatever it starts."""
    environment = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
    with (folder / LOG).open("wb") as log:
        try:
            return subprocess.Popen(
                words,
                cwd=folder,
                env={**environment, "TMPDIR": str(folder)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except FileNotFoundError:
            raise failure(request.name, f"cannot be started: there is no program {words[0]!r}") from None
        except OSError as error:
            raise failure(request.name, f"cannot be started: {words[0]!r}: {error.strerror}") from None


@contextmanager
def _stopped_by_exceptions() -> Iterator[None]:
    """Let signals that would end this process at once raise SystemExit instead, so that it can end what it started.

    SIGINT raises KeyboardInterrupt anyway. What the caller handles or ignores stays as it is.
    """

    def stop(number: int, _: Any) -> None:
        sys.exit(SHELL_SIGNALLED + number)

    handled = []
    if threading.current_thread() is threading.main_thread():
        handled = [number for number in STOPPING if signal.getsignal(number) is signal.SIG_DFL]
    for number in handled:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in handled:
            signal.signal(number, signal.SIG_DFL)


def _read(output: Path, request: Request) -> NDArray[np.float64]:
    if not output.is_file():
        raise failure(request.name, "ended without writing the file that --output names")
    try:
        table = pd.read_parquet(output)
    except Exception:
        raise failure(request.name, "wrote a file that is no Parquet table") from None
    try:
        rows = minority_columns(table, request.columns, LABEL)
    except InputError as error:
        raise failure(request.name, f"wrote rows that cannot be used: {error}") from None
    if len(rows) < request.rows:
        raise failure(request.name, f"wrote {len(rows):,} rows where --rows asks for {request.rows:,}")
    wrong = np.flatnonzero(~np.isfinite(rows).all(axis=0))
    if len(wrong):
        raise failure(request.name, f"wrote NaN or infinite values in column {request.columns[wrong[0]]!r}")
    return _as_many_as_asked(rows, request)


def _as_many_as_asked(rows: NDArray[np.float64], request: Request) -> NDArray[np.float64]:
    """Take a random subset of surplus rows: a command may list them in an order, such as by cluster."""
    if len(rows) == request.rows:
        return rows
    logger.info("%s: %d of its %d rows are taken at random", request.name, request.rows, len(rows))
    stream = np.random.default_rng(SeedSequence(request.seed, spawn_key=(CHOICE,)))
    return np.asarray(rows[stream.permutation(len(rows))[: request.rows]])
