"""A study's verdict on the paper's statement, in one sentence with its number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

Kind = Literal["supports", "limits", "contradicts", "undecided"]


@dataclass(frozen=True)
class Verdict:
    """Whether the numbers support, limit or contradict the statement, or decide nothing.

    Attributes
    ----------
    kind : {"supports", "limits", "contradicts", "undecided"}
    sentence : str
    """

    kind: Kind
    sentence: str


def undecided(lacking: str) -> Verdict:
    """State that this run cannot judge the statement, and what it lacks."""
    return Verdict("undecided", f"This run does not decide: {lacking}.")


def ordered(less: pd.Series[Any], more: pd.Series[Any], sentence: str) -> Verdict:
    """Judge the statement that one mean lies below another; fewer than three Monte Carlo errors decide nothing."""
    if surely_less(less, more):
        return Verdict("supports", sentence)
    if surely_less(more, less):
        return Verdict("contradicts", sentence)
    return Verdict(
        "undecided", f"{sentence} That is less than three Monte Carlo errors apart: more replicates."
    )


def told(row: pd.Series[Any], digits: int = 3) -> str:
    """Mean of a cell with its Monte Carlo standard error in brackets."""
    return number(float(row["mean"]), float(row["se"]), digits)


def number(value: float, error: float, digits: int = 3) -> str:
    """Value with its Monte Carlo standard error; the value to the decimals in which the error has a digit."""
    if not np.isfinite(value):
        return "missing"
    if error == 0:
        return f"{value:.{digits}g} (the same in every replicate)"
    if not np.isfinite(error):
        return f"{value:.{digits}g} (one replicate, error unknown)"
    if 0 < abs(value) < 1e-3:
        return f"{value:.{digits}g} (Monte Carlo s.e. {error:.1g})"
    decimals = max(-int(np.floor(np.log10(error))), 0)
    return f"{value:.{decimals}f} (Monte Carlo s.e. {error:.{decimals}f})"


def surely_less(first: pd.Series[Any], second: pd.Series[Any]) -> bool:
    """Whether the first mean lies more than three Monte Carlo errors below the second."""
    error = float(np.hypot(first["se"], second["se"]))
    return bool(first["mean"] + 3.0 * error < second["mean"])
