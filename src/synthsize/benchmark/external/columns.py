"""The columns of rows that come from outside."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthsize.errors import InputError


def minority_columns(table: pd.DataFrame, columns: Sequence[str], label: str) -> NDArray[np.float64]:
    """Return the wanted columns of a table of minority rows, in order.

    Parameters
    ----------
    table : DataFrame
    columns : sequence of str, length d
    label : str
        Optional further column, which must be 1 in every row.

    Returns
    -------
    ndarray of shape (n, d)

    Raises
    ------
    InputError
        If a column is missing, unknown or holds no numbers, or a row belongs to the majority.
    """
    missing = [name for name in columns if name not in table.columns]
    unknown = [str(name) for name in table.columns if name not in columns and name != label]
    for what, names in (("lacks the", missing), ("has the unknown", unknown)):
        if names:
            noun = "column" if len(names) == 1 else "columns"
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            raise InputError(f"the table {what} {noun} {', '.join(map(repr, names[:3]))}{more}")
    if label in table.columns and not (table[label] == 1).all():
        raise InputError(f"column {label!r} holds other values than 1, the minority's")
    for name in columns:
        if not pd.api.types.is_numeric_dtype(table[name]):
            raise InputError(f"column {name!r} holds values that are no numbers")
    return table[list(columns)].to_numpy(dtype=np.float64, na_value=np.nan)
