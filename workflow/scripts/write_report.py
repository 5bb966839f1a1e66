"""Put tables and figures on one page."""

import json
from pathlib import Path

import pandas as pd

from synthsize.catalogue import figures
from synthsize.catalogue.names import Names
from synthsize.contracts.summaries import SUMMARIES
from synthsize.pipeline.job import job
from synthsize.report.figures.drawing import Drawing
from synthsize.report.page.figures import page_figures
from synthsize.report.page.reading import how_to_read
from synthsize.report.page.run import describe_run
from synthsize.report.page.writing import write_report
from synthsize.report.tables.inputs import read_tables


def drawing(figure, classifier):
    entry = figures.entries()[figure]
    tables = {name: SUMMARIES[name].read(snakemake.input[name]) for name in entry.tables}
    return Drawing(entry, names, classifier, tables, snakemake.params.settings)


with job(snakemake):
    config, names = snakemake.params.config, Names.from_params(snakemake.params.names)
    manifest = json.loads(Path(snakemake.input.manifest).read_text(encoding="utf-8"))
    interval = config["protocol"]["interval"]
    tables = read_tables(
        dict(snakemake.input.items()), snakemake.input.events, names=names, interval=interval
    )
    tables["resources"] = pd.DataFrame(manifest["rules"])
    files = map(Path, snakemake.input.figures)
    write_report(
        Path(snakemake.output[0]),
        title="How much synthetic oversampling helps",
        run=describe_run(config, manifest, names, snakemake.params.lacking, snakemake.params.clock),
        tables=tables,
        figures=page_figures({file: drawing(**snakemake.params.figures[file.stem]) for file in files}),
        names=names,
        suppress_below=config["reporting"]["suppress_below"],
        reading=how_to_read(config, names),
        left_out=config["reporting"]["left_out"],
        impossible=snakemake.params.impossible,
        headline=Path(snakemake.input.headline).read_text(encoding="utf-8").splitlines(),
        interval=interval,
    )
