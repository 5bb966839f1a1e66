"""What a run is about to fit, and about how long that takes: said before it starts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from synthsize.pipeline.durations import in_words
from synthsize.pipeline.jobs import Job
from synthsize.recipes import SIZED, WEIGHTS
from synthsize.simulate.shares import ADULT_SHARE

ASSUMED_ADMISSIONS = 50_000  # about MIMIC-III's adult ones
BLOCKS = ("run_block", "run_shortcut_block", "run_transport_block", "run_penalised_block")
CONTROLS = ("run_controls", "run_transport_controls", "run_penalised_controls")
REFIT_SIZES = 3  # m = 0, m = 1 and the choice, in each split and completed data set
REFITS = ("run_subgroups", "run_imputations")
SIZED_CONTROLS = 2  # weights and random_oversample go along the grid; the others are single fits


def planned_fits(jobs: Iterable[Job]) -> dict[str, int]:
    """Count the fits of each classifier in the jobs to run.

    Parameters
    ----------
    jobs : iterable of Job
        Those of the rules in `BLOCKS`, `CONTROLS` and `REFITS` count.

    Returns
    -------
    dict of str to int
        By classifier.
    """
    fits: Counter[str] = Counter()
    for job in jobs:
        if job.name in REFITS:
            each = REFIT_SIZES * getattr(job.params, "imputations", 1)
            fits[job.wildcards_dict["classifier"]] += len(job.params.splits) * each
        if job.name in (*BLOCKS, *CONTROLS):
            settings, splits = job.params.settings, len(job.params.splits)
            sizes, folds = len(settings["multipliers"]), settings["folds"]
            if job.name in CONTROLS:
                each = len(job.params.controls) + SIZED_CONTROLS * (sizes - 1) + folds
                each += folds * settings["repeats"] * _validated_fits(job, sizes)
            else:
                each = sizes * (1 + folds * settings["repeats"])
            fits[job.wildcards_dict["classifier"]] += splits * each
    return dict(fits)


def _validated_fits(job: Job, sizes: int) -> int:
    """Count the fits of controls to one fold; tuned weights are validated in any case."""
    validated = {
        *getattr(job.params, "validated", ()),
        *([WEIGHTS] if "weights_vtss" in job.params.controls else []),
    }
    return sum(sizes if name in SIZED else 1 for name in validated)


def describe_plan(
    fits: Mapping[str, int],
    seconds_per_fit: Callable[[str], float | None],
    *,
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
    cores : int or None
        None on a cluster, whose cores are not known.
    rows : int
        Of a training set, for which the times hold.
    rows_are : str
        Where that number is from.
    """
    known = {name: seconds_per_fit(name) for name in fits}
    seconds = {name: number * each for name, number in fits.items() if (each := known[name]) is not None}
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
    if config["source"]["name"] == "simulated":
        return round(share * ADULT_SHARE * config["simulate"]["admissions"]), "as simulated"
    return round(share * ASSUMED_ADMISSIONS), "assumed: the extract has not been read yet"
