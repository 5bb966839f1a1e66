"""Draw one metric of one classifier against the synthetic size."""

from pathlib import Path

import pandas as pd

from synthsize.report.curves import plot_curves
from synthsize.workflow.job import rule_log

with rule_log(snakemake.log[0]):
    plot_curves(
        pd.read_csv(snakemake.input.curves),
        pd.read_csv(snakemake.input.vtss),
        pd.read_csv(snakemake.input.controls),
        metric=snakemake.wildcards.metric,
        classifier=snakemake.wildcards.classifier,
        task_labels=snakemake.params.labels,
        output=[Path(snakemake.output.png), Path(snakemake.output.pdf)],
        interval=snakemake.params.interval,
    )
