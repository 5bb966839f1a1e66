"""Tracebacks without data: they show where a program stopped, not the rows it stopped at."""

from __future__ import annotations

import traceback
from pathlib import Path

from synthsize.errors import WITHHELD

# Their messages quote cells: "could not convert string to float: ...".
DATA_LIBRARIES = frozenset(
    {"duckdb", "_duckdb", "pyarrow", "pandas", "numpy", "scipy", "sklearn", "imblearn"}
)


def describe(error: BaseException) -> str:
    """Type and message of an error; of one from a library that handles rows, the type alone."""
    name = type(error).__name__
    return f"{name} ({WITHHELD})" if _is_of_rows(error) else f"{name}: {error}"


def filtered_traceback(error: BaseException) -> str:
    """Traceback of an error and of those that led to it, without the messages that may quote rows."""
    shown: list[str] = []
    seen: set[int] = set()
    link = ""
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        frames = "".join(traceback.format_tb(current.__traceback__))
        shown.insert(0, f"Traceback (most recent call last):\n{frames}{describe(current)}\n{link}")
        if current.__cause__ is not None:
            link = "\nThat error was the direct cause of this one:\n\n"
            current = current.__cause__
        else:
            link = "\nWhile that error was handled, another one occurred:\n\n"
            current = None if current.__suppress_context__ else current.__context__
    return "".join(shown)


def _is_of_rows(error: BaseException) -> bool:
    """Whether an error belongs to one of the libraries, or was raised inside it (by its compiled code as well)."""
    if type(error).__module__.partition(".")[0] in DATA_LIBRARIES:
        return True
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and _package(Path(frames[-1].filename)) in DATA_LIBRARIES


def _package(file: Path) -> str:
    """Package that a frame's file belongs to; compiled code names its file from the package on."""
    parts = file.parts
    for folder in ("site-packages", "dist-packages"):
        if folder in parts:
            parts = parts[parts.index(folder) + 1 :]
    return parts[0] if parts else ""
