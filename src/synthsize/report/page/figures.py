"""The figures of the page, from their files and from the tables that they show."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from synthsize.report.content import Figure
from synthsize.report.figures.drawing import Drawing


def page_figures(drawings: Mapping[Path, Drawing]) -> list[Figure]:
    """Make the figures of the page.

    Parameters
    ----------
    drawings : mapping of Path to Drawing
        By PNG file, in the order of the page; the caption of each lies beside it, with suffix ``.txt``.
    """
    return [
        Figure(
            path=path,
            title=drawing.title,
            caption=path.with_suffix(".txt").read_text(encoding="utf-8").strip(),
            section=drawing.entry.section,
            numbers=drawing.numbers(),
        )
        for path, drawing in drawings.items()
    ]
