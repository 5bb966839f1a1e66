"""Oddities of admissions, as real extracts have them: one function and one docstring for each.

They bend admissions after these were drawn and before anything is charted, so charts, codes and truth follow.
Every function returns the row position of the admission it used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from synthsize.simulate.dates import shift_years
from synthsize.simulate.patients import DAY, HOUR, MASKED_AGE, MASKING_YEARS, NO_DEATH, set_birth
from synthsize.simulate.planting import Planting, first_line


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
        """Find an adult with one admission."""
        return self._planting.take(self._single)

    def last_visit(self) -> int:
        """Find the last of an adult's several admissions and reserve the one before it, one position up."""
        position = self._planting.take(self._last_of_several)
        self._planting.take_all([position - 1])
        return position

    def look(self, position: int) -> dict[str, Any]:
        return {
            name: self.admissions[name].to_numpy()[position] for name in ("hadm_id", "admit", "los_s", "age")
        }

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
        """Admit in mid-month, and let the birth be `years_ago` before that and `days_later`."""
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
    ward.set(position, newborn=True, admission_type="NEWBORN", system="carevue")
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
    stay = ward.look(position - 1)
    ward.set(position - 1, died=True, death_s=stay["los_s"])
    admit = stay["admit"] + np.timedelta64(stay["los_s"] + 2 * HOUR, "s")
    ward.set(position, organ_donor=True, admit=admit, died=True, death_s=-2 * HOUR, los_s=DAY, has_labs=False)
    ward.set(position, septic=False, shock=False, code_sepsis=False, code_shock=False, age=stay["age"])
    ward.keep_out_of_icu(position)
    return position


def two_admissions_at_one_time(ward: _Ward) -> int:
    """Two admissions of a patient with the same ADMITTIME: only HADM_ID can order them."""
    position = ward.last_visit()
    first, second = ward.look(position - 1), ward.look(position)
    ids = sorted([first["hadm_id"], second["hadm_id"]])
    # The order of the rows contradicts the order of the ids.
    ward.set(position - 1, hadm_id=ids[1])
    ward.set(position, hadm_id=ids[0], admit=first["admit"], age=first["age"])
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
    """Codes written with a dot, severe sepsis as 995.92 among them."""
    position = ward.someone()
    ward.set(position, septic=True, code_sepsis=True, dotted_codes=True)
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
        planting.record(oddity.__name__, first_line(oddity), oddity(ward))
