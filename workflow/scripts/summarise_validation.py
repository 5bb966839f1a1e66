"""Average over the splits what VTSS saw."""

from synthsize.benchmark.statistics.validation_summary import validation_curves
from synthsize.schemas import SWEEP, VTSS
from synthsize.workflow.job import rule_log

with rule_log(snakemake.log[0]):
    sweep, vtss = SWEEP.read_all(snakemake.input.sweep), VTSS.read_all(snakemake.input.vtss)
    validation_curves(sweep, vtss).to_csv(snakemake.output[0], index=False)
