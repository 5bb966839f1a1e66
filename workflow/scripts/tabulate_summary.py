"""Tabulate what each generator and VTSS reached."""

import pandas as pd

from synthsize.pipeline.job import job
from synthsize.report.tables.summary import summary_table

with job(snakemake):
    table = summary_table(pd.read_csv(snakemake.input.vtss), task_labels=snakemake.params.labels)
    table.to_csv(snakemake.output[0], index=False)
