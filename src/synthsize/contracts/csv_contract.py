"""Contracts of summary tables, which are CSV files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from synthsize.errors import InputError

TEXT, NUMBER, COUNT, FLAG = "text", "number", "whole number", "true or false"
_EMPTY = {TEXT: "str", NUMBER: "float64", COUNT: "int64", FLAG: "bool"}


@dataclass(frozen=True)
class Summary:
    """A written contract of one summary table.

    Attributes
    ----------
    name : str
        What error messages call the table.
    columns : dict of str to {"text", "number", "whole number", "true or false"}
        Required columns in order, with what they hold; any of them may have empty cells.
    extra : {"", "number"}
        What further columns hold; empty if there may be none.
    """

    name: str
    columns: Mapping[str, str]
    extra: str = ""

    def write(self, frame: pd.DataFrame, path: str | Path) -> None:
        """Check `frame` and write it as CSV.

        Raises
        ------
        InputError
            If a column is missing, unknown, or holds something else.
        """
        self._check(frame, path)
        frame.to_csv(path, index=False)

    def read(self, path: str | Path) -> pd.DataFrame:
        """Read the table and check it; an empty cell is missing.

        Raises
        ------
        InputError
            If the file is no such table.
        """
        remedy = "delete the file so that its rule writes it again"
        texts = {name: "str" for name, kind in self.columns.items() if kind == TEXT}
        try:
            frame = pd.read_csv(path, dtype=texts)
        except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
            raise InputError(f"{path}: table {self.name!r} cannot be read ({error}); {remedy}") from error
        if frame.empty:  # no row to infer types from
            frame = frame.astype({name: _EMPTY[self._kind(name)] for name in frame.columns})
        try:
            self._check(frame, path)
        except InputError as error:
            raise InputError(f"{error}; {remedy}") from error
        return frame

    def _kind(self, column: str) -> str:
        return self.columns.get(column, self.extra or TEXT)

    def _check(self, frame: pd.DataFrame, path: str | Path) -> None:
        missing = [name for name in self.columns if name not in frame]
        if missing:
            raise InputError(f"{path}: table {self.name!r} lacks the columns {', '.join(missing)}")
        unknown = [str(name) for name in frame if name not in self.columns]
        if unknown and not self.extra:
            raise InputError(f"{path}: table {self.name!r} has unknown columns {', '.join(unknown)}")
        for name in frame.columns:
            if not _holds(frame[name], self._kind(str(name))):
                raise InputError(
                    f"{path}: column {name!r} of table {self.name!r} must hold {self._kind(str(name))}, "
                    f"but it is of type {frame[name].dtype}"
                )


def _holds(values: pd.Series, kind: str) -> bool:
    known = values.dropna()
    if known.empty:
        return True
    is_flag = pd.api.types.is_bool_dtype(known) or all(isinstance(value, bool | np.bool_) for value in known)
    if kind == FLAG:
        return is_flag
    if kind == TEXT:
        return all(isinstance(value, str) for value in known)
    numeric = pd.api.types.is_numeric_dtype(known.infer_objects()) and not is_flag
    return numeric and (kind == NUMBER or bool((known == known.round()).all()))
