"""To which of a patient's visits a row belongs that names none."""

from __future__ import annotations

import numpy as np
import pandas as pd

NOWHERE = -1


def visit_at(patient: np.ndarray, moment: np.ndarray, visits: pd.DataFrame) -> np.ndarray:
    """Find the visit that each moment lies in: of several, the one that began last, then the one with the greater id.

    Parameters
    ----------
    patient, moment : ndarray
        Of each row.
    visits : pandas.DataFrame
        patient, started, ended, id, and position, by which a visit is named.

    Returns
    -------
    ndarray of int
        Positions; `NOWHERE` for moments of no visit.
    """
    rows = pd.DataFrame({"row": np.arange(len(moment)), "patient": patient, "moment": moment})
    pairs = rows.merge(visits, on="patient")
    pairs = pairs[(pairs["started"] <= pairs["moment"]) & (pairs["moment"] <= pairs["ended"])]
    last = pairs.sort_values(["row", "started", "id"]).drop_duplicates("row", keep="last")
    found = np.full(len(rows), NOWHERE)
    found[last["row"]] = last["position"]
    return found
