"""The rows that VTSSClassifier is given, with their labels in both encodings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class LabelledRows:
    """Rows with their labels as the user wrote them and as the library counts them.

    Attributes
    ----------
    X : ndarray of shape (n, d)
    y : ndarray of shape (n,)
        Original labels.
    is_minority : ndarray of int8, shape (n,)
        1 marks the minority.
    majority, minority : object
        The labels of the two classes.
    """

    X: NDArray[np.float64]
    y: NDArray[Any]
    is_minority: NDArray[np.int8]
    majority: Any
    minority: Any
