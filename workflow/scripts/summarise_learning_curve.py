"""Compare generators with their alternatives at every number of minority training rows."""

from synthsize.contracts.curves import CURVE_TABLES
from synthsize.contracts.results import CONTROLS, SWEEP, VTSS
from synthsize.contracts.summaries import SUMMARIES
from synthsize.pipeline.job import job
from synthsize.statistics.learning_curve import Rows, learning_curve

with job(snakemake):
    inputs, params = snakemake.input, snakemake.params
    tables = ("sweep", "vtss", "controls")
    run = Rows(*(table.read_all(inputs[table.name]) for table in (SWEEP, VTSS, CONTROLS)))
    parts = Rows(*(CURVE_TABLES[name].read(inputs[f"curve_{name}"]) for name in tables))
    table = learning_curve(run, parts, positives=params.positives, splits=params.splits, alpha=params.alpha)
    SUMMARIES["learning_curve"].write(table, snakemake.output[0])
