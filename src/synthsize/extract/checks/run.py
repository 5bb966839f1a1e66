"""All checks of a source folder and, where they are given, of its data."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Hashable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from synthsize.catalogue.variables import listed_in
from synthsize.contracts.canonical import ADMISSIONS, DIAGNOSES
from synthsize.contracts.source_tables import ATTRITION
from synthsize.extract import preflight
from synthsize.extract.admissions import Cohort, extract_admissions
from synthsize.extract.checks.admissions import check_cohort
from synthsize.extract.checks.diagnoses import check_diagnosis_codes
from synthsize.extract.checks.folder import check_concepts, check_selects
from synthsize.extract.checks.measurements import check_rows
from synthsize.extract.checks.report import Report
from synthsize.extract.definition.loading import load_source
from synthsize.extract.definition.releases import differing_counts, identify_release, refuse_mixed_releases
from synthsize.extract.definition.source import Source
from synthsize.extract.diagnoses import extract_diagnoses
from synthsize.extract.measurements import staged_rows
from synthsize.extract.raw.locations import Location, location_of
from synthsize.extract.sessions.engine import Engine
from synthsize.extract.sessions.session import Session
from synthsize.extract.small_counts import is_few

DEFAULT_SET = "corrected"
MEMORY_MB, THREADS = 2000, 2


def check_folder(
    name: str,
    path: str | None,
    report: Report,
    *,
    concepts: str | None = None,
    without: Collection[str] = (),
) -> None:
    """Run the contract on a source folder and, if `path` is given, on its data, which are read once.

    What needs something that failed is not looked at. Tables made on the way are patients' data; they lie in a folder
    of their own in the system's folder for temporary files, and are removed at the end.

    Parameters
    ----------
    name : str
        A source of the package, or the path of a folder.
    path : str or None
        As ``source.path`` of the configuration: folder of the raw tables, database file or server.
    report : Report
        Takes the findings.
    concepts : str, optional
        Concept set that the data are read by; by default ``corrected``, or the first there is.
    without : collection of str
        Variables that the run is to leave out, as ``features.without`` of the configuration.
    """
    with report.part("source.yaml"):
        source = load_source(name)
        chosen = concepts or _default_set(source)
        listed_in(source.concept_file(chosen), without=without)  # which refuses unknown variables
        report.shipped = source.name if source.is_shipped else ""
        report.add("source.yaml", "pass", f"tables {', '.join(source.tables)}")
    if report.findings[-1].verdict == "fail":
        return
    check_concepts(source, report)
    check_selects(source, report)
    if path is not None and not report.count("fail"):
        with report.part("tables"), tempfile.TemporaryDirectory(prefix="synthsize-") as folder:
            location = location_of(path, source.schemas)
            _DataCheck(source, location, chosen, Path(folder), report, without).run()


def _default_set(source: Source) -> str:
    return DEFAULT_SET if DEFAULT_SET in source.concept_sets else source.concept_sets[0]


class _DataCheck:
    """The checks of the data of one source, each of which builds on the one before."""

    def __init__(
        self,
        source: Source,
        path: Location,
        concepts: str,
        folder: Path,
        report: Report,
        without: Collection[str],
    ) -> None:
        self.source, self.path, self.concepts, self.report = source, path, concepts, report
        self.without = without
        self.folder = folder
        self.counts: dict[str, int] = {}  # exact, of the preflight
        self.engine = Engine.for_job(MEMORY_MB, THREADS)
        self.cohort = Cohort(window_hours=min(Cohort().window_hours, source.observed_hours or float("inf")))

    def run(self) -> None:
        """Look at tables, admissions, diagnoses and measurements, until something fails that the rest needs."""
        self._tables()
        with self.report.part("admissions"):
            admissions = self._admissions()
            if self.source.has_diagnoses:
                with self.report.part("diagnosis codes"):
                    self._diagnoses(len(admissions))
            with self.report.part("rows"):
                self._measurements(len(admissions))

    def _tables(self) -> None:
        found = preflight.check_source(
            self.source, self.path, concepts=self.concepts, output=self.folder / "preflight.csv"
        )
        self.counts = preflight.exact_rows(found)
        for row in found.to_dict("records"):
            text = _table(row)
            doubtful = str(row["verdict"]).endswith("?") or row["rows_are"] == "absent"
            self.report.add(f"table {row['table']}", "look" if doubtful else "pass", text)

    def _admissions(self) -> pd.DataFrame:
        output, steps = self.folder / "admissions.parquet", self.folder / "steps.csv"
        extract_admissions(
            self.source,
            self.path,
            cohort=self.cohort,
            engine=self.engine,
            output=output,
            steps=steps,
            warn=lambda check, text: self.report.add(check, "look", text),
        )
        admissions = ADMISSIONS.read(output)
        check_cohort(admissions, ATTRITION.read(steps), self.report)
        return admissions

    def _diagnoses(self, admissions: int) -> None:
        output = self.folder / "diagnoses.parquet"
        extract_diagnoses(
            self.source,
            self.path,
            admissions=self.folder / "admissions.parquet",
            engine=self.engine,
            output=output,
        )
        check_diagnosis_codes(DIAGNOSES.read(output), admissions, self.report)

    def _measurements(self, admissions: int) -> None:
        with staged_rows(
            self.source,
            self.path,
            concepts=self.concepts,
            admissions=self.folder / "admissions.parquet",
            window_hours=self.cohort.window_hours,
            pre_admission_hours=0,
            engine=self.engine,
            output=self.folder / "measurements.parquet",
        ) as (session, items, scanned):
            self._releases(session, scanned)
            check_rows(session, items, scanned, self.concepts, admissions, self.report, self.without)

    def _releases(self, session: Session, scanned: Mapping[str, int]) -> None:
        """Compare the rows of tables that were estimated before the scan."""
        release = identify_release(self.source, self.counts)
        if release is None:
            return
        refuse_mixed_releases(self.source, release, scanned, session.tables)
        for table, (found, expected) in differing_counts(release, scanned).items():
            counted = "few rows" if is_few(found) else f"{found:,} rows (exact)"
            text = f"{counted}, and that of {release.name} holds {expected:,}: truncated or altered?"
            self.report.add(f"table {table}", "look", text)


def _table(row: Mapping[Hashable, Any]) -> str:
    verdict, rows = str(row["verdict"]), row["rows"]
    if row["rows_are"] == "absent" or not isinstance(rows, int):
        return verdict
    counted = "few rows" if is_few(rows) else f"{rows:,} rows ({row['rows_are']})"
    known = "" if verdict == preflight.NO_RELEASE else f", {verdict}"
    return f"{row['file']}, {counted}{known}"
