"""Oddities of single chart and laboratory rows, as real extracts have them: one entry of a table for each.

They add rows to what was charted or reported for an adult of one charting system. An entry states whether a correct
extraction keeps its rows, in the rows' own facts (see `rows`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from synthsize.simulate.block import Block
from synthsize.simulate.items import PHRASES
from synthsize.simulate.patients import HOUR
from synthsize.simulate.physiology import HORIZON_HOURS
from synthsize.simulate.planting import Planting
from synthsize.simulate.rows import FILED, STOPPED, join_rows, make_rows
from synthsize.simulate.truth import WINDOW_S

FIRST_METAVISION_ITEM = 220000
CAREVUE_ROW = {"error": -1, "warning": -1, "stopped": STOPPED.index("NotStopd")}
METAVISION_ROW = {"error": 0, "warning": 0}

Row = dict[str, Any]


def at(hours: float, item: int, *values: float, **facts: Any) -> Row:
    """Describe the values of one item entered at `hours` after the admission; `facts` as in `rows`."""
    return {"item": item, "seconds": np.full(len(values), round(hours * HOUR)), "value": values, **facts}


def text(hours: float, item: int, phrase: str) -> Row:
    """Describe a row with a text in place of a number."""
    return at(hours, item, np.nan, text=PHRASES.index(phrase))


@dataclass(frozen=True)
class RowOddity:
    """Rows that one admission gets.

    Attributes
    ----------
    name, description : str
    system : {"carevue", "metavision"}
        Charting system of the admission.
    charts, labs : tuple of dict
        The rows.
    """

    name: str
    system: str
    description: str
    charts: tuple[Row, ...] = ()
    labs: tuple[Row, ...] = ()


TIMES = (
    RowOddity(
        "value_at_admission",
        "metavision",
        "Value charted at the very second of the admission: in the window.",
        charts=(at(0.0, 220045, 88.0),),
    ),
    RowOddity(
        "value_at_window_end",
        "metavision",
        "Value at exactly 120 h, out of the window, and one a second earlier, in it.",
        charts=(at(120.0, 220045, 91.0), at((WINDOW_S - 1) / HOUR, 220045, 92.0)),
    ),
    RowOddity(
        "values_at_bin_edges",
        "metavision",
        "Vital sign at exactly 6 h and laboratory value at exactly 24 h: first instants of the second bins.",
        charts=(at(6.0, 220045, 97.0),),
        labs=(at(24.0, 50912, 1.4),),
    ),
    RowOddity(
        "chart_before_admission",
        "carevue",
        "Vital sign charted before the admission.",
        charts=(at(-0.75, 211, 104.0),),
    ),
    RowOddity(
        "chart_after_horizon",
        "carevue",
        "Vital sign charted days after the window.",
        charts=(at(HORIZON_HOURS + 30.0, 211, 77.0),),
    ),
)
FLAGS = (
    RowOddity(
        "flagged_error",
        "metavision",
        "Plausible value with ERROR = 1.",
        charts=(at(5.5, 220210, 17.0, error=1, spoiled=True),),
    ),
    RowOddity(
        "missing_error_flag",
        "carevue",
        "CareVue value, whose ERROR is NULL: to be kept.",
        charts=(at(5.5, 618, 21.0),),
    ),
    RowOddity(
        "warning_is_no_error",
        "metavision",
        "Value with WARNING = 1 and ERROR = 0: to be kept.",
        charts=(at(7.25, 220045, 131.0, warning=1),),
    ),
    RowOddity(
        "discontinued_with_number",
        "carevue",
        "CareVue value with STOPPED = D/C'd: to be kept.",
        charts=(at(7.25, 211, 83.0, stopped=STOPPED.index("D/C'd")),),
    ),
)
TEXTS = (
    RowOddity(
        "text_value",
        "carevue",
        "Measured item with a text and no number.",
        charts=(text(9.5, 618, "Unable to assess"),),
    ),
    RowOddity(
        "quoted_text",
        "carevue",
        "VALUE with quotes, a comma and a line break, between rows that must survive it.",
        charts=(text(9.5, 374, 'family says "hurts, left side"\nsee note'),),
    ),
)
TEMPERATURES = (
    RowOddity(
        "fahrenheit_under_celsius_item",
        "carevue",
        "Temperature in Fahrenheit under an item of degrees Celsius.",
        charts=(at(8.5, 676, 98.9, swapped=True),),
    ),
    RowOddity(
        "celsius_under_fahrenheit_item",
        "metavision",
        "Temperature in Celsius under an item of degrees Fahrenheit.",
        charts=(at(8.5, 223761, 37.2, swapped=True),),
    ),
    RowOddity(
        "temperature_of_neither_scale",
        "metavision",
        "Temperature of 60, which is neither Celsius nor Fahrenheit.",
        charts=(at(8.5, 223762, 60.0, spoiled=True),),
    ),
    RowOddity(
        "temperature_twins",
        "carevue",
        "One temperature charted in both units at once (676 with 679, 678 with 677).",
        charts=(
            at(12.25, 676, 38.1),
            at(12.25, 679, 100.6),
            at(14.25, 678, 99.5),
            at(14.25, 677, 37.5),
        ),
    ),
)
IMPOSSIBLE_VALUES = (
    RowOddity(
        "heart_rate_of_ten_million",
        "metavision",
        "Heart rate of 10,000,000 with no flag.",
        charts=(at(20.25, 220045, 1e7, spoiled=True),),
    ),
    RowOddity(
        "pressure_of_11647",
        "metavision",
        "Systolic pressure of 11,647 (116 and 47 typed together) with a warning and no error flag.",
        charts=(at(20.25, 220179, 11647.0, warning=1, spoiled=True),),
    ),
    RowOddity(
        "breathing_rate_of_118",
        "metavision",
        "Respiratory rate of 118.",
        charts=(at(20.25, 220210, 118.0, spoiled=True),),
    ),
    RowOddity(
        "vital_sign_on_its_upper_bound",
        "carevue",
        "Heart rate of exactly 300: the bounds of the vital signs are exclusive.",
        charts=(at(20.25, 211, 300.0, spoiled=True),),
    ),
    RowOddity(
        "zeros",
        "carevue",
        "Heart rate, pressure and creatinine of zero: charted when a line is off, not physiological.",
        charts=(at(21.25, 211, 0.0, spoiled=True), at(21.25, 51, 0.0, spoiled=True)),
        labs=(at(21.25, 50912, 0.0, spoiled=True),),
    ),
)
REPEATS_AND_ITEMS = (
    RowOddity(
        "duplicate_row",
        "metavision",
        "One row, entered twice: both are kept.",
        charts=(at(22.5, 220045, 95.0, 95.0),),
    ),
    RowOddity(
        "two_values_at_one_time",
        "carevue",
        "Two values of one item at one time: both are kept.",
        charts=(at(22.5, 455, 118.0, 131.0),),
    ),
    RowOddity(
        "rare_pressure_items",
        "carevue",
        "Systolic pressures under the rare items 6, 442 and 6701.",
        charts=(at(23.5, 6, 119.0), at(23.5, 442, 122.0), at(23.5, 6701, 127.0)),
    ),
)
MISFILED = (
    RowOddity(
        "chart_without_admission",
        "carevue",
        "Chart row in the window without HADM_ID.",
        charts=(at(10.25, 211, 71.0, filed=FILED.index("no admission")),),
    ),
    RowOddity(
        "chart_of_another_patient",
        "metavision",
        "Chart row whose SUBJECT_ID is not the admission's.",
        charts=(at(10.25, 220045, 72.0, filed=FILED.index("other patient")),),
    ),
    RowOddity(
        "lab_without_admission",
        "carevue",
        "Laboratory value in the window without HADM_ID.",
        labs=(at(16.0, 50912, 2.3, filed=FILED.index("no admission")),),
    ),
    RowOddity(
        "lab_before_admission",
        "metavision",
        "Laboratory value of the admission drawn three hours before it.",
        labs=(at(-3.0, 50813, 4.1),),
    ),
)
LABORATORY = (
    RowOddity(
        "censored_labs",
        "metavision",
        "Laboratory values below the limit of detection: a text and no number.",
        labs=(text(15.0, 51265, "<5"), text(15.0, 50885, "LESS THAN 0.4")),
    ),
    RowOddity(
        "extreme_labs",
        "carevue",
        "Creatinine of 138, INR of 27, lactate of exactly 50: implausible, within the ranges, kept.",
        labs=(at(17.0, 50912, 138.0), at(17.0, 51237, 27.0), at(17.0, 50813, 50.0)),
    ),
    RowOddity(
        "labs_out_of_range",
        "metavision",
        "Lactate of 50.1 and platelets of 10,001.",
        labs=(at(17.0, 50813, 50.1, spoiled=True), at(17.0, 51265, 10001.0, spoiled=True)),
    ),
    RowOddity(
        "old_white_cell_item",
        "carevue",
        "White cells under the rare item 51300.",
        labs=(at(18.0, 51300, 12.4),),
    ),
)
ROW_ODDITIES = (
    *TIMES,
    *FLAGS,
    *TEXTS,
    *TEMPERATURES,
    *IMPOSSIBLE_VALUES,
    *REPEATS_AND_ITEMS,
    *MISFILED,
    *LABORATORY,
)


def plant_rows(block: Block, planting: Planting) -> Block:
    """Return `block` with the rows of every oddity added, each to an admission of its own."""
    candidates = block.charted_adults
    charts, labs = [block.charts], [block.labs]
    for oddity in ROW_ODDITIES:
        position = planting.take(candidates[oddity.system])
        charts += [_chart(block, position, row) for row in oddity.charts]
        labs += [make_rows(admission=position, **row) for row in oddity.labs]
        planting.record(oddity.name, oddity.description, position)
    return Block(block.admissions, block.stays, block.diagnoses, join_rows(charts), join_rows(labs))


def _chart(block: Block, position: int, row: Row) -> pd.DataFrame:
    usual = CAREVUE_ROW if row["item"] < FIRST_METAVISION_ITEM else METAVISION_ROW
    mine = block.stays["admission"].to_numpy() == position
    stay = block.stays["icustay_id"].to_numpy()[mine][0]
    return make_rows(admission=position, stay=stay, **(usual | row))
