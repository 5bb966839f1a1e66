"""Write the simulated extract and its truth."""

from pathlib import Path

from synthsize.pipeline.job import rule_log
from synthsize.simulate.simulation import simulate_extract

with rule_log(snakemake.log[0]):
    simulate_extract(
        Path(snakemake.output.truth).parent,
        n_admissions=snakemake.params.admissions,
        seed=snakemake.params.seed,
    )
