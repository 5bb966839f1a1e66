"""Tabulate what each generator and VTSS reached."""

import pandas as pd

from synthsize.pipeline.job import rule_log
from synthsize.report.tables.summary import summary_table

with rule_log(snakemake.log[0]):
    table = summary_table(pd.read_csv(snakemake.input.vtss), task_labels=snakemake.params.labels)
    table.to_csv(snakemake.output[0], index=False)
