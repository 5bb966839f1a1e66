"""The cohort: raw admissions to the canonical admissions, with a count after every rule."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from synthsize.contracts.canonical import ADMISSIONS
from synthsize.contracts.source_tables import ATTRITION
from synthsize.errors import InputError
from synthsize.extract.definition.source import Source
from synthsize.extract.midnights import check_midnights
from synthsize.extract.outputs import whole_files
from synthsize.extract.raw.csv_end import check_quotes
from synthsize.extract.raw.locations import Location
from synthsize.extract.recorded_deaths import check_recorded_deaths
from synthsize.extract.sessions.engine import Engine
from synthsize.extract.sessions.keys import check_keys
from synthsize.extract.sessions.named_code_checks import check_named_codes
from synthsize.extract.sessions.selects import check_ids, hand_over
from synthsize.extract.sessions.session import open_session
from synthsize.extract.table_search import find_tables

_LOGGER = logging.getLogger("synthsize.extract")


def _log(_check: str, text: str) -> None:
    _LOGGER.warning("%s", text)


@dataclass(frozen=True)
class Cohort:
    """Which hospital admissions are analysed.

    Attributes
    ----------
    min_age : int
        Completed years at admission.
    admissions : {"all", "first", "latest"}
        Which of a patient's eligible admissions; eligible are those that pass the age, organ-donor and length rules.
    landmark : bool
        Drop stays shorter than the window, so that every stay is observed to its end.
    window_hours : float
        Length of the observation window from admission.
    exclude_organ_donors : bool
        Drop accounts opened for organ donation after death.
    exclude_negative_stays : bool
        Drop stays whose discharge precedes their admission.
    icu_stays_only : bool
        Drop admissions without a stay in intensive care, where the source says which have one.
    """

    min_age: int = 16
    admissions: Literal["all", "first", "latest"] = "all"
    landmark: bool = False
    window_hours: float = 120
    exclude_organ_donors: bool = True
    exclude_negative_stays: bool = True
    icu_stays_only: bool = True

    def __post_init__(self) -> None:
        """Reject an unknown choice of admissions."""
        if self.admissions not in ("all", "first", "latest"):
            raise InputError(f"cohort.admissions is {self.admissions!r}; use all, first or latest")


def extract_admissions(
    source: Source,
    path: Location,
    *,
    cohort: Cohort,
    engine: Engine,
    output: Path,
    steps: Path,
    warn: Callable[[str, str], object] = _log,
) -> None:
    """Write the cohort and the count after each of its rules.

    Parameters
    ----------
    source : Source
    path : Path or Server
        Where the raw extract lies.
    cohort : Cohort
    engine : Engine
    output : Path
        Parquet file of the `contracts.canonical.ADMISSIONS` contract, by admission_id.
    steps : Path
        CSV file with columns step, admissions, patients (left after the step), removed (admissions lost by it).
    warn : callable
        Takes the name of a check and a sentence on what may be wrong that does not stop the extraction; by default the
        sentence is logged.

    Raises
    ------
    InputError
        If a table is missing or broken, a key is empty or repeated, in a table or in what the SELECT makes of it, no
        admission is left, or many deaths are recorded within stays that count as survived (`recorded_deaths`).
    """
    tables = find_tables(source, path)
    with (
        whole_files(output, steps) as (new_output, new_steps),
        open_session(source, tables, engine, output, rule="extract_admissions") as session,
    ):
        # Called without a preflight, the readers and joins below would lose or repeat admissions in silence.
        for name in source.tables_read_by("admissions"):
            for part in tables[name].parts if name in tables else ():
                check_quotes(part)
        check_keys(session, source.tables_read_by("admissions"))
        check_named_codes(session, source.tables_read_by("admissions"))
        session.set_variables(**asdict(cohort))
        hand_over(session, "admissions")
        check_ids(session)
        check_midnights(session, warn)
        check_recorded_deaths(session, warn)
        session.run_shared("cohort.sql")
        counts = session.fetch("SELECT step, setting, admissions, patients FROM steps ORDER BY position")
        _check_not_empty(counts)
        counts["removed"] = (counts["admissions"].shift(1) - counts["admissions"]).fillna(0).astype(int)
        ATTRITION.write(counts[["step", "admissions", "patients", "removed"]], new_steps)
        session.write("admissions", ADMISSIONS, new_output)


def _check_not_empty(counts: pd.DataFrame) -> None:
    empty = counts[counts["admissions"] == 0]
    if len(empty):
        step, setting = empty.iloc[0][["step", "setting"]]
        raise InputError(f"no admission is left after the cohort rule '{step}'; change {setting}")
