"""Write down what is needed to repeat the run."""

import json
from pathlib import Path

from synthsize.contracts.summaries import SUMMARIES
from synthsize.pipeline.job import job
from synthsize.pipeline.manifest import list_files, make_manifest, read_job_records

with job(snakemake):
    output, params = Path(snakemake.output[0]), snakemake.params
    source = list(map(Path, snakemake.input.source))  # none where the tasks have tables of their own
    manifest = make_manifest(
        params.config,
        preflight=SUMMARIES["preflight"].read(snakemake.input.preflight),
        source=list_files(source, source[0].parent) if source else [],
        jobs=read_job_records(params.records, params.names),
        outputs=list_files(map(Path, snakemake.input.outputs), output.parent),
    )
    output.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
