"""Diagnose one task and generator."""

from synthsize.benchmark.diagnosis import run_diagnosis
from synthsize.benchmark.settings import Settings
from synthsize.contracts.analysis import ANALYSIS
from synthsize.contracts.results import DIAGNOSIS
from synthsize.pipeline.job import job

with job(snakemake):
    diagnosis = run_diagnosis(
        ANALYSIS.read(snakemake.input.task),
        task=snakemake.wildcards.task,
        generator=snakemake.wildcards.generator,
        splits=snakemake.params.splits,
        settings=Settings(**snakemake.params.settings),
    )
    DIAGNOSIS.write(diagnosis, snakemake.output[0])
