"""The oddities of real extracts, planted one by one: each function below plants one and its docstring says what it is.

`ADMISSION_ODDITIES` bend admissions before anything is charted; `ROW_ODDITIES` add rows to what was charted. Every function
returns the admission it used, by row position, and changes the truth along with the data, because both come from the same
drawn frame. `truth/oddities.csv` lists what was planted where.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from synthsize.simulate.coding import BLOOD_INFECTION, SEPTIC_SHOCK, SEVERE_SEPSIS
from synthsize.simulate.items import PHRASES
from synthsize.simulate.patients import DAY, HOUR, MASKED_AGE, MASKING_YEARS, set_birth, shift_years
from synthsize.simulate.physiology import HORIZON_HOURS
from synthsize.simulate.rows import FILED, STOPPED, join_rows, make_rows
from synthsize.simulate.truth import WINDOW_S, Block

NO_DEATH = np.iinfo(np.int64).max


class Planting:
    """Which admission carries which oddity; no admission is used twice.

    Attributes
    ----------
    where : dict of str to int
        Oddity name to row position of its admission.
    """

    def __init__(self) -> None:
        self.where: dict[str, int] = {}
        self._descriptions: dict[str, str] = {}
        self._used: set[int] = set()

    def record(self, oddity: Callable[..., int], position: int) -> None:
        """Note that `oddity` was planted at `position`."""
        self.where[oddity.__name__] = position
        self._descriptions[oddity.__name__] = (oddity.__doc__ or "").strip().splitlines()[0]

    def take(self, candidates: np.ndarray) -> int:
        """Take the first admission of `candidates` (row positions) that carries no oddity yet."""
        position = next(int(candidate) for candidate in candidates if int(candidate) not in self._used)
        self._used.add(position)
        return position

    def take_all(self, positions: list[int]) -> None:
        """Reserve `positions`."""
        self._used.update(positions)

    def ledger(self, admissions: pd.DataFrame) -> pd.DataFrame:
        """Table of the planted oddities: oddity, subject_id, hadm_id, description."""
        at = list(self.where.values())
        return pd.DataFrame(
            {
                "oddity": list(self.where),
                "subject_id": admissions["subject_id"].to_numpy()[at],
                "hadm_id": admissions["hadm_id"].to_numpy()[at],
                "description": list(self._descriptions.values()),
            }
        )


# --- admissions ---------------------------------------------------------------------------------------------------------


class _Ward:
    """The admissions of the first block, as a place to find and change people."""

    def __init__(self, admissions: pd.DataFrame, planting: Planting) -> None:
        self.admissions = admissions
        self._planting = planting
        visits = admissions.groupby("patient")["hadm_id"].transform("size").to_numpy()
        adult = (admissions["age"] >= 18).to_numpy() & (admissions["age"] < 80).to_numpy()
        self._single = np.flatnonzero(adult & (visits == 1))
        follows = np.r_[False, np.diff(admissions["patient"].to_numpy()) == 0]
        last = np.r_[~follows[1:], True]
        self._last_of_several = np.flatnonzero(adult & follows & last)

    def someone(self) -> int:
        """An adult with one admission."""
        return self._planting.take(self._single)

    def last_visit(self) -> int:
        """The last of an adult's admissions; the one before it, at the preceding position, is reserved too."""
        position = self._planting.take(self._last_of_several)
        self._planting.take_all([position - 1])
        return position

    def set(self, position: int, **values: Any) -> None:
        for name, value in values.items():
            self.admissions.loc[position, name] = value

    def survive(self, position: int, days: float) -> None:
        """Let the patient stay `days` and leave alive."""
        self.set(position, died=False, death_s=NO_DEATH, los_s=int(days * DAY))

    def place_in_icu(self, position: int, hours_in: float, hours_out: float) -> None:
        self.set(
            position,
            icu_in_s=int(hours_in * HOUR),
            icu_out_s=int(hours_out * HOUR),
            icu_early_s=0,
            second_in_s=-1,
            second_out_s=-1,
            charted=True,
        )

    def keep_out_of_icu(self, position: int) -> None:
        self.set(
            position, icu_in_s=-1, icu_out_s=-1, icu_early_s=0, second_in_s=-1, second_out_s=-1, charted=False
        )

    def born(self, position: int, years_ago: int, days_later: int = 0) -> None:
        """Move the admission to the middle of its month and the birth to `years_ago` before it, plus `days_later`."""
        admit = self.admissions["admit"].to_numpy().astype("M8[s]")[position]
        admit = (
            admit.astype("M8[M]").astype("M8[D]") + np.timedelta64(14, "D") + (admit - admit.astype("M8[D]"))
        )
        self.set(position, admit=admit)
        birth = shift_years(np.array([admit]), -years_ago) + np.timedelta64(days_later, "D")
        person = self.admissions.loc[[position]].copy()
        set_birth(person, birth.astype("M8[s]"))
        self.set(position, birth=person["birth"].iloc[0], age=int(person["age"].iloc[0]))


def age_300(ward: _Ward) -> int:
    """Patient older than 89, whose birth was moved to 300 years before the admission."""
    position = ward.someone()
    ward.born(position, MASKING_YEARS)
    ward.set(position, age=MASKED_AGE)
    return position


def one_day_before_16(ward: _Ward) -> int:
    """Patient admitted the day before the 16th birthday: not an adult."""
    position = ward.someone()
    ward.born(position, 16, days_later=1)
    return position


def sixteenth_birthday(ward: _Ward) -> int:
    """Patient admitted on the 16th birthday: an adult."""
    position = ward.someone()
    ward.born(position, 16)
    return position


def newborn(ward: _Ward) -> int:
    """Newborn, age 0."""
    position = ward.someone()
    ward.born(position, 0)
    ward.survive(position, 3.0)
    ward.place_in_icu(position, 0.0, 40.0)
    ward.set(position, newborn=True, admission_type="NEWBORN")
    ward.set(position, septic=False, shock=False, code_sepsis=False, code_shock=False)
    return position


def discharged_before_admission(ward: _Ward) -> int:
    """ADMITTIME after DISCHTIME, on the same day: a stay of negative length."""
    position = ward.someone()
    day = ward.admissions["admit"].to_numpy().astype("M8[D]")[position]
    ward.survive(position, 0.0)
    ward.set(
        position,
        admit=(day + np.timedelta64(18 * HOUR, "s")).astype("M8[s]"),
        los_s=-6 * HOUR,
        has_labs=False,
    )
    ward.keep_out_of_icu(position)
    return position


def death_before_admission(ward: _Ward) -> int:
    """DEATHTIME two hours before ADMITTIME; the stay itself has a length and counts."""
    position = ward.someone()
    ward.set(position, died=True, death_s=-2 * HOUR, los_s=HOUR // 2, has_labs=False)
    ward.keep_out_of_icu(position)
    return position


def organ_donor_is_last(ward: _Ward) -> int:
    """Organ-donor account opened after the patient's death: later than the real stay, and without data."""
    position = ward.last_visit()
    stay = ward.admissions.loc[position - 1]
    ward.set(position - 1, died=True, death_s=int(stay["los_s"]))
    admit = stay["admit"] + pd.Timedelta(seconds=int(stay["los_s"]) + 2 * HOUR)
    ward.set(position, organ_donor=True, admit=admit, died=True, death_s=-2 * HOUR, los_s=DAY, has_labs=False)
    ward.set(position, septic=False, shock=False, code_sepsis=False, code_shock=False, age=int(stay["age"]))
    ward.keep_out_of_icu(position)
    return position


def two_admissions_at_one_time(ward: _Ward) -> int:
    """Two admissions of a patient with the same ADMITTIME: only HADM_ID can order them."""
    position = ward.last_visit()
    first = ward.admissions.loc[position - 1]
    ward.set(position, admit=first["admit"], age=int(first["age"]))
    return position


def no_chart_events(ward: _Ward) -> int:
    """Intensive-care stay without a single chart row."""
    position = ward.someone()
    ward.place_in_icu(position, 1.0, 30.0)
    ward.set(position, charted=False)
    return position


def no_intensive_care(ward: _Ward) -> int:
    """Admission without an intensive-care stay."""
    position = ward.someone()
    ward.keep_out_of_icu(position)
    return position


def intensive_care_after_120_hours(ward: _Ward) -> int:
    """Patient who reaches intensive care after the window: charted, but never in it."""
    position = ward.someone()
    ward.survive(position, 9.0)
    ward.place_in_icu(position, 130.0, 180.0)
    return position


def both_charting_systems(ward: _Ward) -> int:
    """Two intensive-care stays in one admission, one in each charting system."""
    position = ward.someone()
    ward.survive(position, 6.0)
    ward.place_in_icu(position, 0.0, 24.0)
    ward.set(position, system="both", second_in_s=48 * HOUR, second_out_s=72 * HOUR)
    return position


def shock_without_sepsis_code(ward: _Ward) -> int:
    """Septic shock (78552) coded without severe sepsis (99592)."""
    position = ward.someone()
    ward.set(position, septic=True, shock=True, code_sepsis=False, code_shock=True)
    return position


def code_with_dot(ward: _Ward) -> int:
    """Severe sepsis written as 995.92."""
    position = ward.someone()
    ward.set(position, septic=True, code_sepsis=True)
    return position


ADMISSION_ODDITIES: tuple[Callable[[_Ward], int], ...] = (
    age_300,
    one_day_before_16,
    sixteenth_birthday,
    newborn,
    discharged_before_admission,
    death_before_admission,
    organ_donor_is_last,
    two_admissions_at_one_time,
    no_chart_events,
    no_intensive_care,
    intensive_care_after_120_hours,
    both_charting_systems,
    shock_without_sepsis_code,
    code_with_dot,
)


def plant_admissions(admissions: pd.DataFrame, planting: Planting) -> None:
    """Plant every admission oddity in `admissions`, in place."""
    ward = _Ward(admissions, planting)
    for oddity in ADMISSION_ODDITIES:
        planting.record(oddity, oddity(ward))


# --- rows ---------------------------------------------------------------------------------------------------------------


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
        """A charted adult under `system`."""
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
    """The same row twice: both are kept."""
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
    """Creatinine of 138, INR of 27 and lactate of exactly 50: implausible to a clinician, within the ranges, kept."""
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
        _add_code(desk, position, BLOOD_INFECTION, BLOOD_INFECTION, sequence)
    return position


def missing_code(desk: _Desk) -> int:
    """Diagnosis row without a code."""
    position = desk.someone("metavision")
    _add_code(desk, position, None, None, None)
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
    dotted = (desk.diagnoses["admission"] == planting.where[code_with_dot.__name__]) & (
        desk.diagnoses["code"] == SEVERE_SEPSIS
    )
    desk.diagnoses.loc[dotted, "written"] = "995.92"
    diagnoses = desk.diagnoses.sort_values(["admission", "sequence"], ignore_index=True)
    return Block(block.admissions, block.stays, diagnoses, join_rows(desk.charts), join_rows(desk.labs))


def _add_code(
    desk: _Desk, position: int, code: str | None, written: str | None, sequence: int | None
) -> None:
    row = pd.DataFrame(
        {"admission": [position], "code": [code], "written": [written], "sequence": [sequence]}
    )
    desk.diagnoses = pd.concat(
        [desk.diagnoses, row.astype({"code": object, "written": object})], ignore_index=True
    )
