"""Compare the rows of one generator with real ones."""

from synthsize.benchmark.fidelity import run_fidelity
from synthsize.benchmark.settings import Settings
from synthsize.contracts.analysis import ANALYSIS
from synthsize.contracts.fidelity import FIDELITY
from synthsize.contracts.results import EVENTS
from synthsize.pipeline.job import job

with job(snakemake):
    found = run_fidelity(
        ANALYSIS.read(snakemake.input.task),
        task=snakemake.wildcards.task,
        generator=snakemake.wildcards.generator,
        splits=snakemake.params.splits,
        settings=Settings(**snakemake.params.settings),
    )
    FIDELITY.write(found.measured, snakemake.output.measured)
    EVENTS.write(found.events, snakemake.output.events)
