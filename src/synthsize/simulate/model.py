"""Who falls ill, how badly, and what becomes of them: the latent law behind the simulated extract.

Every adult admission has two latent traits, each standard normal over first admissions,

    severity       s = rho * frailty + sqrt(1 - rho^2) * blow
    inflammation   i = lam * s       + sqrt(1 - lam^2) * insult

(frailty of the patient, blow and insult of the admission, all independent and standard normal), and three
outcomes drawn from them (sigma is the logistic function, age in years):

    P(sepsis)                = sigma(b0 + b_s s + b_i i)
    P(septic shock | sepsis) = sigma(c0 + c_s s + c_i i)
    P(death)                 = sigma(a0 + a_s s + a_age (age - 65) / 15 + a_sepsis sepsis + a_shock shock)

A survivor returns for another admission with probability q. Summed over all admissions a patient will have,
frailty and age are therefore weighted by 1 / (1 - q (1 - P(death | frailty, age))): the frail die and stop
returning. Under that weighted law the four unknowns a0, b0, c0 and q are found by root-finding on
Gauss-Hermite quadrature, so that the prevalences follow from the model and not from a seed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit

from synthsize.simulate.shares import DEATH_SHARE, SEPSIS_SHARE, SHOCK_SHARE

Array = NDArray[np.float64]

# With the newborns, who come once, this makes 27 % more admissions than patients.
ADMISSIONS_PER_ADULT = 1.32

CAREVUE_SHARE = 0.557  # of adults; newborns are all charted in CareVue
BOTH_SYSTEMS_SHARE = 0.002
# Severe sepsis got its own code in 2002: the earlier charting system has septic patients without it.
CODING_SENSITIVITY = {"carevue": 0.85, "metavision": 1.0, "both": 1.0}
SHOCK_CODED_ALONE = 0.04  # share of septic shocks coded 78552 without 99592

# Age in completed and fractional years at first admission: quantiles of adult MIMIC-III patients (median
# 65.8, quartiles 52.8 and 77.8), joined by straight lines.
AGE_LEVELS = (0.0, 0.05, 0.25, 0.50, 0.75, 0.94, 1.0)
AGE_QUANTILES = (16.0, 30.0, 52.8, 65.8, 77.8, 89.0, 98.0)


@dataclass(frozen=True)
class LatentLaw:
    """The constants of the law above; the four intercept-like ones are filled in by `calibrated_law`.

    Attributes
    ----------
    rho, lam : float
        Share of frailty in severity and of severity in inflammation, as correlations.
    death, sepsis, shock : float
        Intercepts a0, b0 and c0.
    readmission : float
        Probability q that a survivor returns.
    """

    rho: float = 0.5
    lam: float = 0.4
    death_by_severity: float = 1.6
    death_by_age: float = 0.45
    death_by_sepsis: float = 0.45
    death_by_shock: float = 0.75
    sepsis_by_severity: float = 0.5
    sepsis_by_inflammation: float = 1.0
    shock_by_severity: float = 0.5
    shock_by_inflammation: float = 0.3
    death: float = 0.0
    sepsis: float = 0.0
    shock: float = 0.0
    readmission: float = 0.0

    def severity(self, frailty: Array, blow: Array) -> Array:
        """Severity of an admission from its patient's frailty and its own blow."""
        return self.rho * frailty + math.sqrt(1 - self.rho**2) * blow

    def inflammation(self, severity: Array, insult: Array) -> Array:
        """Inflammation of an admission from its severity and its own insult."""
        return self.lam * severity + math.sqrt(1 - self.lam**2) * insult

    def p_sepsis(self, severity: Array, inflammation: Array) -> Array:
        """Probability of severe sepsis, coded or not."""
        return logistic(
            self.sepsis + self.sepsis_by_severity * severity + self.sepsis_by_inflammation * inflammation
        )

    def p_shock(self, severity: Array, inflammation: Array) -> Array:
        """Probability that a severe sepsis comes with septic shock."""
        return logistic(
            self.shock + self.shock_by_severity * severity + self.shock_by_inflammation * inflammation
        )

    def p_death(self, severity: Array, age: Array, sepsis: Array | float, shock: Array | float) -> Array:
        """Probability of death in hospital; `age` in years, `sepsis` and `shock` are 0 or 1."""
        return logistic(
            self.death
            + self.death_by_severity * severity
            + self.death_by_age * (age - 65) / 15
            + self.death_by_sepsis * sepsis
            + self.death_by_shock * shock
        )


def logistic(log_odds: Array) -> Array:
    """Probability of given log-odds."""
    probability: Array = expit(log_odds)
    return probability


def age_quantile(level: Array) -> Array:
    """Age in years at first adult admission below which a share `level` of the patients lies."""
    age: Array = np.interp(level, AGE_LEVELS, AGE_QUANTILES)
    return age


def coding_sensitivity() -> float:
    """Share of septic admissions whose sepsis is coded, over the mix of charting systems."""
    metavision_share = 1 - CAREVUE_SHARE - BOTH_SYSTEMS_SHARE
    return (
        CAREVUE_SHARE * CODING_SENSITIVITY["carevue"]
        + metavision_share * CODING_SENSITIVITY["metavision"]
        + BOTH_SYSTEMS_SHARE * CODING_SENSITIVITY["both"]
    )


class _Quadrature:
    """Expectations over all adult admissions under the latent law."""

    def __init__(self, order: int = 12) -> None:
        nodes, weights = np.polynomial.hermite_e.hermegauss(order)
        weights = weights / weights.sum()
        ages = age_quantile((np.arange(order) + 0.5) / order)
        # Axes: frailty, age, blow, insult.
        self.frailty = nodes[:, None, None, None]
        self.age = ages[None, :, None, None]
        self.blow = nodes[None, None, :, None]
        self.insult = nodes[None, None, None, :]
        self.per_patient = weights[:, None] * np.full(order, 1 / order)[None, :]
        self.per_admission = weights[:, None] * weights[None, :]

    def admissions_per_patient(self, law: LatentLaw) -> float:
        return float((self.per_patient * self._visits(law)).sum())

    def shares(self, law: LatentLaw) -> tuple[float, float, float]:
        """Shares of deaths, septic admissions and septic shocks among all admissions."""
        visits = self.per_patient * self._visits(law)
        visits = visits / visits.sum()
        died, septic, shocked = self._given_patient(law)
        return float((visits * died).sum()), float((visits * septic).sum()), float((visits * shocked).sum())

    def _visits(self, law: LatentLaw) -> Array:
        """Expect this many admissions of a patient, by frailty and age."""
        died, _, _ = self._given_patient(law)
        return 1 / (1 - law.readmission * (1 - died))

    def _given_patient(self, law: LatentLaw) -> tuple[Array, Array, Array]:
        """Probabilities of death, sepsis and septic shock in an admission, by frailty and age."""
        severity = law.severity(self.frailty, self.blow)
        inflammation = law.inflammation(severity, self.insult)
        sepsis = law.p_sepsis(severity, inflammation)
        shock = sepsis * law.p_shock(severity, inflammation)
        died = (
            (1 - sepsis) * law.p_death(severity, self.age, 0.0, 0.0)
            + (sepsis - shock) * law.p_death(severity, self.age, 1.0, 0.0)
            + shock * law.p_death(severity, self.age, 1.0, 1.0)
        )
        return self._mean(died), self._mean(sepsis), self._mean(shock)

    def _mean(self, values: Array) -> Array:
        """Average over blow and insult."""
        mean: Array = np.einsum("faij,ij->fa", values, self.per_admission)
        return mean


@lru_cache(maxsize=1)
def calibrated_law() -> LatentLaw:
    """Find the intercepts and the readmission probability at which the published shares hold.

    Returns
    -------
    LatentLaw
        Under which deaths, sepsis codes, shock codes and admissions per adult meet the constants of this
        module.

    Notes
    -----
    Each equation is monotone in its own unknown, and the unknowns touch each other only through the weights
    of the patients, so a few rounds of one-dimensional root-finding (Brent) settle all four.
    """
    quadrature = _Quadrature()
    sensitivity = coding_sensitivity()

    def solve(
        law: LatentLaw, name: str, excess: Callable[[LatentLaw], float], low: float, high: float
    ) -> LatentLaw:
        root = brentq(lambda value: excess(replace(law, **{name: value})), low, high, xtol=1e-10)
        return replace(law, **{name: root})

    law = LatentLaw(death=-3.0, sepsis=-3.0, shock=0.0, readmission=0.25)
    for _ in range(6):
        law = solve(law, "sepsis", lambda x: quadrature.shares(x)[1] - SEPSIS_SHARE / sensitivity, -12, 6)
        law = solve(law, "shock", lambda x: quadrature.shares(x)[2] - SHOCK_SHARE / sensitivity, -12, 12)
        law = solve(law, "death", lambda x: quadrature.shares(x)[0] - DEATH_SHARE, -12, 6)
        law = solve(
            law, "readmission", lambda x: quadrature.admissions_per_patient(x) - ADMISSIONS_PER_ADULT, 0, 0.9
        )
    return law
