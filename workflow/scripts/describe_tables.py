"""Describe the tables of the tasks."""

from pathlib import Path

import pandas as pd

from synthsize.contracts.analysis import ANALYSIS
from synthsize.contracts.summaries import SUMMARIES
from synthsize.pipeline.job import job
from synthsize.tasks.own_table import list_files
from synthsize.tasks.table1 import table_1

with job(snakemake):
    inputs, output = snakemake.input, snakemake.output
    facts = pd.concat([SUMMARIES["own_tables"].read(path) for path in inputs.facts], ignore_index=True)
    analysis = {Path(path).stem: ANALYSIS.read(path) for path in inputs.tasks}
    SUMMARIES["own_tables"].write(facts, output.own_tables)
    SUMMARIES["preflight"].write(list_files(facts, map(Path, inputs.tables)), output.files)
    SUMMARIES["table1"].write(table_1(analysis, snakemake.params.labels), output.table1)
