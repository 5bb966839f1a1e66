"""Tabulate what each generator and VTSS reached."""

from synthsize.catalogue.names import Names
from synthsize.contracts.summaries import SUMMARIES
from synthsize.pipeline.job import job
from synthsize.report.tables.summary import summary_table

with job(snakemake):
    vtss = SUMMARIES["vtss"].read(snakemake.input.vtss)
    table = summary_table(vtss, names=Names.from_params(snakemake.params.names))
    SUMMARIES["summary"].write(table, snakemake.output[0])
