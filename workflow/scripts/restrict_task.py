"""Restrict one task to a smaller cohort."""

from synthsize.contracts.analysis import ANALYSIS
from synthsize.contracts.canonical import ADMISSIONS
from synthsize.pipeline.job import job
from synthsize.tasks.restriction import restrict_task

with job(snakemake):
    table = restrict_task(ANALYSIS.read(snakemake.input.task), ADMISSIONS.read(snakemake.input.admissions))
    ANALYSIS.write(table, snakemake.output[0])
