"""Means and intervals over the splits."""

from synthsize.contracts.results import CONTROLS, DIAGNOSIS, SWEEP, VTSS
from synthsize.pipeline.job import job
from synthsize.statistics.control_summary import summarise_controls
from synthsize.statistics.diagnosis_summary import summarise_diagnosis
from synthsize.statistics.summary import curves, vtss_summary

with job(snakemake):
    inputs, outputs = snakemake.input, snakemake.output
    sweep, vtss = SWEEP.read_all(inputs.sweep), VTSS.read_all(inputs.vtss)
    curves(sweep).to_csv(outputs.curves, index=False)
    vtss_summary(sweep, vtss).to_csv(outputs.vtss, index=False)
    summarise_controls(CONTROLS.read_all(inputs.controls)).to_csv(outputs.controls, index=False)
    summarise_diagnosis(DIAGNOSIS.read_all(inputs.diagnosis)).to_csv(outputs.diagnosis, index=False)
