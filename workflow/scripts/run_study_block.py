"""Compute some replicates of a study."""

from synthsize.pipeline.job import rule_log
from synthsize.studies.engine.blocks import run_block

with rule_log(snakemake.log[0]):
    params = snakemake.params
    rows = run_block(snakemake.wildcards.study, params.replicates, params.settings, params.seed)
    rows.to_parquet(snakemake.output[0], index=False)
