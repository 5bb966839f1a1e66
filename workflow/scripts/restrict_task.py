"""Restrict one task to a smaller cohort."""

from synthsize.schemas import ADMISSIONS, ANALYSIS
from synthsize.tasks.restriction import restrict_task
from synthsize.workflow.job import rule_log

with rule_log(snakemake.log[0]):
    table = restrict_task(ANALYSIS.read(snakemake.input.task), ADMISSIONS.read(snakemake.input.admissions))
    ANALYSIS.write(table, snakemake.output[0])
