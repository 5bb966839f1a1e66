"""Which stratum each split of the transport holds out."""

from __future__ import annotations

import pyarrow as pa

from synthsize.contracts.contract import Contract

HELD_OUT = Contract(
    "held-out strata",
    {
        "task": pa.string(),
        "stratum": pa.string(),
        "split": pa.int32(),  # -1: the stratum is held out in none
        "whole": pa.bool_(),  # each stratum once, with all patients on either side
        "note": pa.string(),  # why in none
    },
    sort_by=("task", "stratum", "split"),
)
