"""Features with few values, such as indicators, which no synthetic row should lie between."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MOST_VALUES = 10
LEAST_REPEATS = 5  # rows per value on average, so that few rows do not make every feature one of these


def discrete_features(rows: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the numbers of the features whose values synthetic rows should keep to."""
    most = min(MOST_VALUES, len(rows) // LEAST_REPEATS)
    return np.flatnonzero([len(np.unique(column)) <= most for column in rows.T])
