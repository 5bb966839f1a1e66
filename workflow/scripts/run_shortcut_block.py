"""Fit and score one block of outer splits under a shortcut."""

from synthsize.benchmark.settings import Settings
from synthsize.benchmark.shortcut_block import run_shortcut_block
from synthsize.contracts.analysis import ANALYSIS
from synthsize.contracts.results import EVENTS, SWEEP, VTSS
from synthsize.pipeline.job import job

with job(snakemake):
    block = run_shortcut_block(
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
