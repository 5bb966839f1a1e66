"""Two simulated hospitals shared by the tests: a small one and one large enough for statistics."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from synthsize.simulate.simulation import simulate_extract

SMALL, LARGE = 300, 4000


@dataclass(frozen=True)
class Hospital:
    folder: Path

    def raw(self, table: str, **options) -> pd.DataFrame:
        """Read a raw table as text, so that nothing is guessed."""
        with gzip.open(self.folder / f"{table}.csv.gz", "rt", encoding="utf-8", newline="") as file:
            return pd.read_csv(file, dtype=str, **options)

    def truth_table(self, name: str) -> pd.DataFrame:
        return pd.read_csv(self.folder / "truth" / f"{name}.csv")

    def truth(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.folder / "truth" / f"{name}.parquet")


@pytest.fixture(scope="session")
def small(tmp_path_factory) -> Hospital:
    folder = tmp_path_factory.mktemp("small_hospital")
    simulate_extract(folder, n_admissions=SMALL, seed=7)
    return Hospital(folder)


@pytest.fixture(scope="session")
def large(tmp_path_factory) -> Hospital:
    folder = tmp_path_factory.mktemp("large_hospital")
    simulate_extract(folder, n_admissions=LARGE, seed=11)
    return Hospital(folder)
