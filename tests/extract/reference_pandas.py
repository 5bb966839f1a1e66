"""A second MIMIC-III extraction in plain pandas, for the first one to be compared with.

It shares nothing with `synthsize.extract` but the column names of the table contracts: item ids, ranges and
rules are typed here from the public descriptions of MIMIC-III. It favours obvious code over speed and memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from synthsize.contracts.canonical import ADMISSIONS, DIAGNOSES, MEASUREMENTS

SECONDS_PER_HOUR = 3600
MASKED_AGE = 91  # median of the patients above 89, whose dates of birth are moved back 300 years

CELSIUS, FAHRENHEIT = "C", "F"
TEMPERATURE_RANGE = {CELSIUS: (10.0, 50.0), FAHRENHEIT: (70.0, 120.0)}  # both ends exclusive


@dataclass(frozen=True)
class ConceptSet:
    """Items of each variable, and whether rows are screened (error flag, plausible range, unit)."""

    vitals: dict[str, tuple[int, ...]]
    labs: dict[str, tuple[int, ...]]
    screened: bool


LAB_ITEMS = {
    "wbc": (51300, 51301),
    "platelets": (51265,),
    "creatinine": (50912,),
    "inr": (51237,),
    "lactate": (50813,),
    "bilirubin": (50885,),
}
CONCEPT_SETS = {
    "corrected": ConceptSet(
        vitals={
            "heart_rate": (211, 220045),
            "respiratory_rate": (615, 618, 220210, 224690),
            "temperature": (676, 678, 223761, 223762),
            "systolic_bp": (51, 442, 455, 6701, 220179, 220050),
        },
        labs=LAB_ITEMS,
        screened=True,
    ),
    "paper": ConceptSet(
        vitals={
            "heart_rate": (211, 220045),
            "respiratory_rate": (219, 615, 618),
            "temperature": (676, 677, 223762),
            "systolic_bp": (6, 51, 220179, 220050),
        },
        labs=LAB_ITEMS,
        screened=False,
    ),
}
TEMPERATURE_UNIT = {676: CELSIUS, 223762: CELSIUS, 678: FAHRENHEIT, 223761: FAHRENHEIT}
# Upper ends of the plausible ranges; every lower end is 0, exclusive.
VITAL_BELOW = {"heart_rate": 300.0, "respiratory_rate": 70.0, "systolic_bp": 400.0}
LAB_AT_MOST = {
    "wbc": 1000.0,
    "platelets": 10000.0,
    "creatinine": 150.0,
    "inr": 50.0,
    "lactate": 50.0,
    "bilirubin": 150.0,
}

AUDIT_KEYS = ["variable", "source_table", "item", "outcome"]


def reference_admissions(
    folder: Path,
    *,
    min_age: int = 16,
    admissions: str = "all",
    landmark: bool = False,
    window_hours: float = 120,
) -> pd.DataFrame:
    """Return the cohort: eligible adult admissions, then `all`, `first` or `latest`, then the landmark."""
    stays = _eligible_stays(folder, min_age).sort_values(["subject_id", "admittime", "hadm_id"])
    per_patient = stays.groupby("subject_id")["hadm_id"]
    stays["admission_rank"] = per_patient.cumcount() + 1
    stays["last_admission"] = stays["admission_rank"] == per_patient.transform("size")
    if admissions == "first":
        stays = stays[stays["admission_rank"] == 1]
    elif admissions == "latest":
        stays = stays[stays["last_admission"]]
    if landmark:
        stays = stays[stays["length_of_stay_hours"] >= window_hours]
    stays["stratum"] = stays["hadm_id"].map(_charting_system(folder)).fillna("no_icu")
    stays["died_in_hospital"] = stays["hospital_expire_flag"] == 1
    names = {"subject_id": "patient_id", "hadm_id": "admission_id", "gender": "sex"}
    table = stays.rename(columns=names).sort_values("admission_id", ignore_index=True)
    return table[list(ADMISSIONS.columns)].astype({"admission_rank": "int32", "age_years": "int32"})


def reference_diagnoses(folder: Path, cohort: pd.DataFrame) -> pd.DataFrame:
    """Return the distinct ICD-9 codes of the cohort's admissions, upper case and without dots."""
    coded = _read(folder, "DIAGNOSES_ICD", {"HADM_ID": "Int64", "ICD9_CODE": "str"})
    table = pd.DataFrame(
        {
            "admission_id": coded["hadm_id"],
            "code": coded["icd9_code"].str.replace(".", "", regex=False).str.strip().str.upper(),
            "code_version": np.int32(9),
        }
    )
    known = table["admission_id"].isin(cohort["admission_id"]) & (table["code"].fillna("") != "")
    table = table[known].drop_duplicates().astype({"admission_id": "int64"})
    return table.sort_values(list(DIAGNOSES.sort_by), ignore_index=True)


def reference_measurements(
    folder: Path,
    cohort: pd.DataFrame,
    *,
    concepts: str,
    window_hours: float = 120,
    pre_admission_hours: float = 0,
) -> pd.DataFrame:
    """Return the kept chart and laboratory rows of the cohort, one row per source row."""
    rows = _judged_rows(folder, cohort, concepts, window_hours, pre_admission_hours)
    kept = rows[rows["outcome"].isin(["kept", "kept_unit_swapped"])]
    table = kept.rename(columns={"hadm_id": "admission_id"})[list(MEASUREMENTS.columns)]
    return table.astype({"admission_id": "int64"}).sort_values(list(MEASUREMENTS.sort_by), ignore_index=True)


def reference_audit(
    folder: Path,
    cohort: pd.DataFrame,
    *,
    concepts: str,
    window_hours: float = 120,
    pre_admission_hours: float = 0,
) -> pd.DataFrame:
    """Count every source row of the concept set's items by what became of it."""
    rows = _judged_rows(folder, cohort, concepts, window_hours, pre_admission_hours)
    return rows.groupby(AUDIT_KEYS, as_index=False).size().rename(columns={"size": "rows"})


# --- admissions -------------------------------------------------------------------------


def _eligible_stays(folder: Path, min_age: int) -> pd.DataFrame:
    stays = _admissions_table(folder)
    patients = _read(folder, "PATIENTS", {"SUBJECT_ID": "int64", "GENDER": "str", "DOB": "str"})
    stays = stays.merge(patients, on="subject_id", validate="many_to_one")
    stays["age_years"] = _completed_years(_seconds(stays["dob"]), stays["admittime"])
    stays["length_of_stay_hours"] = (
        _seconds_between(stays["admittime"], stays["dischtime"]) / SECONDS_PER_HOUR
    )
    organ_donor = stays["diagnosis"].str.lower().str.contains("organ donor", regex=False, na=False)
    ends_before_it_starts = stays["admittime"] > stays["dischtime"]
    return stays[(stays["age_years"] >= min_age) & ~organ_donor & ~ends_before_it_starts].copy()


def _admissions_table(folder: Path) -> pd.DataFrame:
    columns = {
        "SUBJECT_ID": "int64",
        "HADM_ID": "int64",
        "ADMITTIME": "str",
        "DISCHTIME": "str",
        "DIAGNOSIS": "str",
        "HOSPITAL_EXPIRE_FLAG": "int64",
    }
    table = _read(folder, "ADMISSIONS", columns)
    return table.assign(admittime=_seconds(table["admittime"]), dischtime=_seconds(table["dischtime"]))


def _completed_years(born: pd.Series, at: pd.Series) -> pd.Series:
    """Count birthdays from calendar fields, which 300-year-old dates of birth cannot overflow."""
    before_birthday = (at.dt.month * 100 + at.dt.day) < (born.dt.month * 100 + born.dt.day)
    years = at.dt.year - born.dt.year - before_birthday.astype("int64")
    return years.where(years <= 89, MASKED_AGE)


def _charting_system(folder: Path) -> pd.Series:
    stays = _read(folder, "ICUSTAYS", {"HADM_ID": "int64", "DBSOURCE": "str"})
    systems = stays.groupby("hadm_id")["dbsource"].agg(lambda names: "+".join(sorted(set(names))))
    return systems.where(systems.isin(["carevue", "metavision"]), "both")


# --- measurements -----------------------------------------------------------------------


def _judged_rows(
    folder: Path, cohort: pd.DataFrame, concepts: str, window_hours: float, pre_admission_hours: float
) -> pd.DataFrame:
    """Give every source row of the concept set its outcome, its hours and its canonical value."""
    concept_set = CONCEPT_SETS[concepts]
    charts = _with_variable(_chart_rows(folder), concept_set.vitals, "chartevents")
    labs = _with_variable(_lab_rows(folder), concept_set.labs, "labevents")
    rows = pd.concat([charts, labs], ignore_index=True)
    admitted = _admissions_table(folder).set_index("hadm_id")["admittime"]
    in_cohort = rows["hadm_id"].isin(cohort["admission_id"])
    owner = rows["hadm_id"].map(cohort.set_index("admission_id")["patient_id"])
    seconds = _seconds_between(rows["hadm_id"].map(admitted), rows["charttime"])
    rows["hours"] = seconds / SECONDS_PER_HOUR
    unit, rows["value"] = _canonical(rows) if concept_set.screened else (None, rows["valuenum"])

    is_chart = rows["source_table"] == "chartevents"
    reasons = {
        "no_admission_id": rows["hadm_id"].isna(),
        "not_in_cohort": ~in_cohort,
        "patient_mismatch": is_chart & (rows["subject_id"] != owner).fillna(True),
        "flagged_error": (rows["error"] == 1) & concept_set.screened,
        "no_numeric_value": rows["valuenum"].isna(),
        "no_time": rows["charttime"].isna(),
        "before_window": seconds < -pre_admission_hours * SECONDS_PER_HOUR,
        "after_window": seconds >= window_hours * SECONDS_PER_HOUR,
    }
    if concept_set.screened:
        reasons["implausible_value"] = ~_is_plausible(rows, unit)
        reasons["kept_unit_swapped"] = unit.notna() & (unit != rows["item_id"].map(TEMPERATURE_UNIT))
    conditions = [condition.to_numpy(dtype=bool, na_value=False) for condition in reasons.values()]
    rows["outcome"] = np.select(conditions, list(reasons), default="kept")
    rows["item"] = rows["item_id"].astype("str")
    return rows


def _with_variable(rows: pd.DataFrame, items: dict[str, tuple[int, ...]], source_table: str) -> pd.DataFrame:
    variable_of = {item: variable for variable, members in items.items() for item in members}
    named = rows.assign(variable=rows["item_id"].map(variable_of), source_table=source_table)
    return named[named["variable"].notna()]


def _canonical(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return the unit each temperature is really in (missing for other rows), and all values with F made C.

    A value that lies in the other unit's range was charted under the wrong item; the ranges do not overlap.
    """
    unit = rows["item_id"].map(TEMPERATURE_UNIT).where(rows["variable"] == "temperature")
    swapped_to = {CELSIUS: FAHRENHEIT, FAHRENHEIT: CELSIUS}
    actual = unit.copy()
    for labelled, other in swapped_to.items():
        low, high = TEMPERATURE_RANGE[other]
        actual[(unit == labelled) & rows["valuenum"].between(low, high, inclusive="neither")] = other
    value = rows["valuenum"].where(actual != FAHRENHEIT, (rows["valuenum"] - 32) / 1.8)
    return actual, value


def _is_plausible(rows: pd.DataFrame, unit: pd.Series) -> pd.Series:
    value, variable = rows["valuenum"], rows["variable"]
    plausible = pd.Series(data=False, index=rows.index)
    for name, high in VITAL_BELOW.items():
        plausible |= (variable == name) & (value > 0) & (value < high)
    for name, high in LAB_AT_MOST.items():
        plausible |= (variable == name) & (value > 0) & (value <= high)
    for scale, (low, high) in TEMPERATURE_RANGE.items():
        plausible |= (unit == scale) & (value > low) & (value < high)
    return plausible


# --- files ------------------------------------------------------------------------------


@cache
def _chart_rows(folder: Path) -> pd.DataFrame:
    return _event_rows(folder, "CHARTEVENTS", {"ERROR": "float64"}, [c.vitals for c in CONCEPT_SETS.values()])


@cache
def _lab_rows(folder: Path) -> pd.DataFrame:
    rows = _event_rows(folder, "LABEVENTS", {}, [c.labs for c in CONCEPT_SETS.values()])
    return rows.assign(error=np.nan)  # laboratory rows carry no error flag


def _event_rows(
    folder: Path, name: str, more_columns: dict[str, str], item_sets: list[dict[str, tuple[int, ...]]]
) -> pd.DataFrame:
    wanted = {item for items in item_sets for members in items.values() for item in members}
    columns = {
        "SUBJECT_ID": "Int64",
        "HADM_ID": "Int64",
        "ITEMID": "int64",
        "CHARTTIME": "str",
        "VALUENUM": "str",
        **more_columns,
    }
    table = _read(folder, name, columns).rename(columns={"itemid": "item_id"})
    rows = table[table["item_id"].isin(wanted)].reset_index(drop=True)
    # Python's float finds the nearest double, which the parsers of older pandas releases may miss by one unit
    value = rows["valuenum"].map(float, na_action="ignore").astype("float64")
    return rows.assign(charttime=_seconds(rows["charttime"]), valuenum=value)


def _read(folder: Path, name: str, columns: dict[str, str]) -> pd.DataFrame:
    """Read some columns of a table whose header may be in any case; names come back in lower case."""
    [path] = [path for path in folder.iterdir() if path.name.upper() in (f"{name}.CSV", f"{name}.CSV.GZ")]
    header = pd.read_csv(path, nrows=0).columns
    spelled = {column.upper(): column for column in header}
    table = pd.read_csv(
        path,
        usecols=[spelled[column] for column in columns],
        dtype={spelled[column]: dtype for column, dtype in columns.items()},
        keep_default_na=False,
        na_values=[""],
    )
    return table.rename(columns=str.lower)


def _seconds(text: pd.Series) -> pd.Series:
    """Parse times at whole seconds: nanoseconds cannot span the 300 years by which some births are moved."""
    return pd.to_datetime(text, format="%Y-%m-%d %H:%M:%S").dt.as_unit("s")


def _seconds_between(start: pd.Series, end: pd.Series) -> pd.Series:
    return (end - start) / np.timedelta64(1, "s")
