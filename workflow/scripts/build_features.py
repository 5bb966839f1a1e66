"""Summarise bins into features."""

from synthsize.schemas import ADMISSIONS, BINS, FEATURES
from synthsize.tasks.features import summarise_bins
from synthsize.workflow.job import rule_log

with rule_log(snakemake.log[0]):
    features = summarise_bins(
        BINS.read(snakemake.input.bins),
        ADMISSIONS.read(snakemake.input.admissions),
        summaries=snakemake.params.summaries,
        window_hours=snakemake.params.window_hours,
        bin_hours=snakemake.params.bin_hours,
    )
    FEATURES.write(features, snakemake.output[0])
