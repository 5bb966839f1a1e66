"""Figures: a file each in ``report/figures``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthsize.catalogue.entries import LearnerEntry
from synthsize.catalogue.keys import check_keys
from synthsize.catalogue.literals import PACKAGE, room_entries
from synthsize.catalogue.names import Names

FOLDER = PACKAGE / "report/figures"


@dataclass(frozen=True)
class FigureEntry:
    """A figure of the report.

    Attributes
    ----------
    name : str
        Of its module, and of its files up to the learner.
    title : str
        Its heading on the page.
    section : str
        Anchor of its section.
    tables : tuple of str
        Names of the tables it reads, in `contracts.summaries.SUMMARIES`.
    words : str
        Its caption in Snakemake's own report; ``{classifier}`` stands for the label of the classifier.
    classifiers : {"", "all", "with_oracle", "without_oracle", "estimating_risk"}
        For which classifiers it is drawn, once each; empty if it is drawn once for the run.
    category : str
        Its heading in Snakemake's own report.
    params : tuple of str
        Settings of the run that it needs beside names: ``interval``, ``suppress_below``.
    lacks : {"cells", "tasks", "nothing"}
        What its caption names of an incomplete run: cells of the benchmark that are missing, tasks that are missing as
        a whole, or nothing.
    """

    name: str
    title: str
    section: str
    tables: tuple[str, ...]
    words: str
    classifiers: str = ""
    category: str = "Benchmark"
    params: tuple[str, ...] = ()
    lacks: str = "cells"

    def drawn_for(self, learner: LearnerEntry) -> bool:
        """Return whether there is one of these figures for a learner."""
        return {
            "all": True,
            "with_oracle": learner.oracle,
            "without_oracle": not learner.oracle,
            "estimating_risk": learner.estimates_risk,
        }.get(self.classifiers, False)


def entries(folder: Path = FOLDER) -> Mapping[str, FigureEntry]:
    """All figures by name, in the order of the page.

    Raises
    ------
    InputError
        If an entry has a key that is not known, or lacks one it needs.
    """
    return {name: _own(name, dict(literal)) for name, literal in room_entries(folder).items()}


def run_figures(
    figures: Mapping[str, FigureEntry],
    names: Names,
    classifiers: Sequence[str],
    without: Collection[str] = (),
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
    without : collection of str
        Tables that the run does not make; figures of them are left out.

    Returns
    -------
    dict of str to (FigureEntry, str)
        By the name of its files, without suffix: the figure, and the classifier it is drawn for or nothing.
    """
    found: dict[str, tuple[FigureEntry, str]] = {}
    for name, entry in figures.items():
        if not set(entry.tables).isdisjoint(without):
            continue
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
