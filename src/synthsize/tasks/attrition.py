"""Who is left after each step from the raw extract to the analysis tables."""

from __future__ import annotations

import pandas as pd

from synthsize.errors import InputError

COLUMNS = ("step", "admissions", "patients", "removed")


def attrition(
    steps: pd.DataFrame,
    features: pd.DataFrame,
    bins: pd.DataFrame,
    analysis: dict[str, pd.DataFrame],
    labels: dict[str, str] | None = None,
) -> pd.DataFrame:
    """Continue the extraction's attrition to the analysis tables.

    Parameters
    ----------
    steps : DataFrame
        Columns step, admissions, patients (left after the step) and removed (admissions), from the
        extraction.
    features, bins : DataFrame
        In `contracts.analysis.FEATURES` and `contracts.analysis.BINS`.
    analysis : dict of str to DataFrame
        Task name to its table in `contracts.analysis.ANALYSIS`.
    labels : dict of str to str, optional
        Display names by task.

    Returns
    -------
    DataFrame
        `steps`, the admissions of the analysis tables, and parts of them: those without any measurement,
        and the positives of each task. Parts remove no rows: their `removed` is missing.

    Raises
    ------
    InputError
        If the extraction's last step and the features do not hold the same number of admissions.
    """
    labels = labels or {}
    left = int(steps["admissions"].iloc[-1])
    if left != len(features):
        raise InputError(
            f"the extraction's attrition ends with {left} admissions and table 'features' holds "
            f"{len(features)}; extract again so that both come from one run"
        )
    unmeasured = features[~features["admission_id"].isin(bins["admission_id"])]
    rows = [
        _row("in the analysis tables", features, removed=0),
        _row("of these without any measurement (kept, imputed)", unmeasured, removed=None),
    ]
    for task, table in analysis.items():
        words = labels.get(task, task.replace("_", " "))
        rows.append(_row(f"of these positive: {words}", table[table["label"]], removed=None))
    whole = pd.concat([steps[list(COLUMNS)], pd.DataFrame(rows)], ignore_index=True)
    return whole.astype({"admissions": "int64", "patients": "int64", "removed": "Int64"})


def _row(step: str, table: pd.DataFrame, removed: int | None) -> dict[str, object]:
    return {
        "step": step,
        "admissions": len(table),
        "patients": table["patient_id"].nunique(),
        "removed": removed,
    }
