"""Diagnosis codes: what the coders write down after discharge."""

from __future__ import annotations

import numpy as np
import pandas as pd

from synthsize.simulate.model import logistic
from synthsize.simulate.physiology import Physiology

# Codes that follow a failing organ: code, organ, log-odds at dysfunction 0 and per unit of dysfunction.
ORGAN_CODES = (
    ("5849", "kidneys", -1.6, 0.9),
    ("51881", "lungs", -1.6, 0.8),
    ("2875", "coagulation", -2.6, 0.8),
    ("5715", "liver", -3.4, 1.0),
    ("2762", "circulation", -2.3, 0.6),
)
# Codes that are independent of the model, with their shares of adult admissions.
BACKGROUND_CODES = (
    ("4019", 0.40),
    ("4280", 0.26),
    ("42731", 0.25),
    ("41401", 0.24),
    ("25000", 0.18),
    ("2724", 0.17),
    ("5990", 0.13),
    ("53081", 0.12),
    ("2720", 0.11),
    ("2859", 0.11),
    ("486", 0.10),
    ("2851", 0.09),
    ("2449", 0.09),
    ("496", 0.08),
    ("40390", 0.07),
    ("311", 0.06),
    ("3051", 0.06),
    ("412", 0.06),
    ("V4581", 0.06),
    ("V5861", 0.06),
    ("2761", 0.05),
    ("5119", 0.05),
    ("E8788", 0.05),
    ("07054", 0.03),
    ("99591", 0.015),  # sepsis without organ failure: no positive of any task
    ("0380", 0.004),
)
NEWBORN_CODES = (("V3000", 0.6), ("V053", 0.6), ("V290", 0.5), ("7742", 0.3))
BLOOD_INFECTION = "0389"  # septicaemia: coded with most coded sepsis and a little without
SEVERE_SEPSIS, SEPTIC_SHOCK = "99592", "78552"


def draw_diagnoses(rng: np.random.Generator, admissions: pd.DataFrame, body: Physiology) -> pd.DataFrame:
    """Draw the codes of a block of admissions.

    Returns
    -------
    pandas.DataFrame
        admission (row position), code (upper case, no dot), written (as it stands in the file) and sequence
        (1 = first listed), ordered by admission and sequence; no code twice in an admission.
    """
    n = len(admissions)
    newborn = admissions["newborn"].to_numpy()
    sepsis = admissions["code_sepsis"].to_numpy() | admissions["code_shock"].to_numpy()
    assigned = {
        SEVERE_SEPSIS: admissions["code_sepsis"].to_numpy(),
        SEPTIC_SHOCK: admissions["code_shock"].to_numpy(),
        BLOOD_INFECTION: ~newborn & (rng.random(n) < np.where(sepsis, 0.8, 0.02)),
    }
    for code, organ, base, slope in ORGAN_CODES:
        assigned[code] = ~newborn & (rng.random(n) < logistic(base + slope * body.organs[organ]))
    for code, share in BACKGROUND_CODES:
        assigned[code] = ~newborn & (rng.random(n) < share)
    for code, share in NEWBORN_CODES:
        assigned[code] = newborn & (rng.random(n) < share)
    codes = np.array(list(assigned), dtype=object)
    position, which = np.nonzero(np.column_stack(list(assigned.values())))
    frame = pd.DataFrame({"admission": position, "code": codes[which]})
    frame = frame.iloc[np.lexsort((rng.random(len(frame)), position))].reset_index(drop=True)
    dotted = frame["code"].str[:3] + "." + frame["code"].str[3:]
    frame["written"] = np.where(admissions["dotted_codes"].to_numpy()[position], dotted, frame["code"])
    frame["sequence"] = frame.groupby("admission").cumcount() + 1
    return frame
