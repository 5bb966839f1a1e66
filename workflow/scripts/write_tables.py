"""Write the tables of the report as CSV, Markdown and LaTeX."""

from pathlib import Path

from synthsize.catalogue.names import Names
from synthsize.pipeline.job import job
from synthsize.report.page.sections import standard_sections
from synthsize.report.page.table_files import write_tables
from synthsize.report.tables.inputs import read_tables

with job(snakemake):
    inputs, params = snakemake.input, snakemake.params
    names = Names.from_params(params.names)
    tables = read_tables(dict(inputs.items()), inputs.events, names=names, interval=params.interval)
    sections = standard_sections(
        {},
        tables,
        [],
        names,
        interval=params.interval,
        suppress_below=params.suppress_below,
        left_out=params.left_out,
        impossible=params.impossible,
    )
    write_tables(Path(snakemake.output[0]), sections)
