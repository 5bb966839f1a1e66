"""Oddities of single rows, as real extracts have them: one function and one docstring for each.

They add rows to what was charted, reported or coded. A function knows whether a correct extraction keeps its
row, and says so in the row's own facts (see `rows`). Every function returns the row position of the admission
it used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from synthsize.simulate.block import Block
from synthsize.simulate.coding import BLOOD_INFECTION
from synthsize.simulate.items import PHRASES
from synthsize.simulate.patients import HOUR
from synthsize.simulate.physiology import HORIZON_HOURS
from synthsize.simulate.planting import Planting
from synthsize.simulate.rows import FILED, STOPPED, join_rows, make_rows
from synthsize.simulate.truth import WINDOW_S


class _Desk:
    """Where rows are added to the charts and the laboratory results of chosen admissions."""

    def __init__(self, block: Block, planting: Planting) -> None:
        self.block = block
        self.charts: list[pd.DataFrame] = [block.charts]
        self.labs: list[pd.DataFrame] = [block.labs]
        self.diagnoses = block.diagnoses.copy()
        self.planting = planting
        frame = block.admissions
        plain = block.eligible & frame["charted"].to_numpy() & frame["has_labs"].to_numpy()
        self._candidates = {
            system: np.flatnonzero(plain & (frame["system"] == system).to_numpy())
            for system in ("carevue", "metavision")
        }

    def someone(self, system: str) -> int:
        """Find a charted adult under `system`."""
        return self.planting.take(self._candidates[system])

    def chart(
        self, position: int, item: int, hours: float, value: float | list[float], **columns: Any
    ) -> None:
        """Chart one value, or several at once, at `hours` after the admission."""
        mine = self.block.stays["admission"].to_numpy() == position
        carevue = item < 220000
        usual = {"error": -1, "warning": -1, "stopped": 1} if carevue else {"error": 0, "warning": 0}
        stay = self.block.stays["icustay_id"].to_numpy()[mine][0]
        seconds = np.full(np.size(value), round(hours * HOUR))
        row = {"admission": position, "stay": stay, "item": item, "seconds": seconds, "value": value}
        self.charts.append(make_rows(**row, **(usual | columns)))

    def lab(self, position: int, item: int, hours: float, value: float, **columns: Any) -> None:
        """Report one laboratory value drawn at `hours` after the admission."""
        self.labs.append(
            make_rows(admission=position, item=item, seconds=round(hours * HOUR), value=value, **columns)
        )


def value_at_admission(desk: _Desk) -> int:
    """Value charted at the very second of the admission: in the window."""
    position = desk.someone("metavision")
    desk.chart(position, 220045, 0.0, 88.0)
    return position


def value_at_window_end(desk: _Desk) -> int:
    """Value at exactly 120 h, out of the window, and one a second earlier, in it."""
    position = desk.someone("metavision")
    desk.chart(position, 220045, 120.0, 91.0)
    desk.chart(position, 220045, (WINDOW_S - 1) / HOUR, 92.0)
    return position


def values_at_bin_edges(desk: _Desk) -> int:
    """Vital sign at exactly 6 h and laboratory value at exactly 24 h: first instants of the second bins."""
    position = desk.someone("metavision")
    desk.chart(position, 220045, 6.0, 97.0)
    desk.lab(position, 50912, 24.0, 1.4)
    return position


def chart_before_admission(desk: _Desk) -> int:
    """Vital sign charted before the admission."""
    position = desk.someone("carevue")
    desk.chart(position, 211, -0.75, 104.0)
    return position


def chart_after_horizon(desk: _Desk) -> int:
    """Vital sign charted days after the window."""
    position = desk.someone("carevue")
    desk.chart(position, 211, HORIZON_HOURS + 30.0, 77.0)
    return position


def flagged_error(desk: _Desk) -> int:
    """Plausible value with ERROR = 1."""
    position = desk.someone("metavision")
    desk.chart(position, 220210, 5.5, 17.0, error=1, spoiled=True)
    return position


def missing_error_flag(desk: _Desk) -> int:
    """CareVue value, whose ERROR is NULL: to be kept."""
    position = desk.someone("carevue")
    desk.chart(position, 618, 5.5, 21.0)
    return position


def warning_is_no_error(desk: _Desk) -> int:
    """Value with WARNING = 1 and ERROR = 0: to be kept."""
    position = desk.someone("metavision")
    desk.chart(position, 220045, 7.25, 131.0, warning=1)
    return position


def discontinued_with_number(desk: _Desk) -> int:
    """CareVue value with STOPPED = D/C'd: to be kept."""
    position = desk.someone("carevue")
    desk.chart(position, 211, 7.25, 83.0, stopped=STOPPED.index("D/C'd"))
    return position


def text_value(desk: _Desk) -> int:
    """Measured item with a text and no number."""
    position = desk.someone("carevue")
    desk.chart(position, 618, 9.5, np.nan, text=PHRASES.index("Unable to assess"))
    return position


def quoted_text(desk: _Desk) -> int:
    """VALUE with quotes, a comma and a line break, between rows that must survive it."""
    position = desk.someone("carevue")
    desk.chart(position, 374, 9.5, np.nan, text=PHRASES.index('family says "hurts, left side"\nsee note'))
    return position


def fahrenheit_under_celsius_item(desk: _Desk) -> int:
    """Temperature in Fahrenheit under an item of degrees Celsius."""
    position = desk.someone("carevue")
    desk.chart(position, 676, 8.5, 98.9, swapped=True)
    return position


def celsius_under_fahrenheit_item(desk: _Desk) -> int:
    """Temperature in Celsius under an item of degrees Fahrenheit."""
    position = desk.someone("metavision")
    desk.chart(position, 223761, 8.5, 37.2, swapped=True)
    return position


def temperature_of_neither_scale(desk: _Desk) -> int:
    """Temperature of 60, which is neither Celsius nor Fahrenheit."""
    position = desk.someone("metavision")
    desk.chart(position, 223762, 8.5, 60.0, spoiled=True)
    return position


def temperature_twins(desk: _Desk) -> int:
    """One temperature charted in both units at once (676 with 679, 678 with 677)."""
    position = desk.someone("carevue")
    desk.chart(position, 676, 12.25, 38.1)
    desk.chart(position, 679, 12.25, 100.6)
    desk.chart(position, 678, 14.25, 99.5)
    desk.chart(position, 677, 14.25, 37.5)
    return position


def heart_rate_of_ten_million(desk: _Desk) -> int:
    """Heart rate of 10,000,000 with no flag."""
    position = desk.someone("metavision")
    desk.chart(position, 220045, 20.25, 1e7, spoiled=True)
    return position


def pressure_of_11647(desk: _Desk) -> int:
    """Systolic pressure of 11,647 (116 and 47 typed together) with a warning and no error flag."""
    position = desk.someone("metavision")
    desk.chart(position, 220179, 20.25, 11647.0, warning=1, spoiled=True)
    return position


def breathing_rate_of_118(desk: _Desk) -> int:
    """Respiratory rate of 118."""
    position = desk.someone("metavision")
    desk.chart(position, 220210, 20.25, 118.0, spoiled=True)
    return position


def vital_sign_on_its_upper_bound(desk: _Desk) -> int:
    """Heart rate of exactly 300: the bounds of the vital signs are exclusive."""
    position = desk.someone("carevue")
    desk.chart(position, 211, 20.25, 300.0, spoiled=True)
    return position


def zeros(desk: _Desk) -> int:
    """Heart rate, pressure and creatinine of zero: charted when a line is off, not physiological."""
    position = desk.someone("carevue")
    desk.chart(position, 211, 21.25, 0.0, spoiled=True)
    desk.chart(position, 51, 21.25, 0.0, spoiled=True)
    desk.lab(position, 50912, 21.25, 0.0, spoiled=True)
    return position


def duplicate_row(desk: _Desk) -> int:
    """One row, entered twice: both are kept."""
    position = desk.someone("metavision")
    desk.chart(position, 220045, 22.5, [95.0, 95.0])
    return position


def two_values_at_one_time(desk: _Desk) -> int:
    """Two values of one item at one time: both are kept."""
    position = desk.someone("carevue")
    desk.chart(position, 455, 22.5, [118.0, 131.0])
    return position


def rare_pressure_items(desk: _Desk) -> int:
    """Systolic pressures under the rare items 6, 442 and 6701."""
    position = desk.someone("carevue")
    for item, value in ((6, 119.0), (442, 122.0), (6701, 127.0)):
        desk.chart(position, item, 23.5, value)
    return position


def chart_without_admission(desk: _Desk) -> int:
    """Chart row in the window without HADM_ID."""
    position = desk.someone("carevue")
    desk.chart(position, 211, 10.25, 71.0, filed=FILED.index("no admission"))
    return position


def chart_of_another_patient(desk: _Desk) -> int:
    """Chart row whose SUBJECT_ID is not the admission's."""
    position = desk.someone("metavision")
    desk.chart(position, 220045, 10.25, 72.0, filed=FILED.index("other patient"))
    return position


def lab_without_admission(desk: _Desk) -> int:
    """Laboratory value in the window without HADM_ID."""
    position = desk.someone("carevue")
    desk.lab(position, 50912, 16.0, 2.3, filed=FILED.index("no admission"))
    return position


def lab_before_admission(desk: _Desk) -> int:
    """Laboratory value of the admission drawn three hours before it."""
    position = desk.someone("metavision")
    desk.lab(position, 50813, -3.0, 4.1)
    return position


def censored_labs(desk: _Desk) -> int:
    """Laboratory values below the limit of detection: a text and no number."""
    position = desk.someone("metavision")
    desk.lab(position, 51265, 15.0, np.nan, text=PHRASES.index("<5"))
    desk.lab(position, 50885, 15.0, np.nan, text=PHRASES.index("LESS THAN 0.4"))
    return position


def extreme_labs(desk: _Desk) -> int:
    """Creatinine of 138, INR of 27, lactate of exactly 50: hard to believe, within the ranges, kept."""
    position = desk.someone("carevue")
    for item, value in ((50912, 138.0), (51237, 27.0), (50813, 50.0)):
        desk.lab(position, item, 17.0, value)
    return position


def labs_out_of_range(desk: _Desk) -> int:
    """Lactate of 50.1 and platelets of 10,001."""
    position = desk.someone("metavision")
    desk.lab(position, 50813, 17.0, 50.1, spoiled=True)
    desk.lab(position, 51265, 17.0, 10001.0, spoiled=True)
    return position


def old_white_cell_item(desk: _Desk) -> int:
    """White cells under the rare item 51300."""
    position = desk.someone("carevue")
    desk.lab(position, 51300, 18.0, 12.4)
    return position


def code_with_leading_zero(desk: _Desk) -> int:
    """Septicaemia, 0389: a code that loses its zero when read as a number."""
    position = desk.someone("carevue")
    codes = desk.diagnoses
    mine = codes["admission"] == position
    if not (mine & (codes["code"] == BLOOD_INFECTION)).any():
        sequence = int(codes.loc[mine, "sequence"].max() if mine.any() else 0) + 1
        _add_code(desk, position, BLOOD_INFECTION, sequence)
    return position


def missing_code(desk: _Desk) -> int:
    """Diagnosis row without a code."""
    position = desk.someone("metavision")
    _add_code(desk, position, None, None)
    return position


ROW_ODDITIES: tuple[Callable[[_Desk], int], ...] = (
    value_at_admission,
    value_at_window_end,
    values_at_bin_edges,
    chart_before_admission,
    chart_after_horizon,
    flagged_error,
    missing_error_flag,
    warning_is_no_error,
    discontinued_with_number,
    text_value,
    quoted_text,
    fahrenheit_under_celsius_item,
    celsius_under_fahrenheit_item,
    temperature_of_neither_scale,
    temperature_twins,
    heart_rate_of_ten_million,
    pressure_of_11647,
    breathing_rate_of_118,
    vital_sign_on_its_upper_bound,
    zeros,
    duplicate_row,
    two_values_at_one_time,
    rare_pressure_items,
    chart_without_admission,
    chart_of_another_patient,
    lab_without_admission,
    lab_before_admission,
    censored_labs,
    extreme_labs,
    labs_out_of_range,
    old_white_cell_item,
    code_with_leading_zero,
    missing_code,
)


def plant_rows(block: Block, planting: Planting) -> Block:
    """Return `block` with every row oddity planted."""
    desk = _Desk(block, planting)
    for oddity in ROW_ODDITIES:
        planting.record(oddity, oddity(desk))
    diagnoses = desk.diagnoses.sort_values(["admission", "sequence"], ignore_index=True)
    return Block(block.admissions, block.stays, diagnoses, join_rows(desk.charts), join_rows(desk.labs))


def _add_code(desk: _Desk, position: int, code: str | None, sequence: int | None) -> None:
    row = pd.DataFrame({"admission": [position], "code": [code], "written": [code], "sequence": [sequence]})
    desk.diagnoses = pd.concat(
        [desk.diagnoses, row.astype({"code": object, "written": object})], ignore_index=True
    )
