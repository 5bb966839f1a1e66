"""Draw how often VTSS chose which synthetic size."""

import pandas as pd

from synthsize.pipeline.job import job
from synthsize.report.figures.choices import choices_caption, draw_choices
from synthsize.report.figures.save import write_figure
from synthsize.report.missing import missing_note

with job(snakemake):
    choices = pd.read_csv(snakemake.input.choices)
    classifier, labels = snakemake.wildcards.classifier, snakemake.params.labels
    write_figure(
        draw_choices(choices, classifier=classifier, task_labels=labels),
        snakemake.output,
        choices_caption(choices, classifier=classifier),
        missing_note(snakemake.params.left_out, labels, classifier),
    )
