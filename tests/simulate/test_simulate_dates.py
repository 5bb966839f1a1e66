"""Calendar arithmetic, against the standard library's."""

from datetime import date, datetime, timedelta

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from synthsize.simulate.dates import completed_years, shift_years

moments = st.datetimes(datetime(1800, 1, 1), datetime(2250, 12, 31))
dates = st.dates(date(1800, 1, 1), date(2250, 12, 31))


@given(birth=dates, moment=moments)
def test_completed_years_counts_birthdays(birth, moment):
    assume((birth.month, birth.day) != (2, 29))
    birthdays = sum(
        birth.replace(year=year) <= moment.date() for year in range(birth.year + 1, moment.year + 1)
    )
    assume(birth <= moment.date())
    found = completed_years(np.array([birth], "M8[s]"), np.array([moment], "M8[s]"))
    assert found[0] == birthdays


@given(moment=moments, years=st.integers(-300, 300))
def test_shift_years_keeps_the_date(moment, years):
    day = moment.date() - timedelta(days=(moment.month, moment.day) == (2, 29))
    found = shift_years(np.array([moment], "M8[s]"), years)
    assert found[0] == np.datetime64(day.replace(year=day.year + years), "s")
