"""Means and intervals over the splits."""

from synthsize.benchmark.summary import curves, vtss_summary
from synthsize.schemas import SWEEP, VTSS
from synthsize.workflow.job import rule_log

with rule_log(snakemake.log[0]):
    sweep, vtss = SWEEP.read_all(snakemake.input.sweep), VTSS.read_all(snakemake.input.vtss)
    curves(sweep).to_csv(snakemake.output.curves, index=False)
    vtss_summary(sweep, vtss).to_csv(snakemake.output.vtss, index=False)
