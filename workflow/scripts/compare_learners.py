"""Compare the learners of a run on the test rows that they share."""

from synthsize.contracts.results import CONTROLS, RECIPES, SWEEP, VTSS
from synthsize.contracts.summaries import SUMMARIES
from synthsize.pipeline.job import job
from synthsize.statistics.learner_answers import raw_against_oversampled
from synthsize.statistics.learner_comparison import compare_learners
from synthsize.statistics.learner_effort import learner_effort
from synthsize.statistics.learner_levels import learner_levels

with job(snakemake):
    inputs, outputs, params = snakemake.input, snakemake.output, snakemake.params
    chosen = RECIPES.read_all(inputs.chosen) if inputs.chosen else None
    sweep, controls = SWEEP.read_all(inputs.sweep), CONTROLS.read_all(inputs.controls)
    levels = learner_levels(sweep, VTSS.read_all(inputs.vtss), controls, chosen)
    tables = {
        "learner_differences": compare_learners(levels, params.scores, alpha=params.alpha),
        "learner_answers": raw_against_oversampled(
            levels, params.scores, params.linear, params.generators, alpha=params.alpha
        ),
        "learner_effort": learner_effort(sweep, controls, params.validation),
    }
    for name, table in tables.items():
        SUMMARIES[name].write(table, outputs[name])
