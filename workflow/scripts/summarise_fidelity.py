"""Fidelity of the synthetic rows, over the splits."""

from synthsize.contracts.fidelity import FIDELITY
from synthsize.contracts.summaries import SUMMARIES
from synthsize.pipeline.job import job
from synthsize.statistics.fidelity_summary import summarise_fidelity

with job(snakemake):
    table = summarise_fidelity(FIDELITY.read_all(snakemake.input.measured))
    SUMMARIES["fidelity"].write(table, snakemake.output[0])
