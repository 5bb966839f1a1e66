"""Average the validation curves of VTSS over the splits."""

from synthsize.contracts.results import SWEEP, VTSS
from synthsize.contracts.summaries import SUMMARIES
from synthsize.pipeline.job import job
from synthsize.statistics.validation_summary import validation_curves

with job(snakemake):
    sweep, vtss = SWEEP.read_all(snakemake.input.sweep), VTSS.read_all(snakemake.input.vtss)
    SUMMARIES["validation"].write(validation_curves(sweep, vtss), snakemake.output[0])
