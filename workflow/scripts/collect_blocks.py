"""Gather the blocks of one task."""

from synthsize.schemas import EVENTS, SWEEP, VTSS
from synthsize.workflow.job import rule_log

with rule_log(snakemake.log[0]):
    SWEEP.write(SWEEP.read_all(snakemake.input.sweep), snakemake.output.sweep)
    VTSS.write(VTSS.read_all(snakemake.input.vtss), snakemake.output.vtss)
    EVENTS.write(EVENTS.read_all(snakemake.input.events), snakemake.output.events)
