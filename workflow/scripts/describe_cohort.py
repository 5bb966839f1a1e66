"""Describe the cohort: Table 1, attrition, missingness, coverage."""

from pathlib import Path

import pandas as pd

from synthsize.contracts.analysis import ANALYSIS, BINS, FEATURES
from synthsize.contracts.canonical import ADMISSIONS
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
        "attrition": attrition(pd.read_csv(snakemake.input.steps), features, bins, analysis, labels),
        "missingness": missingness(
            features,
            bins,
            admissions,
            window_hours=snakemake.params.window_hours,
            bin_hours=snakemake.params.bin_hours,
        ),
        "coverage": coverage(bins, admissions, analysis),
    }
    for name, table in tables.items():
        table.to_csv(snakemake.output[name], index=False)
