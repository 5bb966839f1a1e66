"""What a run is about to fit, and about how long that takes: said before it starts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from synthsize.pipeline.durations import in_words
from synthsize.pipeline.jobs import Job
from synthsize.pipeline.own_tables import own_tables, table_size
from synthsize.recipes import SIZED, WEIGHTS
from synthsize.simulate.shares import ADULT_SHARE

ASSUMED_ADMISSIONS = 50_000  # about MIMIC-III's adult ones
ASSUMED_POSITIVES = 0.1  # share of training rows, by which a part with so many positives is told in rows
SIZED_CONTROLS = ("weights", "random_oversample")  # go along the grid; the others are single fits
REFIT_SIZES = 3  # m = 0, m = 1 and the choice, in each split and completed data set
RECIPES = 3  # that decision curves fit: the shifted prior needs no fit of its own


def planned_fits(jobs: Iterable[Job]) -> dict[str, int]:
    """Count the fits of each classifier in the jobs to run.

    Parameters
    ----------
    jobs : iterable of Job
        Those of the rules in `COUNTED` count; a learning curve with all numbers of positives that were asked for.

    Returns
    -------
    dict of str to int
        By classifier.
    """
    fits: Counter[str] = Counter()
    for job in jobs:
        if job.name in COUNTED:
            points = len(job.params.positives) if job.name in ON_PARTS else 1
            fits[job.wildcards_dict["classifier"]] += points * _fits_at_one_point(job)
    return dict(fits)


def planned_work(jobs: Iterable[Job], rows: int) -> dict[str, float]:
    """Count the fits of each classifier in units of a fit to a whole training set, those to parts by their rows.

    Parameters
    ----------
    jobs : iterable of Job
    rows : int
        Of a training set, of which `ASSUMED_POSITIVES` are taken to be positive.
    """
    work: dict[str, float] = defaultdict(float)
    for job in jobs:
        if job.name in COUNTED:
            asked = job.params.positives if job.name in ON_PARTS else [ASSUMED_POSITIVES * rows]
            shares = [number / (ASSUMED_POSITIVES * rows) for number in asked]
            whole = sum(share for share in shares if share <= 1)
            work[job.wildcards_dict["classifier"]] += _fits_at_one_point(job) * whole
    return dict(work)


def _fits_at_one_point(job: Job) -> int:
    number: int = len(job.params.splits) * COUNTED[job.name](job)
    return number


def _block_fits(job: Job) -> int:
    """Every size on a split's training rows and in every fold."""
    settings = job.params.settings
    return int(len(settings["multipliers"]) * (1 + settings["folds"] * settings["repeats"]))


def _control_fits(job: Job) -> int:
    settings, controls = job.params.settings, job.params.controls
    sizes, folds = len(settings["multipliers"]), settings["folds"]
    sized = sum(name in SIZED_CONTROLS for name in controls)
    out_of_fold = folds if "threshold" in controls else 0
    judged = folds * settings["repeats"] * _validated_fits(job, sizes)
    return int(len(controls) + sized * (sizes - 1) + out_of_fold + judged)


def _validated_fits(job: Job, sizes: int) -> int:
    """Count the fits of controls to one fold; tuned weights are validated in any case."""
    validated = {
        *getattr(job.params, "validated", ()),
        *([WEIGHTS] if "weights_vtss" in job.params.controls else []),
    }
    return sum(sizes if name in SIZED else 1 for name in validated)


def _decision_fits(job: Job) -> int:
    """Raw data, weights and the chosen recipe, on a split's training rows and in every fold."""
    return RECIPES * (1 + int(job.params.settings["folds"]))


def _refits(job: Job) -> int:
    return REFIT_SIZES * int(job.params.imputations)


def _subgroup_fits(job: Job) -> int:
    """Count the sizes that are fitted again, and the chosen recipe where the run chooses one."""
    return REFIT_SIZES + bool(job.params.generators)


COUNTED: dict[str, Callable[[Job], int]] = {
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
ON_PARTS = ("run_curve_block", "run_curve_controls")  # fit every number of positives


def describe_plan(
    fits: Mapping[str, int],
    seconds_per_fit: Callable[[str], float | None],
    *,
    work: Mapping[str, float] | None = None,
    cores: int | None,
    rows: int,
    rows_are: str,
) -> str:
    """Say in one line what is fitted and about how long it takes.

    Parameters
    ----------
    fits : mapping of str to int
        As `planned_fits` returns it; not empty.
    seconds_per_fit : callable
        Of a classifier, on one core; None where it cannot be told.
    work : mapping of str to float, optional
        As `planned_work` returns it; by default all fits are to whole training sets.
    cores : int or None
        None on a cluster, whose cores are not known.
    rows : int
        Of a training set, for which the times hold.
    rows_are : str
        Where that number is from.
    """
    known = {name: seconds_per_fit(name) for name in fits}
    amount = fits if work is None else work
    seconds = {name: amount[name] * each for name in fits if (each := known[name]) is not None}
    parts = ", ".join(
        f"{number:,} of {name} ({in_words(seconds[name]) if name in seconds else 'time unknown'})"
        for name, number in fits.items()
    )
    sets = f"training sets of about {rows:,} rows ({rows_are})"
    said = f"synthsize: {sum(fits.values()):,} fits on {sets}: {parts} on one core"
    if cores and seconds:
        said += f"; about {in_words(sum(seconds.values()) / cores)} on {cores}"
    return f"{said}, extraction and start-ups apart"


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
