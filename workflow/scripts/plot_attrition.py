"""Draw who is left after each step."""

import pandas as pd

from synthsize.pipeline.job import job
from synthsize.report.figures.attrition import attrition_caption, draw_attrition
from synthsize.report.figures.save import write_figure
from synthsize.report.missing import missing_note, whole_tasks

with job(snakemake):
    attrition = pd.read_csv(snakemake.input.attrition)
    below, left_out = snakemake.params.suppress_below, whole_tasks(snakemake.params.left_out)
    write_figure(
        draw_attrition(attrition, suppress_below=below),
        snakemake.output,
        attrition_caption(attrition, suppress_below=below),
        missing_note(left_out, snakemake.params.labels),
    )
