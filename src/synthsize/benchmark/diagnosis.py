"""Diagnosis of a task and a generator by the theory, on a few outer splits."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd
from threadpoolctl import threadpool_limits

from synthsize.balance.diagnosis import diagnose_regime
from synthsize.balance.events import Event
from synthsize.benchmark.seeds import diagnosis_seed
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.split_data import SplitRows, draw_split, read_rows
from synthsize.benchmark.splits import split_folds
from synthsize.contracts.results import DIAGNOSIS

logger = logging.getLogger("synthsize.benchmark")

FOLDS = 3  # of cross-fitting: each generator learns from two thirds of the minority rows
CLASSIFIER = "logistic"  # the hinge has no second derivative to build standard errors from

Row = dict[str, Any]


def run_diagnosis(
    table: pd.DataFrame, *, task: str, generator: str, splits: Sequence[int], settings: Settings
) -> pd.DataFrame:
    """Diagnose logistic regression on the training rows of each of `splits`.

    Parameters
    ----------
    table : DataFrame
        An analysis table (`contracts.analysis.ANALYSIS` and one column per feature; NaN marks a missing value).
    task, generator : str
    splits : sequence of int
        Numbers of the outer splits, from 0.
    settings : Settings

    Returns
    -------
    DataFrame
        Columns of `contracts.results.DIAGNOSIS`, one row per split.

    Raises
    ------
    InputError
        If the task has too few positive rows, no feature, or values that are not numbers.
    """
    rows = read_rows(table, task, settings)
    cell = {"task": task, "classifier": CLASSIFIER, "generator": generator}
    with threadpool_limits(limits=1):
        found = []
        for done, number in enumerate(splits, start=1):
            row = _run_split(draw_split(rows, settings, number), generator, settings)
            found.append({**cell, "split": number, **row})
            logger.info("split %d of %d", done, len(splits))
    return pd.DataFrame(found, columns=list(DIAGNOSIS.columns))


def _run_split(split: SplitRows, generator: str, settings: Settings) -> Row:
    seed = diagnosis_seed(settings.seed, split.rows.task, split.number)
    groups = split.rows.groups[split.train]
    events: list[Event] = []
    found = diagnose_regime(
        split.X_train,
        split.y_train,
        settings.make_generator(generator),
        split_folds(groups, split.y_train, FOLDS, seed, split.rows.task),
        majority_weight=settings.majority_weight,
        random_state=seed,
        events=events,
    )
    row = asdict(found)
    slopes = row.pop("slopes")
    for name, test in {"symmetry": row.pop("symmetry"), "slopes": slopes.pop("test")}.items():
        row |= {f"{name}_{key}": value for key, value in test.items()}
        row[f"{name}_p"] = row.pop(f"{name}_p_value")
    row |= {f"slopes_{key}": value for key, value in slopes.items()}
    return row | {"remarks": "; ".join(sorted({event.detail for event in events}))}
