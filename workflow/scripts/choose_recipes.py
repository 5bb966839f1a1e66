"""Choose among all recipes in each split, and recommend one for each task and classifier."""

from synthsize.contracts.results import CONTROLS, RECIPES, SWEEP, VALIDATED, VTSS
from synthsize.contracts.summaries import SUMMARIES
from synthsize.pipeline.job import job
from synthsize.statistics.joint_choice import choose_recipes, compare_recipes, recommend
from synthsize.statistics.recipe_panels import candidates

with job(snakemake):
    inputs, outputs, params = snakemake.input, snakemake.output, snakemake.params
    found = candidates(
        SWEEP.read_all(inputs.sweep),
        VTSS.read_all(inputs.vtss),
        CONTROLS.read_all(inputs.controls),
        VALIDATED.read_all(inputs.validated),
    )
    judged = {"rope": params.rope, "alpha": params.alpha}
    tables = {
        "recommendations": recommend(found, params.generators, **judged, seed=params.seed),
        "recipes": compare_recipes(found, params.generators, **judged),
    }
    for name, table in tables.items():
        SUMMARIES[name].write(table, outputs[name])
    RECIPES.write(choose_recipes(found, params.generators), outputs.choices)
