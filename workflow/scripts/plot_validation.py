"""Draw the validation curves that VTSS chose from."""

from pathlib import Path

import pandas as pd

from synthsize.report.figures.save import save_caption
from synthsize.report.figures.validation import plot_validation, validation_caption
from synthsize.report.missing import missing_note
from synthsize.workflow.job import rule_log

with rule_log(snakemake.log[0]):
    validation = pd.read_csv(snakemake.input.validation)
    files = [Path(snakemake.output[suffix]) for suffix in ("png", "pdf", "svg")]
    classifier, labels = snakemake.wildcards.classifier, snakemake.params.labels
    shown = {"classifier": classifier, "interval": snakemake.params.interval}
    plot_validation(validation, **shown, task_labels=labels, output=files)
    caption = validation_caption(validation, **shown)
    note = missing_note(snakemake.params.left_out, labels, classifier)
    save_caption(Path(snakemake.output.caption), caption, note)
