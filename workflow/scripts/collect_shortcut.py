"""Gather the jobs of one shortcut."""

from synthsize.schemas import EVENTS, SWEEP, VTSS
from synthsize.workflow.job import rule_log

with rule_log(snakemake.log[0]):
    for name, table in {"sweep": SWEEP, "vtss": VTSS, "events": EVENTS}.items():
        table.write(table.read_all(snakemake.input[name]), snakemake.output[name])
