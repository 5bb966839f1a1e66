"""Draw one figure and write its caption."""

from synthsize.catalogue import figures
from synthsize.catalogue.names import Names
from synthsize.contracts.summaries import SUMMARIES
from synthsize.pipeline.job import job
from synthsize.report.figures.drawing import Drawing
from synthsize.report.figures.save import write_figure

with job(snakemake):
    params = snakemake.params
    entry = figures.entries()[params.figure]
    drawing = Drawing(
        entry=entry,
        names=Names.from_params(params.names),
        classifier=params.classifier,
        tables={name: SUMMARIES[name].read(snakemake.input[name]) for name in entry.tables},
        settings=params.settings,
    )
    write_figure(drawing.draw(), snakemake.output, drawing.caption(params.left_out))
