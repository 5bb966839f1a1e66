"""Calendar arithmetic on NumPy dates, which reach far beyond the range of pandas' nanoseconds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def completed_years(birth: NDArray[np.datetime64], moment: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Completed years of age at `moment` of people born at `birth` (never on 29 February)."""
    months = moment.astype("M8[M]").astype(np.int64) - birth.astype("M8[M]").astype(np.int64)
    before_the_day = _day_of_month(moment) < _day_of_month(birth)
    return np.floor_divide(months - before_the_day, 12)


def shift_years(moments: NDArray[np.datetime64], years: int) -> NDArray[np.datetime64]:
    """Give midnight of the same date `years` later, or earlier if negative; 29 February becomes the 28th."""
    day = _day_of_month(moments)
    month = moments.astype("M8[M]")
    leap_day = (day == 29) & (month.astype(np.int64) % 12 == 1)
    shifted = (month.astype(np.int64) + 12 * years).astype("M8[M]")
    date: NDArray[np.datetime64] = shifted.astype("M8[D]") + (day - 1 - leap_day).astype("m8[D]")
    return date.astype("M8[s]")


def _day_of_month(moment: NDArray[np.datetime64]) -> NDArray[np.int64]:
    since_first: NDArray[np.timedelta64] = moment.astype("M8[D]") - moment.astype("M8[M]").astype("M8[D]")
    return since_first.astype(np.int64) + 1
