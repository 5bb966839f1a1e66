# The configuration of a run, checked, and what every rule file takes from it. No rules here.

import re
import sys
from pathlib import Path
from urllib.parse import quote

import yaml
from snakemake.exceptions import WorkflowError
from snakemake.utils import validate

from synthsize.catalogue import variables
from synthsize.errors import InputError
from synthsize.extract.definition.loading import load_source
from synthsize.extract.raw.locations import location_of
from synthsize.extract.table_search import find_tables
from synthsize.imports import PACKAGE, module_files
from synthsize.pipeline.cells import generators_drawn, impossible_cells, run_cells
from synthsize.pipeline.compared import without_data
from synthsize.pipeline.config import (
    check_secrets,
    check_source_fits,
    reported_classifiers,
    reported_tasks,
    resolve,
)
from synthsize.pipeline.named import run_names
from synthsize.pipeline.own_tables import check_columns, own_tables, shown_name
from synthsize.pipeline.penalties import penalties
from synthsize.pipeline.schema import explain, read_text
from synthsize.pipeline.server_tables import input_files
from synthsize.pipeline.shortcuts import shortcut_configs
from synthsize.simulate.schemas.names import FILES, folder_of
from synthsize.studies.engine.selection import study_settings

SCHEMA_FILE = Path(workflow.basedir, "workflow/schemas/config.schema.yaml")
SCHEMA = yaml.safe_load(SCHEMA_FILE.read_text(encoding="utf-8"))

# One line and no traceback: what is wrong here is the configuration, not the workflow.
try:
    check_secrets(config)  # before a message about another key can quote it
    config = read_text(config, SCHEMA)
    validate(config, str(SCHEMA_FILE))
    config = without_data(config)  # unchanged unless it names runs to compare
    config = resolve(config, SCHEMA["$defs"]["entry"])
    OWN_TABLES = own_tables(config)  # by task; with them nothing is extracted
    if workflow.is_main_process:  # jobs parse this, too
        check_columns(config)
    SIMULATED = config["source"]["name"] == "simulated"
    SOURCE = load_source(
        config["simulate"]["schema"] if SIMULATED else config["source"]["name"]
    )
    CONCEPTS = SOURCE.concept_file(config["source"]["concepts"])
    check_source_fits(config, SOURCE)
    NAMES = run_names(config)
    # Empty unless protocol.price_shortcuts is true.
    SHORTCUTS = shortcut_configs(config, SOURCE.concept_sets)
    PENALTIES = penalties(config)  # by name; empty unless experiment.recipes.C is set
    STUDIES = study_settings(config)
    RESULTS = str(Path(config["output"]["root"], "results"))
    LOCATION = location_of(
        (
            folder_of(f"{RESULTS}/simulate", config["simulate"]["schema"])
            if SIMULATED
            else config["source"]["path"]
        ),
        config["source"]["schema"] or (),
    )
    # Files of each raw table; optional ones that are absent are left out.
    RAW_TABLES = (
        {
            name: (f"{LOCATION}/{file}",)
            for name, file in FILES[config["simulate"]["schema"]].items()
        }
        if SIMULATED
        else input_files(
            find_tables(SOURCE, LOCATION),
            Path(".snakemake", "tables", quote(RESULTS, safe="")),
        )
    )
    # Kinds by variable.
    VARIABLES = variables.listed_in(CONCEPTS, RAW_TABLES, config["features"]["without"])
except WorkflowError as error:
    sys.exit(f"config: {explain(error.__context__)}")
except InputError as error:
    sys.exit(f"config: {error}")

LOGS = str(Path(config["output"]["root"], "logs"))
TASKS = list(config["tasks"])
LEFT_OUT = config["reporting"]["left_out"]
REPORTED = reported_tasks(config)
DRAWN = reported_classifiers(config)
LEARNERS = config["experiment"]["classifiers"]  # their entries, by name
SAMPLERS = config["experiment"]["generators"]
CLASSIFIERS, GENERATORS = list(LEARNERS), list(SAMPLERS)
DRAWN_FROM = generators_drawn(config)  # their entries without strategies, by name
CELLS = run_cells(config)
# Reasons by part, as in LEFT_OUT, for cells that cannot be fitted.
IMPOSSIBLE = {
    f"{task}/{classifier}/{name}": reason
    for (classifier, name), reason in impossible_cells(config).items()
    for task in REPORTED
}
TASK_LABELS = {name: shown_name(name, task) for name, task in config["tasks"].items()}

WORDS_OF_METRICS = ["catalogue/metrics.toml"]
WORDS_OF_VARIABLES = ["catalogue/variables.toml"]


wildcard_constraints:
    task="|".join(TASKS),
    classifier="|".join(CLASSIFIERS),
    generator="|".join({**DRAWN_FROM, **SAMPLERS}),
    shortcut="|".join(SHORTCUTS) or "none",
    penalty="|".join(map(re.escape, PENALTIES)) or "none",
    block=r"\d+",


def code(*modules, data=()):
    """Package files that make up the modules a rule runs, so that editing one of them reruns it."""
    return [
        str(path)
        for path in (*module_files(*modules), *(PACKAGE / name for name in data))
    ]
