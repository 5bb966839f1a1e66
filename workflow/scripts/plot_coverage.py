"""Draw who has a value of each variable."""

from pathlib import Path

import pandas as pd

from synthsize.report.coverage import coverage_caption, plot_coverage
from synthsize.workflow.job import rule_log

with rule_log(snakemake.log[0]):
    coverage = pd.read_csv(snakemake.input.coverage)
    missingness = pd.read_csv(snakemake.input.missingness)
    plot_coverage(
        coverage, missingness, output=[Path(snakemake.output[suffix]) for suffix in ("png", "pdf", "svg")]
    )
    caption = coverage_caption(coverage)
    Path(snakemake.output.caption).write_text(caption + "\n", encoding="utf-8")
