"""Put tables and figures on one page."""

import json
from pathlib import Path

import pandas as pd

from synthsize.pipeline.job import job
from synthsize.report.page.figures import Numbers, page_figures
from synthsize.report.page.reading import how_to_read
from synthsize.report.page.run import describe_run
from synthsize.report.page.writing import write_report
from synthsize.report.tables.inputs import read_tables

with job(snakemake):
    config, labels = snakemake.params.config, snakemake.params.labels
    manifest = json.loads(Path(snakemake.input.manifest).read_text(encoding="utf-8"))
    interval = config["protocol"]["interval"]
    tables = read_tables(
        dict(snakemake.input.items()), snakemake.input.events, task_labels=labels, interval=interval
    )
    numbers = Numbers(
        **{
            name: pd.read_csv(snakemake.input[name])
            for name in ("curves", "controls", "validation", "choices", "bands")
        },
        task_labels=labels,
        interval=interval,
    )
    tables["resources"] = pd.DataFrame(manifest["rules"])
    write_report(
        Path(snakemake.output[0]),
        title="How much synthetic oversampling helps",
        run=describe_run(config, manifest),
        tables=tables,
        figures=page_figures([Path(path) for path in snakemake.input.figures], numbers),
        task_labels=labels,
        suppress_below=config["reporting"]["suppress_below"],
        reading=how_to_read(config),
        left_out=config["reporting"]["left_out"],
        headline=Path(snakemake.input.headline).read_text(encoding="utf-8").splitlines(),
        interval=interval,
    )
