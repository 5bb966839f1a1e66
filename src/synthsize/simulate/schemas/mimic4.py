"""MIMIC-IV v3.1: hosp/ and icu/, adults only, everything charted in MetaVision.

What is written differently than in MIMIC-III, as in the real database:

- ages are those of an anchor year, which also gives the group of years that is the stratum;
- a quarter of the laboratory rows name no admission, most of those from before it among them;
- later groups of years are coded in ICD-10;
- chart rows that staff marked as errors are not there, nor the alarm limits and the computed twins of temperatures;
- laboratory results without a number say ``___``, and why in their comments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from synthsize.simulate.block import Block
from synthsize.simulate.items import LAB_DISTRACTORS, MEASURED, METAVISION_DISTRACTORS, PHRASES
from synthsize.simulate.patients import DAY
from synthsize.simulate.rows import FILED
from synthsize.simulate.schemas.columns import death_times, moments, nullable, seconds, words
from synthsize.simulate.schemas.icd10 import recode
from synthsize.simulate.schemas.mimic3 import event_values, lab_flags
from synthsize.simulate.schemas.placing import NOWHERE, visit_at
from synthsize.simulate.schemas.schema import Columns, Schema, Written
from synthsize.simulate.truth import canonical_codes, canonical_rows, rank, true_ids, true_labels

HEADERS = {
    "admissions": "subject_id hadm_id admittime dischtime deathtime admission_type admit_provider_id "
    "admission_location discharge_location insurance language marital_status race edregtime edouttime "
    "hospital_expire_flag",
    "patients": "subject_id gender anchor_age anchor_year anchor_year_group dod",
    "diagnoses_icd": "subject_id hadm_id seq_num icd_code icd_version",
    "icustays": "subject_id hadm_id stay_id first_careunit last_careunit intime outtime los",
    "chartevents": "subject_id hadm_id stay_id caregiver_id charttime storetime itemid value valuenum valueuom "
    "warning",
    "labevents": "labevent_id subject_id hadm_id specimen_id itemid order_provider_id charttime storetime value "
    "valuenum valueuom ref_range_lower ref_range_upper flag priority comments",
}
MIN_AGE = 18
FIRST_SUBJECT, FIRST_ADMISSION, FIRST_STAY = 10_000_000, 20_000_000, 30_000_000
EARLY_GROUPS = ("2008 - 2010", "2011 - 2013")  # of the patients whom MIMIC-III charts in CareVue
LATE_GROUPS = ("2014 - 2016", "2017 - 2019", "2020 - 2022")
# Of laboratory rows without an admission id, and of those from before it.
P_UNNAMED, P_UNNAMED_BEFORE = 0.2, 0.9

# CareVue's items by what MetaVision charts the same under; its other items have no counterpart.
_SUCCESSORS = {
    211: 220045,
    618: 220210,
    615: 224690,
    676: 223762,
    678: 223761,
    51: 220050,
    6701: 225309,
    455: 220179,
    442: 220179,
    646: 220277,
    8368: 220051,
    8441: 220180,
    52: 220052,
    456: 220181,
    619: 224688,
    614: 224689,
    212: 220048,
}
_OWN = [entry.item for entry in MEASURED if entry.item >= 220000 or 50000 < entry.item < 60000]
ITEMS = {item: item for item in _OWN} | _SUCCESSORS
ITEMS |= {entry.item: entry.item for entry in (*METAVISION_DISTRACTORS, *LAB_DISTRACTORS)}
SECOND_ARTERIAL_LINE = 225309  # of no concept set of MIMIC-III, counted here
COUNTED = {entry.item: entry.variable for entry in MEASURED if entry.item in _OWN and entry.corrected}
COUNTED |= {SECOND_ARTERIAL_LINE: "systolic_bp"}
FAHRENHEIT = {entry.item for entry in MEASURED if entry.fahrenheit}


@dataclass(frozen=True)
class _Files:
    """A block as this database sees it; arrays by row position in the block's admissions.

    Attributes
    ----------
    written, cohort : ndarray of bool
        Admissions that the database holds, and those of the default cohort.
    subject, hadm : ndarray of int
        Their ids.
    people : pandas.DataFrame
        Rows of `patients`, by `subject_id`.
    age : ndarray of int
        What the database says of the age at each admission.
    diagnoses, charts, labs : pandas.DataFrame
        Rows that it holds; `labs` with the position that they name, or `NOWHERE`.
    """

    block: Block
    written: np.ndarray
    cohort: np.ndarray
    subject: np.ndarray
    hadm: np.ndarray
    people: pd.DataFrame
    age: np.ndarray
    diagnoses: pd.DataFrame
    charts: pd.DataFrame
    labs: pd.DataFrame


def _write(block: Block, rng: np.random.Generator) -> Written:
    files = _look(block, rng)
    tables = {
        "admissions": _admissions(files, rng),
        "patients": _patients(files),
        "diagnoses_icd": _diagnoses(files),
        "icustays": _stays(files, rng),
        "chartevents": _charts(files, rng),
        "labevents": _labs(files),
    }
    return Written(tables, _truth(files))


def _look(block: Block, rng: np.random.Generator) -> _Files:
    frame = block.admissions
    written = (frame["age"] >= MIN_AGE).to_numpy()
    in_icu = np.isin(np.arange(len(frame)), block.stays["admission"])
    people = _anchor(frame[written])
    anchor = people.reindex(frame["subject_id"] + FIRST_SUBJECT)
    year = seconds(frame["admit"]).astype("M8[Y]").astype(int) + 1970
    age = np.where(written, anchor["anchor_age"] + year - anchor["anchor_year"], 0).astype(int)
    group = anchor["anchor_year_group"].to_numpy()
    at_the_change = (group == LATE_GROUPS[0]) & (rng.random(len(frame)) < 0.4)
    in_revision_10 = np.isin(group.astype(str), LATE_GROUPS[1:]) | at_the_change
    owner = block.diagnoses["admission"].to_numpy()
    recoded = recode(block.diagnoses, pd.Series(in_revision_10[owner], index=block.diagnoses.index))
    charts = block.charts[written[block.charts["admission"]] & (block.charts["error"] < 1)]
    labs = block.labs[written[block.labs["admission"]]]
    p_unnamed = np.where(labs["seconds"] < 0, P_UNNAMED_BEFORE, P_UNNAMED)
    unnamed = (labs["filed"] == FILED.index("no admission")) | (rng.random(len(labs)) < p_unnamed)
    return _Files(
        block,
        written,
        written & in_icu & (frame["los_s"] >= 0).to_numpy(),
        frame["subject_id"].to_numpy() + FIRST_SUBJECT,
        frame["hadm_id"].to_numpy() + FIRST_ADMISSION,
        people,
        age,
        recoded[written[recoded["admission"]]],
        _renamed(charts),
        _renamed(labs.assign(named=np.where(unnamed, NOWHERE, labs["admission"]))),
    )


def _anchor(admissions: pd.DataFrame) -> pd.DataFrame:
    """Rows of `patients`: the anchor is the first admission that the database holds."""
    first = admissions.sort_values(["patient", "admit", "hadm_id"]).drop_duplicates("patient")
    subject = first["subject_id"].to_numpy()
    early = np.array(EARLY_GROUPS)[subject % len(EARLY_GROUPS)]
    late = np.array(LATE_GROUPS)[subject % len(LATE_GROUPS)]
    return pd.DataFrame(
        {
            "subject_id": subject + FIRST_SUBJECT,
            "gender": first["sex"].to_numpy(),
            "anchor_age": first["age"].to_numpy(),
            "anchor_year": seconds(first["admit"]).astype("M8[Y]").astype(int) + 1970,
            "anchor_year_group": np.where(first["system"] == "carevue", early, late),
        }
    ).set_index("subject_id", drop=False)


def _renamed(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows[rows["item"].isin(list(ITEMS))]
    return rows.assign(item=rows["item"].map(ITEMS).astype(np.int32))


def _admissions(files: _Files, rng: np.random.Generator) -> Columns:
    frame, keep = files.block.admissions, files.written
    admit = seconds(frame["admit"])
    emergency = (frame["admission_type"] == "EMERGENCY").to_numpy()
    columns = {
        "subject_id": files.subject,
        "hadm_id": files.hadm,
        "admittime": admit,
        "dischtime": admit + frame["los_s"].to_numpy().astype("m8[s]"),
        "deathtime": death_times(files.block),
        "admission_type": np.where(emergency, "EW EMER.", "ELECTIVE"),
        "admission_location": np.where(emergency, "EMERGENCY ROOM", "PHYSICIAN REFERRAL"),
        "discharge_location": np.where(frame["died"], "DIED", "HOME"),
        "insurance": rng.choice(["Medicare", "Private", "Medicaid", "Other"], len(frame)),
        "race": rng.choice(["WHITE", "BLACK/AFRICAN AMERICAN", "UNKNOWN"], len(frame)),
        "hospital_expire_flag": frame["died"].to_numpy().astype(np.int64),
    }
    return {name: values[keep] for name, values in columns.items()}


def _patients(files: _Files) -> Columns:
    deaths = pd.DataFrame({"subject": files.subject, "death": death_times(files.block)})[files.written]
    latest = deaths.groupby("subject")["death"].max().reindex(files.people.index)
    columns: Columns = {str(name): values.to_numpy() for name, values in files.people.items()}
    return columns | {"dod": seconds(latest).astype("M8[D]")}


def _diagnoses(files: _Files) -> Columns:
    rows = files.diagnoses
    owner = rows["admission"].to_numpy()
    return {
        "subject_id": files.subject[owner],
        "hadm_id": files.hadm[owner],
        "seq_num": rows.groupby("admission").cumcount().to_numpy() + 1,
        "icd_code": rows["written"].to_numpy(),
        "icd_version": rows["version"].to_numpy(),
    }


def _stays(files: _Files, rng: np.random.Generator) -> Columns:
    rows = files.block.stays
    rows = rows[files.written[rows["admission"]]]
    owner = rows["admission"].to_numpy()
    admit = seconds(files.block.admissions["admit"])[owner]
    unit = rng.choice(["Medical Intensive Care Unit (MICU)", "Coronary Care Unit (CCU)"], len(rows))
    return {
        "subject_id": files.subject[owner],
        "hadm_id": files.hadm[owner],
        "stay_id": rows["icustay_id"].to_numpy() + FIRST_STAY,
        "first_careunit": unit,
        "last_careunit": unit,
        "intime": admit + rows["in_s"].to_numpy().astype("m8[s]"),
        "outtime": admit + rows["out_s"].to_numpy().astype("m8[s]"),
        "los": np.round((rows["out_s"] - rows["in_s"]).to_numpy() / DAY, 4),
    }


def _charts(files: _Files, rng: np.random.Generator) -> Columns:
    rows = files.charts
    owner = rows["admission"].to_numpy()
    time = moments(files.block, rows)
    stray = (rows["filed"] == FILED.index("other patient")).to_numpy()
    unnamed = (rows["filed"] == FILED.index("no admission")).to_numpy()
    held = files.people.index.to_numpy()
    other_patient = np.where(files.subject[owner] == held[0], held[-1], held[0])
    values = event_values(rows)
    return {
        "subject_id": np.where(stray, other_patient, files.subject[owner]),
        "hadm_id": nullable(np.where(unnamed, 0, files.hadm[owner]), missing=0),
        "stay_id": rows["stay"].to_numpy() + FIRST_STAY,
        "caregiver_id": rng.integers(1000, 99000, len(files.subject))[owner],
        "charttime": time,
        "storetime": time + np.timedelta64(7 * 60, "s"),
        "itemid": rows["item"].to_numpy(),
        "value": values["VALUE"],
        "valuenum": values["VALUENUM"],
        "valueuom": values["VALUEUOM"],
        "warning": np.maximum(rows["warning"].to_numpy(), 0),
    }


def _labs(files: _Files) -> Columns:
    rows = files.labs
    time = moments(files.block, rows)
    values = event_values(rows)
    has_text = (rows["text"] >= 0).to_numpy()
    named = rows["named"].to_numpy()
    return {
        "subject_id": files.subject[rows["admission"]],
        "hadm_id": nullable(np.where(named == NOWHERE, 0, files.hadm[named]), missing=0),
        "itemid": rows["item"].to_numpy(),
        "charttime": time,
        "storetime": time + np.timedelta64(40 * 60, "s"),
        "value": np.where(has_text, "___", values["VALUE"].to_numpy(zero_copy_only=False)),
        "valuenum": values["VALUENUM"],
        "valueuom": values["VALUEUOM"],
        "flag": lab_flags(rows),
        "priority": np.where(rows["seconds"] < 0, "STAT", "ROUTINE"),
        "comments": words(PHRASES, rows["text"].to_numpy()),
    }


def _truth(files: _Files) -> dict[str, pd.DataFrame]:
    frame, cohort = files.block.admissions, files.cohort
    admissions: dict[str, Any] = {
        "patient_id": files.subject,
        "admission_id": files.hadm,
        "age_years": np.where(files.age > 89, 91, files.age),
        "sex": frame["sex"],
        "died_in_hospital": frame["died"],
        "length_of_stay_hours": frame["los_s"] / 3600.0,
        "stratum": files.people["anchor_year_group"].reindex(files.subject).to_numpy(),
    }
    codes = files.diagnoses[cohort[files.diagnoses["admission"]] & files.diagnoses["code"].notna()]
    return {
        "labels": true_labels(files.block, cohort, files.hadm),
        "ids": true_ids(files.block, files.written, files.hadm, files.subject),
        "corrected/admissions": rank(
            pd.DataFrame(admissions)[cohort], started=[frame["admit"].to_numpy()[cohort]]
        ),
        "corrected/diagnoses": canonical_codes(
            files.hadm[codes["admission"]], codes["code"], codes["version"]
        ),
        "corrected/measurements": _true_measurements(files),
    }


def _true_measurements(files: _Files) -> pd.DataFrame:
    """Chart rows by the admission they name, laboratory rows else by the one that their time lies in."""
    admit = seconds(files.block.admissions["admit"])
    ended = admit + files.block.admissions["los_s"].to_numpy().astype("m8[s]")
    visits = pd.DataFrame(
        {
            "patient": files.subject,
            "started": admit,
            "ended": ended,
            "id": files.hadm,
            "position": np.arange(len(admit)),
        }
    )[files.written]
    charts = files.charts[files.charts["filed"] == FILED.index("right")]
    labs, when = files.labs, moments(files.block, files.labs)
    by_time = visit_at(files.subject[labs["admission"]], when, visits)
    place = np.where(labs["named"] == NOWHERE, by_time, labs["named"])
    rows = pd.concat([charts.assign(place=charts["admission"]), labs.assign(place=place)], ignore_index=True)
    rows = rows[(rows["place"] != NOWHERE) & ~rows["spoiled"]]
    rows = rows[files.cohort[rows["place"]]]
    since = (moments(files.block, rows) - admit[rows["place"]]).astype("m8[s]").astype(np.int64)
    return canonical_rows(
        rows.assign(admission_id=files.hadm[rows["place"]], hours=since / 3600.0), COUNTED, FAHRENHEIT
    )


SCHEMA = Schema(HEADERS, _write)
