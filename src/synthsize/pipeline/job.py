"""The frame around one job: its log file, and what the person sees when it fails."""

from __future__ import annotations

import errno
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synthsize.errors import InputError
from synthsize.pipeline.tracebacks import describe, filtered_traceback

UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS)


@contextmanager
def rule_log(path: str | Path) -> Iterator[None]:
    """Send the job's log records to `path`; on failure leave the reason there and end the process.

    An `InputError` ends in its own sentence, anything else in a traceback in the log and one line that names the log.

    Raises
    ------
    SystemExit
        With status 1 after any exception.
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, mode="w")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", datefmt="%H:%M:%S"))
    root = logging.getLogger("synthsize")
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    try:
        yield
    except InputError as error:
        _append(path, str(error))
        sys.exit(f"synthsize: {error}")
    except Exception as error:
        if isinstance(error, OSError) and error.errno in UNWRITABLE:
            where = error.filename or "output.root"
            sentence = f"{where} cannot be written ({error.strerror}); free space or change output.root"
            _append(path, sentence)
            sys.exit(f"synthsize: {sentence}")
        _append(path, filtered_traceback(error))
        sys.exit(f"synthsize: unexpected {describe(error)}; the traceback is in {path}")
    finally:
        root.removeHandler(handler)
        handler.close()


def _append(path: str | Path, text: str) -> None:
    with Path(path).open("a", encoding="utf-8") as log:
        log.write(f"{text.rstrip()}\n")
