"""Gather the jobs of one task."""

from synthsize.contracts.results import CONTROLS, DIAGNOSIS, EVENTS, SWEEP, VALIDATED, VTSS
from synthsize.pipeline.job import job

with job(snakemake):
    inputs, outputs = snakemake.input, snakemake.output
    SWEEP.write(SWEEP.read_all(inputs.sweep), outputs.sweep)
    VTSS.write(VTSS.read_all(inputs.vtss), outputs.vtss)
    CONTROLS.write(CONTROLS.read_all(inputs.controls), outputs.controls)
    VALIDATED.write(VALIDATED.read_all(inputs.validated), outputs.validated)
    DIAGNOSIS.write(DIAGNOSIS.read_all(inputs.diagnosis), outputs.diagnosis)
    EVENTS.write(EVENTS.read_all([*inputs.events, *inputs.control_events]), outputs.events)
