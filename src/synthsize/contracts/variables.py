"""The clinical variables, and the labels that every table about them shares."""

from __future__ import annotations

import math

from synthsize.catalogue.variables import entries

VARIABLES = tuple(entries().values())
ALL_STRATA = "all"  # in a table by stratum: the row that counts every admission


def in_sentence(label: str) -> str:
    """Write a variable's label as used within a sentence: "total bilirubin" for "Bilirubin, total", "INR"."""
    words = (part if part.isupper() else part[:1].lower() + part[1:] for part in label.split(", "))
    return " ".join(reversed(list(words)))


def divides(width: float, window_hours: float) -> bool:
    """Return whether bins of `width` hours fill the window a whole number of times."""
    return 0 < width <= window_hours and math.isclose(
        window_hours / width, round(window_hours / width), abs_tol=1e-9
    )
