"""Write the simulated extract and its truth."""

from pathlib import Path

from synthsize.pipeline.job import job
from synthsize.simulate.simulation import simulate_extract

with job(snakemake):
    simulate_extract(
        Path(snakemake.output.truth).parent,
        n_admissions=snakemake.params.admissions,
        seed=snakemake.params.seed,
        schema=snakemake.params.schema,
    )
