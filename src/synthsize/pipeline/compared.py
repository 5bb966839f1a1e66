"""The configuration of a comparison: which finished runs, and what their names, clocks and classifiers are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from synthsize.catalogue import controls, generators, learners
from synthsize.catalogue import strategies as strategy_entries
from synthsize.catalogue.names import Names
from synthsize.compare.manifests import RunManifest, labelled_runs, shared_tasks
from synthsize.errors import InputError
from synthsize.extract.definition.loading import load_source
from synthsize.pipeline.named import run_names
from synthsize.pipeline.strategies import drawn_by

Config = dict[str, Any]
Entry = TypeVar("Entry")
# Stands for the data in a configuration that compares: nothing of them is read, and they may be gone.
NO_SOURCE = {"name": "simulated", "path": None, "schema": None, "concepts": None}
NO_TASKS = {"mortality": {"outcome": "died_in_hospital"}}


def without_data(config: Mapping[str, Any]) -> Config:
    """Label the runs of a configuration that names some, and take its own source and tasks out of it.

    Parameters
    ----------
    config : mapping
        A configuration that fits config.schema.yaml.

    Returns
    -------
    dict
        A new configuration; ``runs`` maps labels to folders, and is empty where nothing is compared.

    Raises
    ------
    InputError
        With one line, if two runs have the same name, or there are fewer than two.
    """
    given = config["runs"]
    if not given:
        return {**config, "runs": {}}
    return {
        **config,
        "runs": labelled_runs(given),
        "source": {**config["source"], **NO_SOURCE},
        "tasks": NO_TASKS,
    }


def compared_names(runs: Sequence[RunManifest]) -> Names:
    """Merge the names of the runs; of one that several runs use the first run's words hold."""
    own = [_names(run) for run in runs]
    shared = shared_tasks(runs)
    words = _first(names.tasks for names in own)
    return Names(
        tasks={**{task: words[task] for task in shared}, **words},
        learners=_first(names.learners for names in own),
        generators=_first(names.generators for names in own),
        controls=controls.entries(),
    )


def compared_classifiers(runs: Sequence[RunManifest]) -> list[str]:
    """Classifiers that at least two runs have fitted to one task, in the order in which they appear."""
    names = dict.fromkeys(name for run in runs for name in run.config["experiment"]["classifiers"])
    return [
        name
        for name in names
        if shared_tasks([run for run in runs if name in run.config["experiment"]["classifiers"]])
    ]


def clocks(runs: Sequence[RunManifest]) -> dict[str, str]:
    """Return what the window of each run counts from, by label; unknown sources are left out."""
    known = {}
    for run in runs:
        name = run.config.get("source", {}).get("name")
        if name and not run.has_own_tables:
            try:
                known[run.label] = load_source(_read_as(run) if name == "simulated" else name).clock
            except InputError:  # a source folder of somebody else's
                continue
    return known


def _read_as(run: RunManifest) -> str:
    """Source whose shape a simulated extract has."""
    shape: str = run.config.get("simulate", {}).get("schema", "mimic3")
    return shape


def _names(run: RunManifest) -> Names:
    """Return the names of a run without those unknown to this version, which are shown as written."""
    known = {"classifiers": learners.entries(), "generators": generators.entries()}
    strategies = strategy_entries.entries()
    bare: Config = {"class": None, "params": {}, "label": None}
    experiment = {
        kind: {
            name: {**bare, **entry}
            for name, entry in given.items()
            if (entry.get("class") or drawn_by(given, name) in entries)
            and (not entry.get("strategy") or entry["strategy"]["name"] in strategies)
        }
        for kind, entries in known.items()
        for given in (run.config["experiment"][kind],)
    }
    return run_names({"tasks": run.config["tasks"], "experiment": experiment})


def _first(found: Iterable[Mapping[str, Entry]]) -> dict[str, Entry]:
    """Merge mappings; of a name that several have the first one holds."""
    merged: dict[str, Entry] = {}
    for entries in found:
        merged = {**merged, **{name: entry for name, entry in entries.items() if name not in merged}}
    return merged
