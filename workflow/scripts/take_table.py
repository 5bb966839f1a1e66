"""Take a table of the user's own as the analysis table of one task."""

from pathlib import Path

from synthsize.contracts.analysis import ANALYSIS
from synthsize.contracts.summaries import SUMMARIES
from synthsize.pipeline.job import job
from synthsize.tasks.own_columns import Columns
from synthsize.tasks.own_table import read_own_table

with job(snakemake):
    params = snakemake.params
    columns = {**params.columns, "leave_out": tuple(params.columns["leave_out"] or ())}
    taken = read_own_table(
        Path(snakemake.input.table),
        Columns(**columns),
        task=snakemake.wildcards.task,
        fewest=params.fewest,
        unit=params.unit,
    )
    ANALYSIS.write(taken.analysis, snakemake.output[0])
    SUMMARIES["own_tables"].write(taken.facts, snakemake.output.facts)
