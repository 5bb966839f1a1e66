"""Compute some replicates of a study."""

from synthsize.pipeline.job import job
from synthsize.studies.engine.blocks import run_block

with job(snakemake):
    params = snakemake.params
    rows = run_block(snakemake.wildcards.study, params.replicates, params.settings, params.seed)
    rows.to_parquet(snakemake.output[0], index=False)
