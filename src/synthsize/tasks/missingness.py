"""How much of each variable was measured."""

from __future__ import annotations

import numpy as np
import pandas as pd

from synthsize.catalogue.variables import VariableEntry
from synthsize.contracts.analysis import FEATURES
from synthsize.contracts.variables import VARIABLES
from synthsize.tasks.binning import bin_widths


def missingness(
    features: pd.DataFrame,
    bins: pd.DataFrame,
    admissions: pd.DataFrame,
    window_hours: float,
    bin_hours: dict[str, float],
) -> pd.DataFrame:
    """Measured and missing, variable by variable.

    Parameters
    ----------
    features, bins, admissions : DataFrame
        In `contracts.analysis.FEATURES`, `contracts.analysis.BINS` and `contracts.canonical.ADMISSIONS`.
    window_hours : float
        Length of the observation window in hours.
    bin_hours : dict of str to float
        Bin width in hours per variable kind.

    Returns
    -------
    DataFrame
        One row per variable that has features: variable, label, unit; admissions with at least one value (count
        and percent of all); percent of all admissions' bins that hold a value; median number of measurements per
        admission, over all admissions; percent of the variable's feature cells that are missing, which the
        fit has to impute.
    """
    widths = bin_widths(window_hours, bin_hours)
    counts = bins.pivot_table(index="admission_id", columns="variable", values="measurements", aggfunc="sum")
    counts = counts.reindex(index=pd.Index(admissions["admission_id"])).fillna(0)
    rows = []
    for variable in described_variables(features):
        n_bins = len(admissions) * window_hours / widths[variable.name]
        per_admission = (
            counts[variable.name] if variable.name in counts else pd.Series(0.0, index=counts.index)
        )
        rows.append(
            {
                "variable": variable.name,
                "label": variable.label,
                "unit": variable.unit,
                "admissions": int((per_admission > 0).sum()),
                "admissions_percent": 100 * float((per_admission > 0).mean()),
                "bins_percent": 100 * int((bins["variable"] == variable.name).sum()) / n_bins,
                "measurements_median": float(np.median(per_admission)),
                "missing_cells_percent": 100 * _missing_share(features, variable.name),
            }
        )
    return pd.DataFrame(rows)


def described_variables(table: pd.DataFrame) -> list[VariableEntry]:
    """Variables that a table has features of, in their order; a concept set may lack some."""
    stems = {str(column).rpartition("_")[0] for column in table if column not in FEATURES.columns}
    return [variable for variable in VARIABLES if variable.name in stems]


def _missing_share(features: pd.DataFrame, variable: str) -> float:
    cells = [c for c in features if c not in FEATURES.columns and str(c).rpartition("_")[0] == variable]
    return float(features[cells].isna().to_numpy().mean())
