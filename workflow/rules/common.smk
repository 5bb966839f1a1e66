# Validation, names and paths that every rule file uses. No rules here.

import re
import sys
from pathlib import Path
from urllib.parse import quote

import yaml
from snakemake.exceptions import WorkflowError
from snakemake.utils import validate

from synthsize.catalogue import figures, variables
from synthsize.errors import InputError
from synthsize.extract.raw.locations import as_param, location_of
from synthsize.extract.definition.loading import load_source
from synthsize.extract.table_search import find_tables
from synthsize.pipeline import incomplete
from synthsize.pipeline.cells import (
    block_settings,
    control_settings,
    diagnosed_splits,
    diagnosis_settings,
    generators_drawn,
    impossible_cells,
    imputed_splits,
    measured_splits,
    multipliers,
    n_splits,
    rival_generators,
    run_cells,
    split_blocks,
    transport_settings,
    validated_controls,
    validation_effort,
)
from synthsize.pipeline.compared import without_data
from synthsize.pipeline.config import (
    check_secrets,
    check_source_fits,
    least_positives,
    reported_classifiers,
    reported_tasks,
    resolve,
)
from synthsize.pipeline.curves import (
    curve_blocks,
    curve_controls,
    curve_settings,
    decision_settings,
    thresholds,
)
from synthsize.imports import PACKAGE, module_files
from synthsize.pipeline.memory import job_megabytes
from synthsize.pipeline.penalties import penalties
from synthsize.pipeline.external import refitted
from synthsize.pipeline.named import fit_versions, made_of, run_names
from synthsize.pipeline.own_tables import check_columns, own_tables, shown_name
from synthsize.pipeline.schema import explain, read_text
from synthsize.pipeline.server_tables import input_files
from synthsize.pipeline.strategies import drawn_by
from synthsize.simulate.schemas.names import FILES, folder_of
from synthsize.studies.engine.selection import (
    not_installed,
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

SCHEMA_FILE = Path(workflow.basedir, "workflow/schemas/config.schema.yaml")
SCHEMA = yaml.safe_load(SCHEMA_FILE.read_text(encoding="utf-8"))

# One line and no traceback: what is wrong here is the configuration, not the workflow.
try:
    check_secrets(config)  # before a sentence about another key can repeat it
    config = read_text(config, SCHEMA)
    validate(config, str(SCHEMA_FILE))
    config = without_data(
        config
    )  # where it names finished runs to compare; else as it is
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
    SHORTCUTS = shortcut_configs(
        config, SOURCE.concept_sets
    )  # none unless their price is asked for
    PENALTIES = penalties(config)  # by name; none unless experiment.recipes.C lists any
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
    VARIABLES = variables.listed_in(
        CONCEPTS, RAW_TABLES, config["features"]["without"]
    )  # with their kinds
except WorkflowError as error:
    sys.exit(f"config: {explain(error.__context__)}")
except InputError as error:
    sys.exit(f"config: {error}")

DESCRIPTION = str(SOURCE.folder / "source.yaml")
LOGS = str(Path(config["output"]["root"], "logs"))
TASKS = list(config["tasks"])
LEFT_OUT = config["reporting"]["left_out"]
REPORTED = reported_tasks(config)
DRAWN = reported_classifiers(config)
LEARNERS = config["experiment"]["classifiers"]  # their entries, by name
SAMPLERS = config["experiment"]["generators"]
CLASSIFIERS, GENERATORS = list(LEARNERS), list(SAMPLERS)
DRAWN_FROM = generators_drawn(config)  # their entries without strategies, by name
REFITTED = refitted(DRAWN_FROM)
CELLS = run_cells(config)
# Parts like those of LEFT_OUT that nothing can mend.
IMPOSSIBLE = {
    f"{task}/{classifier}/{name}": reason
    for (classifier, name), reason in impossible_cells(config).items()
    for task in REPORTED
}
BLOCKS = sorted({block for cell in CELLS for block in split_blocks(config, *cell)})
SHOWN_CONFIG = {
    key: value
    for key, value in config.items()
    if key not in ("output", "studies", "runs")
    and not (OWN_TABLES and key in ("source", "simulate", "cohort"))
}
TASK_LABELS = {name: shown_name(name, task) for name, task in config["tasks"].items()}

# Summary tables that a run makes on request, and whether this one does; without its tables a figure is not drawn.
EXPERIMENT = config["experiment"]
ON_REQUEST = {
    table: bool(asked) and part not in LEFT_OUT
    for table, (part, asked) in {
        "shortcuts": (incomplete.PRICE, SHORTCUTS),
        "learning_curve": (
            incomplete.LEARNING_CURVE,
            config["learning_curve"]["positives"],
        ),
        "net_benefit": (incomplete.NET_BENEFIT, config["net_benefit"]["run"]),
        "transport": (incomplete.TRANSPORT, EXPERIMENT["transport"]["run"]),
        "transport_strata": (incomplete.TRANSPORT, EXPERIMENT["transport"]["run"]),
        "subgroups": (incomplete.SUBGROUPS, EXPERIMENT["subgroups"]),
        "imputations": (
            incomplete.IMPUTATIONS,
            EXPERIMENT["multiple_imputation"]["imputations"],
        ),
        "fidelity": ("fidelity", EXPERIMENT["fidelity"]["splits"]),
        "recommendations": (incomplete.RECIPES, EXPERIMENT["recipes"]["choose"]),
        "recipes": (incomplete.RECIPES, EXPERIMENT["recipes"]["choose"]),
        "learner_differences": (incomplete.LEARNERS, len(DRAWN) > 1),
        "learner_answers": (incomplete.LEARNERS, len(DRAWN) > 1),
        "learner_effort": (incomplete.LEARNERS, len(DRAWN) > 1),
    }.items()
}
# By the name of the files: which figure, and of which classifier; in the order of the page.
NOT_MADE = [name for name, made in ON_REQUEST.items() if not made]
# What describes an extract and its cohort; of tasks with tables of their own there is none.
OF_AN_EXTRACT = ("attrition", "missingness", "coverage", "audit", "expected")
NOT_MADE += OF_AN_EXTRACT if OWN_TABLES else []
FIGURES = figures.run_figures(figures.entries(), NAMES, DRAWN, without=NOT_MADE)
FIGURE_FRAME = ("contracts.summaries", "report.figures.drawing", "report.figures.save")
WORDS_OF_METRICS = ["catalogue/metrics.toml"]
WORDS_OF_VARIABLES = ["catalogue/variables.toml"]
LACKING = [
    entry.label for name, entry in variables.entries().items() if name not in VARIABLES
]

SAMPLERS_MADE_FROM = {
    name: {key: entry[key] for key in ("class", "params", "strategy") if key in entry}
    for name, entry in SAMPLERS.items()
}

STUDY_BLOCKS = {name: study_blocks(settings) for name, settings in STUDIES.items()}
STUDY_ENGINE = [
    f"studies.engine.{name}" for name in ("blocks", "summary", "references", "page")
]
# Looked up by name when a study runs, so that no import shows them.
STUDY_GENERATORS = [
    f"balance.generators.{name}"
    for name in (
        "smote",
        "adasyn",
        "jitter",
        "bootstrap",
        "gaussian_copula",
        "transformer",
    )
]


wildcard_constraints:
    task="|".join(TASKS),
    classifier="|".join(CLASSIFIERS),
    generator="|".join({**DRAWN_FROM, **SAMPLERS}),
    shortcut="|".join(SHORTCUTS) or "none",
    penalty="|".join(map(re.escape, PENALTIES)) or "none",
    block=r"\d+",
    figure="|".join(FIGURES),


def code(*modules, data=()):
    """Package files that make up the modules a rule runs, so that editing one of them reruns it."""
    return [
        str(path)
        for path in (*module_files(*modules), *(PACKAGE / name for name in data))
    ]


def cell_paths(pattern, cells=None):
    """Results of all blocks of all cells, other wildcards left open; a cell is a classifier, alone or with a generator."""
    return [
        path
        for cell in (CELLS if cells is None else cells)
        for path in expand(
            pattern,
            **dict(zip(("classifier", "generator"), cell)),
            block=split_blocks(config, *cell),
            allow_missing=True,
        )
    ]


def curve_paths(pattern, cells):
    """Results of all blocks of a learning curve; as `cell_paths`."""
    return [
        path
        for cell in cells
        for path in expand(
            pattern,
            **dict(zip(("classifier", "generator"), cell)),
            block=curve_blocks(config, *cell),
            allow_missing=True,
        )
    ]


def blocks_of_task(pattern, cells=None, folder=f"{RESULTS}/benchmark/blocks"):
    """Input function: `cell_paths` of one task, without the parts that are left out."""
    paths = cell_paths(pattern, cells)
    return lambda wildcards: kept((path.format(**wildcards) for path in paths), folder)


def kept(paths, folder=f"{RESULTS}/benchmark/blocks"):
    """Paths of block results without the parts that are left out."""
    return incomplete.without(paths, folder, LEFT_OUT)


def blocks_of_run(pattern, folder, cells=None):
    """`cell_paths` of all reported tasks, without the parts that are left out."""
    paths = cell_paths(pattern, cells)
    return kept((path.format(task=task) for task in REPORTED for path in paths), folder)


def of_generators(pattern):
    """Results of all generators that are drawn from of all reported tasks, without the parts that are left out."""
    return kept(expand(pattern, task=REPORTED, generator=DRAWN_FROM))


def of_all_cells(pattern):
    """Results of all cells of all reported tasks, a file each, without the parts that are left out."""
    paths = [
        pattern.format(task=task, classifier=classifier, generator=generator)
        for task in REPORTED
        for classifier, generator in CELLS
    ]
    return kept(paths, str(Path(pattern).parents[2]))


def chosen_sizes(wildcards):
    """What VTSS chose in the blocks of a cell."""
    blocks = split_blocks(config, wildcards.classifier, wildcards.generator)
    return expand(rules.run_block.output.vtss, block=blocks, allow_missing=True)


def chosen_recipes(wildcards):
    """What was chosen among all recipes of a task; nothing where the run does not choose."""
    return (
        expand(rules.choose_recipes.output.choices, task=wildcards.task)
        if ON_REQUEST["recipes"]
        else []
    )


def fit_code(*modules, classifier=None, generator=None):
    """Files of the modules and of a named classifier and generator: the package's own, or whatever the run brings."""
    named = {
        "classifiers": (classifier, LEARNERS),
        "generators": (generator, {**DRAWN_FROM, **SAMPLERS}),
    }
    parts = [
        made_of(kind, drawn_by(SAMPLERS, name), given[name])
        for kind, (name, given) in named.items()
        if name is not None
    ]
    own = [module for of_package, _ in parts for module in of_package]
    return code(*modules, *own, *strategy_code(generator)) + [
        file for _, others in parts for file in others
    ]


def cell_versions(wildcards):
    """Versions of the packages that fit a classifier, a generator or both: other versions, other results."""
    return fit_versions(config, wildcards.get("classifier"), wildcards.get("generator"))


def rival_versions(wildcards):
    """`cell_versions`, with those of all generators among which the recipes of the classifier are chosen."""
    versions = cell_versions(wildcards)
    for generator in rival_generators(config)[wildcards.classifier]:
        versions |= fit_versions(config, wildcards.classifier, generator)
    return versions


def strategy_code(generator):
    """The module of a generator's strategy, where its rows are not just added."""
    strategy = SAMPLERS.get(generator, {}).get("strategy")
    return [f"balance.strategies.{strategy['name']}"] if strategy else []


def generator_code(name):
    """Files of a named generator alone; one that no run names is the package's own."""
    if name in SAMPLERS:
        return fit_code(generator=name)
    return code(f"balance.generators.{name}")


def penalised_results():
    """Results of a task with other penalties: those of the first in `sweep_0`, of the second in `sweep_1`, ..."""
    made = {
        **{
            name: rules.run_penalised_block.output[name]
            for name in ("sweep", "vtss", "events")
        },
        **{
            name: rules.run_penalised_controls.output[name]
            for name in ("controls", "validated")
        },
        "control_events": rules.run_penalised_controls.output.events,
    }
    rivals = rival_generators(config)
    found = {}
    for number, (name, penalty) in enumerate(PENALTIES.items()):
        fits = [(classifier,) for classifier in penalty.classifiers]
        cells = [
            (classifier, generator)
            for classifier in penalty.classifiers
            for generator in rivals[classifier]
        ]
        for table, pattern in made.items():
            own = cells if "{generator}" in pattern else fits
            (of_penalty,) = expand(pattern, penalty=name, allow_missing=True)
            found[f"{table}_{number}"] = blocks_of_task(
                of_penalty, own, f"{RESULTS}/penalties/{name}"
            )
    return found


def fit_memory(wildcards, input, attempt):
    """Megabytes of a job that fits its analysis table; more where one that failed is tried again (`--retries`)."""
    return attempt * job_megabytes(
        input.task,
        multipliers(config),
        missing_indicators=config["features"]["missing_indicators"],
    )


def raw_tables(*names):
    """Files of the named raw tables, or of all of them; optional ones that are absent are left out."""
    wanted = names or RAW_TABLES
    files = [str(file) for name in wanted for file in RAW_TABLES.get(name, ())]
    return list(dict.fromkeys(files))  # a database file holds all tables


def location(wildcards):
    """Folder, database file or server in which a job finds the raw tables (`extract.table_search.find_tables`)."""
    return as_param(LOCATION)


def shared_sql(*names):
    """SQL of the package that a step runs besides the source's."""
    return [f"extract/sql/{name}" for name in ("macros.sql", *names)]


def sql_of(step):
    """SQL of the source that a step runs."""
    return [str(file) for file in SOURCE.sql_files(step)]


def cohort(*keys, settings=config):
    """The named cohort settings, for a rule that depends on no others."""
    return {key: settings["cohort"][key] for key in keys}


def shortcut_task(wildcards):
    """The analysis table of a task under a shortcut; those of the protocol alone leave the run's own."""
    changed = wildcards.shortcut in ("item_ids", *COHORT_SHORTCUTS)
    folder = f"shortcuts/{wildcards.shortcut}/tasks" if changed else "tasks"
    return f"{RESULTS}/{folder}/{wildcards.task}.parquet"


def job_records():
    """Where the jobs of each rule write their run time and memory; the studies are no part of a run's manifest."""
    measured = [
        step.name
        for step in workflow.rules
        if step.benchmark
        and "{study" not in str(step.benchmark)  # or {study,constraint}
    ]
    return {name: str(getattr(rules, name).benchmark) for name in measured}


def of_figure(wildcards):
    """The entry of a figure, and the classifier it is drawn for or nothing."""
    return FIGURES[wildcards.figure]


def figure_tables(wildcards):
    """The tables that a figure reads."""
    entry, _ = of_figure(wildcards)
    return {name: SUMMARY_TABLES[name] for name in entry.tables}


def figure_words(wildcards):
    """Its caption in Snakemake's own report."""
    entry, classifier = of_figure(wildcards)
    return entry.words.format(
        classifier=NAMES.in_sentence(classifier) if classifier else ""
    )


def figure_labels(wildcards):
    """What Snakemake's own report lists it by."""
    entry, classifier = of_figure(wildcards)
    return {
        "figure": entry.title,
        **({"classifier": NAMES.learner(classifier)} if classifier else {}),
    }


def study_code(wildcards):
    """Files that the rules of one study depend on."""
    return code(f"studies.{wildcards.study}", *STUDY_ENGINE)
