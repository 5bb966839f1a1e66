"""Draw balanced risk against calibration."""

from pathlib import Path

import pandas as pd

from synthsize.report.figures.pareto import pareto_caption, plot_pareto
from synthsize.report.figures.save import save_caption
from synthsize.report.missing import missing_note
from synthsize.workflow.job import rule_log

with rule_log(snakemake.log[0]):
    curves = pd.read_csv(snakemake.input.curves)
    controls = pd.read_csv(snakemake.input.controls)
    classifier = snakemake.wildcards.classifier
    files = [Path(snakemake.output[suffix]) for suffix in ("png", "pdf", "svg")]
    plot_pareto(curves, controls, classifier=classifier, task_labels=snakemake.params.labels, output=files)
    caption = pareto_caption(curves, controls, classifier=classifier)
    note = missing_note(snakemake.params.left_out, snakemake.params.labels, classifier)
    save_caption(Path(snakemake.output.caption), caption, note)
