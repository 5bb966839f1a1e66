"""What every entry point of the library demands of its arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from synthsize.errors import InputError


def check_labelled(
    X: ArrayLike, y: ArrayLike, *, allow_nan: bool = False
) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """Return `X` as float64 (n, d) and `y` as int8 (n,), or say what is wrong with them.

    Integer features become floats, so that interpolated rows are never truncated.

    Raises
    ------
    InputError
        If shapes disagree, a feature is infinite (or NaN, unless allowed), or a label is not 0 or 1.
    """
    features = np.ascontiguousarray(X, dtype=np.float64)
    labels = np.asarray(y)
    if features.ndim != 2:
        raise InputError(f"X must have two dimensions (rows, features), not {features.ndim}; reshape it")
    if labels.shape != features.shape[:1]:
        raise InputError(
            f"y must hold one label for each of the {len(features)} rows of X, not {labels.shape}"
        )
    if not np.isin(labels, (0, 1)).all():
        raise InputError("y must hold only 0 (majority) and 1 (minority); encode the labels first")
    bad = np.isinf(features) if allow_nan else ~np.isfinite(features)
    if bad.any():
        kind = "infinite" if allow_nan else "NaN or infinite"
        column = int(np.flatnonzero(bad.any(axis=0))[0])
        raise InputError(f"X holds {kind} values, first in column {column}; clean or impute them first")
    return features, labels.astype(np.int8)
