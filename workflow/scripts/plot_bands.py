"""Draw where all sizes at once differ from balance."""

import pandas as pd

from synthsize.pipeline.job import job
from synthsize.report.figures.bands import bands_caption, draw_bands
from synthsize.report.figures.save import write_figure
from synthsize.report.missing import missing_note

with job(snakemake):
    bands = pd.read_csv(snakemake.input.bands)
    classifier, labels = snakemake.wildcards.classifier, snakemake.params.labels
    write_figure(
        draw_bands(bands, classifier=classifier, task_labels=labels),
        snakemake.output,
        bands_caption(bands, classifier=classifier),
        missing_note(snakemake.params.left_out, labels, classifier),
    )
