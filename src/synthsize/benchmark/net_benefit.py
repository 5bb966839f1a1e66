"""Decisions of each recipe at threshold probabilities, on one block of outer splits, as tidy counts."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from synthsize.balance.controls.prior_shift import prior_shift_of
from synthsize.balance.events import Event
from synthsize.balance.metrics import evaluate
from synthsize.balance.net_benefit import positives_at
from synthsize.balance.procedure import Procedure
from synthsize.benchmark.chosen import Choice, Choices, Entries
from synthsize.benchmark.recipe_scores import recalibrate, recipe_scores
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.split_data import SplitRows, TaskRows, draw_split, read_rows
from synthsize.contracts.curves import DECISIONS
from synthsize.contracts.results import EVENTS, WHOLE_SPLIT
from synthsize.recipes import CLASS_WEIGHT, NONE, PRIOR_SHIFT, WEIGHTS

logger = logging.getLogger("synthsize.benchmark")

RAW = "raw"
CALIBRATION = ("brier", "calibration_intercept", "calibration_slope")  # of the risks that decisions rest on
Row = dict[str, Any]


@dataclass(frozen=True)
class Recipe:
    """A recipe against imbalance, fitted in one split.

    Attributes
    ----------
    name : str
        "raw", "weights" (or "class_weight"), or what `chosen.Choices` are called.
    procedure : Procedure
    choice : Choice
    stream : str
        Name of the generator by which synthetic rows are those of the benchmark.
    """

    name: str
    procedure: Procedure
    choice: Choice
    stream: str


@dataclass(frozen=True)
class DecisionsResult:
    """Tidy rows of a block, in the columns and order of `contracts.curves.DECISIONS` and `contracts.results.EVENTS`.

    An event of a recipe has its name in the column ``generator``.
    """

    decisions: pd.DataFrame
    events: pd.DataFrame


def run_decisions(
    table: pd.DataFrame,
    controls: pd.DataFrame,
    chosen: Choices,
    *,
    task: str,
    classifier: str,
    generators: Entries,
    thresholds: Sequence[float],
    splits: Sequence[int],
    settings: Settings,
) -> DecisionsResult:
    """Count true and false positives of each recipe at each threshold probability, as fitted and recalibrated.

    Recipes: the raw fit; the raw fit with its prior shifted; minority weights of the size that validation chose for
    weights, or class weights where the run has no such size; and what validation chose in the split. The choices
    are those of the run, so that test rows have no part in them.

    Each recipe is recalibrated by a logistic regression on scores of the training rows out of fold. Margins are no log
    odds, so a learner of margins has recalibrated decisions alone.

    Parameters
    ----------
    table : DataFrame
        An analysis table (`contracts.analysis.ANALYSIS` and one column per feature; NaN marks a missing value).
    controls : DataFrame
        Rows of `contracts.results.CONTROLS` of the run.
    chosen : Choices
        Of the task and classifier.
    task, classifier : str
    generators : mapping of str to mapping
        ``class`` and ``params`` of each generator of the run.
    thresholds : sequence of float
        Between 0 and 1.
    splits : sequence of int
    settings : Settings

    Raises
    ------
    InputError
        If the task has too few positive rows, no feature, or values that are not numbers.
    """
    rows = read_rows(table, task, settings)
    tuned = _tuned_weights(controls, task, classifier)
    found: list[Row] = []
    events: list[Row] = []
    # Sums in another order differ in the last bit; one thread makes the order fixed.
    with threadpool_limits(limits=1):
        for done, number in enumerate(splits, start=1):
            keys = {"task": task, "classifier": classifier, "split": number}
            noted: list[tuple[str, Event]] = []
            own = chosen.by_split.get(number)
            recipes = _recipes(
                rows, classifier, generators, settings, own, chosen.name, tuned.get(number), noted
            )
            split = draw_split(rows, settings, number)
            for recipe in recipes:
                found += [{**keys, **row} for row in _decide(split, recipe, thresholds, settings, noted)]
            events += [{**keys, **_event_row(name, event)} for name, event in noted]
            logger.info("split %d of %d", done, len(splits))
    return DecisionsResult(_tidy(found, DECISIONS), _tidy(events, EVENTS))


def _tuned_weights(controls: pd.DataFrame, task: str, classifier: str) -> dict[int, float]:
    wanted = {"task": task, "classifier": classifier, "control": "weights_vtss"}
    rows = controls[(controls[list(wanted)] == pd.Series(wanted)).all(axis=1)]
    return dict(zip(rows["split"].astype(int), rows["tuned_multiplier"].astype(float), strict=True))


def _recipes(
    rows: TaskRows,
    classifier: str,
    generators: Entries,
    settings: Settings,
    chosen: Choice | None,
    called: str,
    tuned: float | None,
    events: list[tuple[str, Event]],
) -> Iterator[Recipe]:
    choices = {RAW: Choice(NONE, 0.0)}
    learner = settings.make_learner(classifier)
    if learner.takes_weights:
        weighted = Choice(CLASS_WEIGHT, 0.0) if tuned is None else Choice(WEIGHTS, tuned)
        choices[weighted.method] = weighted
    else:
        events.append((WEIGHTS, Event("no_weights", f"{learner.name} takes no weights of rows: not fitted")))
    if chosen is not None:
        choices[called] = chosen
    else:
        events.append((called, Event("no_choice", "validation chose no recipe in this split: not fitted")))
    for name, choice in choices.items():
        procedure = choice.procedure(rows, classifier, generators, settings)
        yield Recipe(name, procedure, choice, choice.stream(generators))


def _decide(
    split: SplitRows,
    recipe: Recipe,
    thresholds: Sequence[float],
    settings: Settings,
    events: list[tuple[str, Event]],
) -> Iterator[Row]:
    """Yield the counts of one recipe, and of the shifted prior with the raw fit."""
    learner = recipe.procedure.learner
    choice, raw = recipe.choice, recipe.name == RAW
    scores = recipe_scores(split, recipe.procedure, choice.multiplier, recipe.stream, settings)
    noted = list(scores.events)
    intercept, slope = recalibrate(scores, split.y_train, noted)
    events += [(recipe.name, event) for event in noted]
    shown = {
        "method": "" if recipe.name in (RAW, CLASS_WEIGHT, WEIGHTS) else choice.method,
        "multiplier": np.nan if raw else choice.multiplier,
        "C": choice.C,
    }
    line = {"recalibration_intercept": intercept, "recalibration_slope": slope}
    if learner.estimates_risk:
        as_fitted = {"recalibrated": False, "recalibration_intercept": np.nan, "recalibration_slope": np.nan}
        yield from _counts(split, recipe.name, scores.test, thresholds, shown | as_fitted)
    if np.isfinite(slope):
        again = {"recalibrated": True, **line}
        yield from _counts(split, recipe.name, intercept + slope * scores.test, thresholds, shown | again)
    if raw and learner.estimates_risk:
        shift = prior_shift_of(split.y_train, settings.majority_weight)
        yield from _counts(split, PRIOR_SHIFT, scores.test + shift, thresholds, shown | as_fitted)
        if np.isfinite(slope):  # a shift of all scores is taken back by the intercept
            moved = again | {"recalibration_intercept": intercept - slope * shift}
            yield from _counts(split, PRIOR_SHIFT, intercept + slope * scores.test, thresholds, shown | moved)


def _counts(
    split: SplitRows, recipe: str, log_odds: np.ndarray, thresholds: Sequence[float], row: Row
) -> Iterator[Row]:
    labels = split.y_test
    sizes = {"n_train": len(split.train), "n_test": len(labels), "n_positive": int(labels.sum())}
    metrics = evaluate(log_odds[:, np.newaxis], labels, estimates=True)
    calibrated = {name: float(metrics[name][0]) for name in CALIBRATION}
    for threshold, true, false in zip(thresholds, *positives_at(log_odds, labels, thresholds), strict=True):
        yield {
            "recipe": recipe,
            **row,
            **sizes,
            "threshold": threshold,
            "true_positives": int(true),
            "false_positives": int(false),
            **calibrated,
        }


def _event_row(recipe: str, event: Event) -> Row:
    where = {"generator": recipe, "repeat": WHOLE_SPLIT, "fold": WHOLE_SPLIT}
    return {**where, "event": event.event, "detail": event.detail}


def _tidy(rows: list[Row], table: Any) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(table.columns))
    return frame.sort_values(list(table.sort_by), kind="stable", ignore_index=True)
