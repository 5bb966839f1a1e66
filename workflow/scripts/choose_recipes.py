"""Choose among all recipes in each split, and recommend one for each task and classifier."""

import pandas as pd

from synthsize.contracts.results import CONTROLS, EVENTS, RECIPES, SWEEP, VALIDATED, VTSS
from synthsize.contracts.summaries import SUMMARIES
from synthsize.pipeline.job import job
from synthsize.statistics.joint_choice import choose_recipes, compare_recipes, recommend
from synthsize.statistics.recipe_panels import candidates

TABLES = (SWEEP, VTSS, CONTROLS, VALIDATED)


def read(inputs, penalty, suffix):
    return candidates(*(table.read_all(inputs[table.name + suffix]) for table in TABLES), penalty)


def read_events(inputs, penalty, number):
    paths = [*inputs[f"events_{number}"], *inputs[f"control_events_{number}"]]
    events = EVENTS.read_all(paths)
    return events.assign(detail=f"C = {penalty:g}: " + events["detail"])


with job(snakemake):
    inputs, outputs, params = dict(snakemake.input.items()), snakemake.output, snakemake.params
    found = [read(inputs, float("nan"), "")]
    events = [EVENTS.read_all([])]
    for number, penalty in enumerate(params.penalties):
        found.append(read(inputs, penalty, f"_{number}"))
        events.append(read_events(inputs, penalty, number))
    recipes = pd.concat(found, ignore_index=True)
    judged = {"rope": params.rope, "alpha": params.alpha}
    tables = {
        "recommendations": recommend(recipes, params.generators, **judged, seed=params.seed),
        "recipes": compare_recipes(recipes, params.generators, **judged),
    }
    for name, table in tables.items():
        SUMMARIES[name].write(table, outputs[name])
    RECIPES.write(choose_recipes(recipes, params.generators), outputs.choices)
    EVENTS.write(pd.concat(events, ignore_index=True), outputs.events)
