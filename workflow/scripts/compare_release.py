"""Compare published totals with the extract."""

from pathlib import Path

from synthsize.extract.definition.loading import load_source
from synthsize.extract.raw.locations import from_param
from synthsize.extract.release import compare_release
from synthsize.extract.sessions.engine import Engine
from synthsize.pipeline.job import job

with job(snakemake):
    compare_release(
        load_source(Path(snakemake.input.source).parent),
        from_param(snakemake.params.location),
        audit=Path(snakemake.input.audit),
        engine=Engine.for_job(snakemake.resources.mem_mb, snakemake.threads),
        output=Path(snakemake.output[0]),
        accept_row_counts=snakemake.params.accept_row_counts,
    )
