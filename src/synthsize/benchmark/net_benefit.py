"""Decisions of each recipe at threshold probabilities, on one block of outer splits, as tidy counts."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from synthsize.balance.controls.prior_shift import prior_shift_of
from synthsize.balance.criteria import BalancedLoss, named_criterion
from synthsize.balance.events import Event
from synthsize.balance.generators import make_generator
from synthsize.balance.learners.adjusted import Reweighted
from synthsize.balance.net_benefit import positives_at
from synthsize.balance.preprocessing import Preprocessor
from synthsize.balance.procedure import Procedure
from synthsize.benchmark.recipe_scores import recalibrate, recipe_scores
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.split_data import SplitRows, TaskRows, draw_split, read_rows
from synthsize.contracts.curves import DECISIONS
from synthsize.contracts.results import EVENTS, WHOLE_SPLIT

logger = logging.getLogger("synthsize.benchmark")

RAW, PRIOR_SHIFT, WEIGHTS, CHOSEN = "raw", "prior_shift", "weights", "chosen"
NO_ROWS = "random_oversample"  # whose stream costs nothing to draw, and goes unused
Row = dict[str, Any]


@dataclass(frozen=True)
class Recipe:
    """What is done about imbalance in one split.

    Attributes
    ----------
    name : str
        "raw", "weights" or "chosen".
    procedure : Procedure
    generator : str
        Empty where no synthetic row is drawn.
    multiplier : float
        In units of the class gap.
    """

    name: str
    procedure: Procedure
    generator: str
    multiplier: float


@dataclass(frozen=True)
class DecisionsResult:
    """Tidy rows of a block, in the columns and order of `contracts.curves.DECISIONS` and `contracts.results.EVENTS`.

    An event of a recipe bears its name in the column ``generator``.
    """

    decisions: pd.DataFrame
    events: pd.DataFrame


def run_decisions(
    table: pd.DataFrame,
    vtss: pd.DataFrame,
    controls: pd.DataFrame,
    *,
    task: str,
    classifier: str,
    generators: Mapping[str, Mapping[str, Any]],
    thresholds: Sequence[float],
    splits: Sequence[int],
    settings: Settings,
) -> DecisionsResult:
    """Count true and false positives of each recipe at each threshold probability, as fitted and recalibrated.

    Recipes: the raw fit; the raw fit with its prior shifted; minority weights, of the size that validation chose for
    weights where the run has it and of m = 1 elsewhere; and the generator and size with the best validation mean. The
    choices are read off the run's own tables, so that test rows have no part in them.

    Each recipe is recalibrated by a logistic regression on scores of the training rows out of fold. Margins are no log
    odds, so a learner of margins has recalibrated decisions alone.

    Parameters
    ----------
    table : DataFrame
        An analysis table (`contracts.analysis.ANALYSIS` and one column per feature; NaN marks a missing value).
    vtss, controls : DataFrame
        Rows of `contracts.results.VTSS` and `contracts.results.CONTROLS` of the run.
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
    own = (vtss["task"] == task) & (vtss["classifier"] == classifier)
    chosen = best_validated(vtss[own], settings.criteria)
    tuned = _tuned_weights(controls, task, classifier)
    found: list[Row] = []
    events: list[Row] = []
    # Sums in another order differ in the last bit; one thread makes the order fixed.
    with threadpool_limits(limits=1):
        for done, number in enumerate(splits, start=1):
            keys = {"task": task, "classifier": classifier, "split": number}
            noted: list[tuple[str, Event]] = []
            recipes = _recipes(
                rows, classifier, generators, settings, chosen.get(number), tuned.get(number), noted
            )
            split = draw_split(rows, settings, number)
            for recipe in recipes:
                found += [{**keys, **row} for row in _decide(split, recipe, thresholds, settings, noted)]
            events += [{**keys, **_event_row(name, event)} for name, event in noted]
            logger.info("split %d of %d", done, len(splits))
    return DecisionsResult(_tidy(found, DECISIONS), _tidy(events, EVENTS))


def best_validated(vtss: pd.DataFrame, criteria: Sequence[str]) -> dict[int, tuple[str, float]]:
    """Return generator and multiplier with the best validation mean in each split; the first by name of equals.

    Parameters
    ----------
    vtss : DataFrame
        Rows of `contracts.results.VTSS` of one task and classifier.
    criteria : sequence of str
        Of VTSS; balanced loss decides where it was run, else the first.
    """
    name = BalancedLoss.name if BalancedLoss.name in criteria else criteria[0]
    sign = -1.0 if named_criterion(name).maximise else 1.0
    rows = vtss[vtss["criterion"] == name].sort_values(["split", "generator"], kind="stable")
    cost = [min(sign * np.asarray(values)) for values in rows["validation_mean"]]
    best = rows.assign(cost=cost).sort_values(["split", "cost"], kind="stable").drop_duplicates("split")
    return {
        int(split): (str(generator), float(m))
        for split, generator, m in zip(best["split"], best["generator"], best["multiplier"], strict=True)
    }


def _tuned_weights(controls: pd.DataFrame, task: str, classifier: str) -> dict[int, float]:
    wanted = {"task": task, "classifier": classifier, "control": "weights_vtss"}
    rows = controls[(controls[list(wanted)] == pd.Series(wanted)).all(axis=1)]
    return dict(zip(rows["split"].astype(int), rows["tuned_multiplier"].astype(float), strict=True))


def _recipes(
    rows: TaskRows,
    classifier: str,
    generators: Mapping[str, Mapping[str, Any]],
    settings: Settings,
    chosen: tuple[str, float] | None,
    tuned: float | None,
    events: list[tuple[str, Event]],
) -> Iterator[Recipe]:
    learner = settings.make_learner(classifier)
    preprocessor = Preprocessor(rows.imputation_means, rows.features)
    unused = make_generator(NO_ROWS)
    yield Recipe(RAW, Procedure(learner, unused, preprocessor), "", 0.0)
    if learner.takes_weights:
        size = 1.0 if tuned is None else tuned
        yield Recipe(WEIGHTS, Procedure(Reweighted(learner), unused, preprocessor), "", size)
    else:
        events.append((WEIGHTS, Event("no_weights", f"{learner.name} takes no weights of rows: not fitted")))
    if chosen is None:
        events.append((CHOSEN, Event("no_choice", "validation chose no size in this split: not fitted")))
        return
    name, multiplier = chosen
    made = make_generator(name, generators[name].get("class"), **(generators[name].get("params") or {}))
    yield Recipe(CHOSEN, Procedure(learner, made, preprocessor), name, multiplier)


def _decide(
    split: SplitRows,
    recipe: Recipe,
    thresholds: Sequence[float],
    settings: Settings,
    events: list[tuple[str, Event]],
) -> Iterator[Row]:
    """Yield the counts of one recipe, and of the shifted prior with the raw fit."""
    learner = recipe.procedure.learner
    stream = recipe.generator or NO_ROWS
    scores = recipe_scores(split, recipe.procedure, recipe.multiplier, stream, settings)
    noted = list(scores.events)
    intercept, slope = recalibrate(scores, split.y_train, noted)
    events += [(recipe.name, event) for event in noted]
    shown = {"generator": recipe.generator, "multiplier": np.nan if recipe.name == RAW else recipe.multiplier}
    line = {"recalibration_intercept": intercept, "recalibration_slope": slope}
    if learner.estimates_risk:
        as_fitted = {"recalibrated": False, "recalibration_intercept": np.nan, "recalibration_slope": np.nan}
        yield from _counts(split, recipe.name, scores.test, thresholds, shown | as_fitted)
    if np.isfinite(slope):
        again = {"recalibrated": True, **line}
        yield from _counts(split, recipe.name, intercept + slope * scores.test, thresholds, shown | again)
    if recipe.name == RAW and learner.estimates_risk:
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
    for threshold, true, false in zip(thresholds, *positives_at(log_odds, labels, thresholds), strict=True):
        yield {
            "recipe": recipe,
            **row,
            **sizes,
            "threshold": threshold,
            "true_positives": int(true),
            "false_positives": int(false),
        }


def _event_row(recipe: str, event: Event) -> Row:
    where = {"generator": recipe, "repeat": WHOLE_SPLIT, "fold": WHOLE_SPLIT}
    return {**where, "event": event.event, "detail": event.detail}


def _tidy(rows: list[Row], table: Any) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(table.columns))
    return frame.sort_values(list(table.sort_by), kind="stable", ignore_index=True)
