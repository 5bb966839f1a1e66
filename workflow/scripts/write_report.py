"""Put tables and figures on one page."""

import json
from pathlib import Path

import pandas as pd

from synthsize.report.content import Figure
from synthsize.report.page import write_report
from synthsize.report.run import describe_run
from synthsize.report.tables import controls_table, count_events, generator_gains
from synthsize.schemas import EVENTS
from synthsize.workflow.job import rule_log


def with_caption(path, section):
    caption = Path(path).with_suffix(".txt").read_text(encoding="utf-8").strip()
    return Figure(Path(path), caption, section)


with rule_log(snakemake.log[0]):
    config, labels = snakemake.params.config, snakemake.params.labels
    tables = {
        name: pd.read_csv(snakemake.input[name])
        for name in (
            "summary",
            "controls",
            "paired",
            "diagnosis",
            "attrition",
            "table1",
            "missingness",
            "coverage",
            "preflight",
            "expected",
            "audit",
        )
    }
    manifest = json.loads(Path(snakemake.input.manifest).read_text(encoding="utf-8"))
    tables["resources"] = pd.DataFrame(manifest["rules"])
    interval = config["protocol"]["interval"]
    tables["controls"] = controls_table(tables["controls"], task_labels=labels, interval=interval)
    tables["gains"] = generator_gains(tables.pop("paired"), task_labels=labels)
    tables["events"] = count_events(EVENTS.read_all(snakemake.input.events), labels)
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
        left_out=config["reporting"]["left_out"],
    )
