"""Writes a figure and its caption to files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from synthsize.errors import InputError
from synthsize.report import style

PROVENANCE = "Data, configuration, versions and seeds of this figure: manifest.json in the folder above."
FORMATS = ("png", "pdf", "svg")
# A date would make two files of the same results differ.
METADATA = {
    ".png": {"Description": PROVENANCE},
    ".pdf": {"Subject": PROVENANCE, "CreationDate": None},
    ".svg": {"Description": PROVENANCE, "Date": None},
}


def save_figure(figure: Figure, paths: Iterable[Path]) -> None:
    """Save `figure` under every path, in the format of its suffix.

    The layout is settled once, so that all formats look alike, and the same figure gives the same bytes at any time.
    Each file's metadata name manifest.json, which lies above the folder of the figures and says how the run was made.

    Parameters
    ----------
    figure : Figure
        Its layout is fixed from here on.
    paths : iterable of Path
        Files ending in .png, .pdf or .svg.

    Raises
    ------
    InputError
        If a suffix is another one.
    """
    with mpl.rc_context({**style.RC, "svg.hashsalt": "synthsize"}):
        figure.set_dpi(style.DPI)
        _settle_layout(figure)
        for path in paths:
            if path.suffix not in METADATA:
                raise InputError(f"{path}: a figure is saved as {', '.join(METADATA)}; rename the output")
            figure.savefig(path, dpi=style.DPI, metadata=METADATA[path.suffix])


def _settle_layout(figure: Figure) -> None:
    """Fix the positions of the panels, to a millionth of the figure.

    The layout's solver orders its equations by memory address, so that the last bits of a position may differ from one
    process to the next. Numbers in a file are too short to show that, but ids of clipping paths are made of all bits.
    """
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for panel in figure.axes:
        x, y, width, height = (round(float(edge), 6) for edge in panel.get_position(original=True).bounds)
        panel.set_position((x, y, width, height))


def write_figure(figure: Figure, files: Mapping[str, str], *sentences: str) -> None:
    """Save `figure` in every format, and its caption as one paragraph of text.

    Parameters
    ----------
    figure : Figure
    files : mapping of str to str
        Path of each of `FORMATS`, and of ``caption``.
    *sentences : str
        Empty ones are left out.
    """
    save_figure(figure, [Path(files[name]) for name in FORMATS])
    Path(files["caption"]).write_text(" ".join(filter(None, sentences)) + "\n", encoding="utf-8")
