# Gives every rule above its lineage, by which a result of another configuration or of other files becomes due and its
# readers reject it. The last include, so that every rule has one. No rules here.

from synthsize.extract.raw.server import Server
from synthsize.pipeline.lineage import Lineage

LINEAGE = Lineage(
    workflow.rules,
    results=(RESULTS, COMPARISON),
    raw=(
        OWN_TABLES.values()
        if OWN_TABLES
        else [] if SIMULATED or isinstance(LOCATION, Server) else raw_tables()
    ),
    tables=raw_tables() if isinstance(LOCATION, Server) else (),
    due=Path(".snakemake", "due", quote(RESULTS, safe="")),
)
LINEAGE.follow()
