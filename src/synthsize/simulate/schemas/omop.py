"""OMOP CDM 5.4: everything is a concept, with its unit.

What is written differently than in MIMIC-III, as in real conversions:

- ids of persons and visits are signed 64-bit numbers, half of the first ones negative;
- hospital stays are visits of an inpatient concept, some of another one with a part in intensive care; visits to
  outpatient departments are among them;
- some visits do not say where the patient went: the outcome follows from the date of death;
- some measurements and codes name no visit, and belong to the one that their time lies in;
- a rare item of the laboratory is reported per microlitre; some temperatures have no unit;
- results below the limit of detection are a number with an operator;
- codes of ICD-9-CM and ICD-10-CM are distinguished by their concept's vocabulary, with local codes among them.

Rows in error and the computed
twins of temperatures are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from synthsize.simulate.block import Block
from synthsize.simulate.items import MEASURED
from synthsize.simulate.rows import FILED
from synthsize.simulate.schemas.columns import death_times, every, moments, nullable, seconds
from synthsize.simulate.schemas.icd10 import recode
from synthsize.simulate.schemas.omop_concepts import (
    CELSIUS,
    CONCEPTS,
    CRITICAL_CARE_FACILITY,
    DIED,
    EMERGENCY_INPATIENT,
    FAHRENHEIT,
    FEMALE,
    FROM_RECORD,
    HOME,
    ICD9,
    ICD10,
    INPATIENT,
    INTENSIVE_CARE,
    LESS_THAN,
    LOCAL,
    LOCAL_CODE,
    MALE,
    NO_UNIT,
    OTHER_VISIT,
    OUTPATIENT,
    UNITS,
    VARIABLES,
    vocabulary,
)
from synthsize.simulate.schemas.omop_headers import HEADERS
from synthsize.simulate.schemas.placing import NOWHERE, visit_at
from synthsize.simulate.schemas.schema import Columns, Schema, Written
from synthsize.simulate.truth import canonical_codes, canonical_rows, rank, true_ids, true_labels

# Ids rise with MIMIC-III's, beyond what a double holds; the largest HADM_ID stays below 2 to the 63.
VISIT_STEP, FIRST_POSITIVE_VISIT = 97_003_000_000_007, 100_400
PERSON_STEP, FIRST_POSITIVE_PERSON = 96_000_000_000_001, 400
P_UNNAMED, P_UNNAMED_CODE = 0.15, 0.05


@dataclass(frozen=True)
class _Files:
    """A block as this database sees it; arrays by row position in the block's admissions.

    Attributes
    ----------
    cohort : ndarray of bool
        Admissions of the default cohort; the database holds all.
    visit, person : ndarray of int
    visits : pandas.DataFrame
        As `placing.visit_at` takes them.
    diagnoses, rows : pandas.DataFrame
        Codes and measurements, with `place`, the position that they belong to, and `named`, whether they say so.
    """

    block: Block
    cohort: np.ndarray
    visit: np.ndarray
    person: np.ndarray
    visits: pd.DataFrame
    diagnoses: pd.DataFrame
    rows: pd.DataFrame


def _write(block: Block, rng: np.random.Generator) -> Written:
    files = _look(block, rng)
    tables = {
        "person": _persons(files),
        "visit_occurrence": _visits(files),
        "visit_detail": _details(files),
        "death": _deaths(files),
        "condition_occurrence": _conditions(files),
        "measurement": _measurements(files),
    }
    return Written(tables, _truth(files))


def _look(block: Block, rng: np.random.Generator) -> _Files:
    frame = block.admissions
    position = np.arange(len(frame))
    in_icu = np.isin(position, block.stays["admission"])
    person = (frame["subject_id"].to_numpy() - FIRST_POSITIVE_PERSON) * PERSON_STEP
    visit = (frame["hadm_id"].to_numpy() - FIRST_POSITIVE_VISIT) * VISIT_STEP
    admit = seconds(frame["admit"])
    ended = admit + frame["los_s"].to_numpy().astype("m8[s]")
    visits = pd.DataFrame(
        {"patient": person, "started": admit, "ended": ended, "id": visit, "position": position}
    )
    recoded = recode(
        block.diagnoses, pd.Series((frame["system"] != "carevue").to_numpy()[block.diagnoses["admission"]])
    )
    owner = recoded["admission"].to_numpy()
    named = rng.random(len(recoded)) >= P_UNNAMED_CODE
    recoded = recoded.assign(
        named=named, place=np.where(named, owner, visit_at(person[owner], admit[owner], visits))
    )
    rows = pd.concat([block.charts[block.charts["error"] < 1], block.labs], ignore_index=True)
    rows = rows[rows["item"].isin(list(CONCEPTS))].reset_index(drop=True)
    owner = rows["admission"].to_numpy()
    stray = (rows["filed"] == FILED.index("other patient")).to_numpy()
    rows["person"] = np.where(
        stray, np.where(person == person[0], person[-1], person[0])[owner], person[owner]
    )
    rows["named"] = (rows["filed"] != FILED.index("no admission")) & (rng.random(len(rows)) >= P_UNNAMED)
    by_time = visit_at(rows["person"].to_numpy(), moments(block, rows), visits)
    rows["place"] = np.where(rows["named"] & ~stray, owner, by_time)
    concept = pd.DataFrame([CONCEPTS[item] for item in rows["item"]], columns=["concept", "unit"])
    lacks_unit = concept["unit"].isin([CELSIUS, FAHRENHEIT]) & every(len(rows), 7, 3)
    rows = rows.assign(concept=concept["concept"], unit=concept["unit"].mask(lacks_unit, NO_UNIT))
    cohort = block.eligible & in_icu
    return _Files(block, cohort, visit, person, visits, recoded, rows)


def _persons(files: _Files) -> Columns:
    first = ~files.block.admissions["patient"].duplicated().to_numpy()
    frame = files.block.admissions[first]
    birth = frame["birth"].to_numpy()
    day, month, year = (birth.astype(f"M8[{unit}]") for unit in "DMY")
    return {
        "person_id": files.person[first],
        "gender_concept_id": np.where(frame["sex"] == "F", FEMALE, MALE),
        "year_of_birth": year.astype(int) + 1970,
        "month_of_birth": (month - year.astype("M8[M]")).astype(int) + 1,
        "day_of_birth": (day - month.astype("M8[D]")).astype(int) + 1,
        "birth_datetime": birth.astype("M8[s]"),
        "race_concept_id": np.zeros(len(frame), int),
        "ethnicity_concept_id": np.zeros(len(frame), int),
        "person_source_value": frame["subject_id"].to_numpy(),
        "gender_source_value": frame["sex"].to_numpy(),
    }


def _visits(files: _Files) -> Columns:
    """All hospital stays, then a visit to an outpatient department for each that has blood drawn before it."""
    frame, visits = files.block.admissions, files.visits
    n = len(frame)
    started, ended = visits["started"].to_numpy(), visits["ended"].to_numpy()
    in_icu = np.isin(np.arange(n), files.block.stays["admission"])
    concept = np.where(frame["admission_type"] == "EMERGENCY", EMERGENCY_INPATIENT, INPATIENT)
    concept = np.where(in_icu & every(n, 19, 4), OTHER_VISIT, concept)
    away = _outpatients(files.block)
    left_to = np.where(frame["died"], DIED, HOME)
    left_to = np.where(_says_nothing(files), 0, left_to)
    draw = started[away] - np.timedelta64(10, "D")
    start, end = np.concatenate([started, draw]), np.concatenate([ended, draw])
    m = len(away)
    return {
        # An outpatient visit has the number after the stay's.
        "visit_occurrence_id": np.concatenate([files.visit, files.visit[away] + 1]),
        "person_id": np.concatenate([files.person, files.person[away]]),
        "visit_concept_id": np.concatenate([concept, np.repeat(OUTPATIENT, m)]),
        "visit_start_date": start.astype("M8[D]"),
        "visit_start_datetime": start,
        "visit_end_date": end.astype("M8[D]"),
        "visit_end_datetime": end,
        "visit_type_concept_id": np.repeat(FROM_RECORD, n + m),
        "visit_source_value": np.concatenate([frame["hadm_id"], np.zeros(m, int)]),
        "discharged_to_concept_id": np.concatenate([left_to, np.zeros(m, int)]),
    }


def _outpatients(block: Block) -> np.ndarray:
    early = (block.labs["filed"] == FILED.index("no admission")) & (block.labs["seconds"] < 0)
    return np.unique(block.labs["admission"][early])


def _says_nothing(files: _Files) -> np.ndarray:
    """Where no place of discharge is given: of patients with one admission, whose date of death gives the outcome."""
    frame = files.block.admissions
    alone = (frame.groupby("patient")["hadm_id"].transform("size") == 1).to_numpy()
    ends_in_death = (frame["death_s"] == frame["los_s"]).to_numpy() | ~frame["died"].to_numpy()
    silent: np.ndarray = alone & ends_in_death & every(len(frame), 5, 2)
    return silent


def _details(files: _Files) -> Columns:
    """Stays in intensive care, and the rest of each visit."""
    stays, visits = files.block.stays, files.visits
    owner = stays["admission"].to_numpy()
    start = visits["started"].to_numpy()[owner]
    units = np.where(owner % 2, INTENSIVE_CARE, CRITICAL_CARE_FACILITY)
    n, m = len(stays), len(visits)

    def parts(of_unit: np.ndarray, of_visit: np.ndarray) -> np.ndarray:
        return np.concatenate([of_unit, of_visit])

    first = parts(start + stays["in_s"].to_numpy().astype("m8[s]"), visits["started"].to_numpy())
    last = parts(start + stays["out_s"].to_numpy().astype("m8[s]"), visits["ended"].to_numpy())
    return {
        "person_id": parts(files.person[owner], files.person),
        "visit_detail_concept_id": parts(units, np.repeat(INPATIENT, m)),
        "visit_detail_start_date": first.astype("M8[D]"),
        "visit_detail_start_datetime": first,
        "visit_detail_end_date": last.astype("M8[D]"),
        "visit_detail_end_datetime": last,
        "visit_detail_type_concept_id": np.repeat(FROM_RECORD, n + m),
        "care_site_id": nullable(parts(_care_site(files, owner), np.zeros(m, int)), missing=0),
        "visit_occurrence_id": parts(files.visit[owner], files.visit),
    }


def _care_site(files: _Files, owner: np.ndarray) -> np.ndarray:
    """Return the number of the unit of an admission, from 1."""
    number: np.ndarray = files.block.admissions["hadm_id"].to_numpy()[owner] % len(UNITS) + 1
    return number


def _deaths(files: _Files) -> Columns:
    deaths = pd.DataFrame({"person": files.person, "moment": death_times(files.block)})
    latest = deaths.groupby("person", sort=False)["moment"].max().dropna()
    moment = seconds(latest)
    return {
        "person_id": latest.index.to_numpy(),
        "death_date": moment.astype("M8[D]"),
        "death_datetime": moment,
        "death_type_concept_id": np.repeat(FROM_RECORD, len(latest)),
    }


def _conditions(files: _Files) -> Columns:
    """Codes with trailing blanks; of the numeric ones of ICD-9 some have no concept; local ones are none of ICD."""
    rows = files.diagnoses.assign(number=np.arange(len(files.diagnoses)))
    local = rows[every(len(rows), 23, 1)].assign(code=LOCAL_CODE, version=0)
    rows = pd.concat([rows, local]).sort_values("number", kind="stable", ignore_index=True)
    owner = rows["admission"].to_numpy()
    start = files.visits["started"].to_numpy()[owner]
    number = rows["code"].where(rows["version"] != 10).map(ICD9)
    number = number.fillna(rows["code"].where(rows["version"] == 10).map(ICD10)).fillna(0).astype(np.int64)
    number = number.mask(rows["code"] == LOCAL_CODE, LOCAL)
    plain = (rows["version"] == 9) & rows["code"].str.fullmatch(r"\d+").fillna(False).astype(bool)
    number = number.mask(plain & every(len(rows), 4, 2), 0)
    source = rows["code"].str.ljust(7)
    return {
        "person_id": files.person[owner],
        "condition_concept_id": np.zeros(len(rows), int),
        "condition_start_date": start.astype("M8[D]"),
        "condition_start_datetime": start,
        "condition_type_concept_id": np.repeat(FROM_RECORD, len(rows)),
        "visit_occurrence_id": pa.array(files.visit[owner], mask=~rows["named"].to_numpy()),
        "condition_source_value": source.to_numpy(),
        "condition_source_concept_id": number.to_numpy(),
    }


def _measurements(files: _Files) -> Columns:
    rows = files.rows
    time = moments(files.block, rows)
    limit = (rows["item"] == 50813) & rows["value"].isna()  # lactate is reported as below its limit
    value = np.where(rows["item"] == 51300, rows["value"] * 1000, rows["value"])
    value = np.where(limit, 0.5, value)
    named = rows["named"].to_numpy()
    outpatient = (rows["filed"] == FILED.index("no admission")).to_numpy() & (rows["seconds"] < 0).to_numpy()
    visit = files.visit[rows["admission"]] + outpatient
    return {
        "person_id": rows["person"].to_numpy(),
        "measurement_concept_id": rows["concept"].to_numpy(),
        "measurement_date": time.astype("M8[D]"),
        "measurement_datetime": time,
        "measurement_type_concept_id": np.repeat(FROM_RECORD, len(rows)),
        "operator_concept_id": nullable(np.where(limit, LESS_THAN, 0), missing=0),
        "value_as_number": pa.array(value, from_pandas=True),
        "unit_concept_id": rows["unit"].to_numpy(),
        "visit_occurrence_id": pa.array(visit, mask=~(named | outpatient)),
        "measurement_source_value": rows["item"].to_numpy(),
    }


def _truth(files: _Files) -> dict[str, pd.DataFrame]:
    frame, cohort = files.block.admissions, files.cohort
    unit = np.array([name.split("(")[1].rstrip(")") for name in UNITS])
    admissions = pd.DataFrame(
        {
            "patient_id": files.person,
            "admission_id": files.visit,
            "age_years": frame["age"],
            "sex": frame["sex"],
            "died_in_hospital": frame["died"],
            "length_of_stay_hours": frame["los_s"] / 3600.0,
            "stratum": unit[_care_site(files, np.arange(len(frame))) - 1],
        }
    )
    codes = files.diagnoses[files.diagnoses["code"].notna() & (files.diagnoses["place"] != NOWHERE)]
    codes = codes[cohort[codes["place"]]]
    return {
        "labels": true_labels(files.block, cohort, files.visit),
        "ids": true_ids(files.block, np.full(len(frame), True), files.visit, files.person),
        "corrected/admissions": rank(
            admissions[cohort], started=[files.visits["started"].to_numpy()[cohort]]
        ),
        "corrected/diagnoses": canonical_codes(files.visit[codes["place"]], codes["code"], codes["version"]),
        "corrected/measurements": _true_measurements(files),
    }


def _true_measurements(files: _Files) -> pd.DataFrame:
    rows = files.rows[(files.rows["place"] != NOWHERE) & ~files.rows["spoiled"]]
    rows = rows[files.cohort[rows["place"]]]
    started = files.visits["started"].to_numpy()[rows["place"]]
    since = (moments(files.block, rows) - started).astype("m8[s]").astype(np.int64)
    written_in_fahrenheit = rows["item"].isin([entry.item for entry in MEASURED if entry.fahrenheit])
    return canonical_rows(
        rows.assign(
            admission_id=files.visit[rows["place"]],
            hours=since / 3600.0,
            item=rows["concept"].astype(str),
            swapped=rows["swapped"] ^ written_in_fahrenheit,
        ),
        VARIABLES,
        frozenset(),
    )


CONSTANTS = {
    "concept": vocabulary(),
    "care_site": {
        "care_site_id": np.arange(1, len(UNITS) + 1),
        "care_site_name": np.array(UNITS, dtype=object),
    },
}
SCHEMA = Schema(HEADERS, _write, constants=CONSTANTS)
