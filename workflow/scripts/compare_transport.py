"""Compare the splits by stratum with the random ones."""

from synthsize.contracts.results import CONTROLS, SWEEP, VTSS
from synthsize.contracts.summaries import SUMMARIES
from synthsize.contracts.transport import HELD_OUT
from synthsize.pipeline.job import job
from synthsize.statistics.transport import Results, describe_strata, transport_table

with job(snakemake):
    inputs, params = snakemake.input, snakemake.params
    random = Results(
        SWEEP.read_all(inputs.random_sweep),
        VTSS.read_all(inputs.random_vtss),
        CONTROLS.read_all(inputs.random_controls),
    )
    moved = Results(SWEEP.read(inputs.sweep), VTSS.read(inputs.vtss), CONTROLS.read(inputs.controls))
    strata = HELD_OUT.read_all(inputs.strata)
    table = transport_table(random, moved, strata, test_size=params.test_size, alpha=params.alpha)
    SUMMARIES["transport"].write(table, snakemake.output.transport)
    SUMMARIES["transport_strata"].write(describe_strata(strata), snakemake.output.strata)
