"""Describe the cohort: Table 1, attrition, missingness, coverage."""

from pathlib import Path

from synthsize.contracts.analysis import ANALYSIS, BINS, FEATURES
from synthsize.contracts.canonical import ADMISSIONS
from synthsize.contracts.summaries import SUMMARIES
from synthsize.pipeline.job import job
from synthsize.tasks.attrition import attrition
from synthsize.tasks.coverage import coverage
from synthsize.tasks.missingness import missingness
from synthsize.tasks.table1 import table_1

with job(snakemake):
    labels = snakemake.params.labels
    analysis = {Path(path).stem: ANALYSIS.read(path) for path in snakemake.input.tasks}
    bins = BINS.read(snakemake.input.bins)
    features = FEATURES.read(snakemake.input.features)
    admissions = ADMISSIONS.read(snakemake.input.admissions)
    tables = {
        "table1": table_1(analysis, labels),
        "attrition": attrition(
            SUMMARIES["attrition"].read(snakemake.input.steps), features, bins, analysis, labels
        ),
        "missingness": missingness(
            features,
            bins,
            admissions,
            window_hours=snakemake.params.window_hours,
            bin_hours=snakemake.params.bin_hours,
        ),
        "coverage": coverage(features, bins, admissions, analysis),
    }
    for name, table in tables.items():
        SUMMARIES[name].write(table, snakemake.output[name])
