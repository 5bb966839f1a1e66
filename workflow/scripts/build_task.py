"""Join features and labels of one task."""

from synthsize.contracts.analysis import ANALYSIS, FEATURES
from synthsize.contracts.canonical import ADMISSIONS, DIAGNOSES
from synthsize.pipeline.job import job
from synthsize.tasks.labels import build_task

with job(snakemake):
    definition = snakemake.params.definition
    table = build_task(
        FEATURES.read(snakemake.input.features),
        ADMISSIONS.read(snakemake.input.admissions),
        DIAGNOSES.read(snakemake.input.diagnoses) if snakemake.input.diagnoses else None,
        name=snakemake.wildcards.task,
        outcome=definition["outcome"],
        icd9=definition["icd9"] or [],
        icd10=definition["icd10"] or [],
        fewest=snakemake.params.fewest,
        unit=snakemake.params.unit,
    )
    ANALYSIS.write(table, snakemake.output[0])
