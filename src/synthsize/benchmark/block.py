"""One block of outer splits of one (task, classifier, generator) cell, as tidy rows."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import SeedSequence
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from synthsize.balance.certainty import wrong_certainties
from synthsize.balance.criteria import Criterion, named_criterion
from synthsize.balance.events import Event
from synthsize.balance.learners import Learner
from synthsize.balance.metrics import evaluate
from synthsize.balance.preprocessing import Preprocessor
from synthsize.balance.procedure import Procedure, SizeFits
from synthsize.balance.vtss import choose, validation_curve
from synthsize.benchmark.folds import validation_folds
from synthsize.benchmark.oracle import split_oracle, split_risk
from synthsize.benchmark.seeds import learner_seed, synthetic_seed
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.split_data import SplitRows, TaskRows, draw_split, read_rows
from synthsize.benchmark.undefined import undefined_calibration
from synthsize.contracts.contract import Contract
from synthsize.contracts.metrics import METRICS
from synthsize.contracts.results import EVENTS, SWEEP, VTSS, WHOLE_SPLIT

logger = logging.getLogger("synthsize.benchmark")

Row = dict[str, Any]


@dataclass(frozen=True)
class BlockResult:
    """Tidy rows of a block, in the columns and order of `contracts.results.SWEEP`, `VTSS` and `EVENTS`."""

    sweep: pd.DataFrame
    vtss: pd.DataFrame
    events: pd.DataFrame


@dataclass(frozen=True)
class Cell:
    """The task's rows, and everything that its splits share.

    Attributes
    ----------
    rows : TaskRows
    classifier, generator : str
    procedure : Procedure
    criteria : tuple of Criterion
        Of VTSS.
    settings : Settings
    """

    rows: TaskRows
    classifier: str
    generator: str
    procedure: Procedure
    criteria: tuple[Criterion, ...]
    settings: Settings

    @property
    def learner(self) -> Learner:
        """Return what is fitted."""
        return self.procedure.learner

    def keys(self, split: int) -> Row:
        """Return the columns that all rows of a split share."""
        return {
            "task": self.rows.task,
            "classifier": self.classifier,
            "generator": self.generator,
            "split": split,
        }

    @property
    def strategy(self) -> Row:
        """Return the further columns that rows of the sweep and of VTSS share."""
        strategy = self.procedure.strategy
        return {"strategy": strategy.name, "alpha": float(getattr(strategy, "alpha", np.nan))}

    @property
    def drawn_by(self) -> str:
        """Name the generator of the synthetic rows."""
        return self.settings.stream_of(self.generator)

    def stream(self, split: int) -> SeedSequence:
        """Name the synthetic stream of a split's own training rows."""
        return synthetic_seed(
            self.settings.seed, self.rows.task, split, self.drawn_by, WHOLE_SPLIT, WHOLE_SPLIT
        )


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
        An analysis table (`contracts.analysis.ANALYSIS` and one column per feature; NaN marks a missing value).
    task : str
        Its name; part of every seed.
    classifier, generator : str
        Names in the catalogue, or those that the settings give an import path for.
    splits : sequence of int
        Numbers of the outer splits, from 0.
    settings : Settings

    Raises
    ------
    InputError
        If the task has too few positive rows for its splits or folds, no feature, or values that are not numbers.
    """
    cell = make_cell(table, task, classifier, generator, settings)
    sweep_rows: list[Row] = []
    vtss_rows: list[Row] = []
    event_rows: list[Row] = []
    # Sums in another order differ in the last bit; one thread makes the order fixed.
    with threadpool_limits(limits=1):
        for done, split in enumerate(splits, start=1):
            started = time.perf_counter()
            sweep, vtss, events = run_split(cell, draw_split(cell.rows, settings, split))
            sweep_rows += sweep
            vtss_rows += vtss
            event_rows += events
            logger.info("split %d of %d, %.0f s", done, len(splits), time.perf_counter() - started)
    return BlockResult(_tidy(sweep_rows, SWEEP), _tidy(vtss_rows, VTSS), _tidy(event_rows, EVENTS))


def make_cell(table: pd.DataFrame, task: str, classifier: str, generator: str, settings: Settings) -> Cell:
    """Read an analysis table and make what is fitted to its splits; parameters and errors as in `run_block`."""
    rows = read_rows(table, task, settings)
    procedure = Procedure(
        settings.make_learner(classifier),
        settings.make_generator(generator),
        Preprocessor(rows.imputation_means, rows.features),
        settings.make_strategy(),
    )
    criteria = tuple(named_criterion(name, settings.majority_weight) for name in settings.criteria)
    return Cell(rows, classifier, generator, procedure, criteria, settings)


def run_split(cell: Cell, split: SplitRows) -> tuple[list[Row], list[Row], list[Row]]:
    """Return the rows of the sweep, of VTSS and of events of one split, or of a part of its training rows.

    Raises
    ------
    TooFewRows
        If the training rows have fewer patients or admissions of a class than folds.
    """
    settings, number = cell.settings, split.number
    raw = cell.rows.X[split.train]
    training = cell.procedure.prepare(raw, split.y_train)
    sweep = training.fit_sizes(
        cell.learner,
        settings.multipliers,
        cell.stream(number),
        learner_state=learner_seed(settings.seed, cell.rows.task, number, WHOLE_SPLIT, WHOLE_SPLIT),
    )
    oracle_events: list[Event] = []
    oracle = split_oracle(cell.learner, split, settings, oracle_events)
    scores = sweep.scores(cell.rows.X[split.test])
    sweep_rows = _sweep_rows(cell, split, sweep, scores, oracle)
    certain = wrong_certainties(cell.learner, scores, split.y_test, settings.multipliers)
    curve = validation_curve(
        cell.procedure,
        raw,
        split.y_train,
        validation_folds(split, settings, cell.drawn_by, settings.repeats),
        settings.multipliers,
        cell.criteria,
        neighbours=training.neighbours,
        near=sweep.fits,
    )
    vtss_rows = [
        _vtss_row(cell, number, criterion, curve.by_criterion[criterion.name], sweep_rows)
        for criterion in cell.criteria
    ]
    whole = (*cell.rows.events, *sweep.events, *oracle_events, *certain, *undefined_calibration(sweep_rows))
    outer = ((WHOLE_SPLIT, WHOLE_SPLIT, event) for event in whole)
    event_rows = [_event_row(cell, number, *found) for found in (*outer, *curve.events)]
    return sweep_rows, vtss_rows, event_rows


def _sweep_rows(
    cell: Cell, split: SplitRows, sweep: SizeFits, scores: NDArray[np.float64], oracle: float
) -> list[Row]:
    labels = split.y_test
    risk = split_risk(cell.learner, scores, split, cell.settings)
    metrics = evaluate(scores, labels, estimates=cell.learner.estimates_risk)
    return [
        {
            **cell.keys(split.number),
            **cell.strategy,
            "multiplier": multiplier,
            "n_requested": sweep.n_requested[i],
            "n_synthetic": sweep.n_synthetic[i],
            "n_train": len(split.train),
            "n_test": len(split.test),
            "gap": sweep.gap,
            "balanced_risk": risk[i],
            "oracle_risk": oracle,
            "excess_risk": risk[i] - oracle,
            **{name: values[i] for name, values in metrics.items()},
        }
        for i, multiplier in enumerate(cell.settings.multipliers)
    ]


def _vtss_row(
    cell: Cell, split: int, criterion: Criterion, values: NDArray[np.float64], sweep_rows: list[Row]
) -> Row:
    """Choose a size; its test metrics are those of the sweep, whose fit at that size is on all training rows."""
    grid = cell.settings.multipliers
    choice = choose(values, grid, criterion, cell.procedure.strategy.largest)
    chosen = sweep_rows[grid.index(choice.multiplier)]
    return {
        **cell.keys(split),
        **cell.strategy,
        "criterion": criterion.name,
        "multiplier": choice.multiplier,
        "multiplier_1se": choice.multiplier_1se,
        "edge": choice.edge,
        **{name: chosen[name] for name in ("n_synthetic", "excess_risk", "balanced_risk", *METRICS)},
        "multipliers": list(grid),
        "validation_mean": choice.mean.tolist(),
        "validation_se": choice.se.tolist(),
    }


def _event_row(cell: Cell, split: int, repeat: int, fold: int, event: Event) -> Row:
    return {**cell.keys(split), "repeat": repeat, "fold": fold, "event": event.event, "detail": event.detail}


def _tidy(rows: list[Row], table: Contract) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(table.columns))
    return frame.sort_values(list(table.sort_by), kind="stable", ignore_index=True)
