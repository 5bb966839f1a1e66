"""What the learning curve and the decision curves depend on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synthsize.errors import InputError
from synthsize.pipeline.cells import block_settings, control_settings, grid_points, most_folds, n_splits

Config = Mapping[str, Any]

REFERENCES = ("prior_shift", "class_weight", "weights_vtss")  # controls that a learning curve compares with


def curve_blocks(config: Config, classifier: str, generator: str | None = None) -> dict[str, list[int]]:
    """Outer splits of each job of a cell's learning curve, by block name: the first of the run's."""
    number = min(config["learning_curve"]["splits"], n_splits(config, classifier, generator))
    size = config["experiment"]["splits_per_job"]
    return {f"{start:05d}": list(range(start, min(start + size, number))) for start in range(0, number, size)}


def curve_controls(config: Config) -> list[str]:
    """Return the controls of the run that the learning curve fits again."""
    return [name for name in config["experiment"]["controls"] if name in REFERENCES]


def curve_settings(config: Config, classifier: str, generator: str | None = None) -> dict[str, Any]:
    """Return the settings of one block of a learning curve: those of the benchmark's own cell."""
    if generator is None:
        return control_settings(config, classifier)
    return block_settings(config, classifier, generator)


def thresholds(config: Config) -> list[float]:
    """Threshold probabilities of the decision curves; empty for none.

    Raises
    ------
    InputError
        If the grid is impossible.
    """
    grid = config["net_benefit"]["thresholds"]
    return [] if grid is None else list(grid_points(grid, "net_benefit.thresholds"))


def decision_settings(config: Config, classifier: str) -> dict[str, Any]:
    """Return what one block of decision curves depends on beside thresholds and the choices of the run."""
    criteria = tuple(config["experiment"]["vtss"]["criteria"])
    return {**control_settings(config, classifier), "criteria": criteria}


def check_curves(config: Config) -> None:
    """Refuse numbers of positives that no fold can share, or that stand in the wrong order, and impossible thresholds.

    Raises
    ------
    InputError
        With one line that names the key.
    """
    thresholds(config)
    positives, folds = config["learning_curve"]["positives"], most_folds(config)
    if positives != sorted(positives):
        raise InputError(f"learning_curve.positives is {positives}; list the numbers in increasing order")
    if positives and positives[0] < folds:
        raise InputError(
            f"learning_curve.positives begins with {positives[0]}, fewer than experiment.vtss.folds ({folds}), each of "
            "which needs a positive; begin with more"
        )
