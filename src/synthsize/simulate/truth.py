"""What a correct extraction must return, taken from what was drawn and never from the files.

The default cohort: completed age of 16 years or more, every admission, organ-donor accounts and stays of
negative length left out, and measurements at 0 <= t < 120 h after admission.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from synthsize.contracts.canonical import DIAGNOSES, MEASUREMENTS
from synthsize.simulate.block import Block
from synthsize.simulate.coding import SEPTIC_SHOCK, SEVERE_SEPSIS
from synthsize.simulate.items import MEASURED
from synthsize.simulate.patients import HOUR
from synthsize.simulate.rows import FILED

WINDOW_S = 120 * HOUR
CONCEPT_SETS = ("corrected", "paper")


def true_admissions(block: Block) -> pd.DataFrame:
    """Rows of `contracts.canonical.ADMISSIONS`, sorted."""
    frame = block.admissions.assign(stratum=_strata(block))[block.eligible]
    frame = frame.sort_values(["patient", "admit", "hadm_id"])
    by_patient = frame.groupby("patient")
    rank = by_patient.cumcount() + 1
    return pd.DataFrame(
        {
            "patient_id": frame["subject_id"],
            "admission_id": frame["hadm_id"],
            "age_years": frame["age"],
            "sex": frame["sex"],
            "died_in_hospital": frame["died"],
            "length_of_stay_hours": frame["los_s"] / 3600.0,
            "admission_rank": rank,
            "last_admission": rank == by_patient["hadm_id"].transform("size"),
            "stratum": frame["stratum"],
        }
    ).sort_values("admission_id", ignore_index=True)


def true_diagnoses(block: Block) -> pd.DataFrame:
    """Rows of `contracts.canonical.DIAGNOSES`, sorted."""
    frame = block.diagnoses[block.eligible[block.diagnoses["admission"]] & block.diagnoses["code"].notna()]
    return pd.DataFrame(
        {
            "admission_id": block.admissions["hadm_id"].to_numpy()[frame["admission"]],
            "code": frame["code"].to_numpy(),
            "code_version": 9,
        }
    ).sort_values(list(DIAGNOSES.sort_by), ignore_index=True)


def true_labels(block: Block) -> pd.DataFrame:
    """Labels of the three tasks: admission_id, mortality, sepsis, septic_shock."""
    n = len(block.admissions)
    coded = {
        code: np.bincount(block.diagnoses["admission"], weights=block.diagnoses["code"] == code, minlength=n)
        > 0
        for code in (SEVERE_SEPSIS, SEPTIC_SHOCK)
    }
    labels = pd.DataFrame(
        {
            "admission_id": block.admissions["hadm_id"],
            "mortality": block.admissions["died"],
            "sepsis": coded[SEVERE_SEPSIS] | coded[SEPTIC_SHOCK],
            "septic_shock": coded[SEPTIC_SHOCK],
        }
    )
    return labels[block.eligible].sort_values("admission_id", ignore_index=True)


def true_measurements(block: Block, concepts: str) -> pd.DataFrame:
    """Rows of `contracts.canonical.MEASUREMENTS` under the concept set `concepts`, sorted."""
    parts = [_kept(block, rows, concepts) for rows in (block.charts, block.labs)]
    return pd.concat(parts, ignore_index=True).sort_values(list(MEASUREMENTS.sort_by), ignore_index=True)


def _kept(block: Block, rows: pd.DataFrame, concepts: str) -> pd.DataFrame:
    read = {entry.item: entry for entry in MEASURED if getattr(entry, concepts)}
    keep = (
        rows["item"].isin(list(read)).to_numpy()
        & block.eligible[rows["admission"]]
        & (rows["filed"] == FILED.index("right")).to_numpy()
        & rows["value"].notna().to_numpy()
        & rows["seconds"].between(0, WINDOW_S, inclusive="left").to_numpy()
    )
    if concepts == "corrected":
        keep &= ~rows["spoiled"].to_numpy()
    rows = rows[keep]
    value = rows["value"].to_numpy()
    if concepts == "corrected":
        fahrenheit_item = rows["item"].isin([item for item, entry in read.items() if entry.fahrenheit])
        written_in_fahrenheit = (fahrenheit_item ^ rows["swapped"]).to_numpy()
        value = np.where(written_in_fahrenheit, (value - 32) / 1.8, value)
    return pd.DataFrame(
        {
            "admission_id": block.admissions["hadm_id"].to_numpy()[rows["admission"]],
            "variable": rows["item"].map({item: entry.variable for item, entry in read.items()}),
            "hours": rows["seconds"].to_numpy() / 3600.0,
            "value": value,
            "item": rows["item"].astype(str),
        }
    )


def _strata(block: Block) -> np.ndarray:
    """Charting system of each admission, by its ICU stays."""
    n = len(block.admissions)
    carevue, metavision = (
        np.bincount(block.stays["admission"][block.stays["system"] == system], minlength=n) > 0
        for system in ("carevue", "metavision")
    )
    return np.select(
        [carevue & metavision, carevue, metavision], ["both", "carevue", "metavision"], default="no_icu"
    )
