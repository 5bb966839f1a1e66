"""Compare multiple imputation with the run's own."""

from synthsize.contracts.imputations import IMPUTATIONS
from synthsize.contracts.results import SWEEP, VTSS
from synthsize.contracts.summaries import SUMMARIES
from synthsize.pipeline.job import job
from synthsize.statistics.imputation_differences import imputation_differences

with job(snakemake):
    inputs = snakemake.input
    table = imputation_differences(
        IMPUTATIONS.read_all(inputs.fits),
        SWEEP.read_all(inputs.sweep),
        VTSS.read_all(inputs.vtss),
        alpha=snakemake.params.alpha,
    )
    SUMMARIES["imputations"].write(table, snakemake.output[0])
