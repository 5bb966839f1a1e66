"""Admissions that begin at midnight throughout: dates that an export wrote as times."""

from __future__ import annotations

from collections.abc import Callable

from synthsize.extract.definition.source import STEPS
from synthsize.extract.sessions.session import Session
from synthsize.extract.staged_rows import NEARLY_ALL, TINY_COHORT


def check_midnights(session: Session, warn: Callable[[str, str], object]) -> None:
    """Tell if nearly all stays begin at midnight: hours then count from up to a day before the admission.

    Parameters
    ----------
    session : Session
        With the view `handed_over` of the admissions. A `started` of another type than a time only orders them.
    warn : callable
        Takes the name of the check and the sentence.
    """
    if (
        session.fetch("SELECT any_value(typeof(started)) AS type FROM handed_over")["type"].item()
        != "TIMESTAMP"
    ):
        return
    counts = session.fetch(
        "SELECT count(started) AS stays, count_if(CAST(started AS TIME) = TIME '00:00:00') AS midnights "
        "FROM handed_over"
    ).iloc[0]
    if counts["stays"] < TINY_COHORT or counts["midnights"] <= NEARLY_ALL * counts["stays"]:
        return
    warn(
        "time of admission",
        f"{session.source.folder / STEPS['admissions']}: nearly all stays begin at midnight, as dates without a time "
        "do; hours then count from up to a day before the admission, and the window ends as much too early: export the "
        "time of admission if it is known",
    )
