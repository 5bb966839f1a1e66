"""What becomes of a source row, judged in plain pandas for any database, without anything of `synthsize.extract`."""

from __future__ import annotations

import numpy as np
import pandas as pd
from reference_pandas import LAB_AT_MOST, TEMPERATURE_RANGE, VITAL_BELOW

from synthsize.contracts.canonical import MEASUREMENTS

KEPT = ["kept", "kept_unit_swapped"]


def judge_rows(
    rows: pd.DataFrame, cohort: pd.DataFrame, *, window_hours: float = 120, pre_admission_hours: float = 0
) -> pd.DataFrame:
    """Give each row its outcome and its canonical value.

    Parameters
    ----------
    rows : DataFrame
        Columns variable, source_table, item, admission_id, hours, value and, for temperatures, unit ("C" or "F"); rows
        with a true ``superseded`` were corrected by others.
    cohort : DataFrame
        Canonical admissions.
    window_hours, pre_admission_hours : float
    """
    value = rows["value"]
    is_temperature = rows["variable"] == "temperature"
    fahrenheit = is_temperature & (rows["unit"] == "F")
    celsius = is_temperature & ~fahrenheit
    in_range = {
        unit: value.between(*TEMPERATURE_RANGE[unit], inclusive="neither") for unit in TEMPERATURE_RANGE
    }
    swapped = (fahrenheit & in_range["C"]) | (celsius & in_range["F"])
    plausible = (fahrenheit & in_range["F"]) | (celsius & in_range["C"])
    for name, high in VITAL_BELOW.items():
        plausible |= (rows["variable"] == name) & (value > 0) & (value < high)
    for name, high in LAB_AT_MOST.items():
        plausible |= (rows["variable"] == name) & (value > 0) & (value <= high)
    reasons = {
        "no_admission_id": rows["admission_id"].isna(),
        "not_in_cohort": ~rows["admission_id"].isin(cohort["admission_id"]),
        "superseded": rows.get("superseded", pd.Series(data=False, index=rows.index)),
        "no_numeric_value": value.isna(),
        "before_window": rows["hours"] < -pre_admission_hours,
        "after_window": rows["hours"] >= window_hours,
        "kept_unit_swapped": swapped,
        "implausible_value": ~plausible,
    }
    outcome = np.select([reason.to_numpy(dtype=bool) for reason in reasons.values()], list(reasons), "kept")
    in_fahrenheit = fahrenheit ^ swapped
    return rows.assign(outcome=outcome, value=value.where(~in_fahrenheit, (value - 32) / 1.8))


def kept_rows(judged: pd.DataFrame) -> pd.DataFrame:
    """Return the canonical measurements among judged rows."""
    kept = judged[judged["outcome"].isin(KEPT)][list(MEASUREMENTS.columns)]
    kept = kept.astype({"admission_id": "int64", "hours": "float64", "value": "float64"})
    return kept.sort_values(list(MEASUREMENTS.sort_by), ignore_index=True)


def counted_outcomes(judged: pd.DataFrame) -> dict[tuple[str, str, str], int]:
    """Count judged rows by table, item and outcome."""
    return judged.groupby(["source_table", "item", "outcome"]).size().to_dict()


def audited_outcomes(audit: pd.DataFrame) -> dict[tuple[str, str, str], int]:
    """Return the same counts from an audit file."""
    counted = audit[(audit["item"] != "") & (audit["rows"] > 0)]
    return counted.set_index(["source_table", "item", "outcome"])["rows"].to_dict()
