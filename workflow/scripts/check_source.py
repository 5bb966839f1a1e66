"""Check the raw files before any full scan."""

from pathlib import Path

from synthsize.contracts.source_tables import PREFLIGHT
from synthsize.extract.definition.loading import load_source
from synthsize.extract.preflight import check_source
from synthsize.extract.raw.locations import from_param
from synthsize.pipeline.job import job

output = Path(snakemake.output[0])
with job(snakemake):
    source = load_source(Path(snakemake.input.source).parent)
    report = check_source(
        source,
        from_param(snakemake.params.location),
        accept_row_counts=snakemake.params.accept_row_counts,
        concepts=snakemake.params.concepts,
        output=output,
    )
    PREFLIGHT.write(report, output)
