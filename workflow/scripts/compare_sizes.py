"""Compare synthetic sizes with each other, with VTSS and with the controls."""

from synthsize.benchmark.statistics.bands import bands
from synthsize.benchmark.statistics.choices import choice_distribution
from synthsize.benchmark.statistics.comparisons import paired_differences
from synthsize.benchmark.statistics.regret import vtss_regret
from synthsize.schemas import CONTROLS, SWEEP, VTSS
from synthsize.workflow.job import rule_log

with rule_log(snakemake.log[0]):
    inputs, outputs, params = snakemake.input, snakemake.output, snakemake.params
    sweep, vtss = SWEEP.read_all(inputs.sweep), VTSS.read_all(inputs.vtss)
    controls = CONTROLS.read_all(inputs.controls)
    tables = {
        outputs.paired: paired_differences(sweep, vtss, controls, rope=params.rope, alpha=params.alpha),
        outputs.bands: bands(sweep, vtss, controls, alpha=params.alpha, seed=params.seed),
        outputs.regret: vtss_regret(sweep, vtss, alpha=params.alpha, seed=params.seed),
        outputs.choices: choice_distribution(sweep, vtss),
    }
    for path, table in tables.items():
        table.to_csv(path, index=False)
