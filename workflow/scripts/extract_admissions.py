"""Choose the cohort."""

from pathlib import Path

from synthsize.extract.admissions import Cohort, extract_admissions
from synthsize.extract.definition.loading import load_source
from synthsize.extract.raw.locations import from_param
from synthsize.extract.sessions.engine import Engine
from synthsize.pipeline.job import job

with job(snakemake):
    extract_admissions(
        load_source(Path(snakemake.input.source).parent),
        from_param(snakemake.params.location),
        cohort=Cohort(**snakemake.params.cohort),
        engine=Engine.for_job(snakemake.resources.mem_mb, snakemake.threads),
        output=Path(snakemake.output.admissions),
        steps=Path(snakemake.output.steps),
    )
