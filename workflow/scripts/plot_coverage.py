"""Draw who has a value of each variable."""

import pandas as pd

from synthsize.pipeline.job import job
from synthsize.report.figures.coverage import coverage_caption, draw_coverage
from synthsize.report.figures.save import write_figure

with job(snakemake):
    coverage = pd.read_csv(snakemake.input.coverage)
    missingness = pd.read_csv(snakemake.input.missingness)
    below = snakemake.params.suppress_below
    write_figure(
        draw_coverage(coverage, missingness, suppress_below=below),
        snakemake.output,
        coverage_caption(coverage, suppress_below=below),
    )
