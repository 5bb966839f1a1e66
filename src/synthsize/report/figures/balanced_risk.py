"""Figure: balanced risk against the synthetic size."""

from __future__ import annotations

from functools import partial

from synthsize.report.figures.curves import curves_caption, curves_numbers, draw_curves

ENTRY = {
    "title": "Curves of balanced risk",
    "section": "results",
    "classifiers": "without_oracle",
    "order": 20,
    "tables": ["curves", "vtss", "controls"],
    "params": ["interval"],
    "words": "Balanced risk of {classifier} against the synthetic-size multiplier, mean over the outer splits "
    "with a 95 % interval; dashed: the size chosen by validation (VTSS); thin and marks: controls without synthetic "
    "rows.",
}

draw = partial(draw_curves, metric="balanced_risk")
caption = partial(curves_caption, metric="balanced_risk")
numbers = partial(curves_numbers, metric="balanced_risk")
