"""What a class given by import path depends on: local files, and installed packages."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, resolve_name
from pathlib import Path

from synthsize.imports import module_files

INSTALLED = ("site-packages", "dist-packages")
OWN = "synthsize"


def brought_files(import_path: str) -> list[str]:
    """Return the file of a class and those of the local modules that it imports: an edit of one reruns its fits.

    Files of installed packages are left out: their versions represent them, see `brought_packages`.

    Parameters
    ----------
    import_path : str
        Such as ``"my_models.Forest"``.
    """
    return list(_made_of(import_path)[0])


def brought_packages(import_path: str) -> frozenset[str]:
    """Return the names by which a class and the local modules that it needs import what is installed."""
    return _made_of(import_path)[1]


@cache
def _made_of(import_path: str) -> tuple[tuple[str, ...], frozenset[str]]:
    files: dict[str, Path] = {}  # by module
    of_package: set[Path] = set()
    installed: set[str] = set()
    waiting = list(_with_parents(import_path.rpartition(".")[0]))
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        top = name.partition(".")[0]
        if name in seen or top in sys.stdlib_module_names:
            continue
        seen.add(name)
        spec = _spec(name)
        if top == OWN and spec is not None:
            of_package.update(module_files(name.partition(".")[2]) if "." in name else ())
        elif spec is not None and _is_local(spec):
            if spec.origin and spec.origin.endswith(".py"):
                files[name] = Path(spec.origin)
                waiting += _imported(spec)
        elif spec is not None:
            installed.add(top)
    found = {str(file.resolve()) for file in (*files.values(), *of_package)}
    return tuple(sorted(found)), frozenset(installed)


def _spec(name: str) -> ModuleSpec | None:
    """Find a module; None for what is none, such as a function of one."""
    try:
        return find_spec(name)
    except (ImportError, AttributeError, ValueError):
        return None


def _is_local(spec: ModuleSpec) -> bool:
    """Whether a module's file is outside installed packages; a folder without ``__init__`` file is local too."""
    if spec.origin is None:
        return all(
            not set(INSTALLED) & set(Path(place).parts) for place in spec.submodule_search_locations or ()
        )
    return not set(INSTALLED) & set(Path(spec.origin).parts)


def _imported(spec: ModuleSpec) -> Iterator[str]:
    """Yield what the import statements of a module may name: modules, and parts of them."""
    package = spec.name if spec.submodule_search_locations else spec.parent
    for node in ast.walk(ast.parse(Path(str(spec.origin)).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _with_parents(alias.name)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                try:
                    base = resolve_name("." * node.level + base, package)
                except ImportError:  # beyond the package: it fails when it runs
                    continue
            for alias in node.names:
                yield from _with_parents(f"{base}.{alias.name}")


def _with_parents(name: str) -> Iterator[str]:
    """Yield a module and the packages above it, whose ``__init__`` files run first."""
    while name:
        yield name
        name = name.rpartition(".")[0]
