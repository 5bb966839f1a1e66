"""Means and intervals over the splits."""

from synthsize.contracts.results import CONTROLS, DIAGNOSIS, SWEEP, VTSS
from synthsize.contracts.summaries import SUMMARIES
from synthsize.pipeline.job import job
from synthsize.statistics.control_summary import summarise_controls
from synthsize.statistics.diagnosis_summary import summarise_diagnosis
from synthsize.statistics.summary import curves, vtss_summary

with job(snakemake):
    inputs, outputs = snakemake.input, snakemake.output
    sweep, vtss = SWEEP.read_all(inputs.sweep), VTSS.read_all(inputs.vtss)
    controls = CONTROLS.read_all(inputs.controls)
    tables = {
        "curves": curves(sweep),
        "vtss": vtss_summary(sweep, vtss, controls),
        "controls": summarise_controls(controls),
        "diagnosis": summarise_diagnosis(DIAGNOSIS.read_all(inputs.diagnosis)),
    }
    for name, table in tables.items():
        SUMMARIES[name].write(table, outputs[name])
