"""A folder for a job's spills and staging files: patient data that must not outlive the job."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
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
