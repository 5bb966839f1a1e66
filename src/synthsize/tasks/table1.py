"""Table 1: how many admissions are positive in each task."""

from __future__ import annotations

import pandas as pd


def table_1(analysis: dict[str, pd.DataFrame], labels: dict[str, str] | None = None) -> pd.DataFrame:
    """Class sizes of every task.

    Parameters
    ----------
    analysis : dict of str to DataFrame
        Task name to its table in `contracts.analysis.ANALYSIS`, in the order of the rows wanted.
    labels : dict of str to str, optional
        Display names by task; by default the name with spaces and a capital.

    Returns
    -------
    DataFrame
        Columns task, label, positives, negatives, ratio (negatives per positive), admissions, patients and
        prevalence (a share between 0 and 1).
    """
    labels = labels or {}
    return pd.DataFrame(
        [
            {
                "task": task,
                "label": labels.get(task, task.replace("_", " ").capitalize()),
                "positives": int(table["label"].sum()),
                "negatives": int((~table["label"]).sum()),
                "ratio": float((~table["label"]).sum() / table["label"].sum()),
                "admissions": len(table),
                "patients": table["patient_id"].nunique(),
                "prevalence": float(table["label"].mean()),
            }
            for task, table in analysis.items()
        ]
    )
