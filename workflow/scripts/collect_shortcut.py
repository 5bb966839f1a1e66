"""Gather the jobs of one shortcut."""

from synthsize.contracts.results import EVENTS, SWEEP, VTSS
from synthsize.pipeline.job import job

with job(snakemake):
    for name, table in {"sweep": SWEEP, "vtss": VTSS, "events": EVENTS}.items():
        table.write(table.read_all(snakemake.input[name]), snakemake.output[name])
