"""Fit and score one block of splits by stratum."""

from synthsize.benchmark.settings import Settings
from synthsize.benchmark.transport_block import run_transport_block
from synthsize.contracts.analysis import ANALYSIS
from synthsize.contracts.results import EVENTS, SWEEP, VTSS
from synthsize.pipeline.job import job

with job(snakemake):
    block = run_transport_block(
        ANALYSIS.read(snakemake.input.task),
        task=snakemake.wildcards.task,
        classifier=snakemake.wildcards.classifier,
        generator=snakemake.wildcards.generator,
        splits=snakemake.params.splits,
        settings=Settings(**snakemake.params.settings),
    )
    SWEEP.write(block.sweep, snakemake.output.sweep)
    VTSS.write(block.vtss, snakemake.output.vtss)
    EVENTS.write(block.events, snakemake.output.events)
