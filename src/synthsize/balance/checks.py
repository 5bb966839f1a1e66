"""Checks of arrays and numbers at every entry point of the library."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import issparse

from synthsize.errors import InputError


def check_rows(name: str, X: ArrayLike, *, allow_nan: bool = False) -> NDArray[np.float64]:
    """Return `X` as float64 (n, d), or say what is wrong with it under its `name`.

    Integer features become floats, so that interpolated rows are never truncated.

    Raises
    ------
    InputError
        If it is sparse, holds anything but real numbers, has not two dimensions, or a value is infinite (or NaN,
        unless allowed).
    """
    if issparse(X):
        raise InputError(
            f"{name} is sparse, and rows are mixed feature by feature: give a dense array ({name}.toarray())"
        )
    given = np.asarray(X)
    try:
        rows = np.ascontiguousarray(given, dtype=np.float64) if given.dtype.kind != "c" else None
    except (TypeError, ValueError):
        rows = None
    if rows is None:
        raise InputError(
            f"{name} must hold real numbers, not values of type {given.dtype}; encode them first"
        )
    if given.ndim != 2:
        raise InputError(f"{name} must have two dimensions (rows, features), not {given.ndim}; reshape it")
    bad = np.isinf(rows) if allow_nan else ~np.isfinite(rows)
    if bad.any():
        kind = "infinite" if allow_nan else "NaN or infinite"
        column = int(np.flatnonzero(bad.any(axis=0))[0])
        raise InputError(f"{name} holds {kind} values, first in column {column}; clean or impute them first")
    return rows


def check_labelled(
    X: ArrayLike, y: ArrayLike, *, allow_nan: bool = False
) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """Return `X` as float64 (n, d) and `y` as int8 (n,), or say what is wrong with them.

    Raises
    ------
    InputError
        If `check_rows` refuses `X`, shapes disagree, or a label is not 0 or 1.
    """
    features = check_rows("X", X, allow_nan=allow_nan)
    labels = np.asarray(y)
    if labels.shape != features.shape[:1]:
        raise InputError(
            f"y must hold one label for each of the {len(features)} rows of X, not {labels.shape}"
        )
    if not np.isin(labels, (0, 1)).all():
        raise InputError("y must hold only 0 (majority) and 1 (minority); encode the labels first")
    return features, labels.astype(np.int8)


def check_positive(name: str, value: Any) -> None:
    """Reject anything but a finite number above 0.

    Raises
    ------
    InputError
    """
    if not 0.0 < _number(value) < np.inf:
        raise InputError(f"{name} must be a finite number above 0, not {value!r}")


def check_count(name: str, value: Any, least: int) -> int:
    """Return a whole number of at least `least`, also given as a float such as 5.0.

    Raises
    ------
    InputError
    """
    number = _number(value)
    if not number.is_integer():
        raise InputError(f"{name} must be a whole number, not {value!r}")
    if number < least:
        raise InputError(f"{name} must be at least {least}, not {value!r}")
    return int(value)


def _number(value: Any) -> float:
    """Return a real number as a float, and NaN for anything else."""
    return float(value) if isinstance(value, numbers.Real) else float("nan")
