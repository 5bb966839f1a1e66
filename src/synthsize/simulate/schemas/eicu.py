"""eICU-CRD 2.0: stays in units, minutes from the admission to each, no dates.

What is written differently than in MIMIC-III, as in the real database:

- a row of ``patient`` is a stay in a unit; patients who were never in one are not there, nor are newborns;
- times are whole minutes; the hospital is the stratum;
- ages over 89 are ``> 89``; some ages and outcomes are blank, and some who died in the unit left the hospital alive;
- a problem is listed with its codes of both revisions and dots, ``995.92, R65.20``; some problems have no codes, of
  which severe sepsis and septic shock are identified by their path; septicaemia has lost its leading zero in places;
- the monitor's values stand side by side in ``vitalPeriodic``, the cuff's in ``vitalAperiodic``, the rest is charted by
  nurses, numbers and texts in one column;
- a revised laboratory result is listed beside the first one.

Rows without an admission and of other patients have no place in these tables; rows in error and the computed twins of
temperatures are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from synthsize.simulate.block import Block
from synthsize.simulate.coding import BLOOD_INFECTION, SEPTIC_SHOCK, SEVERE_SEPSIS
from synthsize.simulate.items import PHRASES
from synthsize.simulate.rows import FILED
from synthsize.simulate.schemas.columns import every, in_fewest_digits, moments, seconds, words
from synthsize.simulate.schemas.eicu_items import (
    APERIODIC,
    CHARTED,
    COUNTED,
    FAHRENHEIT,
    ITEMS,
    LABS,
    PERIODIC,
)
from synthsize.simulate.schemas.icd10 import TWINS, with_dot
from synthsize.simulate.schemas.schema import Columns, Schema, Written
from synthsize.simulate.truth import canonical_codes, canonical_rows, rank, true_ids, true_labels

HEADERS = {
    "patient": "patientunitstayid patienthealthsystemstayid gender age ethnicity hospitalid wardid "
    "hospitaladmitoffset hospitaldischargeyear hospitaldischargeoffset hospitaldischargestatus unittype "
    "unitvisitnumber unitdischargeoffset unitdischargestatus uniquepid",
    "diagnosis": "diagnosisid patientunitstayid activeupondischarge diagnosisoffset diagnosisstring icd9code "
    "diagnosispriority",
    "vitalperiodic": "vitalperiodicid patientunitstayid observationoffset temperature sao2 heartrate respiration "
    "cvp etco2 systemicsystolic systemicdiastolic systemicmean pasystolic padiastolic pamean st1 st2 st3 icp",
    "vitalaperiodic": "vitalaperiodicid patientunitstayid observationoffset noninvasivesystolic "
    "noninvasivediastolic noninvasivemean paop cardiacoutput cardiacinput svr svri pvr pvri",
    "nursecharting": "nursingchartid patientunitstayid nursingchartoffset nursingchartentryoffset "
    "nursingchartcelltypecat nursingchartcelltypevallabel nursingchartcelltypevalname nursingchartvalue",
    "lab": "labid patientunitstayid labresultoffset labtypeid labname labresult labresulttext "
    "labmeasurenamesystem labmeasurenameinterface labresultrevisedoffset",
}
FIRST_ADMISSION, FIRST_STAY = 300_000, 1_000_000
N_HOSPITALS, N_SYSTEMS = 40, 5
SYSTEM_DIGITS = 10**9
AGE_OVER_89 = 90  # what the order of a patient's admissions takes "> 89" for
P_REVISED = 0.02
NO_CODES = 6  # every sixth problem has none

PATHS = {
    SEVERE_SEPSIS: "infectious diseases|systemic/other infections|sepsis|severe",
    SEPTIC_SHOCK: "cardiovascular|shock / hypotension|septic shock",
}
OTHER_PATH = "general|other problem"


@dataclass(frozen=True)
class _Files:
    """A block as this database sees it; arrays by row position in the block's admissions, tables without positions.

    Attributes
    ----------
    written, cohort : ndarray of bool
        Admissions that the database holds, and those of the default cohort.
    minute : ndarray of int
        The minute of each admission, as all clocks of this database.
    ids : ndarray of int
        patienthealthsystemstayid.
    patient_id, hospital, year : ndarray of int
    lacks_age, lacks_outcome : ndarray of bool
    stays, problems, charts, labs : pandas.DataFrame
        Rows that it holds: stays with `unit` (patientunitstayid) and `minute`; problems with `codes` (a tuple);
        charts and labs with `unit`, `offset` (minutes since the admission to it) and `hours` (since the hospital's).
    """

    block: Block
    written: np.ndarray
    cohort: np.ndarray
    minute: np.ndarray
    ids: np.ndarray
    patient_id: np.ndarray
    hospital: np.ndarray
    year: np.ndarray
    lacks_age: np.ndarray
    lacks_outcome: np.ndarray
    stays: pd.DataFrame
    problems: pd.DataFrame
    charts: pd.DataFrame
    labs: pd.DataFrame


def _write(block: Block, rng: np.random.Generator) -> Written:
    files = _look(block, rng)
    tables = {
        "patient": _patients(files),
        "diagnosis": _diagnoses(files),
        "vitalperiodic": _side_by_side(files.charts, PERIODIC),
        "vitalaperiodic": _side_by_side(files.charts, APERIODIC),
        "nursecharting": _nurse_charts(files.charts),
        "lab": _labs(files.labs),
    }
    return Written(tables, _truth(files))


def _look(block: Block, rng: np.random.Generator) -> _Files:
    frame = block.admissions
    n = len(frame)
    newborn = frame["newborn"].to_numpy()
    written = ~newborn & np.isin(np.arange(n), block.stays["admission"])
    weights = 1 / np.arange(1, N_HOSPITALS + 1)
    of_patient = rng.choice(N_HOSPITALS, int(frame["patient"].max()) + 1, p=weights / weights.sum())
    hospital = 60 + of_patient[frame["patient"]]
    system = 2 + hospital % N_SYSTEMS
    minute = _minutes(seconds(frame["admit"]))
    lacks_age, lacks_outcome = every(n, 61, 11), every(n, 47, 5)
    stays = block.stays[written[block.stays["admission"]]].reset_index(drop=True)
    stays["unit"] = stays["icustay_id"] + FIRST_STAY
    entered = seconds(frame["admit"])[stays["admission"]] + stays["in_s"].to_numpy().astype("m8[s]")
    stays["minute"] = _minutes(entered)
    right = block.charts["filed"] == FILED.index("right")
    charts = block.charts[written[block.charts["admission"]] & right & (block.charts["error"] < 1)]
    charts = charts[charts["item"].isin(list(ITEMS))].assign(unit=lambda rows: rows["stay"] + FIRST_STAY)
    labs = block.labs[written[block.labs["admission"]] & (block.labs["filed"] == FILED.index("right"))]
    labs = labs[labs["item"].isin(list(LABS))]
    labs = labs.assign(unit=stays["unit"].to_numpy()[_unit_at(stays, labs)])
    labs = _revised(_clocked(block, stays, minute, labs), rng)
    cohort = written & ~lacks_age & ~lacks_outcome & block.eligible
    return _Files(
        block,
        written,
        cohort,
        minute,
        frame["hadm_id"].to_numpy() + FIRST_ADMISSION,
        system * SYSTEM_DIGITS + frame["subject_id"].to_numpy(),
        hospital,
        np.where(frame.groupby("patient").cumcount() > 0, 2015, 2014),
        lacks_age,
        lacks_outcome,
        stays,
        _problems(block, stays),
        _clocked(block, stays, minute, charts),
        labs,
    )


def _minutes(moment: np.ndarray) -> np.ndarray:
    return np.floor_divide(moment.astype("M8[s]").astype(np.int64), 60)


def _unit_at(stays: pd.DataFrame, rows: pd.DataFrame) -> np.ndarray:
    """Position of the stay that had begun at each row, or else of the admission's first."""
    owner = stays["admission"].to_numpy()
    first = np.searchsorted(owner, rows["admission"])
    last = np.searchsorted(owner, rows["admission"], side="right") - 1  # of two at most
    return np.where(rows["seconds"] >= stays["in_s"].to_numpy()[last], last, first)


def _clocked(block: Block, stays: pd.DataFrame, minute: np.ndarray, rows: pd.DataFrame) -> pd.DataFrame:
    of_row = _minutes(moments(block, rows))
    entered = stays.set_index("unit")["minute"].reindex(rows["unit"]).to_numpy()
    since_admission = of_row - minute[rows["admission"]]
    return rows.assign(
        offset=of_row - entered,
        hours=since_admission / 60.0,
        item=rows["item"].map(ITEMS),
        mimic=rows["item"],
    )


def _revised(labs: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Put a first result before some of the results, in the order of `labid`."""
    labs = labs.assign(revised=labs["offset"] + 30, first=False).reset_index(drop=True)
    chosen = (rng.random(len(labs)) < P_REVISED) & labs["value"].notna().to_numpy()
    labs.loc[chosen, "revised"] += 65
    first = labs[chosen].assign(first=True, revised=labs["offset"][chosen] + 30)
    first["value"] = np.round(first["value"] * 1.5 + 0.1, 1)
    return pd.concat([first, labs]).sort_index(kind="stable").reset_index(drop=True)


def _problems(block: Block, stays: pd.DataFrame) -> pd.DataFrame:
    """Problems of the patients in units, listed in the first of each admission, with their printed codes."""
    rows = block.diagnoses[block.diagnoses["admission"].isin(stays["admission"])].reset_index(drop=True)
    rows["unit"] = rows["admission"].map(stays.drop_duplicates("admission").set_index("admission")["unit"])
    old = with_dot(rows["code"], 9)
    lost = (rows["code"] == BLOOD_INFECTION) & every(len(rows), 3, 0)
    rows["printed"] = old.mask(lost, old.str.lstrip("0")) + ", " + with_dot(rows["code"].map(TWINS), 10)
    rows["has_codes"] = rows["code"].notna() & ~every(len(rows), NO_CODES, 1)
    rows["path"] = rows["code"].map(PATHS).fillna(OTHER_PATH)
    return rows


def _patients(files: _Files) -> Columns:
    frame, stays = files.block.admissions, files.stays
    owner = stays["admission"].to_numpy()
    mine = frame.iloc[owner]
    since = files.minute[owner] - stays["minute"].to_numpy()
    number = stays.groupby("admission").cumcount().to_numpy() + 1
    # Of a patient in two units only one row may hold the age.
    is_blank = files.lacks_age[owner] | ((number > 1) & every(len(frame), 3, 0)[owner])
    age = np.where(mine["age"] > 89, "> 89", mine["age"].astype(str))
    died_here = mine["died"].to_numpy() & (stays["out_s"] == mine["los_s"].to_numpy()).to_numpy()
    status = np.where(mine["died"], "Expired", "Alive")
    return {
        "patientunitstayid": stays["unit"].to_numpy(),
        "patienthealthsystemstayid": files.ids[owner],
        "gender": np.where(mine["sex"] == "F", "Female", "Male"),
        "age": pa.array(age.astype(object), mask=is_blank),
        "ethnicity": np.repeat("Caucasian", len(stays)),
        "hospitalid": files.hospital[owner],
        "wardid": files.hospital[owner] * 10 + number,
        "hospitaldischargeyear": files.year[owner],
        "hospitaladmitoffset": since,
        "hospitaldischargeoffset": since + _stay_minutes(files)[owner],
        "hospitaldischargestatus": pa.array(status.astype(object), mask=files.lacks_outcome[owner]),
        "unittype": np.where(files.hospital[owner] % 2, "Med-Surg ICU", "MICU"),
        "unitvisitnumber": number,
        "unitdischargeoffset": np.floor_divide((stays["out_s"] - stays["in_s"]).to_numpy(), 60),
        "unitdischargestatus": np.where(died_here | every(len(frame), 83, 7)[owner], "Expired", "Alive"),
        "uniquepid": _printed_patients(files)[owner],
    }


def _stay_minutes(files: _Files) -> np.ndarray:
    frame = files.block.admissions
    left = seconds(frame["admit"]) + frame["los_s"].to_numpy().astype("m8[s]")
    minutes: np.ndarray = _minutes(left) - files.minute
    return minutes


def _printed_patients(files: _Files) -> np.ndarray:
    system, number = np.divmod(files.patient_id, SYSTEM_DIGITS)
    return np.array([f"{a:03d}-{b}" for a, b in zip(system, number, strict=True)], dtype=object)


def _diagnoses(files: _Files) -> Columns:
    rows = files.problems
    return {
        "patientunitstayid": rows["unit"].to_numpy(),
        "activeupondischarge": np.repeat("True", len(rows)),
        "diagnosisoffset": np.repeat(120, len(rows)),
        "diagnosisstring": rows["path"].to_numpy(),
        "icd9code": rows["printed"].where(rows["has_codes"]).to_numpy(),
        "diagnosispriority": np.repeat("Other", len(rows)),
    }


def _side_by_side(charts: pd.DataFrame, items: dict[int, str]) -> Columns:
    """Rows of the tables with a column for each item; two values of one minute and item take two rows."""
    rows = charts[charts["mimic"].isin(list(items))]
    rows = rows.assign(again=rows.groupby(["unit", "offset", "item"]).cumcount())
    keys = ["unit", "offset", "again"]
    wide = rows.pivot_table(index=keys, columns="item", values="value", aggfunc="first").reset_index()
    wide = wide.reindex(columns=["unit", "offset", *items.values()])
    cells: Columns = {name: pa.array(wide[name].to_numpy(float), from_pandas=True) for name in items.values()}
    return {
        "patientunitstayid": wide["unit"].to_numpy(np.int64),
        "observationoffset": wide["offset"].to_numpy(np.int64),
        **cells,
    }


def _nurse_charts(charts: pd.DataFrame) -> Columns:
    rows = charts[charts["mimic"].isin(list(CHARTED))]
    number = in_fewest_digits(pa.array(rows["value"].to_numpy(), from_pandas=True))
    return {
        "patientunitstayid": rows["unit"].to_numpy(),
        "nursingchartoffset": rows["offset"].to_numpy(),
        "nursingchartentryoffset": rows["offset"].to_numpy() + 4,
        "nursingchartcelltypecat": np.repeat("Vital Signs", len(rows)),
        "nursingchartcelltypevallabel": rows["item"].to_numpy(),
        "nursingchartcelltypevalname": rows["item"].to_numpy(),
        "nursingchartvalue": pc.coalesce(words(PHRASES, rows["text"].to_numpy()), number),
    }


def _labs(labs: pd.DataFrame) -> Columns:
    number = pa.array(labs["value"].to_numpy(), from_pandas=True)
    return {
        "patientunitstayid": labs["unit"].to_numpy(),
        "labresultoffset": labs["offset"].to_numpy(),
        "labtypeid": np.repeat(1, len(labs)),
        "labname": labs["item"].to_numpy(),
        "labresult": number,
        "labresulttext": pc.coalesce(words(PHRASES, labs["text"].to_numpy()), in_fewest_digits(number)),
        "labresultrevisedoffset": labs["revised"].to_numpy(),
    }


def _truth(files: _Files) -> dict[str, pd.DataFrame]:
    frame, cohort = files.block.admissions, files.cohort
    age = frame["age"].to_numpy()
    admissions = pd.DataFrame(
        {
            "patient_id": files.patient_id,
            "admission_id": files.ids,
            "age_years": age,
            "sex": frame["sex"],
            "died_in_hospital": frame["died"],
            "length_of_stay_hours": _stay_minutes(files) / 60.0,
            "stratum": [f"hospital {number}" for number in files.hospital],
        }
    )
    order = [files.year[cohort], np.where(age > 89, AGE_OVER_89, age)[cohort]]
    rows = pd.concat([files.charts, _last_results(files.labs)], ignore_index=True)
    rows = rows[cohort[rows["admission"]] & ~rows["spoiled"]]
    return {
        "labels": true_labels(files.block, cohort, files.ids),
        "ids": true_ids(files.block, files.written, files.ids, files.patient_id),
        "corrected/admissions": rank(admissions[cohort], started=order),
        "corrected/diagnoses": _true_diagnoses(files),
        "corrected/measurements": canonical_rows(
            rows.assign(admission_id=files.ids[rows["admission"]]), COUNTED, FAHRENHEIT
        ),
    }


def _last_results(labs: pd.DataFrame) -> pd.DataFrame:
    """Results that no later one of the same stay, test and minute replaces."""
    ordered = labs.sort_values("revised", kind="stable")
    return ordered.drop_duplicates(["unit", "item", "offset"], keep="last")


def _true_diagnoses(files: _Files) -> pd.DataFrame:
    rows = files.problems
    rows = rows[files.cohort[rows["admission"]] & rows["code"].notna()]
    old = rows[rows["has_codes"]]
    new = rows[rows["has_codes"] | rows["code"].isin(list(PATHS))]
    codes = pd.concat([old.assign(version=9), new.assign(version=10, code=new["code"].map(TWINS))])
    return canonical_codes(files.ids[codes["admission"]], codes["code"], codes["version"])


SCHEMA = Schema(HEADERS, _write)
