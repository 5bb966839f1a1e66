"""Replicates of a study: their seeds, their jobs and their rows."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import SeedSequence
from threadpoolctl import threadpool_limits

from synthsize.studies.engine.entry import read_entry

NOTE = "note"  # column that says why a metric of the row is missing


def load_study(name: str) -> ModuleType:
    """Import the module of a study."""
    return import_module(f"synthsize.studies.{read_entry(name).name}")


def replicate_seed(seed: int, study: str, replicate: int) -> SeedSequence:
    """Name the random stream of one replicate: it depends on no other replicate and on no job."""
    return SeedSequence([seed, zlib.crc32(study.encode()), replicate])


def streams(seed: SeedSequence, *names: str | int | float) -> np.random.Generator:
    """Return the stream of one part of a replicate, such as one cell, whatever other parts there are."""
    words = [zlib.crc32(repr(name).encode()) for name in names]
    return np.random.default_rng(SeedSequence(seed.entropy, spawn_key=(*seed.spawn_key, *words)))


def run_block(study: str, replicates: Sequence[int], settings: Mapping[str, Any], seed: int) -> pd.DataFrame:
    """Compute some replicates of a study, on one thread.

    Returns
    -------
    DataFrame
        Columns replicate, the study's keys, its metrics, and `note`.

    Raises
    ------
    ValueError
        If a metric is not finite and the row does not say why.
    """
    entry, module = read_entry(study), load_study(study)
    rows: list[dict[str, Any]] = []
    with threadpool_limits(limits=1):
        for replicate in replicates:
            found = module.replicate(settings, replicate_seed(seed, study, replicate))
            rows.extend({"replicate": replicate, **row} for row in found)
    columns = ["replicate", *entry.keys, *entry.metrics, NOTE]
    table = pd.DataFrame(rows).reindex(columns=columns)
    table[NOTE] = table[NOTE].astype(object).fillna("").astype(str)
    table[list(entry.metrics)] = table[list(entry.metrics)].astype(float)
    check_explained(table, list(entry.metrics))
    return table


def check_explained(table: pd.DataFrame, metrics: Sequence[str]) -> None:
    """Reject rows in which every metric is missing, or one is infinite, without a note."""
    values = table[list(metrics)].to_numpy(dtype=float)
    silent = (np.isnan(values).all(axis=1) | np.isinf(values).any(axis=1)) & (table[NOTE] == "").to_numpy()
    if silent.any():
        raise ValueError(
            f"a row has no finite metric and no note: {table[silent].iloc[0].dropna().to_dict()}"
        )
