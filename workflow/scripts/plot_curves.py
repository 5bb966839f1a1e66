"""Draw one metric of one classifier against the synthetic size."""

import pandas as pd

from synthsize.pipeline.job import job
from synthsize.report.figures.curves import curve_caption, draw_curves
from synthsize.report.figures.save import write_figure
from synthsize.report.missing import missing_note

with job(snakemake):
    tables = [pd.read_csv(snakemake.input[name]) for name in ("curves", "vtss", "controls")]
    shown = {
        "metric": snakemake.wildcards.metric,
        "classifier": snakemake.wildcards.classifier,
        "task_labels": snakemake.params.labels,
        "interval": snakemake.params.interval,
    }
    write_figure(
        draw_curves(*tables, **shown),
        snakemake.output,
        curve_caption(*tables, **shown),
        missing_note(snakemake.params.left_out, shown["task_labels"], shown["classifier"]),
    )
