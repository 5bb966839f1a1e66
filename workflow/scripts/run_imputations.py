"""Fit one cell on several completed data sets of each split."""

from synthsize.benchmark.imputations import run_imputations
from synthsize.benchmark.settings import Settings
from synthsize.contracts.analysis import ANALYSIS
from synthsize.contracts.imputations import IMPUTATIONS
from synthsize.contracts.results import EVENTS, VTSS
from synthsize.pipeline.job import job

with job(snakemake):
    inputs, params = snakemake.input, snakemake.params
    found = run_imputations(
        ANALYSIS.read(inputs.task),
        VTSS.read_all(inputs.vtss),
        **dict(snakemake.wildcards.items()),
        imputations=params.imputations,
        splits=params.splits,
        settings=Settings(**params.settings),
    )
    IMPUTATIONS.write(found.fits, snakemake.output.fits)
    EVENTS.write(found.events, snakemake.output.events)
