"""Rows that were made beforehand, such as those of a language model, as a generator without replacement."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd
from numpy.random import SeedSequence
from numpy.typing import NDArray

from synthsize.balance.generators.base import Generator, child_streams
from synthsize.balance.neighbours import NeighbourTable
from synthsize.balance.preprocessing import Preprocessor
from synthsize.benchmark.external.columns import minority_columns
from synthsize.errors import InputError

LABEL = "label"
MISSING = "_missing"  # what the name of an indicator ends with
ENDINGS = (".parquet", ".csv", ".csv.gz")


@dataclass(eq=False)
class PoolGenerator(Generator):
    """Draws from minority rows in the features' original units, each at most once, in an order of the seed.

    The rows are imputed and standardised as the training rows were. Nothing is learned from the training rows, so
    the origin of the pool cannot be checked here.

    Parameters
    ----------
    pool : str
        Folder of Parquet or CSV files, or one such file, with a column per feature.
    name : str
        Name used in error messages.

    Raises
    ------
    InputError
        If there is no such file; by `fit`, if columns are missing or unknown or values are no finite numbers.
    """

    pool: str
    name: str = "pool"

    def __post_init__(self) -> None:
        """Reject a pool without files."""
        pool_files(self.pool, self.name)
        self._preprocessor: Preprocessor | None = None

    def in_units_of(self, preprocessor: Preprocessor) -> Self:
        """Take names and units of the columns from the preprocessor."""
        self._preprocessor = preprocessor
        return self

    def _prepare(self, X: NDArray[np.float64], y: NDArray[np.int8], neighbours: NeighbourTable) -> None:  # noqa: ARG002
        if self._preprocessor is None or self._preprocessor.feature_names is None:
            raise InputError(
                f"the rows of pool {self.name!r} are in original units, and nothing says how the training rows were "
                "standardised; call in_units_of before fit"
            )
        raw = read_pool(self.pool, self.name, tuple(self._preprocessor.feature_names))
        self._rows = self._preprocessor.transform(raw)
        self.supply = len(self._rows)

    def _draw(self, n: int, random_state: SeedSequence) -> NDArray[np.float64]:
        if n > len(self._rows):
            raise InputError(
                f"pool {self.name!r} holds {len(self._rows):,} rows, fewer than the {n:,} asked for; add rows to it"
            )
        (order,) = child_streams(random_state, 1)
        return np.asarray(self._rows[order.permutation(len(self._rows))[:n]])


def pool_files(pool: str, name: str) -> list[Path]:
    """List the files of a pool, sorted by name.

    Raises
    ------
    InputError
        If there is none.
    """
    path = Path(pool).expanduser()
    found = [path] if path.is_file() else sorted(path.glob("*")) if path.is_dir() else []
    files = [file for file in found if file.name.endswith(ENDINGS) and not file.name.startswith(".")]
    if not files:
        raise InputError(
            f"pool {name!r}: {pool} holds no file that ends in {', '.join(ENDINGS)}; name the folder of the rows"
        )
    return files


@lru_cache(maxsize=4)
def read_pool(pool: str, name: str, features: tuple[str, ...]) -> NDArray[np.float64]:
    """Read all rows of a pool; NaN marks a missing value. One job reads them once.

    Returns
    -------
    ndarray of shape (n, d)

    Raises
    ------
    InputError
        In one sentence that names the file.
    """
    parts = []
    for file in pool_files(pool, name):
        try:
            table = pd.read_parquet(file) if file.suffix == ".parquet" else pd.read_csv(file)
        except Exception:
            raise InputError(f"pool {name!r}: {file} cannot be read as a table; write it anew") from None
        try:
            parts.append(minority_columns(_with_indicators(table, features), features, LABEL))
        except InputError as error:
            wanted = "give it a column for each feature and drop all others, such as ids"
            raise InputError(f"pool {name!r}: {file}: {error}; {wanted}") from None
        if np.isinf(parts[-1]).any():
            raise InputError(f"pool {name!r}: {file} holds infinite values; remove these rows")
    rows = np.concatenate(parts)
    if len(rows) == 0:
        raise InputError(f"pool {name!r}: {pool} holds no row; add rows to it")
    return rows


def _with_indicators(table: pd.DataFrame, features: tuple[str, ...]) -> pd.DataFrame:
    """Add the indicator columns of missing values, where the run has such features and the pool has not."""
    made = {
        feature: table[of].isna().astype(float)
        for feature in features
        if feature not in table.columns
        and (of := feature.removesuffix(MISSING)) != feature
        and of in table.columns
    }
    return table.assign(**made)
