"""Write the simulated extract and its truth."""

from pathlib import Path

from synthsize.simulate.simulation import simulate_extract
from synthsize.workflow.job import rule_log

with rule_log(snakemake.log[0]):
    simulate_extract(
        Path(snakemake.output.truth).parent,
        n_admissions=snakemake.params.admissions,
        seed=snakemake.params.seed,
    )
