"""Any figure by its name: its drawing, caption and numbers.

A figure is a module of this folder with a literal ``ENTRY`` (see `catalogue.figures.FigureEntry`) and up to three
functions: ``draw`` makes it, ``caption`` explains it, ``numbers`` (optional) tabulates what it shows. Each
takes what its parameters name: tables of the entry, ``names``, ``classifier``, and settings of the entry's ``params``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from inspect import signature
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from synthsize.catalogue.figures import FigureEntry
from synthsize.catalogue.names import Names
from synthsize.report.content import Table
from synthsize.report.missing import missing_note, whole_tasks


@dataclass(frozen=True)
class Drawing:
    """One figure of a run.

    Attributes
    ----------
    entry : FigureEntry
    names : Names
        Of the run.
    classifier : str
        For which it is drawn; empty if it is of the whole run.
    tables : mapping of str to DataFrame
        Those that the entry names.
    settings : mapping
        Those that the entry names in ``params``.
    """

    entry: FigureEntry
    names: Names
    classifier: str
    tables: Mapping[str, pd.DataFrame]
    settings: Mapping[str, Any]

    @property
    def title(self) -> str:
        """Heading on the page."""
        return (
            f"{self.entry.title}: {self.names.learner(self.classifier)}"
            if self.classifier
            else self.entry.title
        )

    def draw(self) -> Figure:
        """Make the figure."""
        figure: Figure = self._call(self._module.draw)
        return figure

    def caption(self, left_out: Mapping[str, str]) -> str:
        """Return the caption of the figure, with what is missing of an incomplete run; see `missing.missing_note`."""
        return " ".join(filter(None, (self._call(self._module.caption), self._lacking(left_out))))

    def numbers(self) -> Table | None:
        """Tabulate what the figure shows; None if its section does so in a table of its own."""
        if not hasattr(self._module, "numbers"):
            return None
        table: Table = self._call(self._module.numbers)
        return table

    @property
    def _module(self) -> Any:
        return import_module(f"synthsize.report.figures.{self.entry.name}")

    def _call(self, function: Callable[..., Any]) -> Any:
        given = {**self.tables, **self.settings, "names": self.names, "classifier": self.classifier}
        return function(**{name: given[name] for name in signature(function).parameters if name in given})

    def _lacking(self, left_out: Mapping[str, str]) -> str:
        if self.entry.lacks == "nothing":
            return ""
        missing = left_out if self.entry.lacks == "cells" else whole_tasks(left_out)
        return missing_note(missing, self.names, self.classifier or None)
