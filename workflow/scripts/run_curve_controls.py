"""Fit and score the controls on parts of the training rows of one block of outer splits."""

from synthsize.benchmark.learning_curve import run_curve_controls
from synthsize.benchmark.settings import Settings
from synthsize.contracts.analysis import ANALYSIS
from synthsize.contracts.curves import CURVE_TABLES
from synthsize.pipeline.job import job

with job(snakemake):
    block = run_curve_controls(
        ANALYSIS.read(snakemake.input.task),
        task=snakemake.wildcards.task,
        classifier=snakemake.wildcards.classifier,
        controls_run=snakemake.params.controls,
        positives=snakemake.params.positives,
        splits=snakemake.params.splits,
        settings=Settings(**snakemake.params.settings),
    )
    for name in ("controls", "events"):
        CURVE_TABLES[name].write(getattr(block, name), snakemake.output[name])
