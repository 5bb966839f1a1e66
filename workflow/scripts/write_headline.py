"""Say the main result, a line per task."""

from pathlib import Path

from synthsize.catalogue.names import Names
from synthsize.contracts.summaries import SUMMARIES
from synthsize.pipeline.job import job
from synthsize.report.page.headline import headline

with job(snakemake):
    files, params = dict(snakemake.input.items()), snakemake.params
    lines = headline(
        *(SUMMARIES[name].read(files[name]) for name in ("answers", "verdicts")),
        names=Names.from_params(params.names),
        simulated=params.simulated,
        left_out=params.left_out,
        learners=SUMMARIES["learner_differences"].read(files["learners"]) if "learners" in files else None,
        joint=SUMMARIES["recommendations"].read(files["joint"]) if "joint" in files else None,
    )
    Path(snakemake.output[0]).write_text("\n".join(lines) + "\n", encoding="utf-8")
