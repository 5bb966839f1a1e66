"""Metrics that fits leave undefined, as an event: it explains a missing mean over the splits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from synthsize.balance.events import Event, at_sizes

CALIBRATION = ("calibration_intercept", "calibration_slope")


def undefined_calibration(rows: Iterable[Mapping[str, Any]]) -> list[Event]:
    """Return one event that names the fits whose risks cannot be recalibrated, or none.

    Parameters
    ----------
    rows : iterable of mapping
        Fits of one split: multiplier (NaN where there is none), log_loss, calibration_intercept and calibration_slope.
        Fits that estimate no risk, whose log-loss is missing, have no calibration to lose.
    """
    lost = [
        row
        for row in rows
        if not np.isnan(row["log_loss"]) and any(np.isnan(row[name]) for name in CALIBRATION)
    ]
    if not lost:
        return []
    where = at_sizes(row["multiplier"] for row in lost)
    detail = (
        f"{where}calibration is missing: on the test rows the log odds are all equal or separate the classes, or the "
        "recalibration did not converge"
    )
    return [Event("calibration_undefined", detail)]
