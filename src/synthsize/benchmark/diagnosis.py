"""What the theory says about a task and a generator, on a few outer splits, and its mean over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from synthsize.balance.diagnosis import SIGNIFICANCE, diagnose_regime
from synthsize.balance.events import Event
from synthsize.benchmark.rows import SplitRows, draw_split, read_rows
from synthsize.benchmark.seeds import diagnosis_seed
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.splits import split_folds
from synthsize.schemas import DIAGNOSIS

FOLDS = 3  # of cross-fitting: each generator learns from two thirds of the minority rows
CLASSIFIER = "logistic"  # the hinge has no second derivative to build standard errors from

CELL = ["task", "classifier", "generator"]
MEANS = (
    "n_majority",
    "n_minority",
    "asymmetry",
    "asymmetry_se",
    "mismatch",
    "mismatch_se",
    "cosine",
    "alignment",
    "alignment_se",
)
MEDIANS = ("symmetry_p", "slopes_p", "theory_multiplier", "multiplier_low", "multiplier_high")
SUMMARY_COLUMNS = [*CELL, "n_splits", *MEANS, *MEDIANS, "regime", "remarks"]

Row = dict[str, Any]


def run_diagnosis(
    table: pd.DataFrame, *, task: str, generator: str, splits: Sequence[int], settings: Settings
) -> pd.DataFrame:
    """Diagnose logistic regression on the training rows of each of `splits`.

    Parameters
    ----------
    table : DataFrame
        An analysis table (`schemas.ANALYSIS` and one column per feature; NaN marks a missing value).
    task, generator : str
    splits : sequence of int
        Numbers of the outer splits, from 0.
    settings : Settings

    Returns
    -------
    DataFrame
        Columns of `schemas.DIAGNOSIS`, one row per split.

    Raises
    ------
    InputError
        If the task has too few positive rows, no feature, or values that are not numbers.
    """
    rows = read_rows(table, task, settings)
    cell = {"task": task, "classifier": CLASSIFIER, "generator": generator}
    with threadpool_limits(limits=1):
        found = [
            {**cell, "split": number, **_run_split(draw_split(rows, settings, number), generator, settings)}
            for number in splits
        ]
    return pd.DataFrame(found, columns=list(DIAGNOSIS.columns))


def _run_split(split: SplitRows, generator: str, settings: Settings) -> Row:
    seed = diagnosis_seed(settings.seed, split.rows.task, split.number)
    groups = split.rows.groups[split.train]
    events: list[Event] = []
    found = diagnose_regime(
        split.X_train,
        split.y_train,
        generator,
        split_folds(groups, split.y_train, FOLDS, seed, split.rows.task),
        generator_params=settings.generator_params(generator),
        majority_weight=settings.majority_weight,
        random_state=seed,
        events=events,
    )
    row = asdict(found)
    for test in ("symmetry", "slopes"):
        row |= {f"{test}_{name}": value for name, value in row.pop(test).items()}
    row |= {f"{test}_p": row.pop(f"{test}_p_value") for test in ("symmetry", "slopes")}
    return row | {"remarks": "; ".join(sorted({event.detail for event in events}))}


def summarise_diagnosis(diagnosis: pd.DataFrame) -> pd.DataFrame:
    """Average over the splits and name the regime.

    Training sets overlap, so standard errors are averaged, not divided by the root of the number of splits; p-values
    and sizes, which may be infinite, by their median.

    Parameters
    ----------
    diagnosis : DataFrame
        Rows of `schemas.DIAGNOSIS`.

    Returns
    -------
    DataFrame
        Columns `SUMMARY_COLUMNS`. `regime`: "symmetric" where symmetry is not rejected at 5 %; "intercept" where it
        is but the slopes do not move; "asymmetric" otherwise; "undetermined" where a test could not be made.
    """
    rows: list[Row] = []
    for keys, group in diagnosis.groupby(CELL, sort=True):
        row: Row = {**dict(zip(CELL, keys, strict=True)), "n_splits": len(group)}
        row |= {name: group[name].mean(skipna=False) for name in MEANS}
        row |= {name: group[name].median(skipna=False) for name in MEDIANS}
        row["regime"] = _regime(row["symmetry_p"], row["slopes_p"])
        row["remarks"] = "; ".join(sorted({text for text in group["remarks"] if text}))
        rows.append(row)
    return pd.DataFrame(rows, columns=SUMMARY_COLUMNS)


def _regime(symmetry_p: float, slopes_p: float) -> str:
    if np.isnan(symmetry_p) or np.isnan(slopes_p):
        return "undetermined"
    if symmetry_p >= SIGNIFICANCE:
        return "symmetric"
    return "intercept" if slopes_p >= SIGNIFICANCE else "asymmetric"
