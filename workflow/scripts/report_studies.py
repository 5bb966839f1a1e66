"""Put all studies on one page, and their published values into one table."""

from pathlib import Path

import pandas as pd

from synthsize.pipeline.job import job
from synthsize.studies.engine.page import Result, collect_references, verdicts, write_page
from synthsize.studies.engine.summary import read_summary

with job(snakemake):
    inputs, params = snakemake.input, snakemake.params
    files = zip(params.settings.items(), inputs.tables, inputs.references, inputs.figures, strict=True)
    results = [
        Result(study, read_summary(study, table), pd.read_csv(references), Path(figure), settings)
        for (study, settings), table, references, figure in files
    ]
    collect_references(results).to_csv(snakemake.output.references, index=False)
    verdicts(results).to_csv(snakemake.output.verdicts, index=False)
    write_page(Path(snakemake.output.page), results, params.size)
