"""Scan the chart and laboratory events once."""

from pathlib import Path

from synthsize.extract.definition.loading import load_source
from synthsize.extract.measurements import extract_measurements
from synthsize.extract.raw.locations import from_param
from synthsize.extract.sessions.engine import Engine
from synthsize.pipeline.job import job

with job(snakemake):
    extract_measurements(
        load_source(Path(snakemake.input.source).parent),
        from_param(snakemake.params.location),
        concepts=snakemake.params.concepts,
        admissions=Path(snakemake.input.admissions),
        window_hours=snakemake.params.window_hours,
        pre_admission_hours=snakemake.params.pre_admission_hours,
        engine=Engine.for_job(snakemake.resources.mem_mb, snakemake.threads),
        output=Path(snakemake.output.measurements),
        audit=Path(snakemake.output.audit),
    )
