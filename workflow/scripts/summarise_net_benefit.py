"""Average net benefit over the splits."""

from synthsize.contracts.curves import DECISIONS
from synthsize.contracts.summaries import SUMMARIES
from synthsize.pipeline.job import job
from synthsize.statistics.net_benefit import net_benefit

with job(snakemake):
    decisions = DECISIONS.read_all(snakemake.input.decisions)
    table = net_benefit(decisions, alpha=snakemake.params.alpha)
    SUMMARIES["net_benefit"].write(table, snakemake.output[0])
