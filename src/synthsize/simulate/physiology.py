"""From latent traits to hour-by-hour courses of the ten variables.

For admission a at hour t, with severity s, inflammation i, sepsis and septic shock as 0 or 1, and the
dysfunction o_k of five organ systems (circulation, lungs, kidneys, liver, coagulation), the course of a
variable is

    x_a(t) = base + by_severity s_a(t) + by_inflammation i_a + by_sepsis sepsis_a + by_shock shock_a
             + sum_k BY_ORGAN_k o_ak + between e_a + within w_a(t)

on the scale of the variable (its logarithm for laboratory values). e_a is a standard normal of the admission
and w_a a stationary first-order autoregression with hourly correlation PERSISTENCE. Severity drifts: s_a(t) =
s_a + drift_a t / 72 h, downwards in those who will live and upwards in those who will die.

Organ dysfunction is standard normal plus, in septic patients, 2 in the organs of the patient's phenotype.
So septic patients fail in different organs: the minority class is a mixture of clusters around a common core
and not one cloud. Body temperature in sepsis is bimodal as well, fever in most and hypothermia in some; the
line between two septic patients can run through the normal temperatures that are rare among them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from synthsize.simulate.model import Array

HORIZON_HOURS = 144  # charts and blood draws are simulated up to here, a day past the longest window in use
PERSISTENCE = 0.9
DRIFT_OF_THE_DYING, DRIFT_OF_THE_LIVING, DRIFT_SD = 0.70, -0.20, 0.30  # severity per 72 hours
ORGANS = ("circulation", "lungs", "kidneys", "liver", "coagulation")
# Share of septic patients and failing organs of each phenotype.
PHENOTYPES = (
    (0.35, ()),
    (0.25, ("kidneys",)),
    (0.20, ("lungs",)),
    (0.20, ("liver", "coagulation")),
)
PHENOTYPE_SHIFT = 2.0
FEVER_SHARE, HYPOTHERMIA_SHARE = 0.55, 0.25
FEVER, HYPOTHERMIA = 1.0, -1.1  # degrees Celsius


@dataclass(frozen=True)
class Course:
    """Coefficients of one variable's course; see the module's formula.

    Attributes
    ----------
    log : bool
        Whether the scale is the natural logarithm of the canonical unit.
    typical : float
        Value at severity, inflammation and dysfunction 0, canonical unit; its transform is `base`.
    by_severity, by_inflammation, by_sepsis, by_shock : float
        Weights, on the scale of the course.
    between, within, noise : float
        Standard deviations between admissions, of the slow wandering within one, and of a single reading.
    lowest, highest : float
        Physiological limits of a reading, canonical unit.
    """

    log: bool
    typical: float
    by_severity: float
    by_inflammation: float
    by_sepsis: float
    by_shock: float
    between: float
    within: float
    noise: float
    lowest: float
    highest: float

    @property
    def base(self) -> float:
        """Typical value on the scale of the course."""
        return math.log(self.typical) if self.log else self.typical


# The typical values and spreads give readings with the means and standard deviations published for MIMIC-III's
# items (heart rate 85 (17), respiratory rate 19.1 (5.7), pressure 122 (22), temperature 37.0 (0.8), ...).
# fmt: off
COURSES = {
    # log, typical | by severity, inflammation, sepsis, shock | sd between, within, noise | lowest, highest
    "heart_rate":       Course(False,  84.0,   3.6,  1.6,   2.5,   1.5, 12.0,  8.5,  5.0, 25.0,  220.0),
    "respiratory_rate": Course(False,  18.7,  1.15, 0.40,   0.6,   0.3,  2.3,  3.0,  3.3,  4.0,   60.0),
    "temperature":      Course(False, 36.95, -0.05, 0.10,   0.0,   0.0, 0.36, 0.50, 0.25, 31.0,   41.8),
    "systolic_bp":      Course(False, 123.0,  -3.8, -0.6,  -1.0,  -3.0, 13.0, 13.0, 10.0, 45.0,  250.0),
    "wbc":              Course( True,  10.3,  0.07, 0.08,  0.10,  0.03, 0.42, 0.15, 0.08,  0.1,  200.0),
    "platelets":        Course( True, 182.0, -0.08, 0.02, -0.03, -0.03, 0.40, 0.10, 0.06,  5.0, 1500.0),
    "creatinine":       Course( True,  1.08,  0.15, 0.02,  0.00,  0.03, 0.45, 0.10, 0.05,  0.2,   25.0),
    "inr":              Course( True,  1.34,  0.09, 0.02,  0.03,  0.03, 0.24, 0.08, 0.04,  0.8,   18.0),
    "lactate":          Course( True,  1.70,  0.25, 0.03,  0.05,  0.12, 0.36, 0.25, 0.08,  0.3,   28.0),
    "bilirubin":        Course( True,  1.05,  0.14, 0.02,  0.05,  0.05, 0.95, 0.10, 0.05,  0.1,   60.0),
}
# fmt: on
BY_ORGAN = {
    "heart_rate": {"circulation": 3.0},
    "respiratory_rate": {"lungs": 1.6},
    "systolic_bp": {"circulation": -3.5},
    "platelets": {"coagulation": -0.28},
    "creatinine": {"kidneys": 0.38},
    "inr": {"coagulation": 0.10, "liver": 0.06},
    "lactate": {"circulation": 0.18},
    "bilirubin": {"liver": 0.65},
}
NEWBORN_BASE = {"heart_rate": 145.0, "respiratory_rate": 45.0, "systolic_bp": 66.0}


class Physiology:
    """The courses of a block of admissions.

    Parameters
    ----------
    rng : numpy.random.Generator
        Of the block.
    admissions : pandas.DataFrame
        As drawn by `draw_admissions`; shape (n, ...).
    """

    def __init__(self, rng: np.random.Generator, admissions: pd.DataFrame) -> None:
        n = len(admissions)
        self._sepsis = admissions["septic"].to_numpy().astype(float)
        self._shock = admissions["shock"].to_numpy().astype(float)
        self._inflammation = admissions["inflammation"].to_numpy()
        self._newborn = admissions["newborn"].to_numpy()
        self.organs = _draw_organs(rng, self._sepsis)
        drift = np.where(admissions["died"], DRIFT_OF_THE_DYING, DRIFT_OF_THE_LIVING)
        drift += DRIFT_SD * rng.standard_normal(n)
        hours = np.arange(HORIZON_HOURS)
        self._severity = admissions["severity"].to_numpy()[:, None] + drift[:, None] * hours / 72
        self._fever = _draw_temperature_shift(rng, self._sepsis)
        self._courses = {name: self._draw_course(rng, name) for name in COURSES}

    def read(
        self, rng: np.random.Generator, variable: str, admission: np.ndarray, seconds: np.ndarray
    ) -> Array:
        """Draw a reading of `variable`, canonical unit, at each `admission` (row position) and `seconds`."""
        course = COURSES[variable]
        hour = np.clip(seconds // 3600, 0, HORIZON_HOURS - 1)
        value = self._courses[variable][admission, hour] + course.noise * rng.standard_normal(len(admission))
        reading: Array = np.clip(np.exp(value) if course.log else value, course.lowest, course.highest)
        return reading

    def _draw_course(self, rng: np.random.Generator, name: str) -> Array:
        course = COURSES[name]
        n = len(self._sepsis)
        level = (
            course.base
            + course.by_inflammation * self._inflammation
            + course.by_sepsis * self._sepsis
            + course.by_shock * self._shock
            + course.between * rng.standard_normal(n)
        )
        for organ, weight in BY_ORGAN.get(name, {}).items():
            level += weight * self.organs[organ]
        if name == "temperature":
            level += self._fever
        if name in NEWBORN_BASE:
            level = np.where(self._newborn, level - course.base + NEWBORN_BASE[name], level)
        return level[:, None] + course.by_severity * self._severity + course.within * _autoregression(rng, n)


def _draw_organs(rng: np.random.Generator, sepsis: Array) -> dict[str, Array]:
    shares = [share for share, _ in PHENOTYPES]
    phenotype = rng.choice(len(PHENOTYPES), len(sepsis), p=shares)
    organs = {organ: rng.standard_normal(len(sepsis)) for organ in ORGANS}
    for number, (_, failing) in enumerate(PHENOTYPES):
        for organ in failing:
            organs[organ] += PHENOTYPE_SHIFT * sepsis * (phenotype == number)
    return organs


def _draw_temperature_shift(rng: np.random.Generator, sepsis: Array) -> Array:
    level = rng.random(len(sepsis))
    shift = np.select([level < FEVER_SHARE, level > 1 - HYPOTHERMIA_SHARE], [FEVER, HYPOTHERMIA], 0.0)
    shift_in_sepsis: Array = shift * sepsis
    return shift_in_sepsis


def _autoregression(rng: np.random.Generator, n: int) -> Array:
    """Unit-variance AR(1) series of `n` admissions, shape (n, HORIZON_HOURS)."""
    steps = rng.standard_normal((HORIZON_HOURS, n))
    for hour in range(1, HORIZON_HOURS):
        steps[hour] = PERSISTENCE * steps[hour - 1] + np.sqrt(1 - PERSISTENCE**2) * steps[hour]
    return steps.T
