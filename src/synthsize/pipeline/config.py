"""From the text of config.yaml to validated settings.

`config.schema.yaml` says which keys exist; this module says, in one line each, what is wrong with a configuration
that breaks the schema or contradicts itself, and fills the switches a protocol preset leaves open.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from synthsize.contracts.variables import divides
from synthsize.errors import InputError
from synthsize.extract.definition.source import Source
from synthsize.extract.raw.server import is_server, read_server, refuse_password
from synthsize.extract.table_search import sources_of
from synthsize.pipeline.cells import check_cells, generators_drawn, most_folds, run_cells
from synthsize.pipeline.curves import check_curves
from synthsize.pipeline.incomplete import EXTRAS
from synthsize.pipeline.named import check_controls, read_classifiers, read_generators
from synthsize.pipeline.own_tables import check_own_tables, own_tables, shown_name
from synthsize.pipeline.strategies import read_strategies, with_strategies, without_strategies
from synthsize.simulate.shares import ADULT_SHARE, DEATH_SHARE, SEPSIS_SHARE, SHOCK_SHARE

Config = dict[str, Any]

# The switches that separate the two protocols; `source.concepts` is the fourth, kept beside the source it reads.
PRESETS: dict[str, dict[str, str]] = {
    "leak_free": {
        "group_by": "patient",
        "imputation": "train",
        "interval": "nadeau_bengio",
        "concepts": "corrected",
    },
    "paper": {"group_by": "admission", "imputation": "cohort", "interval": "normal", "concepts": "paper"},
}

SIMULATED_SHARES = {"mortality": DEATH_SHARE, "sepsis": SEPSIS_SHARE, "septic_shock": SHOCK_SHARE}
# Names that files of the tasks and benchmark folders have already, or that mean something else in reporting.left_out.
RESERVED_TASKS = ("bins", "features", "blocks", *EXTRAS)


def resolve(config: Mapping[str, Any], entry_schema: Mapping[str, Any]) -> Config:
    """Fill what the protocol preset decides, drop the tasks set to null, and refuse contradictions.

    Parameters
    ----------
    config : mapping
        A configuration that fits config.schema.yaml, defaults filled in.
    entry_schema : mapping
        The part of it that describes an entry of experiment.classifiers or experiment.generators.

    Returns
    -------
    dict
        A new configuration without open (null) protocol switches.

    Raises
    ------
    InputError
        With one line that names the key.
    """
    check_secrets(config)
    resolved = {section: dict(values) for section, values in config.items()}
    _check_finite(resolved)
    preset = PRESETS[resolved["protocol"]["preset"]]
    for switch in ("group_by", "imputation", "interval"):
        resolved["protocol"][switch] = resolved["protocol"][switch] or preset[switch]
    resolved["source"]["concepts"] = resolved["source"]["concepts"] or preset["concepts"]
    resolved["tasks"] = {name: dict(task) for name, task in resolved["tasks"].items() if task is not None}
    check_own_tables(resolved)
    _check_braces(resolved)
    _check_source(resolved)
    if resolved["source"]["path"] is not None and not is_server(resolved["source"]["path"]):
        resolved["source"]["path"] = str(Path(resolved["source"]["path"]).expanduser())
        _check_readable(resolved["source"]["path"])
    _check_root(resolved["output"]["root"])
    for folder in ("results", "logs"):
        _check_output(Path(resolved["output"]["root"], folder))
    _check_bins(resolved["cohort"], resolved["features"]["summaries"])
    _check_tasks(resolved["tasks"])
    _check_labels(resolved["tasks"])
    experiment = resolved["experiment"]
    experiment["classifiers"] = read_classifiers(experiment["classifiers"], entry_schema)
    generators = read_generators(without_strategies(experiment["generators"]), entry_schema)
    experiment["generators"] = with_strategies(generators, read_strategies(experiment["strategies"]))
    check_controls(experiment["controls"])
    check_cells(resolved)
    check_curves(resolved)
    _check_split(resolved)
    _check_left_out(resolved)
    return resolved


def check_secrets(config: Mapping[str, Any]) -> None:
    """Reject a password in `source.path` before any other sentence repeats it, and a bad location of a server.

    Raises
    ------
    InputError
        With one line that does not hold it.
    """
    source = config.get("source")
    path = source.get("path") if isinstance(source, Mapping) else source
    if isinstance(path, str):
        refuse_password(path)
        if is_server(path):
            read_server(path)


def check_source_fits(config: Mapping[str, Any], source: Source) -> None:
    """Reject what a source cannot answer: tasks by codes it does not have, hours it did not observe.

    Raises
    ------
    InputError
        With one line that names the keys.
    """
    if own_tables(config):
        return
    coded = [name for name, task in config["tasks"].items() if "outcome" not in task]
    if coded and not source.has_diagnoses:
        keys = ", ".join(f"{name}: null" for name in coded)
        raise InputError(
            f"tasks.{' and tasks.'.join(coded)} go by diagnosis codes, which source {source.name!r} does not have; "
            f"set tasks: {{{keys}}}"
        )
    window = config["cohort"]["window_hours"]
    if source.observed_hours is not None and window > source.observed_hours:
        raise InputError(
            f"cohort.window_hours is {window:g}, but source {source.name!r} holds the first {source.observed_hours:g} "
            f"hours from {source.clock}; set cohort.window_hours to {source.observed_hours:g} or less"
        )


def least_positives(config: Mapping[str, Any]) -> int:
    """Positive units a task needs so that each test set and each validation fold of a training set holds one."""
    folds = most_folds(config)
    test_size: float = config["experiment"]["test_size"]
    return max(math.ceil(folds / (1 - test_size)), math.ceil(1 / test_size))


def reported_tasks(config: Mapping[str, Any]) -> list[str]:
    """Tasks that tables, figures and the report show: all but those that are left out as a whole."""
    return [name for name in config["tasks"] if name not in config["reporting"]["left_out"]]


def reported_classifiers(config: Mapping[str, Any]) -> list[str]:
    """Classifiers of which at least one cell is not left out; figures are drawn of no others."""
    left_out = config["reporting"]["left_out"]
    cells = [(task, *cell) for task in reported_tasks(config) for cell in run_cells(config)]
    left = {classifier for task, classifier, name in cells if f"{task}/{classifier}/{name}" not in left_out}
    return [name for name in config["experiment"]["classifiers"] if name in left]


def _check_source(config: Config) -> None:
    source = config["source"]
    if source["name"] == "simulated" and source["path"] is not None:
        raise InputError(
            f"source.path is {source['path']!r} but source.name is 'simulated', which makes its own tables; to read "
            f"what lies there set source.name, such as {_named_as(source['path'])}"
        )
    if source["name"] != "simulated" and source["path"] is None:
        raise InputError(
            f"source.path is empty, and source.name {source['name']!r} needs the folder of its raw tables; "
            "add --config source='{path: DIR}'"
        )
    if isinstance(source["schema"], str):
        source["schema"] = [source["schema"]]
    if source["schema"] and not is_server(source["path"] or ""):
        raise InputError(
            f"source.schema is {' and '.join(source['schema'])}, but source.path names no PostgreSQL server; leave "
            "source.schema out"
        )


def _named_as(path: str) -> str:
    """Name the sources whose tables a path holds; one for an example where it holds those of none."""
    folder = Path(path).expanduser()
    found = sources_of(folder) if folder.is_dir() and os.access(folder, os.R_OK | os.X_OK) else []
    return " or ".join(found) or "mimic3"


def _check_braces(config: Config) -> None:
    """Reject braces in paths, where Snakemake would read the name of a wildcard."""
    for section, key in (("source", "path"), ("source", "name"), ("output", "root")):
        value = config[section][key] or ""
        if set(value) & set("{}"):
            raise InputError(
                f"{section}.{key} is {value!r}; Snakemake takes braces in a path for a wildcard, so rename the folder "
                "or reach it by a link without braces"
            )


def _check_finite(value: Any, path: str = "") -> None:
    if isinstance(value, Mapping):
        for key, part in value.items():
            _check_finite(part, f"{path}.{key}" if path else str(key))
    elif isinstance(value, float) and not math.isfinite(value):
        raise InputError(f"{path} is {value}; give a finite number")


def _check_readable(folder: str) -> None:
    """Reject a folder of raw tables that the user may not list; one that is missing is named with its tables."""
    try:
        os.listdir(folder)  # noqa: PTH208
    except PermissionError as error:
        raise InputError(
            f"source.path is {folder!r}, which cannot be read ({error.strerror}); ask its owner for the right to read "
            "it"
        ) from None
    except OSError:
        return


def _check_root(root: str) -> None:
    """Reject what --config makes of `{root: null}`: a folder of that name."""
    if root.strip() in ("", "null", "~"):
        raise InputError(f"output.root is {root!r}; name a folder, or . for the one the run is started in")


def _check_output(folder: Path) -> None:
    """Reject an output folder that cannot be made, before Snakemake fails on it with a traceback."""
    path = folder.absolute()
    nearest = next(parent for parent in (path, *path.parents) if os.path.exists(parent))  # noqa: PTH110 (Path.exists raises below a closed folder)
    if not nearest.is_dir():
        raise InputError(f"output.root is {str(folder.parent)!r}, but {nearest} is a file; name a folder")
    if not os.access(nearest, os.W_OK):
        raise InputError(
            f"output.root is {str(folder.parent)!r}, but {nearest} cannot be written; name a folder of your own"
        )


def _check_bins(cohort: Config, summaries: list[str]) -> None:
    window = cohort["window_hours"]
    of_several = [name for name in summaries if name in ("std", "trend")]
    for kind, width in cohort["bin_hours"].items():
        if not divides(width, window):
            raise InputError(
                f"cohort.bin_hours.{kind} is {width}, which does not divide cohort.window_hours {window}"
            )
        if of_several and width == window:
            raise InputError(
                f"features.summaries holds {of_several[0]!r}, which takes two bins, and cohort.bin_hours.{kind} is as "
                f"long as cohort.window_hours, {window}; shorten the bins or take {of_several[0]!r} out"
            )


def _check_tasks(tasks: Config) -> None:
    if not tasks:
        raise InputError("tasks is empty; name at least one task")
    for name, task in tasks.items():
        if name in RESERVED_TASKS:
            raise InputError(f"tasks.{name}: the workflow has a file of that name; choose another")
        codes = [key for key in ("icd9", "icd10") if key in task]
        if "outcome" not in task and not codes and "table" not in task:
            raise InputError(
                f"tasks.{name} has neither outcome nor codes; give it `outcome`, or `icd9` and `icd10`"
            )
        if "outcome" in task and codes:
            raise InputError(f"tasks.{name} has both outcome and {codes[0]}; keep one of them")


def _check_labels(tasks: Config) -> None:
    """Reject tasks that figures and tables would show under one name."""
    shown: dict[str, str] = {}
    for name, task in tasks.items():
        label = " ".join(shown_name(name, task).split())
        key = "title" if "table" in task else "label"
        if not label:
            raise InputError(f"tasks.{name}.{key} is empty; give the text that figures and tables show")
        if label.casefold() in shown:
            raise InputError(
                f"tasks.{shown[label.casefold()]} and tasks.{name} are both shown as {label!r}; give one of them "
                f"another {key}, or their figures and tables cannot be distinguished"
            )
        shown[label.casefold()] = name


def _check_split(config: Config) -> None:
    """Reject folds that the simulated hospital cannot fill; other sources are judged when their tasks are built."""
    if config["source"]["name"] != "simulated" or own_tables(config):
        return
    experiment = config["experiment"]
    adults = config["simulate"]["admissions"] * ADULT_SHARE
    for name in config["tasks"]:
        expected = adults * SIMULATED_SHARES.get(name, 1.0) * (1 - experiment["test_size"])
        folds = most_folds(config)
        if expected < folds:
            raise InputError(
                f"experiment.vtss.folds is {folds}, but about {expected:.0f} positives of task {name!r} "
                f"reach a training set of simulate.admissions {config['simulate']['admissions']}; lower the folds "
                "or simulate more"
            )


def _check_left_out(config: Config) -> None:
    """Reject parts that the run does not have, so that none is left out under a name that means nothing."""
    experiment = config["experiment"]
    cells = [
        f"{classifier}/{name}"
        for classifier in experiment["classifiers"]
        for name in (*experiment["generators"], "controls")
    ] + [
        f"{judged}/{generator}"
        for judged in ("diagnosis", "fidelity")
        for generator in generators_drawn(config)
    ]
    for part in config["reporting"]["left_out"]:
        task, slash, cell = part.partition("/")
        if part not in EXTRAS and (task not in config["tasks"] or (slash and cell not in cells)):
            raise InputError(
                f"reporting.left_out names {part!r}, which this run does not have; name a task, or a cell of one "
                f"such as {next(iter(config['tasks']))}/{cells[0]}"
            )
    if not reported_classifiers(config):
        raise InputError("reporting.left_out leaves nothing to report; keep a task with one cell")
