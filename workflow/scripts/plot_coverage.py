"""Draw who has a value of each variable."""

from pathlib import Path

import pandas as pd

from synthsize.report.figures.coverage import coverage_caption, plot_coverage
from synthsize.report.figures.save import save_caption
from synthsize.workflow.job import rule_log

with rule_log(snakemake.log[0]):
    coverage = pd.read_csv(snakemake.input.coverage)
    missingness = pd.read_csv(snakemake.input.missingness)
    below = snakemake.params.suppress_below
    files = [Path(snakemake.output[suffix]) for suffix in ("png", "pdf", "svg")]
    plot_coverage(coverage, missingness, suppress_below=below, output=files)
    caption = coverage_caption(coverage, suppress_below=below)
    save_caption(Path(snakemake.output.caption), caption)
