"""The clinical variables, and the words that every table about them shares."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Variable:
    """One clinical variable of the analysis tables.

    Attributes
    ----------
    name : str
        Column stem, as in ``heart_rate_mean``.
    label : str
        What figures and tables print.
    unit : str
        Canonical unit of every value.
    kind : {"vital", "lab"}
        Which bin width of the configuration applies.
    """

    name: str
    label: str
    unit: str
    kind: str


VARIABLES: tuple[Variable, ...] = (
    Variable("heart_rate", "Heart rate", "beats/min", "vital"),
    Variable("respiratory_rate", "Respiratory rate", "breaths/min", "vital"),
    Variable("temperature", "Temperature", "°C", "vital"),
    Variable("systolic_bp", "Systolic blood pressure", "mmHg", "vital"),
    Variable("wbc", "White blood cells", "10³/µL", "lab"),
    Variable("platelets", "Platelets", "10³/µL", "lab"),
    Variable("creatinine", "Creatinine", "mg/dL", "lab"),
    Variable("inr", "INR", "ratio", "lab"),
    Variable("lactate", "Lactate", "mmol/L", "lab"),
    Variable("bilirubin", "Bilirubin, total", "mg/dL", "lab"),
)


ALL_STRATA = "all"  # in a table by stratum: the row that counts every admission


def divides(width: float, window_hours: float) -> bool:
    """Say whether bins of `width` hours fill the window a whole number of times."""
    return 0 < width <= window_hours and math.isclose(
        window_hours / width, round(window_hours / width), abs_tol=1e-9
    )
