"""The analysis table of a task for a smaller cohort."""

from __future__ import annotations

import pandas as pd

from synthsize.errors import InputError


def restrict_task(table: pd.DataFrame, admissions: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows of the admissions that a stricter cohort keeps.

    Features and label of an admission do not depend on who else is in the cohort, so this is the table that the whole
    pipeline would build for that cohort.

    Parameters
    ----------
    table : DataFrame
        In `contracts.analysis.ANALYSIS`.
    admissions : DataFrame
        In `contracts.canonical.ADMISSIONS`.

    Raises
    ------
    InputError
        If the cohort holds admissions that the table lacks, so that it is not a stricter one.
    """
    missing = ~admissions["admission_id"].isin(table["admission_id"])
    if missing.any():
        raise InputError(
            f"table 'admissions' holds {missing.sum()} admissions that the analysis table lacks; "
            "make both from the same cohort settings"
        )
    return table[table["admission_id"].isin(admissions["admission_id"])].reset_index(drop=True)
