"""Draw balanced risk against calibration."""

from pathlib import Path

import pandas as pd

from synthsize.report.pareto import pareto_caption, plot_pareto
from synthsize.workflow.job import rule_log

with rule_log(snakemake.log[0]):
    curves = pd.read_csv(snakemake.input.curves)
    controls = pd.read_csv(snakemake.input.controls)
    classifier = snakemake.wildcards.classifier
    files = [Path(snakemake.output[suffix]) for suffix in ("png", "pdf", "svg")]
    plot_pareto(curves, controls, classifier=classifier, task_labels=snakemake.params.labels, output=files)
    caption = pareto_caption(curves, controls, classifier=classifier)
    Path(snakemake.output.caption).write_text(caption + "\n", encoding="utf-8")
