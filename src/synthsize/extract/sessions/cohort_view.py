"""The canonical admissions, as the SQL of the later steps sees them."""

from __future__ import annotations

from pathlib import Path

from synthsize.contracts.canonical import ADMISSIONS
from synthsize.extract.raw.views import pattern
from synthsize.extract.sessions.session import Session


def attach_cohort(session: Session, admissions: Path) -> None:
    """Create the view `cohort` on the Parquet file of canonical admissions."""
    ADMISSIONS.check_file(admissions)
    session.execute(f"CREATE TEMP VIEW cohort AS SELECT * FROM read_parquet({pattern(admissions)})")
