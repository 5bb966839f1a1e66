"""Means and intervals of the subgroups over the splits."""

from synthsize.contracts.subgroups import SUBGROUPS
from synthsize.contracts.summaries import SUMMARIES
from synthsize.pipeline.job import job
from synthsize.statistics.subgroups import subgroup_table

with job(snakemake):
    table = subgroup_table(SUBGROUPS.read_all(snakemake.input.subgroups), alpha=snakemake.params.alpha)
    SUMMARIES["subgroups"].write(table, snakemake.output[0])
