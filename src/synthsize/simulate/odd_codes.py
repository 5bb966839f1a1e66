"""Oddities of diagnosis codes, as real extracts have them: one function and one docstring for each.

Every function returns the codes with its own added, for the admission at `position`.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from synthsize.simulate.block import Block
from synthsize.simulate.coding import BLOOD_INFECTION
from synthsize.simulate.planting import Planting, first_line


def code_with_leading_zero(codes: pd.DataFrame, position: int) -> pd.DataFrame:
    """Septicaemia, 0389: a code that loses its zero when read as a number."""
    mine = codes["admission"] == position
    if (mine & (codes["code"] == BLOOD_INFECTION)).any():
        return codes
    sequence = int(codes.loc[mine, "sequence"].max() if mine.any() else 0) + 1
    return _add_code(codes, position, BLOOD_INFECTION, sequence)


def missing_code(codes: pd.DataFrame, position: int) -> pd.DataFrame:
    """Diagnosis row without a code."""
    return _add_code(codes, position, None, None)


CODE_ODDITIES = {code_with_leading_zero: "carevue", missing_code: "metavision"}  # and the admission's system


def plant_codes(block: Block, planting: Planting) -> Block:
    """Return `block` with every code oddity planted, each in an admission of its own."""
    codes = block.diagnoses
    for oddity, system in CODE_ODDITIES.items():
        position = planting.take(block.charted_adults[system])
        codes = oddity(codes, position)
        planting.record(oddity.__name__, first_line(oddity), position)
    return replace(block, diagnoses=codes.sort_values(["admission", "sequence"], ignore_index=True))


def _add_code(codes: pd.DataFrame, position: int, code: str | None, sequence: int | None) -> pd.DataFrame:
    row = pd.DataFrame({"admission": [position], "code": [code], "written": [code], "sequence": [sequence]})
    return pd.concat([codes, row.astype({"code": object, "written": object})], ignore_index=True)
