"""Write the main result, a paragraph per task."""

from pathlib import Path

from synthsize.catalogue.names import Names
from synthsize.contracts.summaries import SUMMARIES
from synthsize.pipeline.job import job
from synthsize.report.page.few_cases import few_cases
from synthsize.report.page.headline import headline

with job(snakemake):
    files, params = dict(snakemake.input.items()), snakemake.params
    names = Names.from_params(params.names)
    lines = headline(
        *(SUMMARIES[name].read(files[name]) for name in ("answers", "verdicts")),
        names=names,
        simulated=params.simulated,
        left_out=params.left_out,
        learners=SUMMARIES["learner_differences"].read(files["learners"]) if "learners" in files else None,
        joint=SUMMARIES["recommendations"].read(files["joint"]) if "joint" in files else None,
    )
    lines += few_cases(SUMMARIES["table1"].read(files["table1"]), names)
    Path(snakemake.output[0]).write_text("\n".join(lines) + "\n", encoding="utf-8")
