"""MIMIC-III v1.4: its six tables, to which a drawn block is written unchanged."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from synthsize.simulate.block import Block
from synthsize.simulate.items import PHRASES, normal_range, unit_of
from synthsize.simulate.rows import FILED, STOPPED
from synthsize.simulate.schemas.columns import death_times, in_fewest_digits, moments, nullable, words
from synthsize.simulate.schemas.schema import Schema, Written
from synthsize.simulate.truth import true_admissions, true_diagnoses, true_labels, true_measurements

HEADERS = {
    "admissions": "ROW_ID SUBJECT_ID HADM_ID ADMITTIME DISCHTIME DEATHTIME ADMISSION_TYPE ADMISSION_LOCATION "
    "DISCHARGE_LOCATION INSURANCE LANGUAGE RELIGION MARITAL_STATUS ETHNICITY EDREGTIME EDOUTTIME DIAGNOSIS "
    "HOSPITAL_EXPIRE_FLAG HAS_CHARTEVENTS_DATA",
    "patients": "ROW_ID SUBJECT_ID GENDER DOB DOD DOD_HOSP DOD_SSN EXPIRE_FLAG",
    "diagnoses_icd": "ROW_ID SUBJECT_ID HADM_ID SEQ_NUM ICD9_CODE",
    "icustays": "ROW_ID SUBJECT_ID HADM_ID ICUSTAY_ID DBSOURCE FIRST_CAREUNIT LAST_CAREUNIT FIRST_WARDID "
    "LAST_WARDID INTIME OUTTIME LOS",
    "chartevents": "ROW_ID SUBJECT_ID HADM_ID ICUSTAY_ID ITEMID CHARTTIME STORETIME CGID VALUE VALUENUM "
    "VALUEUOM WARNING ERROR RESULTSTATUS STOPPED",
    "labevents": "ROW_ID SUBJECT_ID HADM_ID ITEMID CHARTTIME VALUE VALUENUM VALUEUOM FLAG",
}


CONCEPT_SETS = ("corrected", "paper")


def raw_columns(block: Block, rng: np.random.Generator) -> dict[str, dict[str, Any]]:
    """Put a block into the columns of the six raw tables; `rng` draws what has no meaning, such as wards."""
    return {
        "admissions": _admissions(block, rng),
        "patients": _patients(block),
        "diagnoses_icd": _diagnoses(block),
        "icustays": _stays(block, rng),
        "chartevents": _charts(block, rng),
        "labevents": _labs(block),
    }


def _admissions(block: Block, rng: np.random.Generator) -> dict[str, Any]:
    frame = block.admissions
    n = len(frame)
    admit = frame["admit"].to_numpy().astype("M8[s]")
    discharge = admit + frame["los_s"].to_numpy().astype("m8[s]")
    emergency = (frame["admission_type"] == "EMERGENCY").to_numpy()
    register = admit - (rng.integers(60, 600, n) * 60).astype("m8[s]")
    charted = np.bincount(block.charts["admission"], minlength=n) > 0
    complaints = [
        "PNEUMONIA",
        "CHEST PAIN",
        "SEPSIS",
        "GASTROINTESTINAL BLEED",
        "STROKE;TELEMETRY, TRANSIENT ISCHEMIC ATTACK",
    ]
    diagnosis = np.where(frame["newborn"], "NEWBORN", rng.choice(complaints, n))
    return {
        "SUBJECT_ID": frame["subject_id"].to_numpy(),
        "HADM_ID": frame["hadm_id"].to_numpy(),
        "ADMITTIME": admit,
        "DISCHTIME": discharge,
        "DEATHTIME": death_times(block),
        "ADMISSION_TYPE": frame["admission_type"].to_numpy(),
        "ADMISSION_LOCATION": np.where(emergency, "EMERGENCY ROOM ADMIT", "PHYS REFERRAL/NORMAL DELI"),
        "DISCHARGE_LOCATION": np.where(
            frame["died"],
            "DEAD/EXPIRED",
            rng.choice(["HOME", "HOME HEALTH CARE", "SNF", "REHAB/DISTINCT PART HOSP"], n),
        ),
        "INSURANCE": rng.choice(["Medicare", "Private", "Medicaid", "Government", "Self Pay"], n),
        "LANGUAGE": rng.choice(np.array(["ENGL", "SPAN", None], dtype=object), n, p=[0.5, 0.1, 0.4]),
        "RELIGION": rng.choice(["CATHOLIC", "NOT SPECIFIED", "PROTESTANT QUAKER"], n),
        "MARITAL_STATUS": rng.choice(np.array(["MARRIED", "SINGLE", "WIDOWED", None], dtype=object), n),
        "ETHNICITY": rng.choice(
            ["WHITE", "BLACK/AFRICAN AMERICAN", "HISPANIC OR LATINO", "UNKNOWN/NOT SPECIFIED"], n
        ),
        "EDREGTIME": np.where(emergency, register, np.datetime64("NaT", "s")),
        "EDOUTTIME": np.where(emergency, admit + np.timedelta64(45 * 60, "s"), np.datetime64("NaT", "s")),
        "DIAGNOSIS": np.where(frame["organ_donor"], "ORGAN DONOR ACCOUNT", diagnosis),
        "HOSPITAL_EXPIRE_FLAG": frame["died"].to_numpy().astype(np.int64),
        "HAS_CHARTEVENTS_DATA": charted.astype(np.int64),
    }


def _patients(block: Block) -> dict[str, Any]:
    frame = block.admissions.assign(death=death_times(block))
    people = frame.groupby("patient", as_index=False).agg(
        subject_id=("subject_id", "first"),
        sex=("sex", "first"),
        birth=("birth", "first"),
        death=("death", "max"),
    )
    death = people["death"].to_numpy().astype("M8[D]").astype("M8[s]")
    return {
        "SUBJECT_ID": people["subject_id"].to_numpy(),
        "GENDER": people["sex"].to_numpy(),
        "DOB": people["birth"].to_numpy().astype("M8[s]"),
        "DOD": death,
        "DOD_HOSP": death,
        "EXPIRE_FLAG": (~np.isnat(death)).astype(np.int64),
    }


def _diagnoses(block: Block) -> dict[str, Any]:
    owner = block.diagnoses["admission"].to_numpy()
    return {
        "SUBJECT_ID": block.admissions["subject_id"].to_numpy()[owner],
        "HADM_ID": block.admissions["hadm_id"].to_numpy()[owner],
        "SEQ_NUM": block.diagnoses["sequence"].to_numpy(),
        "ICD9_CODE": block.diagnoses["written"].to_numpy(),
    }


def _stays(block: Block, rng: np.random.Generator) -> dict[str, Any]:
    frame = block.stays
    owner = frame["admission"].to_numpy()
    admit = block.admissions["admit"].to_numpy().astype("M8[s]")[owner]
    newborn = block.admissions["newborn"].to_numpy()[owner]
    unit = np.where(newborn, "NICU", rng.choice(["MICU", "SICU", "CCU", "CSRU", "TSICU"], len(frame)))
    ward = rng.integers(7, 58, len(frame))
    return {
        "SUBJECT_ID": block.admissions["subject_id"].to_numpy()[owner],
        "HADM_ID": block.admissions["hadm_id"].to_numpy()[owner],
        "ICUSTAY_ID": frame["icustay_id"].to_numpy(),
        "DBSOURCE": frame["system"].to_numpy(),
        "FIRST_CAREUNIT": unit,
        "LAST_CAREUNIT": unit,
        "FIRST_WARDID": ward,
        "LAST_WARDID": ward,
        "INTIME": admit + frame["in_s"].to_numpy().astype("m8[s]"),
        "OUTTIME": admit + frame["out_s"].to_numpy().astype("m8[s]"),
        "LOS": np.round((frame["out_s"] - frame["in_s"]).to_numpy() / 86400, 4),
    }


def _charts(block: Block, rng: np.random.Generator) -> dict[str, Any]:
    rows = block.charts
    time = moments(block, rows)
    carevue = (rows["error"] < 0).to_numpy()
    return {
        **_ids(block, rows),
        "ICUSTAY_ID": nullable(rows["stay"].to_numpy(), missing=0),
        "CHARTTIME": time,
        "STORETIME": time + (np.where(carevue, 21, 7) * np.timedelta64(60, "s")),
        "CGID": rng.integers(14000, 21600, len(block.admissions))[rows["admission"]],
        **event_values(rows),
        "WARNING": nullable(rows["warning"].to_numpy(), missing=-1),
        "ERROR": nullable(rows["error"].to_numpy(), missing=-1),
        "RESULTSTATUS": words(("Final",), np.where(carevue & (rows["stopped"] == 2), 0, -1)),
        "STOPPED": words(STOPPED, rows["stopped"].to_numpy()),
    }


def _labs(block: Block) -> dict[str, Any]:
    rows = block.labs
    return {
        **_ids(block, rows),
        "CHARTTIME": moments(block, rows),
        **event_values(rows),
        "FLAG": lab_flags(rows),
    }


def _ids(block: Block, rows: pd.DataFrame) -> dict[str, Any]:
    owner = rows["admission"].to_numpy()
    subject = block.admissions["subject_id"].to_numpy()
    is_misfiled = (rows["filed"] == FILED.index("other patient")).to_numpy()
    other_patient = np.where(subject == subject[0], subject[-1], subject[0])
    hadm = np.where(
        rows["filed"] == FILED.index("no admission"), 0, block.admissions["hadm_id"].to_numpy()[owner]
    )
    return {
        "SUBJECT_ID": np.where(is_misfiled, other_patient[owner], subject[owner]),
        "HADM_ID": nullable(hadm, missing=0),
        "ITEMID": rows["item"].to_numpy(),
    }


def event_values(rows: pd.DataFrame) -> dict[str, Any]:
    """VALUE, VALUENUM and VALUEUOM; numbers in the fewest digits that give the same double back."""
    number = pa.array(rows["value"].to_numpy(), from_pandas=True)
    text = words(PHRASES, rows["text"].to_numpy())
    return {
        "VALUE": pc.coalesce(text, in_fewest_digits(number)),
        "VALUENUM": number,
        "VALUEUOM": unit_of(rows["item"].to_numpy()),
    }


def lab_flags(rows: pd.DataFrame) -> pa.Array:
    """Which laboratory rows are outside of the normal range."""
    low, high = normal_range(rows["item"].to_numpy())
    abnormal = ((rows["value"] < low) | (rows["value"] > high)).to_numpy()
    return words(("abnormal",), np.where(abnormal, 0, -1))


def _write(block: Block, rng: np.random.Generator) -> Written:
    admissions, diagnoses = true_admissions(block), true_diagnoses(block)
    truth = {"labels": true_labels(block)}
    for concepts in CONCEPT_SETS:
        truth[f"{concepts}/admissions"] = admissions
        truth[f"{concepts}/diagnoses"] = diagnoses
        truth[f"{concepts}/measurements"] = true_measurements(block, concepts)
    return Written(raw_columns(block, rng), truth)


SCHEMA = Schema(HEADERS, _write, concept_sets=CONCEPT_SETS, keeps_ids=True, quotes_header=True)
