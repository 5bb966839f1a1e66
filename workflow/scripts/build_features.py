"""Summarise bins into features."""

from synthsize.contracts.analysis import BINS, FEATURES
from synthsize.contracts.canonical import ADMISSIONS
from synthsize.pipeline.job import job
from synthsize.tasks.features import summarise_bins

with job(snakemake):
    features = summarise_bins(
        BINS.read(snakemake.input.bins),
        ADMISSIONS.read(snakemake.input.admissions),
        summaries=snakemake.params.summaries,
        window_hours=snakemake.params.window_hours,
        bin_hours=snakemake.params.bin_hours,
        variables=snakemake.params.variables,
    )
    FEATURES.write(features, snakemake.output[0])
