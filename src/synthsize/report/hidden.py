"""Markers of hidden counts, and the choice of counts to hide; `suppression` applies it to the tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Hidden:
    """Marker in a table of a number that is suppressed.

    Attributes
    ----------
    text : str
        What is shown in a cell.
    words : str
        What is said in a sentence, before a noun.
    """

    text: str
    words: str


SECONDARY = Hidden("hidden", "an undisclosed number of")


def with_partners(
    hidden: Mask,
    counts: list[NDArray[np.float64]],
    sizes: NDArray[np.float64],
    is_part: Mask,
    below: int,
    doubt: NDArray[np.float64],
) -> Mask:
    """Hide further strata, the smallest first, until those hidden do not follow from the whole and the others.

    Parameters
    ----------
    hidden : ndarray of bool of shape (strata,)
        Those hidden already; nothing follows from a hidden whole.
    counts : list of ndarray of shape (strata,)
        What adds up; NaN counts nothing.
    sizes : ndarray of shape (strata,)
        Admissions.
    is_part : ndarray of bool of shape (strata,)
        Which strata add up to the whole, which is the other one.
    below : int
    doubt : ndarray of shape (strata,)
        Width of the interval to which the shown values of a stratum confine its count.
    """
    hidden = hidden.copy()
    if hidden[~is_part].any():
        return hidden
    for partner in np.argsort(sizes, kind="stable"):
        secret, told = hidden & is_part, ~hidden & is_part
        follows = secret.sum() == 1 or any(is_few([np.nansum(count[secret])], below)[0] for count in counts)
        if not secret.any() or not follows or doubt[told].sum() >= below:
            break
        hidden[partner] |= is_part[partner]
    return hidden


def is_few(counts: pd.Series | NDArray[np.float64] | list[float], below: int) -> Mask:
    """Return which counts are small; a missing one is not."""
    values = np.asarray(counts, dtype=float)
    few: Mask = (values > 0) & (values < below)
    return few


def too_near(counts: pd.Series, below: int) -> Mask:
    """Return which counts to hide so that no two of the others differ by few; the largest is never one of them.

    Parameters
    ----------
    counts : Series
        Positives of the tasks; a missing count has no part in this.
    below : int
    """
    values = counts.to_numpy(dtype=float, na_value=np.nan)
    told: list[float] = []
    hidden = np.zeros(len(values), dtype=bool)
    for place in np.argsort(-values, kind="stable"):
        hidden[place] = is_few([larger - values[place] for larger in told], below).any()
        if not hidden[place]:
            told.append(values[place])
    return hidden


def primary(below: int) -> Hidden:
    """Stand for a count from 1 up to the threshold."""
    return Hidden(f"<{below}", f"fewer than {below}")


def hide(table: pd.DataFrame, column: str, rows: Mask, stand_in: Hidden) -> pd.DataFrame:
    """Put `stand_in` into the masked cells; a column without hidden numbers keeps its type."""
    if not rows.any():
        return table
    values = table[column].astype(object)
    values[rows] = stand_in
    return table.assign(**{column: values})
