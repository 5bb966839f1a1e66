"""Contracts of the extraction's own reports; in a module of their own, so that no other summary reruns a scan."""

from __future__ import annotations

from synthsize.contracts.csv_contract import COUNT, NUMBER, TEXT, Summary

PREFLIGHT = Summary(
    "preflight",
    {
        **{"table": TEXT, "file": TEXT, "format": TEXT, "bytes": COUNT, "rows": COUNT, "rows_are": TEXT},
        **{"expected_rows": COUNT, "release": TEXT, "verdict": TEXT},
    },
)
ATTRITION = Summary("attrition", {"step": TEXT, "admissions": COUNT, "patients": COUNT, "removed": COUNT})
EXPECTED = Summary(
    "expected",
    {
        "check": TEXT,
        **dict.fromkeys(("expected", "observed", "difference", "relative_difference"), NUMBER),
        **{"verdict": TEXT, "provenance": TEXT},
    },
)
AUDIT = Summary(
    "audit",
    {"variable": TEXT, "source_table": TEXT, "item": TEXT, "outcome": TEXT, "rows": COUNT},
)
