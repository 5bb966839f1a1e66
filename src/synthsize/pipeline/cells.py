"""What each cell of the benchmark (a task, a classifier, a generator) depends on, and nothing else.

A classifier or generator may carry its own coarser grid, fewer splits and other folds; a cell takes what both allow.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from synthsize.errors import InputError
from synthsize.pipeline.strategies import entry_of, largest_multiplier, needs_weights, without_strategies
from synthsize.recipes import PLAIN

Config = Mapping[str, Any]

MOST_SIZES = 1001  # of a grid: steps of 0.002 between m = 0 and m = 2
DIAGNOSED_SPLITS = 5  # training sets overlap: more splits say little more


def run_cells(config: Config) -> list[tuple[str, str]]:
    """List classifier and generator of each cell of the run, without those that cannot be fitted."""
    impossible = impossible_cells(config)
    return [cell for cell in _all_cells(config) if cell not in impossible]


def impossible_cells(config: Config) -> dict[tuple[str, str], str]:
    """Return the cells that no run can fit, each with the reason: a strategy may need what a learner cannot do."""
    experiment = config["experiment"]
    weighing = {
        cell: needs_weights(experiment["generators"][cell[1]])
        for cell in _all_cells(config)
        if not experiment["classifiers"][cell[0]]["takes_weights"]
    }
    return {
        cell: f"the classifier takes no weights of rows, which strategy {strategy} needs"
        for cell, strategy in weighing.items()
        if strategy
    }


def _all_cells(config: Config) -> list[tuple[str, str]]:
    experiment = config["experiment"]
    return [(name, other) for name in experiment["classifiers"] for other in experiment["generators"]]


def grid_points(grid: Mapping[str, float], key: str) -> tuple[float, ...]:
    """Multipliers of a grid, both ends included.

    Parameters
    ----------
    grid : mapping
        ``start``, ``stop`` and ``step``.
    key : str
        Its key in the configuration.

    Raises
    ------
    InputError
        If the grid runs backwards, has more than `MOST_SIZES` points or a step that does not divide the range.
    """
    start, stop, step = grid["start"], grid["stop"], grid["step"]
    if stop < start:
        raise InputError(f"{key}.stop is {stop}, below start {start}")
    if (stop - start) / step > MOST_SIZES - 1:
        raise InputError(
            f"{key}.step {step} makes more than {MOST_SIZES} sizes from {start} to {stop}, each of which is fitted in "
            "every split and fold; take a longer step or a shorter range"
        )
    steps = round((stop - start) / step)
    if not math.isclose(start + steps * step, stop, abs_tol=1e-9):
        raise InputError(f"{key}.step {step} does not divide the range from {start} to {stop}")
    return tuple(round(start + i * step, 10) for i in range(steps + 1))


def multipliers(
    config: Config, classifier: str | None = None, generator: str | None = None
) -> tuple[float, ...]:
    """Grid of synthetic-size multipliers of the run, or of one of its cells.

    The grids of classifier and generator, where they have their own; the points that both hold, where both do. A
    strategy may support multipliers up to a limit.

    Raises
    ------
    InputError
        If a grid is impossible, or two grids share no point.
    """
    run = config["experiment"]["multipliers"]
    own = {
        key: set(grid_points({**run, **entry["multipliers"]}, f"{key}.multipliers"))
        for key, entry in _entries(config, classifier, generator).items()
        if entry["multipliers"] is not None
    }
    points = set(grid_points(run, "experiment.multipliers")) if not own else set.intersection(*own.values())
    if not points:
        raise InputError(
            f"the multipliers of {' and '.join(own)} share no point; let one grid hold the other"
        )
    largest = largest_multiplier(config["experiment"]["generators"].get(generator, {}))
    known = tuple(sorted(point for point in points if point <= largest))
    if not known:
        raise InputError(
            f"experiment.multipliers begin at {min(points):g}, beyond the largest that "
            f"experiment.generators.{generator} has, {largest:g}; begin the grid there or leave the strategy out"
        )
    return known


def n_splits(config: Config, classifier: str | None = None, generator: str | None = None) -> int:
    """Outer splits of the run, or of one of its cells: the smallest number among run, classifier and generator."""
    asked = [entry["splits"] for entry in _entries(config, classifier, generator).values()]
    return min(
        [int(config["experiment"]["splits"]), *(int(number) for number in asked if number is not None)]
    )


def vtss(config: Config, classifier: str | None = None, generator: str | None = None) -> dict[str, Any]:
    """Folds, repeats and criteria of the run, or of one of its cells: the smallest numbers of folds and repeats."""
    settings = dict(config["experiment"]["vtss"])
    for entry in _entries(config, classifier, generator).values():
        for key, value in (entry["vtss"] or {}).items():
            settings[key] = min(settings[key], value)
    return settings


def validation_effort(config: Config) -> dict[str, dict[str, dict[str, int]]]:
    """Return folds and repeats by classifier and generator; the generator ``controls`` stands for tuned weights."""
    cells = [*run_cells(config), *((name, None) for name in config["experiment"]["classifiers"])]
    found: dict[str, dict[str, dict[str, int]]] = {}
    for classifier, generator in cells:
        settings = vtss(config, classifier, generator)
        found.setdefault(classifier, {})[generator or "controls"] = {
            key: settings[key] for key in ("folds", "repeats")
        }
    return found


def split_blocks(config: Config, classifier: str, generator: str | None = None) -> dict[str, list[int]]:
    """Outer splits of each job of a cell, by block name; a name stays when more splits are asked for."""
    return blocks_of(n_splits(config, classifier, generator), config, classifier, generator)


def blocks_of(
    number: int, config: Config, classifier: str, generator: str | None = None
) -> dict[str, list[int]]:
    """Divide the first `number` splits among the jobs of a cell: as many to each as run and entries allow."""
    asked = [entry["splits_per_job"] for entry in _entries(config, classifier, generator).values()]
    size = min(
        [int(config["experiment"]["splits_per_job"]), *(int(each) for each in asked if each is not None)]
    )
    starts = range(0, number, size)
    return {f"{start:05d}": list(range(start, min(start + size, number))) for start in starts}


def diagnosed_splits(config: Config) -> list[int]:
    """Outer splits whose training rows the regime diagnosis looks at, however many a job holds."""
    return list(range(min(DIAGNOSED_SPLITS, config["experiment"]["splits"])))


def measured_splits(config: Config, generator: str) -> list[int]:
    """Outer splits whose synthetic rows are compared with real ones."""
    return list(range(min(config["experiment"]["fidelity"]["splits"], n_splits(config, None, generator))))


def block_settings(config: Config, classifier: str, generator: str) -> dict[str, Any]:
    """Everything one block of splits depends on, and nothing else: its rule reruns only when one of these changes."""
    return {
        **_shared_settings(config, classifier, generator),
        **vtss(config, classifier, generator),
        "criteria": tuple(config["experiment"]["vtss"]["criteria"]),
        "oracle": config["protocol"]["oracle"],
        "learner": _made_from(config, "classifiers", classifier),
        "generator": _made_from(config, "generators", generator),
        **_strategy(config, generator),
    }


def control_settings(config: Config, classifier: str) -> dict[str, Any]:
    """Return what one block of controls depends on: no generator's parameters."""
    return {
        **_shared_settings(config, classifier, None),
        **{key: vtss(config, classifier)[key] for key in ("folds", "repeats")},
        "oracle": config["protocol"]["oracle"],
        "learner": _made_from(config, "classifiers", classifier),
    }


def validated_controls(config: Config) -> list[str]:
    """List the controls that take part in the choice among all recipes, and so are validated."""
    experiment = config["experiment"]
    return [name for name in PLAIN if experiment["recipes"]["choose"] and name in experiment["controls"]]


def rival_generators(config: Config) -> dict[str, list[str]]:
    """List the generators of each classifier that take part in the choice among all recipes, in the run's order.

    They have the classifier's splits and folds: validation losses of other folds could not be compared.
    """
    cells = run_cells(config)
    return {
        classifier: [
            name
            for own, name in cells
            if own == classifier
            and vtss(config, classifier, name) == vtss(config, classifier)
            and n_splits(config, classifier, name) == n_splits(config, classifier)
        ]
        for classifier in config["experiment"]["classifiers"]
    }


def transport_settings(config: Config, fewest: int) -> dict[str, Any]:
    """Return what splits by stratum depend on beside a block's settings: the same for all cells, which they pair.

    Parameters
    ----------
    fewest : int
        Positive units that folds and test sets need. `experiment.transport.least_positives` may ask for more, and no
        stratum is tested on whose positives `reporting.suppress_below` would hide.
    """
    experiment = config["experiment"]
    asked = experiment["transport"]["least_positives"], config["reporting"]["suppress_below"]
    return {"transport": {"splits": experiment["splits"], "least_positives": max(*asked, fewest)}}


def generators_drawn(config: Config) -> dict[str, dict[str, Any]]:
    """Return the generators whose rows cells use, by name: diagnosis and fidelity do not depend on the strategy."""
    return dict(without_strategies(config["experiment"]["generators"]))


def _strategy(config: Config, generator: str) -> dict[str, Any]:
    """Return the strategy of a cell, where synthetic rows are not just added."""
    strategy = config["experiment"]["generators"][generator].get("strategy")
    return {"strategy": strategy} if strategy else {}


def imputed_splits(config: Config, classifier: str, generator: str) -> list[int]:
    """Outer splits of a cell that are fitted with multiple imputation."""
    asked = config["experiment"]["multiple_imputation"]["splits"]
    return list(range(min(asked, n_splits(config, classifier, generator))))


def diagnosis_settings(config: Config, generator: str) -> dict[str, Any]:
    """Return what a diagnosis or the fidelity of synthetic rows depends on: no classifier of the run."""
    return {
        **_shared_settings(config, None, None),
        "generator": _made_from(config, "generators", generator),
    }


def most_folds(config: Config) -> int:
    """Return the largest number of folds of any cell."""
    return max(int(vtss(config, *cell)["folds"]) for cell in run_cells(config))


def check_cells(config: Config) -> None:
    """Reject grids that are impossible or do not go together, and more splits than the run has.

    Raises
    ------
    InputError
        With one line that names the key.
    """
    experiment = config["experiment"]
    multipliers(config)
    cells = run_cells(config)
    for classifier, generator in cells:
        multipliers(config, classifier, generator)
    idle = next((name for name in experiment["classifiers"] if name not in dict(cells)), None)
    if idle is not None:
        raise InputError(
            f"experiment.classifiers.{idle} takes no weights of rows, which every strategy of experiment.strategies "
            "needs; add oversample to these or leave the classifier out"
        )
    if experiment["recipes"]["choose"] and "balanced_loss" not in experiment["vtss"]["criteria"]:
        raise InputError(
            "experiment.recipes.choose goes by balanced_loss, which experiment.vtss.criteria lacks; add it there, or "
            "set experiment.recipes.choose to false"
        )
    for kind in ("classifiers", "generators"):
        for name, entry in experiment[kind].items():
            _check_coarser(f"experiment.{kind}.{name}", entry, experiment)


def _check_coarser(key: str, entry: Mapping[str, Any], experiment: Mapping[str, Any]) -> None:
    """Reject what an entry has beyond the run: controls and other entries could not be compared with it there."""
    run = set(grid_points(experiment["multipliers"], "experiment.multipliers"))
    own = grid_points({**experiment["multipliers"], **(entry["multipliers"] or {})}, f"{key}.multipliers")
    beyond = [m for m in own if m not in run]
    if beyond:
        raise InputError(
            f"{key}.multipliers holds {beyond[0]:g}, which experiment.multipliers does not; take a coarser part of it"
        )
    asked = {
        "splits": entry["splits"],
        **{f"vtss.{name}": value for name, value in (entry["vtss"] or {}).items()},
    }
    of_run = {
        "splits": experiment["splits"],
        **{f"vtss.{name}": experiment["vtss"][name] for name in ("folds", "repeats")},
    }
    for name, value in asked.items():
        if value is not None and value > of_run[name]:
            raise InputError(
                f"{key}.{name} is {value}, more than experiment.{name} {of_run[name]}; an entry may have fewer"
            )


def _shared_settings(config: Config, classifier: str | None, generator: str | None) -> dict[str, Any]:
    experiment, protocol = config["experiment"], config["protocol"]
    return {
        "multipliers": multipliers(config, classifier, generator),
        "missing_indicators": config["features"]["missing_indicators"],
        **{key: protocol[key] for key in ("group_by", "imputation", "majority_weight")},
        **{key: experiment[key] for key in ("seed", "test_size")},
    }


def _entries(config: Config, classifier: str | None, generator: str | None) -> dict[str, Mapping[str, Any]]:
    named = {"classifiers": classifier, "generators": generator}
    return {
        f"experiment.{kind}.{name}": entry_of(config["experiment"][kind], name)
        for kind, name in named.items()
        if name is not None
    }


def _made_from(config: Config, kind: str, name: str) -> dict[str, Any]:
    entry = entry_of(config["experiment"][kind], name)
    return {key: entry[key] for key in ("class", "params")}
