"""Assign the splits of one task to its strata."""

from synthsize.benchmark.settings import Settings
from synthsize.benchmark.transport_block import held_out_strata
from synthsize.contracts.analysis import ANALYSIS
from synthsize.contracts.transport import HELD_OUT
from synthsize.pipeline.job import job

with job(snakemake):
    strata = held_out_strata(
        ANALYSIS.read(snakemake.input.task),
        task=snakemake.wildcards.task,
        settings=Settings(**snakemake.params.settings),
    )
    HELD_OUT.write(strata, snakemake.output[0])
