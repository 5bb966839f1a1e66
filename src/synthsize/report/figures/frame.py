"""Legend and axis labels around the panels of a figure, none of them cut off."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Text

from synthsize.report import style

LEGEND_ROOM = 0.45  # inches of a figure's height that `panels.panel_grid` leaves to a legend
EDGE = 0.05  # inches that stay free at either end of a line of words
MOST_LINES = 6  # that a name is broken into
LETTERS_BESIDE = 18  # in a line of a legend that stands right of its panels


def frame(
    figure: Figure, *, x: str = "", y: str = "", handles: Sequence[Artist] = (), columns: int = 4
) -> None:
    """Put a legend above the panels and the names of the axes that they share below and left of them.

    A legend of one entry more than `columns` stays in one line if it fits. One that is wider than the figure takes
    fewer columns, and a taller one makes the figure taller, so that the
    panels keep their size. Names that are longer than the figure are broken into lines. Call it when all panels are
    drawn, within ``matplotlib.rc_context(style.RC)``.

    Parameters
    ----------
    figure : Figure
    x, y : str
        Names of the axes; no name if empty.
    handles : sequence of Artist
        Of the legend; no legend if empty.
    columns : int
        Of the legend at most.
    """
    above = _legend_height(figure, handles, columns) if handles else 0.0
    width, height = figure.get_size_inches()
    if above > LEGEND_ROOM:
        height += above - LEGEND_ROOM
        figure.set_size_inches(width, height)
    size = style.RC["font.size"]
    if x:
        _fit(figure.supxlabel(x, fontsize=size), width)
    if y:
        _fit(figure.supylabel(y, y=0.5 * (1 - above / height), fontsize=size), height - above)


def legend_beside(panel: Axes, handles: Sequence[Artist]) -> None:
    """Put the legend of a line of panels right of the last of them."""
    labels = [textwrap.fill(str(handle.get_label()), LETTERS_BESIDE) for handle in handles]
    panel.legend(list(handles), labels, loc="center left", bbox_to_anchor=(1.0, 0.5), borderaxespad=0.3)


def _legend_height(figure: Figure, handles: Sequence[Artist], columns: int) -> float:
    """Put a legend of as many columns as fit, and return its height in inches."""
    most = columns + (len(handles) == columns + 1)
    for ncols in range(min(most, len(handles)), 0, -1):
        legend = figure.legend(handles=list(handles), loc="outside upper center", ncols=ncols)
        extent = _inches(legend, figure)
        if ncols == 1 or extent[0] <= figure.get_size_inches()[0] - 2 * EDGE:
            break
        legend.remove()
    return extent[1]


def _fit(words: Text, room: float) -> None:
    """Break words into as few lines of about equal length as fit into the room along them, inches."""
    said = words.get_text()
    figure = words.get_figure(root=True)
    assert figure is not None
    along = 1 if words.get_rotation() else 0
    for lines in range(1, MOST_LINES + 1):
        if lines > 1:
            words.set_text(_in_lines(said, lines))
        if _inches(words, figure)[along] <= room - 2 * EDGE:
            return


def _in_lines(words: str, lines: int) -> str:
    """Break words into so many lines, the longest of them as short as can be."""
    for width in range(-(-len(words) // lines), len(words)):
        wrapped = textwrap.wrap(words, width, break_long_words=False)
        if len(wrapped) <= lines:
            return "\n".join(wrapped)
    return words


def _inches(artist: Text | Legend, figure: Figure) -> tuple[float, float]:
    """Width and height as drawn."""
    extent = artist.get_window_extent()
    return extent.width / figure.dpi, extent.height / figure.dpi
