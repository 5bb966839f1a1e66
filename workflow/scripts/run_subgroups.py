"""Count decisions and risks of the subgroups of one cell."""

from synthsize.benchmark.chosen import joint_choices
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.subgroups import run_subgroups
from synthsize.contracts.analysis import ANALYSIS
from synthsize.contracts.canonical import ADMISSIONS
from synthsize.contracts.results import EVENTS, RECIPES, VTSS
from synthsize.contracts.subgroups import SUBGROUPS
from synthsize.pipeline.job import job

with job(snakemake):
    inputs, params = snakemake.input, snakemake.params
    fit = (snakemake.wildcards.task, snakemake.wildcards.classifier)
    chosen = joint_choices(RECIPES.read_all(inputs.recipes), *fit) if inputs.recipes else None
    found = run_subgroups(
        ANALYSIS.read(inputs.task),
        ADMISSIONS.read(inputs.admissions, ["admission_id", "sex", "age_years"])
        if inputs.admissions
        else None,
        VTSS.read_all(inputs.vtss),
        chosen,
        **dict(snakemake.wildcards.items()),
        generators=params.generators,
        dimensions=params.dimensions,
        splits=params.splits,
        settings=Settings(**params.settings),
    )
    SUBGROUPS.write(found.subgroups, snakemake.output.subgroups)
    EVENTS.write(found.events, snakemake.output.events)
