"""Draw how often VTSS chose which synthetic size."""

from pathlib import Path

import pandas as pd

from synthsize.report.figures.choices import choices_caption, plot_choices
from synthsize.report.figures.save import save_caption
from synthsize.report.missing import missing_note
from synthsize.workflow.job import rule_log

with rule_log(snakemake.log[0]):
    choices = pd.read_csv(snakemake.input.choices)
    classifier = snakemake.wildcards.classifier
    files = [Path(snakemake.output[suffix]) for suffix in ("png", "pdf", "svg")]
    plot_choices(choices, classifier=classifier, task_labels=snakemake.params.labels, output=files)
    caption = choices_caption(choices, classifier=classifier)
    note = missing_note(snakemake.params.left_out, snakemake.params.labels, classifier)
    save_caption(Path(snakemake.output.caption), caption, note)
