"""Count decisions of each recipe on one block of outer splits."""

from synthsize.benchmark.net_benefit import run_decisions
from synthsize.benchmark.settings import Settings
from synthsize.contracts.analysis import ANALYSIS
from synthsize.contracts.curves import DECISIONS
from synthsize.contracts.results import CONTROLS, EVENTS, VTSS
from synthsize.pipeline.job import job

with job(snakemake):
    inputs, params = snakemake.input, snakemake.params
    block = run_decisions(
        ANALYSIS.read(inputs.task),
        VTSS.read(inputs.vtss),
        CONTROLS.read(inputs.controls),
        task=snakemake.wildcards.task,
        classifier=snakemake.wildcards.classifier,
        generators=params.generators,
        thresholds=params.thresholds,
        splits=params.splits,
        settings=Settings(**params.settings),
    )
    DECISIONS.write(block.decisions, snakemake.output.decisions)
    EVENTS.write(block.events, snakemake.output.events)
