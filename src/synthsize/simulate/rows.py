"""The common form of simulated chart and laboratory rows, before they are written.

Columns: admission (row position in the block), stay (icustay_id, 0 for none), item, seconds (since the
admission), value (NaN for none), text (position in `items.PHRASES`, -1 for none), error and warning (-1 for
NULL), stopped (see STOPPED), and three facts about the row that a correct extraction must find out for
itself:

- spoiled: staff flagged the row as an error, or its value is no physiological value;
- swapped: a temperature written in the unit that its item is not meant to hold;
- filed: "right", "no admission" (HADM_ID missing) or "other patient" (SUBJECT_ID of somebody else).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

STOPPED = (None, "NotStopd", "D/C'd")
FILED = ("right", "no admission", "other patient")

_DTYPES: dict[str, Any] = {
    "admission": np.int32,
    "stay": np.int64,
    "item": np.int32,
    "seconds": np.int64,
    "value": np.float64,
    "text": np.int16,
    "error": np.int8,
    "warning": np.int8,
    "stopped": np.int8,
    "spoiled": np.bool_,
    "swapped": np.bool_,
    "filed": np.int8,
}
_DEFAULTS: dict[str, Any] = {
    "stay": 0,
    "value": np.nan,
    "text": -1,
    "error": -1,
    "warning": -1,
    "stopped": 0,
    "spoiled": False,
    "swapped": False,
    "filed": 0,
}


def make_rows(**columns: Any) -> pd.DataFrame:
    """Build rows from scalars and arrays of one length; absent columns take their usual value."""
    n = len(np.atleast_1d(columns["seconds"]))
    return pd.DataFrame(
        {
            name: np.broadcast_to(np.asarray(columns.get(name, _DEFAULTS.get(name)), dtype=dtype), n)
            for name, dtype in _DTYPES.items()
        }
    )


def join_rows(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Concatenate `parts` and order them by admission, time and item, as charts are read."""
    columns = {name: np.concatenate([part[name].to_numpy() for part in parts]) for name in _DTYPES}
    order = np.lexsort((columns["item"], columns["seconds"], columns["admission"]))
    return pd.DataFrame({name: values[order] for name, values in columns.items()})
