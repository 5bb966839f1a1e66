"""Figures: a file each in ``report/figures``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from synthsize.catalogue.entries import FigureEntry
from synthsize.catalogue.literals import PACKAGE, check_keys, room_entries
from synthsize.catalogue.names import Names

FOLDER = PACKAGE / "report/figures"


def entries(folder: Path = FOLDER) -> Mapping[str, FigureEntry]:
    """All figures by name, in the order of the page.

    Raises
    ------
    InputError
        If an entry has a key that is not known, or lacks one it needs.
    """
    return {name: _own(name, dict(literal)) for name, literal in room_entries(folder).items()}


def run_figures(
    figures: Mapping[str, FigureEntry], names: Names, classifiers: Sequence[str]
) -> dict[str, tuple[FigureEntry, str]]:
    """List the figures of a run in the order of the page.

    Parameters
    ----------
    figures : mapping of str to FigureEntry
        As `entries` returns them.
    names : Names
        Of the run.
    classifiers : sequence of str
        Those that have results.

    Returns
    -------
    dict of str to (FigureEntry, str)
        By the name of its files, without suffix: the figure, and the classifier it is drawn for or nothing.
    """
    found: dict[str, tuple[FigureEntry, str]] = {}
    for name, entry in figures.items():
        if not entry.classifiers:
            found[name] = (entry, "")
        for classifier in classifiers:
            if entry.drawn_for(names.learners[classifier]):
                found[f"{name}_{classifier}"] = (entry, classifier)
    return found


def _own(name: str, literal: dict[str, Any]) -> FigureEntry:
    check_keys(literal, FigureEntry, f"{FOLDER / name}.py", also=("order",))
    literal.pop("order", None)
    tuples: dict[str, Any] = {key: tuple(literal[key]) for key in ("tables", "params") if key in literal}
    values: dict[str, Any] = {"name": name, **literal, **tuples}
    return FigureEntry(**values)
