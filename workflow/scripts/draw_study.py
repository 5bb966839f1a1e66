"""Draw the figure of a study."""

from synthsize.pipeline.job import job
from synthsize.report.figures.save import write_figure
from synthsize.studies.engine.entry import read_entry
from synthsize.studies.engine.page import caption
from synthsize.studies.engine.plotting import draw_study
from synthsize.studies.engine.summary import read_summary

with job(snakemake):
    study, settings = snakemake.wildcards.study, snakemake.params.settings
    figure = draw_study(study, read_summary(study, snakemake.input.table), settings)
    write_figure(figure, snakemake.output, caption(read_entry(study), settings))
