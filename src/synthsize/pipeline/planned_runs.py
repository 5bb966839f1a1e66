"""How often the commands that make rows are about to run: said before the run, for nothing here can time them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from synthsize.pipeline.external import COMMAND
from synthsize.pipeline.jobs import Job
from synthsize.pipeline.strategies import drawn_by

OF_BLOCKS = ("run_block", "run_curve_block", "run_transport_block")


def planned_runs(jobs: Iterable[Job], specs: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Count the training sets that commands learn from in the jobs to run; classifiers and strategies share them.

    Rows that an earlier run kept are counted too.

    Parameters
    ----------
    jobs : iterable of Job
    specs : mapping of str to mapping
        The run's generators, as `named.read_generators` returns them.

    Returns
    -------
    dict of str to int
        By the generator that rows are drawn from; those that are no command are left out.
    """
    sets: dict[str, dict[tuple[Any, ...], int]] = defaultdict(dict)
    for job in jobs:
        name = job.wildcards_dict.get("generator")
        if job.name not in OF_BLOCKS or name is None or specs[name]["class"] != COMMAND:
            continue
        settings = job.params.settings
        parts = len(job.params.positives) if job.name == "run_curve_block" else 1
        number = parts * (1 + settings["folds"] * settings["repeats"])
        of_command = sets[drawn_by(specs, name)]
        for split in job.params.splits:
            key = (job.name, job.wildcards_dict["task"], split)
            of_command[key] = max(number, of_command.get(key, 0))
    return {name: sum(of_splits.values()) for name, of_splits in sets.items()}


def describe_runs(runs: Mapping[str, int]) -> str:
    """Say in one line how often each command runs."""
    said = ", ".join(f"{name} {number:,} times" for name, number in runs.items())
    return f"synthsize: commands run once for each training set, beside these fits: {said}"
