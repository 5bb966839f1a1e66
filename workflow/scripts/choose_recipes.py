"""Collect all recipes of a task, and choose among them in each split."""

import pandas as pd

from synthsize.contracts.results import CANDIDATES, CONTROLS, EVENTS, RECIPES, SWEEP, VALIDATED, VTSS
from synthsize.pipeline.job import job
from synthsize.statistics.joint_choice import choose_recipes
from synthsize.statistics.recipe_panels import candidates

TABLES = (SWEEP, VTSS, CONTROLS, VALIDATED)


def read_events(inputs, penalty, number):
    paths = [*inputs[f"events_{number}"], *inputs[f"control_events_{number}"]]
    events = EVENTS.read_all(paths)
    return events.assign(detail=f"C = {penalty:g}: " + events["detail"])


with job(snakemake):
    inputs, outputs, params = dict(snakemake.input.items()), snakemake.output, snakemake.params
    found = [candidates(*(table.read(inputs[table.name]) for table in TABLES))]
    events = [EVENTS.read_all([])]
    for number, penalty in enumerate(params.penalties):
        tables = (table.read_all(inputs[f"{table.name}_{number}"]) for table in TABLES)
        found.append(candidates(*tables, penalty))
        events.append(read_events(inputs, penalty, number))
    recipes = pd.concat(found, ignore_index=True)
    CANDIDATES.write(recipes, outputs.candidates)
    RECIPES.write(choose_recipes(recipes, params.generators), outputs.choices)
    EVENTS.write(pd.concat(events, ignore_index=True), outputs.events)
