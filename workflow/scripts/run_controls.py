"""Fit and score the controls on one block of outer splits."""

from synthsize.benchmark.controls import run_controls
from synthsize.benchmark.settings import Settings
from synthsize.contracts.analysis import ANALYSIS
from synthsize.contracts.results import CONTROLS, EVENTS, VALIDATED
from synthsize.pipeline.job import job

with job(snakemake):
    block = run_controls(
        ANALYSIS.read(snakemake.input.task),
        task=snakemake.wildcards.task,
        classifier=snakemake.wildcards.classifier,
        controls=snakemake.params.controls,
        validated=snakemake.params.validated,
        splits=snakemake.params.splits,
        settings=Settings(**snakemake.params.settings),
    )
    CONTROLS.write(block.controls, snakemake.output.controls)
    VALIDATED.write(block.validated, snakemake.output.validated)
    EVENTS.write(block.events, snakemake.output.events)
