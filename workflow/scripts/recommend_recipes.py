"""Recommend a recipe for each task and classifier, and compare the choice among all with each method."""

from synthsize.contracts.results import CANDIDATES
from synthsize.contracts.summaries import SUMMARIES
from synthsize.pipeline.job import job
from synthsize.statistics.joint_choice import compare_recipes, recommend

with job(snakemake):
    params = snakemake.params
    found = CANDIDATES.read_all(snakemake.input.candidates)
    judged = {"rope": params.rope, "alpha": params.alpha}
    tables = {
        "recommendations": recommend(found, params.generators, **judged, seed=params.seed),
        "recipes": compare_recipes(found, params.generators, **judged),
    }
    for name, table in tables.items():
        SUMMARIES[name].write(table, snakemake.output[name])
