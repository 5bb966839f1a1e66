"""Fit and score the controls on one block of splits by stratum."""

from synthsize.benchmark.settings import Settings
from synthsize.benchmark.transport_block import run_transport_controls
from synthsize.contracts.analysis import ANALYSIS
from synthsize.contracts.results import CONTROLS, EVENTS
from synthsize.pipeline.job import job

with job(snakemake):
    block = run_transport_controls(
        ANALYSIS.read(snakemake.input.task),
        task=snakemake.wildcards.task,
        classifier=snakemake.wildcards.classifier,
        controls=snakemake.params.controls,
        splits=snakemake.params.splits,
        settings=Settings(**snakemake.params.settings),
    )
    CONTROLS.write(block.controls, snakemake.output.controls)
    EVENTS.write(block.events, snakemake.output.events)
