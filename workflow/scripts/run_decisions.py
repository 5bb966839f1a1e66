"""Count decisions of each recipe on one block of outer splits."""

from synthsize.benchmark.chosen import best_validated, joint_choices
from synthsize.benchmark.net_benefit import run_decisions
from synthsize.benchmark.settings import Settings
from synthsize.contracts.analysis import ANALYSIS
from synthsize.contracts.curves import DECISIONS
from synthsize.contracts.results import CONTROLS, EVENTS, RECIPES, VTSS
from synthsize.pipeline.job import job

with job(snakemake):
    inputs, params = snakemake.input, snakemake.params
    settings = Settings(**params.settings)
    fit = {"task": snakemake.wildcards.task, "classifier": snakemake.wildcards.classifier}
    if inputs.recipes:
        chosen = joint_choices(RECIPES.read_all(inputs.recipes), **fit)
    else:
        vtss = VTSS.read(inputs.vtss)
        chosen = best_validated(vtss, **fit, criteria=settings.criteria, rivals=params.rivals)
    block = run_decisions(
        ANALYSIS.read(inputs.task),
        CONTROLS.read(inputs.controls),
        chosen,
        **fit,
        generators=params.generators,
        thresholds=params.thresholds,
        splits=params.splits,
        settings=settings,
    )
    DECISIONS.write(block.decisions, snakemake.output.decisions)
    EVENTS.write(block.events, snakemake.output.events)
