"""Take the cohort's diagnosis codes."""

from pathlib import Path

from synthsize.extract.definition.loading import load_source
from synthsize.extract.diagnoses import extract_diagnoses
from synthsize.extract.raw.locations import from_param
from synthsize.extract.sessions.engine import Engine
from synthsize.pipeline.job import job

with job(snakemake):
    extract_diagnoses(
        load_source(Path(snakemake.input.source).parent),
        from_param(snakemake.params.location),
        admissions=Path(snakemake.input.admissions),
        engine=Engine.for_job(snakemake.resources.mem_mb, snakemake.threads),
        output=Path(snakemake.output[0]),
    )
