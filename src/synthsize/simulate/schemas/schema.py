"""What a module of this folder offers: the tables of one database, and how a drawn block is written in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from synthsize.simulate.block import Block

Columns = dict[str, Any]


@dataclass(frozen=True)
class Written:
    """A block in the form of one database.

    Attributes
    ----------
    tables : dict of str to dict
        Table -> column -> array or scalar; columns that are absent are NULL.
    truth : dict of str to pandas.DataFrame
        File below ``truth/`` without its extension -> rows that follow those of the block before.
    """

    tables: dict[str, Columns]
    truth: dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Schema:
    """One database.

    Attributes
    ----------
    headers : mapping of str to str
        Table -> its columns, separated by blanks. A first column that a block does not give is counted.
    write : callable
        Puts a block into the tables; draws what the block leaves open, such as wards.
    concept_sets : tuple of str
        Concept sets of the source whose measurements the truth holds.
    constants : mapping of str to dict
        Tables that are the same for every hospital.
    keeps_ids : bool
        Whether ids are those of the MIMIC-III extract; else the truth holds a table ``ids`` of both.
    quotes_header : bool
    """

    headers: Mapping[str, str]
    write: Callable[[Block, np.random.Generator], Written]
    concept_sets: tuple[str, ...] = ("corrected",)
    constants: Mapping[str, Columns] = field(default_factory=dict)
    keeps_ids: bool = False
    quotes_header: bool = False
