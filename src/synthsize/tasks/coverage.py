"""What each charting system, era or hospital contributes."""

from __future__ import annotations

import pandas as pd

from synthsize.contracts.variables import ALL_STRATA
from synthsize.tasks.missingness import described_variables


def coverage(
    features: pd.DataFrame, bins: pd.DataFrame, admissions: pd.DataFrame, analysis: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    """Variables observed and label prevalence by stratum.

    A variable that one stratum lacks identifies the strata rather than the patients, and so does a label
    that one of them never codes; this table shows both.

    Parameters
    ----------
    features, bins, admissions : DataFrame
        In `contracts.analysis.FEATURES`, `contracts.analysis.BINS` and `contracts.canonical.ADMISSIONS`.
    analysis : dict of str to DataFrame
        Task name to its table in `contracts.analysis.ANALYSIS`.

    Returns
    -------
    DataFrame
        One row per stratum and a last row ``all``: stratum, admissions, ``<variable>_percent`` (admissions
        with at least one value) and ``<task>_prevalence_percent``.
    """
    flags = pd.DataFrame({"stratum": admissions["stratum"].to_numpy()}, index=admissions["admission_id"])
    names = []
    for variable in described_variables(features):
        names.append(f"{variable.name}_percent")
        observed = bins.loc[bins["variable"] == variable.name, "admission_id"]
        flags[names[-1]] = flags.index.isin(observed).astype(float)
    for task, table in analysis.items():
        names.append(f"{task}_prevalence_percent")
        flags[names[-1]] = table.set_index("admission_id")["label"].astype(float).reindex(flags.index)
    everyone = flags.assign(stratum=ALL_STRATA)
    parts = [frame.groupby("stratum", sort=True) for frame in (flags, everyone)]
    table = pd.concat([100 * part[names].mean() for part in parts])
    table.insert(0, "admissions", pd.concat([part.size() for part in parts]))
    return table.reset_index()
