# Validation, names and paths that every rule file uses. No rules here.

import sys
from pathlib import Path

import yaml
from snakemake.exceptions import WorkflowError
from snakemake.utils import validate

from synthsize.errors import InputError
from synthsize.extract.source import find_tables, load_source
from synthsize.pipeline import incomplete
from synthsize.pipeline.config import (
    control_settings,
    diagnosed_splits,
    diagnosis_settings,
    experiment_settings,
    explain,
    least_positives,
    read_text,
    reported_classifiers,
    reported_tasks,
    resolve,
    split_blocks,
)
from synthsize.pipeline.imports import PACKAGE, module_files
from synthsize.studies.engine.selection import (
    study_blocks,
    study_settings,
    without_replicates,
)
from synthsize.pipeline.shortcuts import (
    COHORT_SHORTCUTS,
    SAME_ROWS,
    shortcut_configs,
    unpriced_shortcuts,
)

SCHEMA = Path(workflow.basedir, "workflow/schemas/config.schema.yaml")

# One line and no traceback: what is wrong here is the configuration, not the workflow.
try:
    config = read_text(config, yaml.safe_load(SCHEMA.read_text()))
    validate(config, str(SCHEMA))
    config = resolve(config)
    SIMULATED = config["source"]["name"] == "simulated"
    SOURCE = load_source("mimic3" if SIMULATED else config["source"]["name"])
    CONCEPTS = SOURCE.concept_file(config["source"]["concepts"])
    SHORTCUTS = shortcut_configs(
        config, SOURCE.concept_sets
    )  # none unless their price is asked for
    STUDIES = study_settings(config)
except WorkflowError as error:
    sys.exit(f"config: {explain(error.__context__)}")
except InputError as error:
    sys.exit(f"config: {error}")

DESCRIPTION = str(SOURCE.folder / "source.yaml")
RESULTS = str(Path(config["output"]["root"], "results"))
LOGS = str(Path(config["output"]["root"], "logs"))
CURVES = [
    "excess_risk",
    "balanced_accuracy",
]  # metrics drawn against the synthetic size
TASKS = list(config["tasks"])
LEFT_OUT = config["reporting"]["left_out"]
REPORTED = reported_tasks(config)
DRAWN = reported_classifiers(config)
CLASSIFIERS = config["experiment"]["classifiers"]
GENERATORS = config["experiment"]["generators"]
PROBABILISTIC = [name for name in DRAWN if name == "logistic"]
BLOCKS = split_blocks(config)
SHOWN_CONFIG = {key: value for key, value in config.items() if key != "output"}
TASK_LABELS = {name: task.get("label", name) for name, task in config["tasks"].items()}

# Without suffix, in the order of the page.
FIGURES = [
    *expand(
        f"{RESULTS}/figures/{{figure}}_{{classifier}}",
        figure=[
            *CURVES,
            "chosen_sizes",
            "validation_curves",
            "paired_differences",
            "differences_to_balance",
        ],
        classifier=DRAWN,
    ),
    *expand(f"{RESULTS}/figures/pareto_{{classifier}}", classifier=PROBABILISTIC),
    *expand(
        f"{RESULTS}/figures/{{figure}}", figure=["attrition", "missingness_coverage"]
    ),
]


wildcard_constraints:
    task="|".join(TASKS),
    classifier="|".join(CLASSIFIERS),
    generator="|".join(GENERATORS),
    shortcut="|".join(SHORTCUTS) or "none",
    block=r"\d+",
    metric="|".join(CURVES),


def code(*modules, data=()):
    """Package files that make up the modules a rule runs, so that editing one of them reruns it."""
    return [
        str(path)
        for path in (*module_files(*modules), *(PACKAGE / name for name in data))
    ]


def blocks_of_task(pattern, **names):
    """Input function: the named results of one task's blocks, without the parts that are left out."""
    blocks = f"{RESULTS}/benchmark/blocks"
    return lambda wildcards: incomplete.without(
        expand(pattern, **names, task=wildcards.task), blocks, LEFT_OUT
    )


def raw_tables(*names):
    """Files of the named raw tables, or of all of them; optional ones that are absent are left out."""
    if SIMULATED:
        found = {
            name: f"{RESULTS}/simulate/{name.upper()}.csv.gz" for name in SOURCE.tables
        }
    else:
        try:
            found = find_tables(SOURCE, Path(config["source"]["path"]))
        except InputError as error:
            sys.exit(f"config: {error}")
    return [str(found[name]) for name in names or found if name in found]


def cohort(*keys, settings=config):
    """The named cohort settings, for a rule that depends on no others."""
    return {key: settings["cohort"][key] for key in keys}


def shortcut_task(wildcards):
    """The analysis table of a task under a shortcut; those of the protocol alone leave the run's own."""
    changed = wildcards.shortcut in ("item_ids", *COHORT_SHORTCUTS)
    folder = f"shortcuts/{wildcards.shortcut}/tasks" if changed else "tasks"
    return f"{RESULTS}/{folder}/{wildcards.task}.parquet"


def job_records():
    """Where the jobs of each rule write their run time and memory."""
    measured = [rule.name for rule in workflow.rules if rule.benchmark]
    return {name: str(getattr(rules, name).benchmark) for name in measured}


def figure_files(name, words, category, **labels):
    """The formats of one drawn figure, and its caption as text; `words` is its caption in Snakemake's own report."""
    path = f"{RESULTS}/figures/{name}"
    return {
        "png": report(
            f"{path}.png",
            caption=f"../report/{words}.rst",
            category=category,
            labels=labels,
        ),
        "pdf": f"{path}.pdf",
        "svg": f"{path}.svg",
        "caption": f"{path}.txt",
    }
