"""What a run is about to fit, and about what that costs: said before it starts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from synthsize.pipeline import external
from synthsize.pipeline.durations import in_words
from synthsize.pipeline.jobs import Job
from synthsize.pipeline.own_tables import own_tables, table_size
from synthsize.pipeline.strategies import drawn_by
from synthsize.recipes import SIZED, WEIGHTS
from synthsize.simulate.shares import ADULT_SHARE

ASSUMED_ADMISSIONS = 50_000  # about MIMIC-III's adult ones
ASSUMED_POSITIVES = 0.1  # share of training rows
GAP = 1 - 2 * ASSUMED_POSITIVES  # synthetic rows at m = 1, in training rows
SIZED_CONTROLS = ("weights", "random_oversample")  # go along the grid; the others are single fits
REFIT_SIZES = 3  # m = 0, m = 1 and the choice, in each split and completed data set
RECIPES = 3  # that decision curves fit: the shifted prior needs no fit of its own
START_UP_MB = 300.0  # of a job before it fits: its imports and its table
HELD = 2  # paths of fits that a job holds at once: that of a split, and that of a fold
COPIES = 3  # of the rows fitted: as they are, standardised, and as the learner takes them
MB_OF_NUMBER = 8e-6

Fits = Iterator[
    tuple[float, int]
]  # rows of a fit, as a share of those of a training set, and how many fits have them


class Cost(Protocol):
    """What one fit or draw costs; see `benchmark.probe.Cost`."""

    @property
    def seconds(self) -> Callable[[float], float]:
        """Of a number of rows, on one core."""
        ...

    @property
    def megabytes(self) -> Callable[[float], float]:
        """Of the model fitted to a number of rows."""
        ...

    @property
    def columns(self) -> int:
        """Numbers of a row that is fitted."""
        ...


@dataclass(frozen=True)
class Planned:
    """What the jobs to run fit and draw.

    Attributes
    ----------
    fits : mapping of str to mapping of int to int
        For each classifier, how many fits have so many rows, synthetic ones included.
    draws : mapping of str to mapping of int to int
        For each generator, how many training sets have so many real rows.
    largest : mapping of str to tuple of int
        For each classifier, the rows of each of the fits that one job holds at once, in the job that holds most.
    """

    fits: Mapping[str, Mapping[int, int]]
    draws: Mapping[str, Mapping[int, int]]
    largest: Mapping[str, tuple[int, ...]]


def planned(jobs: Iterable[Job], rows: int) -> Planned:
    """Count what the jobs to run fit and draw, and on how many rows.

    Parameters
    ----------
    jobs : iterable of Job
        Those of the rules in `COUNTED` count. Of a learning curve, numbers of positives that a training set is not
        taken to have are not fitted.
    rows : int
        Of a training set, of which `ASSUMED_POSITIVES` are taken to be positive.
    """
    fits: dict[str, Counter[int]] = defaultdict(Counter)
    draws: dict[str, Counter[int]] = defaultdict(Counter)
    largest: dict[str, tuple[int, ...]] = {}
    for job in jobs:
        if job.name not in COUNTED:
            continue
        classifier, splits = job.wildcards_dict["classifier"], len(job.params.splits)
        for part in _parts(job, rows):
            for share, number in COUNTED[job.name](job):
                fits[classifier][round(part * share)] += splits * number
            if job.name in BLOCKS:
                for share, number in _training_sets(job.params.settings):
                    draws[job.wildcards_dict["generator"]][round(part * share)] += splits * number
                held = tuple(round(part * (1 + GAP * m)) for m in job.params.settings["multipliers"])
                largest[classifier] = max(largest.get(classifier, ()), held, key=sum)
    return Planned(fits, draws, largest)


def _parts(job: Job, rows: int) -> list[float]:
    """Return the rows of each training set that a job goes through."""
    if job.name not in ON_PARTS:
        return [rows]
    asked = (number / ASSUMED_POSITIVES for number in job.params.positives)
    return [part for part in asked if part <= rows]


def _training_sets(settings: Mapping[str, Any]) -> Fits:
    """Yield that of a split, and those of its folds."""
    folds = settings["folds"]
    yield 1.0, 1
    yield (folds - 1) / folds, folds * settings["repeats"]


def _block_fits(job: Job) -> Fits:
    """Every size on a split's training rows and in every fold."""
    settings = job.params.settings
    for share, number in _training_sets(settings):
        for m in settings["multipliers"]:
            yield share * (1 + GAP * m), number


def _control_fits(job: Job) -> Fits:
    settings, controls = job.params.settings, job.params.controls
    sizes, folds = settings["multipliers"], settings["folds"]
    kept = (folds - 1) / folds
    for name in controls:
        if name == "random_oversample":
            yield from ((1 + GAP * m, 1) for m in sizes)
        elif name == "random_undersample":
            yield 2 * ASSUMED_POSITIVES, 1
        else:
            yield 1.0, len(sizes) if name in SIZED_CONTROLS else 1
    yield kept, folds if "threshold" in controls else 0
    yield kept, folds * settings["repeats"] * _validated_fits(job, len(sizes))


def _validated_fits(job: Job, sizes: int) -> int:
    """Count the fits of controls to one fold; tuned weights are validated in any case."""
    validated = {
        *getattr(job.params, "validated", ()),
        *([WEIGHTS] if "weights_vtss" in job.params.controls else []),
    }
    return sum(sizes if name in SIZED else 1 for name in validated)


def _decision_fits(job: Job) -> Fits:
    """Raw data, weights and the chosen recipe, on a split's training rows and in every fold."""
    folds = int(job.params.settings["folds"])
    yield 1.0, RECIPES
    yield (folds - 1) / folds, folds * RECIPES


def _refits(job: Job) -> Fits:
    yield 1 + GAP, REFIT_SIZES * int(job.params.imputations)


def _subgroup_fits(job: Job) -> Fits:
    """Count the sizes that are fitted again, and the chosen recipe where the run chooses one."""
    yield 1 + GAP, REFIT_SIZES + bool(job.params.generators)


COUNTED: dict[str, Callable[[Job], Fits]] = {
    "run_block": _block_fits,
    "run_shortcut_block": _block_fits,
    "run_controls": _control_fits,
    "run_curve_block": _block_fits,
    "run_curve_controls": _control_fits,
    "run_decisions": _decision_fits,
    "run_penalised_block": _block_fits,
    "run_penalised_controls": _control_fits,
    "run_transport_block": _block_fits,
    "run_transport_controls": _control_fits,
    "run_subgroups": _subgroup_fits,
    "run_imputations": _refits,
}
BLOCKS = tuple(name for name, count in COUNTED.items() if count is _block_fits)  # draw synthetic rows
ON_PARTS = ("run_curve_block", "run_curve_controls")  # fit every number of positives


def costs_of_draws(
    samplers: Mapping[str, Mapping[str, Any]], measure: Callable[[str, Mapping[str, Any]], Cost | None]
) -> Callable[[str], Cost | None]:
    """Return what tells the cost of a cell's draws: that of the generator whose rows it uses, measured once.

    Nobody's command is run, and no folder of rows read, for an estimate.

    Parameters
    ----------
    samplers : mapping of str to mapping
        The run's generators, those with a strategy included.
    measure : callable
        Of a generator's name and entry; see `benchmark.probe.draw_cost`.
    """
    entries = {drawn_by(samplers, name): entry for name, entry in samplers.items()}

    @cache
    def of_generator(name: str) -> Cost | None:
        return None if entries[name]["class"] in external.CLASSES else measure(name, entries[name])

    return lambda name: of_generator(drawn_by(samplers, name))


def describe_plan(
    found: Planned,
    fit_cost: Callable[[str], Cost | None],
    draw_cost: Callable[[str], Cost | None],
    *,
    cores: int | None,
    rows: int,
    rows_are: str,
) -> str:
    """Say in one line what is fitted, and about what time and memory it takes.

    Parameters
    ----------
    found : Planned
        With at least one fit.
    fit_cost, draw_cost : callable
        Of a classifier and of a generator; None where it cannot be told.
    cores : int or None
        None on a cluster, whose cores are not known.
    rows : int
        Of a training set, for which the costs hold.
    rows_are : str
        Where that number is from.
    """
    fitted = {name: fit_cost(name) for name in found.fits}
    drawn = {name: draw_cost(name) for name in found.draws}
    seconds = _seconds(found.fits, fitted)
    draws = _seconds(found.draws, drawn)
    numbers = {name: sum(by_rows.values()) for name, by_rows in found.fits.items()}
    parts = ", ".join(
        f"{number:,} of {name} ({in_words(seconds[name]) if name in seconds else 'time unknown'})"
        for name, number in numbers.items()
    )
    sets = f"training sets of about {rows:,} rows ({rows_are})"
    said = f"synthsize: {sum(numbers.values()):,} fits on {sets}: {parts} on one core"
    if drawn:
        each = ", ".join(
            f"{name} {in_words(draws[name]) if name in draws else 'time unknown'}" for name in drawn
        )
        said += f"; synthetic rows: {each}"
    total = sum(seconds.values()) + sum(draws.values())
    if cores and total:
        said += f"; about {in_words(total / cores)} on {cores}"
        unknown = [name for name in drawn if name not in draws]
        said += f", not counting the synthetic rows of {', '.join(unknown)}" if unknown else ""
    said += _memory(found.largest, fitted, cores)
    return f"{said}; extraction and start-ups apart"


def describe_impossible(cells: Mapping[tuple[str, str], str]) -> str:
    """Say in one line which cells are left out because no run can fit them.

    Parameters
    ----------
    cells : mapping of (classifier, generator) to str
        The reason of each; see `cells.impossible_cells`.
    """
    by_reason: dict[str, list[str]] = defaultdict(list)
    for (classifier, generator), reason in cells.items():
        by_reason[reason].append(f"{classifier} with {generator}")
    said = "; ".join(f"{', '.join(names)} ({reason})" for reason, names in by_reason.items())
    return f"synthsize: left out of this run: {said}"


def _seconds(amounts: Mapping[str, Mapping[int, int]], costs: Mapping[str, Cost | None]) -> dict[str, float]:
    """Add up the time of every name whose cost is known."""
    return {
        name: sum(number * cost.seconds(rows) for rows, number in amounts[name].items())
        for name, cost in costs.items()
        if cost is not None
    }


def _memory(
    largest: Mapping[str, tuple[int, ...]], costs: Mapping[str, Cost | None], cores: int | None
) -> str:
    """Name the classifier whose jobs are largest, and the memory of one and of as many as run at once."""
    needed = {
        name: START_UP_MB
        + HELD * sum(cost.megabytes(rows) for rows in held)
        + COPIES * MB_OF_NUMBER * cost.columns * max(held)
        for name, held in largest.items()
        if (cost := costs.get(name)) is not None
    }
    if not needed:
        return ""
    name = max(needed, key=needed.__getitem__)
    together = f", {needed[name] * cores / 1000:.1f} GB if {cores} run at once" if cores and cores > 1 else ""
    return f"; memory of a job up to about {needed[name] / 1000:.1f} GB ({name}){together}"


def training_rows(config: Mapping[str, Any], analysis_tables: Iterable[Path]) -> tuple[int, str]:
    """Tell how many rows a training set has, and where the number is from.

    Parameters
    ----------
    config : mapping
        As `pipeline.config.resolve` returns it.
    analysis_tables : iterable of Path
        Those that exist are counted; before the first run there is none.
    """
    share = 1 - config["experiment"]["test_size"]
    found = [path for path in analysis_tables if path.is_file()]
    if found:
        from pyarrow.parquet import read_metadata  # a third of a second that a parse need not pay

        return round(share * max(read_metadata(path).num_rows for path in found)), "as in the analysis tables"
    own = own_tables(config)
    if own:
        return round(
            share * max(table_size(path)[0] for path in own.values())
        ), "as in the tables of the tasks"
    if config["source"]["name"] == "simulated":
        return round(share * ADULT_SHARE * config["simulate"]["admissions"]), "as simulated"
    return round(share * ASSUMED_ADMISSIONS), "assumed: the extract has not been read yet"
