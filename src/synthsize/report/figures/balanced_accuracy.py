"""Figure: balanced accuracy against the synthetic size."""

from __future__ import annotations

from functools import partial

from synthsize.report.figures.curves import curves_caption, curves_numbers, draw_curves

ENTRY = {
    "title": "Curves of balanced accuracy",
    "section": "results",
    "classifiers": "all",
    "order": 30,
    "tables": ["curves", "vtss", "controls"],
    "params": ["interval"],
    "words": "Balanced accuracy of {classifier} against the synthetic-size multiplier, mean over the outer splits "
    "with a 95 % interval; dashed: the size chosen by validation (VTSS); thin and marks: controls without synthetic "
    "rows.",
}

draw = partial(draw_curves, metric="balanced_accuracy")
caption = partial(curves_caption, metric="balanced_accuracy")
numbers = partial(curves_numbers, metric="balanced_accuracy")
