"""Gather the jobs of the splits by stratum."""

from synthsize.contracts.results import CONTROLS, EVENTS, SWEEP, VTSS
from synthsize.pipeline.job import job

with job(snakemake):
    inputs, outputs = snakemake.input, snakemake.output
    for name, table in {"sweep": SWEEP, "vtss": VTSS, "controls": CONTROLS}.items():
        table.write(table.read_all(inputs[name]), outputs[name])
    EVENTS.write(EVENTS.read_all([*inputs.events, *inputs.control_events]), outputs.events)
