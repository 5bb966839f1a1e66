"""Draw one figure of a comparison."""

from synthsize.catalogue.names import Names
from synthsize.compare import curve_figure, side_by_side
from synthsize.compare.rows import CONTRACTS
from synthsize.pipeline.job import job
from synthsize.report.figures.save import FORMATS, write_figure

KINDS = {"side_by_side": side_by_side, "learning_curves": curve_figure}

with job(snakemake):
    params, name = snakemake.params, snakemake.wildcards.comparison
    kind = next(kind for kind in KINDS if name.startswith(f"{kind}_"))
    shown = {
        "runs": params.runs,
        "names": Names.from_params(params.names),
        "classifier": name.removeprefix(f"{kind}_"),
        "below": params.suppress_below,
    }
    tables = {table: CONTRACTS[table].read(snakemake.input[table]) for table in CONTRACTS}
    files = {part: snakemake.output[part] for part in (*FORMATS, "caption")}
    write_figure(KINDS[kind].draw(tables, **shown), files, KINDS[kind].caption(tables, **shown))
