"""Put tables and figures on one page."""

import json
from pathlib import Path

import pandas as pd

from synthsize.report.content import Figure
from synthsize.report.inputs import read_tables
from synthsize.report.page import write_report
from synthsize.report.reading import how_to_read
from synthsize.report.run import describe_run
from synthsize.workflow.job import rule_log


def with_caption(path, section):
    caption = Path(path).with_suffix(".txt").read_text(encoding="utf-8").strip()
    return Figure(Path(path), caption, section)


with rule_log(snakemake.log[0]):
    config, labels = snakemake.params.config, snakemake.params.labels
    manifest = json.loads(Path(snakemake.input.manifest).read_text(encoding="utf-8"))
    interval = config["protocol"]["interval"]
    tables = read_tables(snakemake.input, snakemake.input.events, task_labels=labels, interval=interval)
    tables["resources"] = pd.DataFrame(manifest["rules"])
    write_report(
        Path(snakemake.output[0]),
        title="How much synthetic oversampling helps",
        run=describe_run(config, manifest),
        tables=tables,
        figures=[
            *(with_caption(path, "results") for path in snakemake.input.result_figures),
            *(with_caption(path, "cohort") for path in snakemake.input.cohort_figures),
        ],
        task_labels=labels,
        suppress_below=config["reporting"]["suppress_below"],
        reading=how_to_read(config),
        left_out=config["reporting"]["left_out"],
        interval=interval,
    )
