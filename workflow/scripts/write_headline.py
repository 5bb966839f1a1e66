"""Say the main result in five lines."""

from pathlib import Path

import pandas as pd

from synthsize.pipeline.job import job
from synthsize.report.page.headline import headline

with job(snakemake):
    inputs, params = snakemake.input, snakemake.params
    lines = headline(
        pd.read_csv(inputs.paired),
        pd.read_csv(inputs.vtss),
        task_labels=params.labels,
        simulated=params.simulated,
        left_out=params.left_out,
    )
    Path(snakemake.output[0]).write_text("\n".join(lines) + "\n", encoding="utf-8")
