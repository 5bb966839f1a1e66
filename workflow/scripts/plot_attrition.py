"""Draw who is left after each step."""

from pathlib import Path

import pandas as pd

from synthsize.report.figures.attrition import attrition_caption, plot_attrition
from synthsize.report.figures.save import save_caption
from synthsize.report.missing import missing_note, whole_tasks
from synthsize.workflow.job import rule_log

with rule_log(snakemake.log[0]):
    attrition = pd.read_csv(snakemake.input.attrition)
    below = snakemake.params.suppress_below
    files = [Path(snakemake.output[suffix]) for suffix in ("png", "pdf", "svg")]
    plot_attrition(attrition, suppress_below=below, output=files)
    caption = attrition_caption(attrition, suppress_below=below)
    note = missing_note(whole_tasks(snakemake.params.left_out), snakemake.params.labels)
    save_caption(Path(snakemake.output.caption), caption, note)
