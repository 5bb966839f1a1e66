"""Draw what VTSS gains within a split."""

from pathlib import Path

import pandas as pd

from synthsize.report.figures.differences import differences_caption, plot_differences
from synthsize.report.figures.save import save_caption
from synthsize.report.missing import missing_note
from synthsize.workflow.job import rule_log

with rule_log(snakemake.log[0]):
    paired = pd.read_csv(snakemake.input.paired)
    classifier = snakemake.wildcards.classifier
    files = [Path(snakemake.output[suffix]) for suffix in ("png", "pdf", "svg")]
    plot_differences(paired, classifier=classifier, task_labels=snakemake.params.labels, output=files)
    caption = differences_caption(paired, classifier=classifier)
    note = missing_note(snakemake.params.left_out, snakemake.params.labels, classifier)
    save_caption(Path(snakemake.output.caption), caption, note)
