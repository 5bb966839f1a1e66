"""What multiple imputation changes against the run's own imputation, split by split."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from synthsize.statistics.differences import difference_statistics
from synthsize.statistics.paired_levels import CELL, shortcomings
from synthsize.statistics.raw_fits import fixed_sizes

METRICS = ("balanced_risk", "balanced_accuracy", "auroc", "calibration_intercept", "calibration_slope")
RAW = "m=0"
NOTHING_MISSING = "no value is missing, so that nothing was imputed"

IMPUTATION_COLUMNS = {
    "task": "as in config.yaml",
    "classifier": "as in config.yaml",
    "generator": "of the synthetic rows",
    "subject": "m=0, m=1, or vtss: the multiplier that validation chose by its first criterion with the run's "
    "imputation",
    "metric": "balanced_risk (nats or hinge loss, lower is better), balanced_accuracy, auroc, calibration_intercept, "
    "calibration_slope, or gain: balanced risk minus that at m=0",
    "imputations": "completed data sets over which a test row's score is averaged",
    "default_mean": "over the splits, with the run's own imputation",
    "multiple_mean": "over the same splits, with multiple imputation",
    "mean_difference": "multiple imputation minus the run's own",
    "normal_low": "lower end of the normal interval over splits (Monte Carlo error given this cohort)",
    "normal_high": "its upper end",
    "nadeau_bengio_low": "lower end of the Nadeau-Bengio interval (allows for new patients)",
    "nadeau_bengio_high": "its upper end",
    "level": "nominal coverage of both intervals",
    "n_splits": "outer splits that were imputed",
    "note": "what is missing and why; empty if nothing is",
}


def imputation_differences(
    fits: pd.DataFrame, sweep: pd.DataFrame, vtss: pd.DataFrame, *, alpha: float = 0.05
) -> pd.DataFrame:
    """Set the risks of multiple imputation against those of the run.

    Parameters
    ----------
    fits : DataFrame
        Rows of `contracts.imputations.IMPUTATIONS`.
    sweep, vtss : DataFrame
        Rows of `contracts.results.SWEEP` and `contracts.results.VTSS` of the run.
    alpha : float
        1 - level of the intervals.

    Returns
    -------
    DataFrame
        Columns `IMPUTATION_COLUMNS`, where each is described. A cell without imputed fits has one row with a note.
    """
    default = pd.concat([fixed_sizes(sweep), vtss.assign(subject="vtss")])
    blocks = [
        row
        for cell, own in default.groupby(CELL, sort=True)
        for row in _cell_rows(cell, own, fits[(fits[CELL] == list(cell)).all(axis=1)], alpha)
    ]
    return pd.DataFrame(blocks, columns=list(IMPUTATION_COLUMNS))


def _cell_rows(
    cell: tuple[Any, ...], default: pd.DataFrame, multiple: pd.DataFrame, alpha: float
) -> Iterator[dict[str, Any]]:
    named = dict(zip(CELL, cell, strict=True))
    if multiple.empty:
        yield {**named, "level": 1 - alpha, "n_splits": 0, "note": NOTHING_MISSING}
        return
    sizes = multiple.drop_duplicates("split").set_index("split").sort_index()
    for subject in multiple["subject"].unique():
        keys = ["split", "subject", "multiplier"]
        # By the multiplier too: VTSS chose by several criteria, of which one was taken.
        before = _by_split(default.merge(multiple[keys], on=keys), subject)
        after = _by_split(multiple, subject).reindex(before.index)
        if subject != RAW and RAW in set(multiple["subject"]):
            before["gain"], after["gain"] = (
                values["balanced_risk"] - _by_split(rows, RAW)["balanced_risk"].reindex(values.index)
                for values, rows in ((before, default), (after, multiple))
            )
        before = before.dropna(axis=1, how="all")
        differences = (after[before.columns] - before).to_numpy(dtype=float)
        own = sizes.loc[before.index]
        found = difference_statistics(differences, own["n_train"], own["n_test"], alpha)
        del found["nadeau_bengio_p"]
        table = pd.DataFrame(
            {
                **found,
                "metric": before.columns,
                "default_mean": before.mean(skipna=False).to_numpy(),
                "multiple_mean": after[before.columns].mean(skipna=False).to_numpy(),
                "note": shortcomings(differences),
            }
        )
        same = {**named, "subject": subject, "imputations": int(multiple["imputations"].iloc[0])}
        yield from ({**same, **{str(k): v for k, v in row.items()}} for row in table.to_dict("records"))


def _by_split(rows: pd.DataFrame, subject: str) -> pd.DataFrame:
    """Metrics of one subject, a row per split; VTSS's criteria with one multiplier are one fit."""
    own = rows[rows["subject"] == subject].drop_duplicates("split").set_index("split").sort_index()
    return own[list(METRICS)].copy()
