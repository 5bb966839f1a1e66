"""In which settings the runs differ, besides the data that they read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from synthsize.compare.manifests import RunManifest, shared_tasks
from synthsize.contracts.variables import in_sentence
from synthsize.packages import FITTING

COLUMNS = ["setting", "key", "run", "value"]
NOT_SET, NONE = "not set", "none"
UNKNOWN = "\N{EN DASH}"  # of a run that has no such setting, or is of a version that did not write it down
# Where a run reads and writes, how it is divided into jobs, and what it reports: no part of a result.
ASIDE = (
    *("output", "studies", "simulate", "runs"),
    *("source.name", "source.path", "source.schema", "source.accept_row_counts"),
    *("experiment.splits_per_job", "reporting.left_out", "reporting.suppress_below"),
    # Analyses beside the benchmark, of which a comparison shows nothing.
    *("experiment.transport", "experiment.subgroups", "experiment.multiple_imputation", "experiment.recipes"),
    *("experiment.fidelity", "net_benefit", "protocol.price_shortcuts"),
)
OF_AN_EXTRACT = (
    "source",
    "cohort",
    "features.summaries",
    "features.without",
)  # mean nothing where tasks have their own tables
NAMED = ("classifiers", "generators")
LABELS = {
    "source.concepts": "Concept set",
    "cohort.min_age": "Youngest age (years)",
    "cohort.admissions": "Admissions of a patient",
    "cohort.window_hours": "Window (hours)",
    "cohort.bin_hours.vital": "Bins of vital signs (hours)",
    "cohort.bin_hours.lab": "Bins of laboratory values (hours)",
    "cohort.pre_admission_hours": "Hours before admission",
    "cohort.landmark": "Landmark at the window's end",
    "cohort.exclude_organ_donors": "Organ-donor accounts left out",
    "cohort.exclude_negative_stays": "Stays of negative length left out",
    "cohort.icu_stays_only": "Admissions with an ICU stay alone",
    "features.summaries": "Features of the bin means",
    "features.without": "Variables left out",
    "features.missing_indicators": "Missing indicators",
    "protocol.group_by": "Splits by",
    "protocol.imputation": "Imputation",
    "protocol.interval": "Interval of the run's page",
    "protocol.oracle": "Oracle",
    "protocol.majority_weight": "Weight of the majority",
    "experiment.controls": "Controls",
    "experiment.multipliers.start": "Smallest m",
    "experiment.multipliers.stop": "Largest m",
    "experiment.multipliers.step": "Step of m",
    "experiment.splits": "Splits",
    "experiment.test_size": "Share of the test set",
    "experiment.vtss.folds": "Folds of VTSS",
    "experiment.vtss.repeats": "Repeats of VTSS",
    "experiment.vtss.criteria": "Criteria of VTSS",
    "experiment.seed": "Seed",
    "experiment.strategies": "Ways of adding rows",
    "learning_curve.positives": "Learning curve: minority rows",
    "learning_curve.splits": "Learning curve: splits",
    "reporting.rope": "Practical limit",
    "reporting.alpha": "Error rate of verdicts and intervals",
    "experiment.classifiers": "Classifiers",
    "experiment.generators": "Generators",
    "clock": "Window counts from",
    "variables": "Variables",
    "program": "Program",
    "revision": "Revision of the program",
}


def differing_settings(
    runs: Sequence[RunManifest],
    tables: Mapping[str, Mapping[str, pd.DataFrame]],
    clocks: Mapping[str, str],
) -> pd.DataFrame:
    """List every setting that is not the same in all runs.

    Parameters
    ----------
    runs : sequence of RunManifest
    tables : dict of str to dict
        By label, as `tables.read_tables` returns them: they say which variables a run has.
    clocks : mapping of str to str
        By label, what the hours of the window count from; of sources that are not known here there is none.

    Returns
    -------
    DataFrame
        Columns setting (words, or the key), key, run and value (in words); a row per differing setting and run. A
        setting that one run alone has does not count as different.
    """
    told = {run.label: _settings(run, runs, clocks.get(run.label)) for run in runs}
    for label, variables in _variables(tables).items():
        told[label]["variables"] = variables
    rows = []
    for key in dict.fromkeys(key for settings in told.values() for key in settings):
        values = {label: _said(settings[key]) for label, settings in told.items() if key in settings}
        if len(set(values.values())) > 1:
            rows += [
                {"setting": _label(key), "key": key, "run": label, "value": values.get(label, UNKNOWN)}
                for label in told
            ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _settings(run: RunManifest, runs: Sequence[RunManifest], clock: str | None) -> dict[str, Any]:
    """Flatten what decides the results of a run, in the order of the page."""
    config = run.config
    found = {
        key: value
        for key, value in _flat({name: part for name, part in config.items() if name != "tasks"})
        if not _is_below(key, ASIDE)
        and not (run.has_own_tables and _is_below(key, OF_AN_EXTRACT))
        and not any(key.startswith(f"experiment.{kind}.") for kind in NAMED)
    }
    if clock and not run.has_own_tables:
        found["clock"] = clock
    for kind in NAMED:
        own, others = config["experiment"][kind], [other.config["experiment"][kind] for other in runs]
        found[f"experiment.{kind}"] = list(own)
        shared = [name for name in own if any(name in other for other in others if other is not own)]
        found.update(_flat({name: own[name] for name in shared}, f"experiment.{kind}."))
    for task in shared_tasks(runs):
        if task in run.tasks:
            found[f"tasks.{task}"] = _definition(config["tasks"][task])
    found["program"] = run.content["program"]
    found["revision"] = (run.content.get("revision") or "")[:12]
    packages = run.content["packages"] or {}
    found.update({f"packages.{name}": packages[name] for name in FITTING if name in packages})
    return found


def _definition(task: Mapping[str, Any]) -> str:
    """Describe what a task predicts."""
    if "table" in task:
        return f"column {task['label']!r} of a table of its own"
    parts = [f"{key} {_said(task[key])}" for key in ("outcome", "icd9", "icd10") if key in task]
    return "; ".join(parts)


def _flat(value: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, part in value.items():
        if isinstance(part, Mapping) and part:
            yield from _flat(part, f"{above}{name}.")
        else:
            yield f"{above}{name}", part


def _is_below(key: str, parents: Sequence[str]) -> bool:
    return any(key == parent or key.startswith(f"{parent}.") for parent in parents)


def _variables(tables: Mapping[str, Mapping[str, pd.DataFrame]]) -> dict[str, str]:
    """Return which variables each run lacks that another has, and how many columns a table of the user's own has."""
    listed = {
        label: dict(zip(found["missingness"]["variable"], found["missingness"]["label"], strict=True))
        for label, found in tables.items()
        if "missingness" in found
    }
    union = {name: words for variables in listed.values() for name, words in variables.items()}
    said = {}
    for label, found in tables.items():
        if label in listed:
            lacking = [in_sentence(str(union[name])) for name in union if name not in listed[label]]
            said[label] = f"without {', '.join(lacking)}" if lacking else f"all {len(union)}"
        elif "own_tables" in found:
            counts = dict.fromkeys(
                f"{int(count)} columns" for count in found["own_tables"]["features"].dropna()
            )
            said[label] = f"own table, {', '.join(counts)}"
    return said


def _label(key: str) -> str:
    """Words for a key; the key itself where there are none."""
    kind, _, task = key.partition(".")
    if kind == "tasks":
        return f"Definition of {task!r}"
    return LABELS.get(key, key)


def _said(value: Any) -> str:
    if value is None or value == "":
        return NOT_SET
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return ", ".join(map(_said, value)) or NONE
    return json.dumps(value)
