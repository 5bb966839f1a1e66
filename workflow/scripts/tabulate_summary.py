"""Tabulate what each generator and VTSS reached."""

from synthsize.catalogue.names import Names
from synthsize.contracts.summaries import SUMMARIES
from synthsize.pipeline.job import rule_log
from synthsize.report.tables.summary import summary_table

with rule_log(snakemake.log[0]):
    vtss = SUMMARIES["vtss"].read(snakemake.input.vtss)
    table = summary_table(vtss, names=Names.from_params(snakemake.params.names))
    SUMMARIES["summary"].write(table, snakemake.output[0])
