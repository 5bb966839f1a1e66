"""Draw balanced risk against calibration."""

import pandas as pd

from synthsize.pipeline.job import job
from synthsize.report.figures.pareto import draw_pareto, pareto_caption
from synthsize.report.figures.save import write_figure
from synthsize.report.missing import missing_note

with job(snakemake):
    tables = [pd.read_csv(snakemake.input[name]) for name in ("curves", "controls")]
    classifier, labels = snakemake.wildcards.classifier, snakemake.params.labels
    write_figure(
        draw_pareto(*tables, classifier=classifier, task_labels=labels),
        snakemake.output,
        pareto_caption(*tables, classifier=classifier),
        missing_note(snakemake.params.left_out, labels, classifier),
    )
