"""Draw one metric of one classifier against the synthetic size."""

from pathlib import Path

import pandas as pd

from synthsize.report.figures.curves import curve_caption, plot_curves
from synthsize.report.figures.save import save_caption
from synthsize.report.missing import missing_note
from synthsize.workflow.job import rule_log

with rule_log(snakemake.log[0]):
    tables = [pd.read_csv(snakemake.input[name]) for name in ("curves", "vtss", "controls")]
    shown = {
        "metric": snakemake.wildcards.metric,
        "classifier": snakemake.wildcards.classifier,
        "task_labels": snakemake.params.labels,
        "interval": snakemake.params.interval,
    }
    plot_curves(*tables, **shown, output=[Path(snakemake.output[suffix]) for suffix in ("png", "pdf", "svg")])
    note = missing_note(snakemake.params.left_out, shown["task_labels"], shown["classifier"])
    save_caption(Path(snakemake.output.caption), curve_caption(*tables, **shown), note)
