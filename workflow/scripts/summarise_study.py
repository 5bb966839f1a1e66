"""Average a study's replicates and compare them with published values."""

import pandas as pd

from synthsize.pipeline.job import job
from synthsize.studies.engine.references import compare
from synthsize.studies.engine.summary import summarise

with job(snakemake):
    study, settings = snakemake.wildcards.study, snakemake.params.settings
    rows = pd.concat([pd.read_parquet(path) for path in snakemake.input.blocks], ignore_index=True)
    table = summarise(study, rows, settings)
    table.to_csv(snakemake.output.table, index=False)
    compare(study, table, settings).to_csv(snakemake.output.references, index=False)
