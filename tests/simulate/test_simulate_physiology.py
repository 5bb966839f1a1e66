"""The courses of the body: their law, hour by hour."""

import numpy as np
import pandas as pd
import pytest

from synthsize.simulate.physiology import BY_ORGAN, COURSES, HORIZON_HOURS, PERSISTENCE, Physiology

N = 6000


def make_admissions(**columns) -> pd.DataFrame:
    usual = {
        "septic": False,
        "shock": False,
        "severity": 0.0,
        "inflammation": 0.0,
        "newborn": False,
        "died": False,
    }
    return pd.DataFrame(usual | columns, index=range(N))


def read_all(body: Physiology, variable: str, hour: int) -> np.ndarray:
    rng = np.random.default_rng(2)
    return body.read(rng, variable, np.arange(N), np.full(N, hour * 3600))


@pytest.mark.parametrize("variable", sorted(COURSES))
def test_readings_of_the_healthy_have_the_stated_law(variable):
    course = COURSES[variable]
    values = read_all(Physiology(np.random.default_rng(1), make_admissions()), variable, 0)
    assert values.min() >= course.lowest
    assert values.max() <= course.highest
    scale = np.log(values) if course.log else values
    organs = BY_ORGAN.get(variable, {}).values()
    spread = np.sqrt(sum(sd**2 for sd in (course.between, course.within, course.noise, *organs)))
    assert np.median(scale) == pytest.approx(course.base, abs=6 * spread / np.sqrt(N))
    assert scale.std() == pytest.approx(spread, rel=0.05)


def test_courses_persist():
    body = Physiology(np.random.default_rng(1), make_admissions())
    course = COURSES["systolic_bp"]
    now, later = (read_all(body, "systolic_bp", hour) for hour in (50, 60))
    step = now - later
    # Between-admission differences cancel in the step; the noise of the readings, drawn from one seed, does too.
    expected = course.within * np.sqrt(2 * (1 - PERSISTENCE**10))
    assert step.std() == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize(("died", "sign"), [(True, -1), (False, 1)])
def test_pressure_falls_in_the_dying_and_recovers_in_the_living(died, sign):
    body = Physiology(np.random.default_rng(1), make_admissions(died=died))
    change = read_all(body, "systolic_bp", HORIZON_HOURS - 1) - read_all(body, "systolic_bp", 0)
    assert sign * change.mean() > 1


def test_septic_patients_fail_in_different_organs():
    septic = Physiology(np.random.default_rng(1), make_admissions(septic=True)).organs
    well = Physiology(np.random.default_rng(1), make_admissions()).organs
    assert np.corrcoef(septic["kidneys"], septic["liver"])[0, 1] < -0.1
    assert np.corrcoef(septic["liver"], septic["coagulation"])[0, 1] > 0.2
    assert abs(np.corrcoef(well["kidneys"], well["liver"])[0, 1]) < 4 / np.sqrt(N)
    assert all(septic[organ].std() > 1.15 for organ in ("kidneys", "lungs", "liver", "coagulation"))


def test_sepsis_brings_fever_or_hypothermia_and_more_seldom_neither():
    values = read_all(Physiology(np.random.default_rng(1), make_admissions(septic=True)), "temperature", 24)
    bins = np.histogram(values, bins=[34, 36, 36.9, 37.3, 38.2, 40])[0] / np.diff(
        [34, 36, 36.9, 37.3, 38.2, 40]
    )
    well = read_all(Physiology(np.random.default_rng(1), make_admissions()), "temperature", 24)
    assert ((values < 36) | (values > 38)).mean() > 3 * ((well < 36) | (well > 38)).mean()
    assert bins[3] > bins[2] > bins[0]


def test_newborns_hearts_beat_faster():
    values = read_all(Physiology(np.random.default_rng(1), make_admissions(newborn=True)), "heart_rate", 5)
    assert 135 < values.mean() < 155
