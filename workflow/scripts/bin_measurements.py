"""Average measurements within bins."""

from pathlib import Path

from synthsize.schemas import BINS
from synthsize.tasks.binning import bin_measurements
from synthsize.workflow.job import rule_log

with rule_log(snakemake.log[0]):
    bins = bin_measurements(
        Path(snakemake.input.measurements),
        window_hours=snakemake.params.window_hours,
        bin_hours=snakemake.params.bin_hours,
    )
    BINS.write(bins, snakemake.output[0])
