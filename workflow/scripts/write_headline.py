"""Say the main result in five lines."""

from pathlib import Path

from synthsize.catalogue.names import Names
from synthsize.contracts.summaries import SUMMARIES
from synthsize.pipeline.job import rule_log
from synthsize.report.page.headline import headline

with rule_log(snakemake.log[0]):
    inputs, params = snakemake.input, snakemake.params
    lines = headline(
        SUMMARIES["paired"].read(inputs.paired),
        SUMMARIES["vtss"].read(inputs.vtss),
        names=Names.from_params(params.names),
        simulated=params.simulated,
        left_out=params.left_out,
    )
    Path(snakemake.output[0]).write_text("\n".join(lines) + "\n", encoding="utf-8")
