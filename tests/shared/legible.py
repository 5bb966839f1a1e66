"""What a reader could not read of a figure: words that are cut off, and words that lie over each other."""

from collections.abc import Iterator

import numpy as np
from matplotlib.figure import Figure
from matplotlib.text import Text

SLACK = 1.0  # pixels: extents are rounded up


def illegible(figure: Figure) -> list[str]:
    """Name the words of a figure, drawn before, that leave the canvas, and the pairs that overlap."""
    texts = list(_drawn(figure))
    boxes = np.array([text.get_window_extent().extents for text in texts]).reshape(-1, 4)
    width, height = figure.bbox.size
    left, bottom, right, top = boxes.T
    cut = (left < -SLACK) | (bottom < -SLACK) | (right > width + SLACK) | (top > height + SLACK)
    across = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
    along = np.minimum(top[:, None], top) - np.maximum(bottom[:, None], bottom)
    over = np.triu((across > SLACK) & (along > SLACK), 1)
    said = [text.get_text() for text in texts]
    return [
        *(f"cut off: {said[i]!r}" for i in np.flatnonzero(cut)),
        *(f"{said[i]!r} over {said[j]!r}" for i, j in zip(*np.nonzero(over), strict=True)),
    ]


def _drawn(figure: Figure) -> Iterator[Text]:
    """Texts of the figure, its legends and its panels, and those tick labels that are drawn."""
    everything = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    drawn, ticks = set(), set()
    for panel in figure.axes:
        for axis in (panel.xaxis, panel.yaxis):
            ticks |= set(axis.get_ticklabels(which="both"))
            drawn |= {tick.label1 for tick in axis._update_ticks()}
            ticks |= {tick.label2 for tick in [*axis.majorTicks, *axis.minorTicks]}
            ticks |= {tick.label1 for tick in [*axis.majorTicks, *axis.minorTicks]}
            ticks.add(axis.get_offset_text())
    yield from (text for text in everything if text not in ticks or text in drawn)
