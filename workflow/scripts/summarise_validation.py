"""Average over the splits what VTSS saw."""

from synthsize.benchmark.validation_summary import validation_curves
from synthsize.schemas import VTSS
from synthsize.workflow.job import rule_log

with rule_log(snakemake.log[0]):
    validation_curves(VTSS.read_all(snakemake.input.vtss)).to_csv(snakemake.output[0], index=False)
