"""Compare synthetic sizes with each other, with VTSS and with the controls."""

from synthsize.contracts.results import CONTROLS, SWEEP, VTSS
from synthsize.contracts.summaries import SUMMARIES
from synthsize.pipeline.job import job
from synthsize.statistics.answers import answers
from synthsize.statistics.bands import bands
from synthsize.statistics.choices import choice_distribution
from synthsize.statistics.comparisons import paired_differences
from synthsize.statistics.regret import vtss_regret
from synthsize.statistics.verdicts import verdicts

with job(snakemake):
    inputs, outputs, params = snakemake.input, snakemake.output, snakemake.params
    sweep, vtss = SWEEP.read_all(inputs.sweep), VTSS.read_all(inputs.vtss)
    controls = CONTROLS.read_all(inputs.controls)
    judged = verdicts(
        sweep, vtss, controls, rope=params.rope, alpha=params.alpha, generators=params.generators
    )
    tables = {
        "paired": paired_differences(sweep, vtss, controls, rope=params.rope, alpha=params.alpha),
        "bands": bands(sweep, vtss, controls, alpha=params.alpha, seed=params.seed),
        "regret": vtss_regret(sweep, vtss, alpha=params.alpha, seed=params.seed),
        "choices": choice_distribution(sweep, vtss),
        "verdicts": judged,
        "answers": answers(judged, vtss),
    }
    for name, table in tables.items():
        SUMMARIES[name].write(table, outputs[name])
