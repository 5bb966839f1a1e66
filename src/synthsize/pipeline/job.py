"""The frame around one job: its log file, and the message when it fails."""

from __future__ import annotations

import errno
import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

from synthsize.errors import InputError
from synthsize.pipeline.records import check_inputs, check_sources, write_records
from synthsize.pipeline.tracebacks import describe, filtered_traceback
from synthsize.scratch import KeptRows, keeping_rows

DRAWN = ".drawn"  # folder of synthetic rows that are slow to draw, below the results
GB = 1e9
STOPPED = "stopped by Ctrl-C"
INTERRUPTED = 128 + signal.SIGINT
UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS)


class _JobLog(logging.FileHandler):
    """A log that ends the job when it cannot be written, instead of printing a traceback per record."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Raise what kept the record from being written; `logging` calls this while it handles the exception."""
        if isinstance(sys.exc_info()[1], OSError):
            raise
        super().handleError(record)


class _ToldInLog(SystemExit):
    """The end of a job whose log says why it failed."""


@contextmanager
def job(snakemake: Any) -> Iterator[None]:
    """Run a rule's script: check what it reads, keep its log, record what its results were made from.

    Parameters
    ----------
    snakemake : snakemake.script.Snakemake
        What Snakemake puts into each script's globals.

    Raises
    ------
    SystemExit
        With status 1 after any exception. What the log holds is not printed too: the run reports it, once, with the
        name of the log, wherever the job ran.
    """
    try:
        with rule_log(snakemake.log[0]), keeping_rows(_kept_rows(snakemake)):
            check_inputs(snakemake.params.expected)
            yield
            check_sources(snakemake.params.expected)  # again: reading may have taken hours
            write_records(snakemake.output, snakemake.params.lineage)
    except _ToldInLog:
        sys.exit(1)


def _kept_rows(snakemake: Any) -> KeptRows | None:
    """Where the job keeps rows; its cell is its rule and wildcards, but for the block of splits."""
    output = snakemake.config["output"]
    if output["kept_rows_gb"] == 0:
        return None
    wildcards = {name: value for name, value in snakemake.wildcards.items() if name != "block"}
    folder = Path(output["root"], "results", DRAWN)
    return KeptRows(folder, GB * output["kept_rows_gb"], f"{snakemake.rule} {wildcards}")


@contextmanager
def rule_log(path: str | Path) -> Iterator[None]:
    """Send the job's log records to `path`; on failure leave the reason there and end the process.

    An `InputError` ends in its own sentence, anything else in a traceback in the log and one line that names the log.
    Ctrl-C ends the process without a word: the run says once for all jobs that it was stopped.

    Raises
    ------
    SystemExit
        With status 1 after any exception, 130 after Ctrl-C.
    """
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        handler = _JobLog(path, mode="w", encoding="utf-8")
    except OSError as error:
        sys.exit(f"synthsize: {_cannot_write(error, path)}")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", datefmt="%H:%M:%S"))
    root = logging.getLogger("synthsize")
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # the Snakefile blocks it until here
        yield
    except KeyboardInterrupt:
        _append(path, STOPPED)
        sys.exit(INTERRUPTED)
    except InputError as error:
        _end(path, str(error), str(error))
    except Exception as error:
        if isinstance(error, OSError) and error.errno in UNWRITABLE:
            sentence = _cannot_write(error, "output.root")
            _end(path, sentence, sentence)
        said = f"unexpected {describe(error)}; the traceback is in {path}"
        _end(path, filtered_traceback(error), said)
    finally:
        root.removeHandler(handler)
        with suppress(OSError):  # a full disk was reported before
            handler.close()


def _cannot_write(error: OSError, default: str | Path) -> str:
    where = error.filename or default
    return f"{where} cannot be written ({error.strerror}); free space or change output.root"


def _end(path: str | Path, text: str, sentence: str) -> NoReturn:
    """End the process with a sentence, after adding a text to its log; on a full disk the sentence has to do."""
    raise (_ToldInLog if _append(path, text) else SystemExit)(f"synthsize: {sentence}")


def _append(path: str | Path, text: str) -> bool:
    """Add a line to the log; False where it cannot be written."""
    try:
        with Path(path).open("a", encoding="utf-8") as log:
            log.write(f"{text.rstrip()}\n")
    except OSError:
        return False
    return True
