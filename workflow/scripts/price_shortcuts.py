"""Compare every shortcut with the run itself."""

from synthsize.contracts.results import EVENTS, SWEEP, VTSS
from synthsize.contracts.summaries import SUMMARIES
from synthsize.pipeline.job import job
from synthsize.statistics.shortcut_prices import Variant, price_shortcuts

with job(snakemake):
    inputs, params = snakemake.input, snakemake.params
    files = zip(
        params.shortcuts, inputs.shortcut_sweep, inputs.shortcut_vtss, inputs.shortcut_events, strict=True
    )
    variants = {
        name: Variant(SWEEP.read(sweep), VTSS.read(vtss), EVENTS.read(events), name in params.same_rows)
        for name, sweep, vtss, events in files
    }
    prices = price_shortcuts(
        SWEEP.read_all(inputs.sweep),
        VTSS.read_all(inputs.vtss),
        variants,
        unpriced=params.unpriced,
        alpha=params.alpha,
    )
    SUMMARIES["shortcuts"].write(prices, snakemake.output[0])
