"""Features that separate the classes without error, as columns made from the label do."""

from __future__ import annotations

from math import lgamma, log

import numpy as np
import pandas as pd
from numpy.typing import NDArray

RARE = 1000  # tables of unrelated features in which each finding is expected at most once per class


def leak_notes(features: pd.DataFrame, label: NDArray[np.bool_], name: str) -> list[str]:
    """Remark on features that are likely made from the label, or entered only once it is known.

    What could come about by chance, in small classes or where few values are there, gets no remark: if a feature had
    nothing to do with the label, each order of the rows would be equally likely, and what is found has to be rarer
    than 1 in `RARE` times the number of features.

    Parameters
    ----------
    features : DataFrame of float
        Missing values are NaN.
    label : ndarray of bool, shape (n,)
        Of two classes.
    name : str
        The label's column.

    Returns
    -------
    list of str
        A remark per such feature, without any value.
    """
    notes = []
    enough = log(RARE * max(1, features.shape[1]))
    for column in features:
        values = features[column].to_numpy(dtype=np.float64)
        known = ~np.isnan(values)
        if _surprise_apart(values[known], label[known]) > enough:
            notes.append(f"{column} alone separates the two values of {name}, as a copy of it does")
        elif _surprise_of_one_class(label[known], label) > enough:
            notes.append(
                f"{column} has values only where {name} has one of its values, as if entered because of it"
            )
    return notes


def _surprise_apart(values: NDArray[np.float64], label: NDArray[np.bool_]) -> float:
    """Minus the logarithm of the chance that a threshold parts the classes; 0 if none does."""
    one, other = values[label], values[~label]
    if not (one.size and other.size and (one.min() > other.max() or one.max() < other.min())):
        return 0.0
    return _log_choices(len(values), len(one)) - log(2)  # the ones are the highest, or the lowest


def _surprise_of_one_class(known: NDArray[np.bool_], label: NDArray[np.bool_]) -> float:
    """Minus the logarithm of the chance that all known values are of this class; 0 if they are of both."""
    if not known.size or known.any() != known.all():
        return 0.0
    size = int((label == known[0]).sum())
    return _log_choices(len(label), len(known)) - _log_choices(size, len(known))


def _log_choices(n: int, k: int) -> float:
    """Logarithm of the number of sets of k out of n."""
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
