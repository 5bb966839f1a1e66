"""Columns of raw tables, made of drawn rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from synthsize.simulate.block import Block


def seconds(moments: pd.Series) -> np.ndarray:
    """Moments as NumPy seconds, which hold the years of masked births."""
    return moments.to_numpy().astype("M8[s]")


def moments(block: Block, rows: pd.DataFrame) -> np.ndarray:
    """When chart or laboratory rows were entered."""
    admit = seconds(block.admissions["admit"])[rows["admission"]]
    time: np.ndarray = admit + rows["seconds"].to_numpy().astype("m8[s]")
    return time


def death_times(block: Block) -> np.ndarray:
    """When each admission ended in death, NaT for those that did not."""
    frame = block.admissions
    died = frame["died"].to_numpy()
    offset = np.where(died, frame["death_s"], 0).astype("m8[s]")
    return np.where(died, seconds(frame["admit"]) + offset, np.datetime64("NaT", "s"))


def words(choices: Sequence[str | None], position: np.ndarray) -> pa.Array:
    """Words at `position`, NULL where the position is negative or the word is None."""
    index = pa.array(position.astype(np.int32), mask=position < 0)
    return pa.array(choices, pa.string()).take(index)


def nullable(numbers: np.ndarray, missing: int) -> pa.Array:
    """Numbers, NULL where they are `missing`."""
    return pa.array(numbers, mask=numbers == missing)


def in_fewest_digits(numbers: pa.Array) -> pa.Array:
    """Numbers as text, in the fewest digits that give the same double back."""
    return numbers.cast(pa.string())


def every(n: int, step: int, first: int) -> np.ndarray:
    """Mark every `step`-th of `n`, from `first` on: what is rare, but in every hospital."""
    marked: np.ndarray = np.arange(n) % step == first
    return marked
