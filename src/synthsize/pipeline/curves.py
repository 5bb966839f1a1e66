"""What the learning curve and the decision curves depend on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synthsize.errors import InputError
from synthsize.pipeline.cells import (
    block_settings,
    blocks_of,
    control_settings,
    grid_points,
    multipliers,
    n_splits,
    run_cells,
)
from synthsize.pipeline.strategies import raw_at_zero
from synthsize.recipes import NONE

Config = Mapping[str, Any]

REFERENCES = (  # controls that a learning curve compares with
    "prior_shift",
    "class_weight",
    "weights_vtss",
)


def curve_blocks(config: Config, classifier: str, generator: str | None = None) -> dict[str, list[int]]:
    """Outer splits of each job of a cell's learning curve, by block name: the first of the run's."""
    number = min(config["learning_curve"]["splits"], n_splits(config, classifier, generator))
    return blocks_of(number, config, classifier, generator)


def curve_controls(config: Config) -> list[str]:
    """Return the controls of the run that the learning curve fits again.

    The raw data are among them where the size 0 of a cell is something else, or off its grid.
    """
    wanted = REFERENCES if _all_hold_raw_data(config) else (NONE, *REFERENCES)
    return [name for name in config["experiment"]["controls"] if name in wanted]


def _all_hold_raw_data(config: Config) -> bool:
    entries = config["experiment"]["generators"]
    return all(
        raw_at_zero(entries[generator]) and 0.0 in multipliers(config, classifier, generator)
        for classifier, generator in run_cells(config)
    )


def curve_settings(config: Config, classifier: str, generator: str | None = None) -> dict[str, Any]:
    """Return the settings of one block of a learning curve: those of the benchmark's own cell."""
    if generator is None:
        return control_settings(config, classifier)
    return block_settings(config, classifier, generator)


def thresholds(config: Config) -> list[float]:
    """Threshold probabilities of the decision curves.

    Raises
    ------
    InputError
        If the grid is impossible.
    """
    return list(grid_points(config["net_benefit"]["thresholds"], "net_benefit.thresholds"))


def decision_settings(config: Config, classifier: str) -> dict[str, Any]:
    """Return what one block of decision curves depends on beside thresholds and the choices of the run."""
    criteria = tuple(config["experiment"]["vtss"]["criteria"])
    return {**control_settings(config, classifier), "criteria": criteria}


def check_curves(config: Config) -> None:
    """Reject numbers of positives in the wrong order, and impossible thresholds.

    Numbers that a task or its folds cannot fill are no fault of the configuration: results record them.

    Raises
    ------
    InputError
        With one line that names the key.
    """
    thresholds(config)
    positives = config["learning_curve"]["positives"]
    if positives != sorted(positives):
        raise InputError(f"learning_curve.positives is {positives}; list the numbers in increasing order")
