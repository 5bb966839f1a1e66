"""The controls on one block of outer splits, as tidy rows beside the sweep's."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from synthsize.balance.certainty import wrong_certainties
from synthsize.balance.controls import ControlFit, ControlInputs, fit_controls
from synthsize.balance.controls.threshold import out_of_fold_scores
from synthsize.balance.events import Event
from synthsize.balance.learners import Learner
from synthsize.balance.metrics import evaluate
from synthsize.benchmark.folds import validation_folds
from synthsize.benchmark.oracle import split_oracle, split_risk
from synthsize.benchmark.seeds import folds_seed, learner_seed, synthetic_seed
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.split_data import SplitRows, draw_split, read_rows
from synthsize.benchmark.undefined import undefined_calibration
from synthsize.benchmark.validated import validate_controls
from synthsize.contracts.contract import Contract
from synthsize.contracts.results import CONTROLS, EVENTS, VALIDATED, WHOLE_SPLIT
from synthsize.recipes import WEIGHTS

logger = logging.getLogger("synthsize.benchmark")

Row = dict[str, Any]


@dataclass(frozen=True)
class ControlsResult:
    """Tidy rows of a block, in the columns and order of `contracts.results.CONTROLS`, `VALIDATED` and `EVENTS`.

    An event of a control has its name in the column ``generator``.
    """

    controls: pd.DataFrame
    validated: pd.DataFrame
    events: pd.DataFrame


def run_controls(
    table: pd.DataFrame,
    *,
    task: str,
    classifier: str,
    controls: Sequence[str],
    validated: Sequence[str] = (),
    splits: Sequence[int],
    settings: Settings,
) -> ControlsResult:
    """Fit the controls on each of `splits`: the sweep's own rows, imputation, scaling, test sets and oracle.

    Parameters
    ----------
    table : DataFrame
        An analysis table (`contracts.analysis.ANALYSIS` and one column per feature; NaN marks a missing value).
    task : str
    classifier : str
    controls : sequence of str
        Names of `balance.controls.CONTROLS`; may be empty.
    validated : sequence of str
        Those of `synthsize.recipes.PLAIN` whose validation losses are kept; ``weights_vtss`` has those of weights found
        in any case.
    splits : sequence of int
        Numbers of the outer splits, from 0.
    settings : Settings

    Raises
    ------
    InputError
        If the task has too few positive rows, no feature, or values that are not numbers, or a control does not
        exist.
    """
    rows, learner = read_rows(table, task, settings), settings.make_learner(classifier)
    found: list[Row] = []
    losses: list[Row] = []
    events: list[Row] = []
    # Sums in another order differ in the last bit; one thread makes the order fixed.
    with threadpool_limits(limits=1):
        for done, number in enumerate(splits, start=1):
            split = draw_split(rows, settings, number)
            scored, judged, noted = run_split(split, classifier, learner, controls, settings, validated)
            found += scored
            losses += judged
            events += noted
            logger.info("split %d of %d", done, len(splits))
    return ControlsResult(_tidy(found, CONTROLS), _tidy(losses, VALIDATED), _tidy(events, EVENTS))


def run_split(
    split: SplitRows,
    classifier: str,
    learner: Learner,
    controls: Sequence[str],
    settings: Settings,
    validated: Sequence[str] = (),
) -> tuple[list[Row], list[Row], list[Row]]:
    """Return the rows of controls, of validation losses and of events of one split, or of a part of its training rows.

    Raises
    ------
    TooFewRows
        If the training rows have fewer patients or admissions of a class than the folds that a control needs.
    """
    events: list[tuple[str, Event]] = []
    inputs = _control_inputs(split, learner, controls, settings, events)
    asked = [*validated, *([WEIGHTS] if "weights_vtss" in controls and WEIGHTS not in validated else [])]
    judged = {one.control: one for one in validate_controls(asked, split, learner, settings, inputs)}
    events += [(name, event) for name, one in judged.items() for event in one.events]
    if WEIGHTS in judged:
        tuned = judged[WEIGHTS].choice.multiplier
        inputs = replace(inputs, weights=inputs.weight_path, tuned_multiplier=tuned)
    fits = fit_controls(controls, inputs, events)
    oracle = split_oracle(learner, split, settings, [])  # the sweep records its events
    scores = [fit.scores(split.X_test) for fit in fits]
    rows = [_row(fit, split, learner, own, oracle, settings) for fit, own in zip(fits, scores, strict=True)]
    for control in controls:
        own = [row for row in rows if row["control"] == control]
        events += [(control, event) for event in undefined_calibration(own)]
        events += _certain(control, fits, scores, learner, split)
    keys = {"task": split.rows.task, "classifier": classifier, "split": split.number}
    return (
        [{**keys, **row} for row in rows],
        [{**keys, **row} for one in judged.values() for row in one.rows()],
        [{**keys, **_event_row(control, event)} for control, event in events],
    )


def _certain(
    control: str,
    fits: Sequence[ControlFit],
    scores: Sequence[NDArray[np.float64]],
    learner: Learner,
    split: SplitRows,
) -> list[tuple[str, Event]]:
    """Count the test rows whose own class the fits of a control ruled out."""
    own = [
        (one, fit) for one, fit in zip(scores, fits, strict=True) if fit.control == control and fit.has_risk
    ]
    if not own:
        return []
    table, sizes = np.column_stack([one for one, _ in own]), [fit.multiplier for _, fit in own]
    return [(control, event) for event in wrong_certainties(learner, table, split.y_test, sizes)]


def _control_inputs(
    split: SplitRows,
    learner: Learner,
    controls: Sequence[str],
    settings: Settings,
    events: list[tuple[str, Event]],
) -> ControlInputs:
    seeds = {
        name: synthetic_seed(settings.seed, split.rows.task, split.number, name, WHOLE_SPLIT, WHOLE_SPLIT)
        for name in ("bootstrap", "random_undersample")
    }
    return ControlInputs(
        learner=learner,
        X=split.X_train,
        y=split.y_train,
        multipliers=settings.multipliers,
        majority_weight=settings.majority_weight,
        oversample_seed=seeds["bootstrap"],
        undersample_seed=seeds["random_undersample"],
        learner_seed=learner_seed(settings.seed, split.rows.task, split.number, WHOLE_SPLIT, WHOLE_SPLIT),
        out_of_fold=_out_of_fold(split, learner, settings, events) if "threshold" in controls else None,
    )


def _out_of_fold(
    split: SplitRows, learner: Learner, settings: Settings, events: list[tuple[str, Event]]
) -> NDArray[np.float64]:
    """Score the training rows out of the folds of VTSS's first repeat."""
    rows = split.rows
    seed = folds_seed(settings.seed, rows.task, split.number, 0)
    folds = ((fold.train, fold.validation) for fold in validation_folds(split, settings, "threshold", 1))
    noted: list[Event] = []
    scores = out_of_fold_scores(
        learner, rows.X[split.train], split.y_train, folds, rows.imputation_means, noted, seed
    )
    events += [("threshold", event) for event in noted]
    return scores


def _row(
    fit: ControlFit,
    split: SplitRows,
    learner: Learner,
    scores: NDArray[np.float64],
    oracle: float,
    settings: Settings,
) -> Row:
    labels = split.y_test
    risk = float("nan")
    if fit.has_risk:
        risk = float(split_risk(learner, scores, split, settings))
    estimates = fit.has_risk and learner.estimates_risk
    metrics = evaluate(scores[:, np.newaxis], labels, estimates=estimates)
    return {
        "control": fit.control,
        "multiplier": fit.multiplier,
        "tuned_multiplier": fit.tuned_multiplier,
        "n_train": len(split.train),
        "n_test": len(split.test),
        "balanced_risk": risk,
        "oracle_risk": oracle,
        "excess_risk": risk - oracle,
        **{name: float(values[0]) for name, values in metrics.items()},
    }


def _event_row(control: str, event: Event) -> Row:
    return {
        "generator": control,
        "repeat": WHOLE_SPLIT,
        "fold": WHOLE_SPLIT,
        "event": event.event,
        "detail": event.detail,
    }


def _tidy(rows: list[Row], table: Contract) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(table.columns))
    return frame.sort_values(list(table.sort_by), kind="stable", ignore_index=True)
