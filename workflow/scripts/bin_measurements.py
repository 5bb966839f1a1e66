"""Average measurements within bins."""

from pathlib import Path

from synthsize.contracts.analysis import BINS
from synthsize.pipeline.job import job
from synthsize.scratch import scratch_beside
from synthsize.tasks.binning import bin_measurements

output = Path(snakemake.output[0])

with job(snakemake), scratch_beside(output) as scratch:
    bins = bin_measurements(
        Path(snakemake.input.measurements),
        window_hours=snakemake.params.window_hours,
        bin_hours=snakemake.params.bin_hours,
        memory_limit=f"{snakemake.resources.mem_mb // 2}MB",
        temp_directory=scratch,
    )
    BINS.write(bins, output)
