"""Patients, their admissions and their intensive-care stays: one block of admissions at a time."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthsize.simulate.dates import completed_years, shift_years
from synthsize.simulate.model import (
    BOTH_SYSTEMS_SHARE,
    CAREVUE_SHARE,
    CODING_SENSITIVITY,
    SHOCK_CODED_ALONE,
    Array,
    LatentLaw,
    age_quantile,
)

HOUR = 3600
DAY = 24 * HOUR
# Ids set aside for a block: what MIMIC-III's range of 100,000 allows for 118 blocks of 500.
IDS_PER_BLOCK = 800
STAYS_PER_BLOCK = 840
FIRST_SUBJECT, FIRST_ADMISSION, FIRST_STAY = 1, 100_001, 200_001
FIRST_DAY = np.datetime64("2105-01-01T00:00:00")  # MIMIC's dates are shifted into the next century
NEWBORN_PATIENT_SHARE = 0.168  # of patients; 13 % of admissions, for newborns come once
NO_DEATH = np.iinfo(np.int64).max  # seconds to the death of those who live
MASKED_AGE = 91  # what an age above 89 is reported as
# MIMIC moves the birth of patients older than 89 to this long before their first admission.
MASKING_YEARS = 300


def draw_admissions(rng: np.random.Generator, n: int, block: int, law: LatentLaw) -> pd.DataFrame:
    """Draw `n` admissions with everything that will be true of them.

    Parameters
    ----------
    rng : numpy.random.Generator
        Of this block alone.
    n : int
        Number of admissions.
    block : int
        Which block: sets the range of its ids, so that admission ids rise from block to block.
    law : LatentLaw
        The calibrated law.

    Returns
    -------
    pandas.DataFrame
        One row per admission, in order of patient and time. Times named ``*_s`` are whole seconds since the
        admission; -1 stands for none in the ICU columns, and the latest possible integer for none in
        ``death_s``.
    """
    frame = _draw_visits(rng, n, law).head(n).copy()
    n_patients = int(frame["patient"].iloc[-1]) + 1
    subjects = _draw_ids(rng, n_patients, FIRST_SUBJECT, block)
    frame["subject_id"] = subjects[frame["patient"]]
    frame["hadm_id"] = _draw_ids(rng, n, FIRST_ADMISSION, block)
    frame["system"] = np.where(frame["newborn"], "carevue", _draw_systems(rng, n_patients)[frame["patient"]])
    frame["admission_type"] = np.where(
        frame["newborn"],
        "NEWBORN",
        rng.choice(["EMERGENCY", "ELECTIVE", "URGENT"], n, p=[0.83, 0.145, 0.025]),
    )
    _draw_coding(rng, frame)
    _draw_length_of_stay(rng, frame)
    _draw_calendar(rng, frame)
    _draw_intensive_care(rng, frame)
    frame["organ_donor"] = False
    frame["dotted_codes"] = False
    frame["has_labs"] = rng.random(n) >= 0.005
    return frame


def list_stays(rng: np.random.Generator, admissions: pd.DataFrame, block: int) -> pd.DataFrame:
    """List the ICU stays of `admissions`: admission (row position), icustay_id, system, in_s and out_s."""
    first = admissions["icu_in_s"].to_numpy() >= 0
    second = admissions["second_in_s"].to_numpy() >= 0
    system = admissions["system"].to_numpy()
    parts = []
    for present, prefix, when_both in ((first, "icu", "carevue"), (second, "second", "metavision")):
        rows = np.flatnonzero(present)
        parts.append(
            pd.DataFrame(
                {
                    "admission": rows,
                    "system": np.where(system[rows] == "both", when_both, system[rows]),
                    "in_s": admissions[f"{prefix}_in_s"].to_numpy()[rows]
                    + admissions["icu_early_s"].to_numpy()[rows],
                    "out_s": admissions[f"{prefix}_out_s"].to_numpy()[rows],
                }
            )
        )
    stays = pd.concat(parts, ignore_index=True).sort_values(
        ["admission", "in_s"], kind="stable", ignore_index=True
    )
    stays["icustay_id"] = _draw_ids(rng, len(stays), FIRST_STAY, block, width=STAYS_PER_BLOCK)
    return stays


def _draw_visits(rng: np.random.Generator, n: int, law: LatentLaw) -> pd.DataFrame:
    """Draw `n` patients and let each come back until death or chance ends the series."""
    newborn = rng.random(n) < NEWBORN_PATIENT_SHARE
    frailty = rng.standard_normal(n)
    first_age = np.where(newborn, 0.0, age_quantile(rng.random(n)))
    sex = np.where(rng.random(n) < 0.562, "M", "F")
    visits: list[pd.DataFrame] = []
    returning = np.arange(n)
    while len(returning):
        visit = _draw_outcomes(rng, frailty[returning], first_age[returning], newborn[returning], law)
        visit.insert(0, "patient", returning)
        visit["years_at_home"] = rng.exponential(0.9, len(returning)) if visits else 0.0
        visits.append(visit)
        survives = ~visit["died"].to_numpy() & ~visit["newborn"].to_numpy()
        returning = returning[survives & (rng.random(len(returning)) < law.readmission)]
    frame = pd.concat(visits).sort_values("patient", kind="stable", ignore_index=True)
    frame["first_age"] = first_age[frame["patient"]]
    frame["sex"] = sex[frame["patient"]]
    return frame


def _draw_outcomes(
    rng: np.random.Generator, frailty: Array, age: Array, newborn: NDArray[np.bool_], law: LatentLaw
) -> pd.DataFrame:
    n = len(frailty)
    severity = law.severity(frailty, rng.standard_normal(n))
    inflammation = law.inflammation(severity, rng.standard_normal(n))
    septic = (rng.random(n) < law.p_sepsis(severity, inflammation)) & ~newborn
    shock = septic & (rng.random(n) < law.p_shock(severity, inflammation))
    p_death = np.where(newborn, 0.008, law.p_death(severity, age, septic.astype(float), shock.astype(float)))
    return pd.DataFrame(
        {
            "newborn": newborn,
            "severity": severity,
            "inflammation": inflammation,
            "septic": septic,
            "shock": shock,
            "died": rng.random(n) < p_death,
        }
    )


def _draw_ids(
    rng: np.random.Generator, n: int, first: int, block: int, width: int = IDS_PER_BLOCK
) -> NDArray[np.int64]:
    return first + block * width + rng.permutation(width)[:n]


def _draw_systems(rng: np.random.Generator, n_patients: int) -> NDArray[np.object_]:
    shares = [CAREVUE_SHARE, 1 - CAREVUE_SHARE - BOTH_SYSTEMS_SHARE, BOTH_SYSTEMS_SHARE]
    return rng.choice(np.array(["carevue", "metavision", "both"], dtype=object), n_patients, p=shares)


def _draw_coding(rng: np.random.Generator, frame: pd.DataFrame) -> None:
    coded = rng.random(len(frame)) < frame["system"].map(CODING_SENSITIVITY).to_numpy()
    coded &= frame["septic"].to_numpy()
    shock_coded = coded & frame["shock"].to_numpy()
    alone = shock_coded & (rng.random(len(frame)) < SHOCK_CODED_ALONE)
    frame["code_sepsis"] = coded & ~alone  # 99592
    frame["code_shock"] = shock_coded  # 78552


def _draw_calendar(rng: np.random.Generator, frame: pd.DataFrame) -> None:
    """Date births and admissions on MIMIC's shifted calendar and mask the births of the very old."""
    n = len(frame)
    patient = frame["patient"].to_numpy()
    minutes = rng.integers(0, 90 * 365 * 24 * 60, patient[-1] + 1)
    first_admit = (FIRST_DAY + minutes * np.timedelta64(60, "s"))[patient]
    stay_before = frame.groupby("patient")["los_s"].shift(fill_value=0)
    at_home = (frame["years_at_home"] * 365.25 * DAY).astype(np.int64) // 60 * 60
    since_first = (stay_before + at_home).groupby(patient).cumsum().to_numpy()
    stray_seconds = np.where(rng.random(n) < 0.1, rng.integers(0, 60, n), 0)
    frame["admit"] = first_admit + (since_first + stray_seconds).astype("m8[s]")
    since_birth = (frame["first_age"].to_numpy() * 365.2425).astype(np.int64).astype("m8[D]")
    birth = shift_years(first_admit.astype("M8[D]") - since_birth, 0)
    set_birth(frame, birth)
    older = pd.Series(frame["age"].to_numpy() > 89).groupby(patient).transform("any").to_numpy()
    birth = np.where(older, shift_years(first_admit, -MASKING_YEARS), birth)
    frame["birth"] = birth
    frame.loc[older, "age"] = MASKED_AGE


def set_birth(frame: pd.DataFrame, birth: NDArray[np.datetime64]) -> None:
    """Set the births of `frame` and with them the ages, in completed years, at each admission."""
    frame["birth"] = birth
    frame["age"] = completed_years(birth, frame["admit"].to_numpy().astype("M8[s]"))


def _draw_length_of_stay(rng: np.random.Generator, frame: pd.DataFrame) -> None:
    """Log-normal length of stay: median 6.6 days, longer in the sick, shorter when it ends in death."""
    n = len(frame)
    severity, died, newborn = (frame[name].to_numpy() for name in ("severity", "died", "newborn"))
    spread = rng.standard_normal(n)
    survivor_days = np.exp(np.log(7.3) + 0.22 * severity + 0.72 * spread)
    death_days = np.exp(np.log(5.2) + 1.0 * spread)
    newborn_days = np.exp(np.log(4.0) + 0.9 * spread)
    days = np.where(newborn, newborn_days, np.where(died, death_days, survivor_days))
    frame["los_s"] = (np.clip(days, 0.2, 200.0) * 24 * 60).astype(np.int64) * 60
    frame["death_s"] = np.where(died, frame["los_s"], NO_DEATH)


def _draw_intensive_care(rng: np.random.Generator, frame: pd.DataFrame) -> None:
    """Place one or two ICU stays inside the hospital stay; some patients reach the ICU late, a few never."""
    n = len(frame)
    los = frame["los_s"].to_numpy()
    kind = rng.random(n)
    wait_hours = np.select(
        [kind < 0.60, kind < 0.85],
        [rng.exponential(0.2, n), rng.exponential(7.0, n)],
        np.exp(np.log(50) + 0.8 * rng.standard_normal(n)),
    )
    into = np.minimum(wait_hours * HOUR, 0.8 * los).astype(np.int64)
    days = np.exp(np.log(2.1) + 0.25 * frame["severity"].to_numpy() + 0.8 * rng.standard_normal(n))
    out = np.minimum(into + (days * DAY).astype(np.int64), los)
    out = np.where(
        frame["died"] & (rng.random(n) < 0.8), los, out
    )  # most deaths in hospital happen in the ICU
    none = rng.random(n) < 0.02
    frame["icu_in_s"] = np.where(none, -1, into)
    frame["icu_out_s"] = np.where(none, -1, out)
    # A few transfers are entered before the admission itself.
    early = (rng.random(n) < 0.04) & (wait_hours < 0.5)
    frame["icu_early_s"] = np.where(early, -rng.integers(60, 3 * HOUR, n), 0)
    again_in = out + (rng.uniform(0.3, 2.0, n) * DAY).astype(np.int64)
    returns = (~none & (again_in + 6 * HOUR < los)) & (
        rng.random(n) < np.where(frame["system"] == "both", 1.0, 0.12)
    )
    frame["second_in_s"] = np.where(returns, again_in, -1)
    frame["second_out_s"] = np.where(
        returns, np.minimum(again_in + (days * DAY * 0.7).astype(np.int64), los), -1
    )
    frame["charted"] = ~none & (rng.random(n) >= 0.01)
