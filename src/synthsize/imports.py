"""The files of the package that a module imports, so that a rule can name them as inputs."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
FRAME = ("pipeline.job", "scratch")  # log, records, temporary files: they decide no result


def module_files(*modules: str) -> list[Path]:
    """Source files of `modules` and of every synthsize module they import, directly or not.

    Parameters
    ----------
    *modules : str
        Dotted names below the package, such as ``"report.figures.curves"``.

    Returns
    -------
    list of Path
        Sorted, without duplicates.

    Raises
    ------
    ModuleNotFoundError
        If a name is no module of the package.
    """
    return _reached([_file(name) for name in modules])


def script_files(script: Path) -> list[Path]:
    """Files that decide what a rule's script makes: the script and what it imports, but for the frame around every job.

    Parameters
    ----------
    script : Path

    Returns
    -------
    list of Path
        The script, then package files, sorted.
    """
    frame = {_file(name) for name in FRAME}
    return [script, *_reached([file for file in _imported(script) if file not in frame])]


def _reached(files: list[Path]) -> list[Path]:
    """`files` and every package module that they import, directly or not."""
    seen: set[Path] = set()
    waiting = list(files)
    while waiting:
        file = waiting.pop()
        if file in seen:
            continue
        seen.add(file)
        waiting.extend(_imported(file))
    return sorted(seen)


def _file(name: str) -> Path:
    path = PACKAGE.joinpath(*name.split("."))
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if candidate.is_file():
            return candidate
    raise ModuleNotFoundError(f"synthsize has no module {name!r}")


@cache
def _imported(file: Path) -> tuple[Path, ...]:
    """Package modules that the import statements of `file` name.

    The packages above a named module are left out: what their __init__ files re-export is not what `file` uses.
    """
    found: set[Path] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            head, _, rest = name.partition(".")
            if head == "synthsize" and rest:
                found.update(_deepest(rest))
    return tuple(sorted(found))


def _deepest(name: str) -> list[Path]:
    """Return the file of the longest prefix of `name` that is a module; its last part may be a function or class."""
    while name:
        try:
            return [_file(name)]
        except ModuleNotFoundError:
            name = name.rpartition(".")[0]
    return []
