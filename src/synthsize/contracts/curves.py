"""Result rows of the learning curve and of the decision curves."""

from __future__ import annotations

import pyarrow as pa

from synthsize.contracts.contract import Contract
from synthsize.contracts.results import CONTROLS, EVENTS, SWEEP, VTSS

ALL_ROWS = 0  # in place of a number of positives: the whole training set

# The benchmark's own rows of fits to a part of the training rows; `positives` is the minority rows that were asked for.
CURVE_TABLES = {
    table.name: Contract(
        f"learning curve's {table.name}",
        {"positives": pa.int64(), **table.columns},
        sort_by=("positives", *table.sort_by),
    )
    for table in (SWEEP, VTSS, CONTROLS, EVENTS)
}
