# What the rules that fit have in common: paths of their results, code and package versions of a classifier and a
# generator, memory. No rules here.

from synthsize.pipeline import incomplete
from synthsize.pipeline.cells import multipliers, rival_generators, split_blocks
from synthsize.pipeline.curves import curve_blocks
from synthsize.pipeline.external import refitted
from synthsize.pipeline.fit_dependencies import fit_versions, made_of
from synthsize.pipeline.memory import job_megabytes
from synthsize.pipeline.shortcuts import COHORT_SHORTCUTS
from synthsize.pipeline.strategies import drawn_by

REFITTED = refitted(DRAWN_FROM)
SAMPLERS_MADE_FROM = {
    name: {key: entry[key] for key in ("class", "params", "strategy") if key in entry}
    for name, entry in SAMPLERS.items()
}


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


def kept(paths, folder=f"{RESULTS}/benchmark/blocks"):
    """Paths of block results without the parts that are left out."""
    return incomplete.without(paths, folder, LEFT_OUT)


def blocks_of_task(pattern, cells=None, folder=f"{RESULTS}/benchmark/blocks"):
    """Input function: `cell_paths` of one task, without the parts that are left out."""
    paths = cell_paths(pattern, cells)
    return lambda wildcards: kept((path.format(**wildcards) for path in paths), folder)


def blocks_of_run(pattern, folder, cells=None):
    """`cell_paths` of all reported tasks, without the parts that are left out."""
    paths = cell_paths(pattern, cells)
    return kept((path.format(task=task) for task in REPORTED for path in paths), folder)


def of_generators(pattern):
    """Results of all generators without strategies, of all reported tasks, without the parts that are left out."""
    return kept(expand(pattern, task=REPORTED, generator=DRAWN_FROM))


def of_all_cells(pattern):
    """Results of all cells of all reported tasks, a file each, without the parts that are left out."""
    paths = [
        pattern.format(task=task, classifier=classifier, generator=generator)
        for task in REPORTED
        for classifier, generator in CELLS
    ]
    return kept(paths, str(Path(pattern).parents[2]))


def penalised_results():
    """Input functions for the results with other penalties: `sweep_0` of the first penalty, `sweep_1` of the second, ..."""
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


def shortcut_task(wildcards):
    """The analysis table of a task under a shortcut; those of the protocol alone leave the run's own."""
    changed = wildcards.shortcut in ("item_ids", *COHORT_SHORTCUTS)
    folder = f"shortcuts/{wildcards.shortcut}/tasks" if changed else "tasks"
    return f"{RESULTS}/{folder}/{wildcards.task}.parquet"


def fit_code(*modules, classifier=None, generator=None):
    """Files of the modules, and of a classifier and generator: the package's own, or those behind an import path."""
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


def strategy_code(generator):
    """The module of a generator's strategy, where its rows are not just added."""
    strategy = SAMPLERS.get(generator, {}).get("strategy")
    return [f"balance.strategies.{strategy['name']}"] if strategy else []


def generator_code(name):
    """Files of a named generator alone; one that no run names is the package's own."""
    if name in SAMPLERS:
        return fit_code(generator=name)
    return code(f"balance.generators.{name}")


def cell_versions(wildcards):
    """Versions of the packages that fit a classifier, a generator or both: other versions, other results."""
    return fit_versions(config, wildcards.get("classifier"), wildcards.get("generator"))


def rival_versions(wildcards):
    """`cell_versions`, with those of all generators among which the recipes of the classifier are chosen."""
    versions = cell_versions(wildcards)
    for generator in rival_generators(config)[wildcards.classifier]:
        versions |= fit_versions(config, wildcards.classifier, generator)
    return versions


def fit_memory(wildcards, input, attempt):
    """Megabytes of a job that fits its analysis table; more where one that failed is tried again (`--retries`)."""
    return attempt * job_megabytes(
        input.task,
        multipliers(config),
        missing_indicators=config["features"]["missing_indicators"],
    )
