"""Gather the jobs of the learning curve."""

from synthsize.contracts.curves import CURVE_TABLES
from synthsize.pipeline.job import job

with job(snakemake):
    inputs, outputs = snakemake.input, snakemake.output
    files = {name: inputs[name] for name in ("sweep", "vtss", "controls")}
    files["events"] = [*inputs.events, *inputs.control_events]
    for name, paths in files.items():
        CURVE_TABLES[name].write(CURVE_TABLES[name].read_all(paths), outputs[name])
