"""The figures of the page: what each is called, in which section it stands, and the numbers that it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from synthsize.report import style
from synthsize.report.page.content import Figure, Table
from synthsize.report.page.figure_tables import (
    bands_numbers,
    choices_numbers,
    curves_numbers,
    pareto_numbers,
    validation_numbers,
)

# What the file is called, up to the classifier -> title, and anchor of the section.
KINDS = {
    "excess_risk": ("Curves of balanced excess risk", "results"),
    "balanced_accuracy": ("Curves of balanced accuracy", "results"),
    "chosen_sizes": ("Distribution of the chosen sizes", "choices"),
    "validation_curves": ("Validation curves", "choices"),
    "paired_differences": ("Paired differences", "choices"),
    "differences_to_balance": ("Differences to m = 1 at all sizes", "choices"),
    "pareto": ("Balanced risk against calibration", "metrics"),
    "attrition": ("Flow of admissions", "cohort"),
    "missingness_coverage": ("Measured and missing", "cohort"),
}


@dataclass(frozen=True)
class Numbers:
    """What the tables behind the figures are made from, and how they show it.

    Attributes
    ----------
    curves, controls, validation, choices, bands : DataFrame
        As the benchmark writes them.
    task_labels : mapping of str to str
        Task name to the words a reader sees, in the order of the rows.
    interval : str
        Which interval to show.
    """

    curves: pd.DataFrame
    controls: pd.DataFrame
    validation: pd.DataFrame
    choices: pd.DataFrame
    bands: pd.DataFrame
    task_labels: Mapping[str, str]
    interval: str

    def table(self, kind: str, classifier: str) -> Table | None:
        """Numbers of one figure; none if the section of the figure shows them in a table of its own."""
        labels, interval = self.task_labels, self.interval
        if kind in ("excess_risk", "balanced_accuracy"):
            return curves_numbers(
                self.curves, metric=kind, classifier=classifier, task_labels=labels, interval=interval
            )
        if kind == "validation_curves":
            return validation_numbers(
                self.validation, classifier=classifier, task_labels=labels, interval=interval
            )
        if kind == "chosen_sizes":
            return choices_numbers(self.choices, classifier=classifier, task_labels=labels)
        if kind == "differences_to_balance":
            return bands_numbers(self.bands, classifier=classifier, task_labels=labels)
        if kind == "pareto":
            return pareto_numbers(self.curves, self.controls, classifier=classifier, task_labels=labels)
        return None


def page_figures(paths: Sequence[Path], numbers: Numbers) -> list[Figure]:
    """Make the figures of the page from their files.

    Parameters
    ----------
    paths : sequence of Path
        PNG files in the order of the page; the caption of each lies beside it, with suffix ``.txt``.
    numbers : Numbers
    """
    return [_figure(path, numbers) for path in paths]


def _figure(path: Path, numbers: Numbers) -> Figure:
    kind = next(name for name in KINDS if path.stem == name or path.stem.startswith(f"{name}_"))
    classifier = path.stem.removeprefix(kind).removeprefix("_")
    title, section = KINDS[kind]
    return Figure(
        path=path,
        title=f"{title}: {style.display(classifier, style.CLASSIFIERS)}" if classifier else title,
        caption=path.with_suffix(".txt").read_text(encoding="utf-8").strip(),
        section=section,
        numbers=numbers.table(kind, classifier),
    )
