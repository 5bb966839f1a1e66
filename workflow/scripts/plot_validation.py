"""Draw the validation curves that VTSS chose from."""

import pandas as pd

from synthsize.pipeline.job import job
from synthsize.report.figures.save import write_figure
from synthsize.report.figures.validation import draw_validation, validation_caption
from synthsize.report.missing import missing_note

with job(snakemake):
    validation = pd.read_csv(snakemake.input.validation)
    classifier, labels = snakemake.wildcards.classifier, snakemake.params.labels
    shown = {"classifier": classifier, "interval": snakemake.params.interval}
    write_figure(
        draw_validation(validation, **shown, task_labels=labels),
        snakemake.output,
        validation_caption(validation, **shown),
        missing_note(snakemake.params.left_out, labels, classifier),
    )
