"""What a correct extraction must return, taken from what was drawn and never from the files.

The default cohort: completed age of 16 years or more, every admission, organ-donor accounts and stays of
negative length left out, and measurements at 0 <= t < 120 h after admission.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from synthsize.contracts.canonical import ADMISSIONS, DIAGNOSES, MEASUREMENTS
from synthsize.simulate.block import Block
from synthsize.simulate.coding import SEPTIC_SHOCK, SEVERE_SEPSIS
from synthsize.simulate.items import MEASURED
from synthsize.simulate.patients import HOUR
from synthsize.simulate.rows import FILED

WINDOW_S = 120 * HOUR


def true_admissions(block: Block) -> pd.DataFrame:
    """Rows of `contracts.canonical.ADMISSIONS`, sorted."""
    frame = block.admissions[block.eligible]
    return rank(
        pd.DataFrame(
            {
                "patient_id": frame["subject_id"],
                "admission_id": frame["hadm_id"],
                "age_years": frame["age"],
                "sex": frame["sex"],
                "died_in_hospital": frame["died"],
                "length_of_stay_hours": frame["los_s"] / 3600.0,
                "stratum": _strata(block)[block.eligible],
            }
        ),
        started=[frame["admit"].to_numpy()],
    )


def rank(admissions: pd.DataFrame, started: Sequence[np.ndarray]) -> pd.DataFrame:
    """Complete canonical admissions by the rank of each among its patient's.

    Parameters
    ----------
    admissions : pandas.DataFrame
        Every admission of the cohort, with the contract's columns but for the ranks.
    started : sequence of ndarray
        What orders a patient's admissions; the admission's id breaks ties.

    Returns
    -------
    pandas.DataFrame
        Rows of `contracts.canonical.ADMISSIONS`, sorted.
    """
    keys = {f"key_{position}": key for position, key in enumerate(started)}
    frame = admissions.assign(**keys).sort_values(["patient_id", *keys, "admission_id"])
    by_patient = frame.groupby("patient_id")["admission_id"]
    position = by_patient.cumcount() + 1
    frame = frame.assign(admission_rank=position, last_admission=position == by_patient.transform("size"))
    return frame[list(ADMISSIONS.columns)].sort_values("admission_id", ignore_index=True)


def true_diagnoses(block: Block) -> pd.DataFrame:
    """Rows of `contracts.canonical.DIAGNOSES`, sorted."""
    frame = block.diagnoses[block.eligible[block.diagnoses["admission"]] & block.diagnoses["code"].notna()]
    return canonical_codes(block.admissions["hadm_id"].to_numpy()[frame["admission"]], frame["code"], 9)


def true_labels(
    block: Block, cohort: np.ndarray | None = None, ids: np.ndarray | None = None
) -> pd.DataFrame:
    """Labels of the three tasks: admission_id, mortality, sepsis, septic_shock.

    Parameters
    ----------
    block : Block
    cohort : ndarray of bool or None
        Which admissions; None: those of the default cohort.
    ids : ndarray of int or None
        What the admissions are called; None: by their HADM_ID.
    """
    n = len(block.admissions)
    coded = {
        code: np.bincount(block.diagnoses["admission"], weights=block.diagnoses["code"] == code, minlength=n)
        > 0
        for code in (SEVERE_SEPSIS, SEPTIC_SHOCK)
    }
    labels = pd.DataFrame(
        {
            "admission_id": block.admissions["hadm_id"] if ids is None else ids,
            "mortality": block.admissions["died"],
            "sepsis": coded[SEVERE_SEPSIS] | coded[SEPTIC_SHOCK],
            "septic_shock": coded[SEPTIC_SHOCK],
        }
    )
    return labels[block.eligible if cohort is None else cohort].sort_values("admission_id", ignore_index=True)


def true_ids(
    block: Block, held: np.ndarray, admission_id: np.ndarray, patient_id: np.ndarray
) -> pd.DataFrame:
    """List the admissions that a database holds by their names there and in MIMIC-III: the table ``ids``."""
    ids = {"admission_id": admission_id, "patient_id": patient_id}
    ids |= {name: block.admissions[name].to_numpy() for name in ("hadm_id", "subject_id")}
    return pd.DataFrame(ids)[held].sort_values("admission_id", ignore_index=True)


def canonical_codes(admission_id: np.ndarray, code: pd.Series, version: pd.Series | int) -> pd.DataFrame:
    """Rows of `contracts.canonical.DIAGNOSES`, each once, sorted."""
    columns = {"admission_id": admission_id, "code": code.to_numpy(), "code_version": version}
    return pd.DataFrame(columns).drop_duplicates().sort_values(list(DIAGNOSES.sort_by), ignore_index=True)


def true_measurements(block: Block, concepts: str) -> pd.DataFrame:
    """Rows of `contracts.canonical.MEASUREMENTS` under the concept set `concepts`, sorted."""
    rows = pd.concat([block.charts, block.labs], ignore_index=True)
    keep = block.eligible[rows["admission"]] & (rows["filed"] == FILED.index("right")).to_numpy()
    if concepts == "corrected":
        keep &= ~rows["spoiled"].to_numpy()
    rows = rows[keep]
    counted = {entry.item: entry.variable for entry in MEASURED if getattr(entry, concepts)}
    fahrenheit = {entry.item for entry in MEASURED if entry.fahrenheit and concepts == "corrected"}
    return canonical_rows(
        rows.assign(
            admission_id=block.admissions["hadm_id"].to_numpy()[rows["admission"]],
            hours=rows["seconds"] / 3600.0,
            swapped=rows["swapped"] & (concepts == "corrected"),
        ),
        counted,
        fahrenheit,
    )


def canonical_rows(
    rows: pd.DataFrame, counted: Mapping[Any, str], fahrenheit: Container[Any]
) -> pd.DataFrame:
    """Keep the rows of the counted items that have a number and lie in the window, in canonical units.

    Parameters
    ----------
    rows : pandas.DataFrame
        Rows of the cohort that are no errors: admission_id, item, hours, value, swapped (as in `rows`).
    counted : mapping
        Item -> its variable.
    fahrenheit : container
        The items that are meant to hold degrees Fahrenheit.

    Returns
    -------
    pandas.DataFrame
        Rows of `contracts.canonical.MEASUREMENTS`, sorted.
    """
    in_window = (rows["hours"] >= 0) & (rows["hours"] < WINDOW_S / HOUR)
    rows = rows[rows["item"].isin(list(counted)) & rows["value"].notna() & in_window]
    value = rows["value"].to_numpy()
    in_fahrenheit = rows["item"].isin([item for item in counted if item in fahrenheit]) ^ rows["swapped"]
    return pd.DataFrame(
        {
            "admission_id": rows["admission_id"],
            "variable": rows["item"].map(dict(counted)),
            "hours": rows["hours"],
            "value": np.where(in_fahrenheit, (value - 32) / 1.8, value),
            "item": rows["item"].astype(str),
        }
    ).sort_values(list(MEASUREMENTS.sort_by), ignore_index=True)


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
