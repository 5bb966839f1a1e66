"""One block of outer splits of one (task, classifier, generator) cell, as tidy rows."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from synthsize.balance.events import Event
from synthsize.balance.generators import generator_parameters
from synthsize.balance.metrics import decide
from synthsize.balance.preprocessing import feature_means
from synthsize.balance.risk import balanced_risk, oracle_risk
from synthsize.balance.sweep import Recipe, Sweep, fit_sweep
from synthsize.balance.vtss import Fold, choose, validation_curve
from synthsize.benchmark.seeds import folds_seed, oracle_seed, split_seed, synthetic_seed
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.splits import split_folds, split_train_test
from synthsize.errors import InputError
from synthsize.schemas import ANALYSIS, EVENTS, SWEEP, VTSS, Table

logger = logging.getLogger("synthsize.benchmark")

OUTER = -1  # repeat and fold of the split's own training set

Row = dict[str, Any]


@dataclass(frozen=True)
class BlockResult:
    """Tidy rows of a block, in the columns and order of `schemas.SWEEP`, `VTSS` and `EVENTS`."""

    sweep: pd.DataFrame
    vtss: pd.DataFrame
    events: pd.DataFrame


@dataclass(frozen=True)
class _Cell:
    """The task's rows, and everything that its splits share."""

    task: str
    X: NDArray[np.float64]
    y: NDArray[np.int8]
    groups: NDArray[np.int64]
    recipe: Recipe
    settings: Settings

    def keys(self, split: int) -> Row:
        return {
            "task": self.task,
            "classifier": self.recipe.classifier,
            "generator": self.recipe.generator,
            "split": split,
        }


def run_block(
    table: pd.DataFrame,
    *,
    task: str,
    classifier: str,
    generator: str,
    splits: Sequence[int],
    settings: Settings,
) -> BlockResult:
    """Run the sweep and VTSS on each of `splits`.

    A split's rows depend on the table, the settings and the split's number alone: not on the other splits of the
    block, nor on the number of cores.

    Parameters
    ----------
    table : DataFrame
        An analysis table (`schemas.ANALYSIS` and one column per feature; NaN marks a missing value).
    task : str
        Its name; part of every seed.
    classifier : {"logistic", "svm"}
    generator : str
        A name of `balance.GENERATORS`.
    splits : sequence of int
        Numbers of the outer splits, from 0.
    settings : Settings

    Raises
    ------
    InputError
        If the task has too few positive rows for its splits or folds, no feature, or values that are not numbers.
    """
    cell = _make_cell(table, task, classifier, generator, settings)
    sweep_rows: list[Row] = []
    vtss_rows: list[Row] = []
    event_rows: list[Row] = []
    # Sums in another order differ in the last bit; one thread makes the order fixed.
    with threadpool_limits(limits=1):
        for done, split in enumerate(splits, start=1):
            started = time.perf_counter()
            sweep, vtss, events = _run_split(cell, split)
            sweep_rows += sweep
            vtss_rows += vtss
            event_rows += events
            logger.info("split %d of %d, %.0f s", done, len(splits), time.perf_counter() - started)
    return BlockResult(_tidy(sweep_rows, SWEEP), _tidy(vtss_rows, VTSS), _tidy(event_rows, EVENTS))


def _make_cell(table: pd.DataFrame, task: str, classifier: str, generator: str, settings: Settings) -> _Cell:
    ordered = table.sort_values("admission_id", kind="stable")
    features = tuple(name for name in table.columns if name not in ANALYSIS.columns)
    if not features:
        raise InputError(
            f"the analysis table of task {task!r} has no feature column; check features.summaries"
        )
    X = ordered[list(features)].to_numpy(dtype=np.float64, na_value=np.nan)
    infinite = np.flatnonzero(np.isinf(X).any(axis=0))
    if len(infinite):
        raise InputError(
            f"task {task!r}: feature {features[infinite[0]]!r} holds infinite values; remove them"
        )
    recipe = Recipe(
        classifier=classifier,
        generator=generator,
        multipliers=settings.multipliers,
        generator_params=_generator_params(generator, settings),
        C=settings.C,
        imputation_means=feature_means(X) if settings.imputation == "cohort" else None,
        feature_names=features,
    )
    unit = "patient_id" if settings.group_by == "patient" else "admission_id"
    labels = ordered["label"].to_numpy(dtype=np.int8)
    return _Cell(task, X, labels, ordered[unit].to_numpy(dtype=np.int64), recipe, settings)


def _generator_params(generator: str, settings: Settings) -> dict[str, float]:
    offered = {
        "k_neighbors": settings.k_neighbors,
        "m_neighbors": settings.m_neighbors,
        "scale": settings.jitter_scale,
    }
    return {name: offered[name] for name in generator_parameters(generator)}


def _run_split(cell: _Cell, split: int) -> tuple[list[Row], list[Row], list[Row]]:
    settings = cell.settings
    seed = split_seed(settings.seed, cell.task, split)
    train, test = split_train_test(cell.groups, cell.y, settings.test_size, seed, cell.task)
    stream = synthetic_seed(settings.seed, cell.task, split, cell.recipe.generator, OUTER, OUTER)
    sweep = fit_sweep(cell.recipe, cell.X[train], cell.y[train], stream)
    oracle_events: list[Event] = []
    oracle = oracle_risk(
        cell.recipe.classifier,
        sweep.preprocessor.transform(cell.X[test]),
        cell.y[test],
        variant=settings.oracle,
        majority_weight=settings.majority_weight,
        random_state=oracle_seed(settings.seed, cell.task, split),
        events=oracle_events,
    )
    sweep_rows = _sweep_rows(cell, split, sweep, oracle, len(train), test)
    curve = validation_curve(
        cell.recipe,
        cell.X[train],
        cell.y[train],
        _folds(cell, split, train),
        settings.criteria,
        settings.majority_weight,
        whole=sweep,
    )
    vtss_rows = [
        _vtss_row(cell, split, name, curve.by_criterion[name], sweep_rows) for name in settings.criteria
    ]
    outer = ((OUTER, OUTER, event) for event in (*sweep.events, *oracle_events))
    event_rows = [_event_row(cell, split, *found) for found in (*outer, *curve.events)]
    return sweep_rows, vtss_rows, event_rows


def _folds(cell: _Cell, split: int, train: NDArray[np.intp]) -> Iterator[Fold]:
    """Yield the split's folds; their row numbers count the rows of `train`."""
    settings = cell.settings
    for repeat in range(settings.repeats):
        seed = folds_seed(settings.seed, cell.task, split, repeat)
        parts = split_folds(cell.groups[train], cell.y[train], settings.folds, seed, cell.task)
        for fold, (inner, validation) in enumerate(parts):
            stream = synthetic_seed(settings.seed, cell.task, split, cell.recipe.generator, repeat, fold)
            yield Fold(repeat, fold, inner, validation, stream)


def _sweep_rows(
    cell: _Cell, split: int, sweep: Sweep, oracle: float, n_train: int, test: NDArray[np.intp]
) -> list[Row]:
    scores, labels = sweep.scores(cell.X[test]), cell.y[test]
    risk = balanced_risk(cell.recipe.classifier, scores, labels, cell.settings.majority_weight)
    decisions = decide(scores, labels)
    return [
        {
            **cell.keys(split),
            "multiplier": multiplier,
            "n_requested": sweep.n_requested[i],
            "n_synthetic": sweep.n_synthetic[i],
            "n_train": n_train,
            "n_test": len(test),
            "gap": sweep.gap,
            "balanced_risk": risk[i],
            "oracle_risk": oracle,
            "excess_risk": risk[i] - oracle,
            "balanced_accuracy": decisions.balanced_accuracy[i],
            "sensitivity": decisions.sensitivity[i],
            "specificity": decisions.specificity[i],
        }
        for i, multiplier in enumerate(cell.recipe.multipliers)
    ]


def _vtss_row(
    cell: _Cell, split: int, criterion: str, values: NDArray[np.float64], sweep_rows: list[Row]
) -> Row:
    """Choose, and read the test metrics off the sweep: the refit on all training rows is the sweep's own fit."""
    choice = choose(values, cell.recipe.multipliers, criterion)
    chosen = sweep_rows[cell.recipe.multipliers.index(choice.multiplier)]
    return {
        **cell.keys(split),
        "criterion": criterion,
        "multiplier": choice.multiplier,
        "multiplier_1se": choice.multiplier_1se,
        "edge": choice.edge,
        **{
            name: chosen[name]
            for name in ("n_synthetic", "excess_risk", "balanced_risk", "balanced_accuracy")
        },
        "multipliers": list(cell.recipe.multipliers),
        "validation_mean": choice.mean.tolist(),
        "validation_se": choice.se.tolist(),
    }


def _event_row(cell: _Cell, split: int, repeat: int, fold: int, event: Event) -> Row:
    return {**cell.keys(split), "repeat": repeat, "fold": fold, "event": event.event, "detail": event.detail}


def _tidy(rows: list[Row], table: Table) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(table.columns))
    return frame.sort_values(list(table.sort_by), kind="stable", ignore_index=True)
