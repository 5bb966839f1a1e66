"""Join features and labels of one task."""

from synthsize.schemas import ADMISSIONS, ANALYSIS, DIAGNOSES, FEATURES
from synthsize.tasks.labels import build_task
from synthsize.workflow.job import rule_log

with rule_log(snakemake.log[0]):
    definition = snakemake.params.definition
    table = build_task(
        FEATURES.read(snakemake.input.features),
        ADMISSIONS.read(snakemake.input.admissions),
        DIAGNOSES.read(snakemake.input.diagnoses),
        name=snakemake.wildcards.task,
        outcome=definition["outcome"],
        icd9=definition["icd9"] or [],
        icd10=definition["icd10"] or [],
        fewest=snakemake.params.fewest,
        unit=snakemake.params.unit,
    )
    ANALYSIS.write(table, snakemake.output[0])
