"""Put the comparison of finished runs on one page."""

from pathlib import Path

from synthsize.catalogue.names import Names
from synthsize.compare.manifests import read_manifests
from synthsize.compare.page import write_page
from synthsize.compare.rows import CONTRACTS
from synthsize.compare.tables import check_unchanged
from synthsize.pipeline.job import job

with job(snakemake):
    given = snakemake.params.runs
    runs = read_manifests({label: run["folder"] for label, run in given.items()})
    for run in runs:
        check_unchanged(run, given[run.label]["manifest"])
    write_page(
        Path(snakemake.output[0]),
        {name: CONTRACTS[name].read(snakemake.input[name]) for name in CONTRACTS},
        runs,
        names=Names.from_params(snakemake.params.names),
        figures={Path(file).stem: Path(file) for file in snakemake.input.figures},
        below=snakemake.params.suppress_below,
    )
