"""Draw what VTSS gains within a split."""

import pandas as pd

from synthsize.pipeline.job import job
from synthsize.report.figures.differences import differences_caption, draw_differences
from synthsize.report.figures.save import write_figure
from synthsize.report.missing import missing_note

with job(snakemake):
    paired = pd.read_csv(snakemake.input.paired)
    classifier, labels = snakemake.wildcards.classifier, snakemake.params.labels
    write_figure(
        draw_differences(paired, classifier=classifier, task_labels=labels),
        snakemake.output,
        differences_caption(paired, classifier=classifier),
        missing_note(snakemake.params.left_out, labels, classifier),
    )
