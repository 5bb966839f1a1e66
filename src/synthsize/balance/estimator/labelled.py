"""The rows that VTSSClassifier is given, with their labels in both encodings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.multiclass import type_of_target

from synthsize.balance.events import Event
from synthsize.errors import InputError


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


def label_rows(X: NDArray[np.float64], y: NDArray[Any]) -> tuple[LabelledRows, NDArray[Any], list[Event]]:
    """Find the two classes and call the rarer one the minority; of two equally frequent ones, the second.

    Returns
    -------
    rows : LabelledRows
    classes : ndarray of shape (2,)
        Sorted.
    events : list of Event

    Raises
    ------
    InputError
        If there are not two classes, or one has a single row.
    """
    kind = type_of_target(y, input_name="y", raise_unknown=True)
    if kind.startswith("continuous"):
        raise InputError(f"Unknown label type: {kind}; VTSSClassifier needs two classes")
    classes, codes, counts = np.unique(y, return_inverse=True, return_counts=True)
    if len(counts) > 2:
        raise InputError(f"Only binary classification is supported. The type of the target is {kind}.")
    if len(counts) == 1:
        raise InputError(f"y holds only one class, {classes[0]!r}; VTSSClassifier needs two")
    code, events = int(counts[1] <= counts[0]), []
    minority = classes[code]
    if counts[0] == counts[1]:
        detail = f"both classes have {counts[0]} rows: {minority!r} counts as the minority"
        events.append(Event("equal_classes", detail))
    if counts[code] < 2:
        raise InputError(
            f"class {minority!r} has one row; at least two are needed to train on some and validate on others"
        )
    rows = LabelledRows(X, y, (codes == code).astype(np.int8), classes[1 - code], minority)
    return rows, classes, events
