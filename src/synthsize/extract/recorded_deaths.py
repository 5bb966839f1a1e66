"""Deaths that are recorded within a stay whose discharge does not say so: codes of death that nobody listed."""

from __future__ import annotations

from collections.abc import Callable

from synthsize.errors import InputError
from synthsize.extract.definition.source import STEPS
from synthsize.extract.sessions.session import Session
from synthsize.extract.small_counts import FEW, share

TOO_MANY = 0.2  # share of the deaths within stays from which on the outcome is not what it says
SHOWN = 3  # codes that a sentence lists


def check_recorded_deaths(session: Session, warn: Callable[[str, str], object]) -> None:
    """Tell of stays that count as survived although a death is recorded within them; stop if they are many.

    Parameters
    ----------
    session : Session
        With the view `handed_over` of the admissions, whose `doubtful_discharge` names the code of such a stay.
    warn : callable
        Takes the name of the check and the sentence, if there are such stays and they are few.

    Raises
    ------
    InputError
        If they are ten or more, and more than a fifth of those and of the deaths in hospital together.
    """
    codes = session.fetch(
        """
        SELECT doubtful_discharge AS code, count(*) AS stays
        FROM handed_over
        WHERE doubtful_discharge IS NOT NULL
        GROUP BY ALL
        ORDER BY stays DESC, code
        """
    )
    if codes.empty:
        return
    doubtful = int(codes["stays"].sum())
    deaths = doubtful + int(
        session.fetch("SELECT count_if(died_in_hospital) AS n FROM handed_over")["n"].item()
    )
    shown = ", ".join(codes["code"][:SHOWN]) + (", ..." if len(codes) > SHOWN else "")
    text = (
        f"{share(doubtful, deaths)} deaths within a hospital stay count as survived, because the code of discharge "
        f"({shown}) is not listed as death; list it under codes in {session.source.to_edit('source.yaml')}, as death "
        "or as left_alive"
    )
    if doubtful >= FEW and doubtful > TOO_MANY * deaths:
        raise InputError(f"{session.source.folder / STEPS['admissions']}: {text}")
    warn("recorded deaths", text)
