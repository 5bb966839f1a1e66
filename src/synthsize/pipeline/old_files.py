"""Input files whose time stamp must not trigger a rerun: dated so far back that no result is older."""

from __future__ import annotations

import os
from pathlib import Path

LONG_AGO = 1  # seconds since 1970


def date_back(path: Path) -> None:
    """Make a file older than any result."""
    os.utime(path, (LONG_AGO, LONG_AGO))


def is_dated_back(path: Path) -> bool:
    """Whether a file is there and was dated back."""
    return path.exists() and path.stat().st_mtime == LONG_AGO
