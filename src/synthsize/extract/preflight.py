"""A look at the raw files that costs seconds: whether they are whole and of the right shape, and which release."""

from __future__ import annotations

import logging
import tempfile
import zlib
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from synthsize.contracts.variables import VARIABLES, in_sentence
from synthsize.errors import InputError
from synthsize.extract.definition.concepts import read_concepts
from synthsize.extract.definition.releases import identify_release, refuse_mixed_releases
from synthsize.extract.definition.source import Release, Source
from synthsize.extract.raw.csv_end import check_csv_end, check_quotes
from synthsize.extract.raw.locate import gzip_fault
from synthsize.extract.raw.locations import Location
from synthsize.extract.raw.server import Server
from synthsize.extract.raw.tables import DatabaseTable, TableFiles
from synthsize.extract.raw.views import identifier, is_gzip, is_parquet
from synthsize.extract.sessions.engine import Engine
from synthsize.extract.sessions.keys import check_keys
from synthsize.extract.sessions.named_code_checks import check_named_codes
from synthsize.extract.sessions.session import Session, open_session
from synthsize.extract.table_search import find_tables

COLUMNS = ["table", "file", "format", "bytes", "rows", "rows_are", "expected_rows", "release", "verdict"]
WHOLE_FILE_BYTES = 20_000_000  # files up to this size are read to their end
HEAD_BYTES = 4_000_000  # of a larger file, from which its rows are estimated
HEAD_ROWS = 1000  # rows whose values must parse
ESTIMATE_TOLERANCE = 0.1  # the head of a table is not quite like its rest
_LOGGER = logging.getLogger("synthsize.extract")
NO_RELEASE = "no known release"
RUNS_WITHOUT = "absent; the pipeline runs without it"
STOPS_WITHOUT = (
    "absent, as is every other table that values are taken from: admissions and diagnoses can be extracted, and the "
    "run stops at the measurements; add the table"
)
_DAMAGED = "{} is not a valid gzip file; download or copy it again"


def check_source(
    source: Source,
    path: Location,
    *,
    accept_row_counts: bool = False,
    concepts: str | None = None,
    output: Path | None = None,
) -> pd.DataFrame:
    """Check the raw tables without scanning the large ones.

    Checked are: files and columns, the integrity of gzip files up to 20 MB, the end of plain CSV files, quotes that
    are never closed, values of the first rows (of every row in small tables), empty tables, keys, values outside their
    column's meaning, and row counts against the source's releases. Row counts are exact for small tables, small files
    and Parquet, and estimated from the first 4 MB of larger files. A DuckDB file stores its counts; those of large
    tables of SQLite are estimated by the highest row id, those of PostgreSQL by its own statistics.
    Every verdict is logged; a doubtful row count, as a warning.

    Parameters
    ----------
    source : Source
    path : Path or Server
        Folder of the raw extract, a DuckDB or SQLite file, or a PostgreSQL server.
    accept_row_counts : bool
        Go on although exact row counts differ from the release that the other tables belong to.
    concepts : str, optional
        Concept set, to name the variables that go with an absent table.
    output : Path, optional
        File beside which spills and the staged tables of a server lie until the end, where the next check of the same
        output also removes what a killed one left; by default they go to the system's folder for temporary files.

    Returns
    -------
    DataFrame
        One row per table: table, file, format, bytes, rows, rows_are ("exact" or "estimated"), expected_rows, release,
        verdict. `expected_rows` and `release` are empty when no release agrees with two or more exact row counts.

    Raises
    ------
    InputError
        One sentence about the first fault found, with its remedy.
    """
    tables = find_tables(source, path)
    if isinstance(path, Server):
        _warn_of_uncounted_changes(path)
    for table in tables.values():
        for file in table.parts:
            _check_gzip(file)
    with _beside(output) as beside, open_session(source, tables, Engine(), beside) as session:
        session.create_views(parallel=False)
        for name, table in tables.items():
            for file in table.parts:
                doubt = check_csv_end(file, WHOLE_FILE_BYTES)
                if doubt:
                    _LOGGER.warning(doubt)
                if not source.tables[name].large or file.stat().st_size <= WHOLE_FILE_BYTES:
                    check_quotes(file)
        report = pd.DataFrame([_describe(session, name) for name in source.tables]).astype({"rows": "Int64"})
        release = identify_release(source, exact_rows(report))
        if release is not None and not accept_row_counts:
            refuse_mixed_releases(source, release, exact_rows(report), tables)
        check_keys(session, source.tables)
        check_named_codes(session, source.tables)
    report["expected_rows"] = report["table"].map(dict(release.rows) if release else {}).astype("Int64")
    report["release"] = release.name if release else ""
    rows = report.to_dict("records")
    absence = _absence(source, concepts, tables) if concepts else {}
    report["verdict"] = [_verdict(release, row, absence.get(str(row["table"]), RUNS_WITHOUT)) for row in rows]
    _log(report)
    if release is not None and not accept_row_counts:
        _check_counts(release, tables, rows, [other.name for other in source.releases if not other.rows])
    return report[COLUMNS]


@contextmanager
def _beside(output: Path | None) -> Iterator[Path]:
    """Name the file beside which the session has its folder: small tables of a server are staged there."""
    if output is not None:
        yield output
        return
    with tempfile.TemporaryDirectory(prefix="synthsize-") as folder:
        yield Path(folder, "preflight")


def _warn_of_uncounted_changes(server: Server) -> None:
    from synthsize.extract.databases.postgres.catalogue import (
        counts_changes,  # what it imports, only a server needs
    )

    if not counts_changes(server):
        _LOGGER.warning(
            "%s does not count changes (a standby server, or track_counts is off): after rows were changed in place, "
            "run with --forcerun check_source",
            server,
        )


def _describe(session: Session, name: str) -> dict[str, object]:
    """Check that the table's values parse, and count its rows."""
    files = session.tables.get(name)
    if files is None:
        return {"table": name, "file": "", "format": "", "bytes": 0, "rows": None, "rows_are": "absent"}
    head = f"LIMIT {HEAD_ROWS}" if session.source.tables[name].large else ""
    columns = ", ".join(f"count({identifier(column)})" for column in session.source.tables[name].columns)
    session.execute(f"SELECT {columns} FROM (SELECT * FROM raw.{name} {head})")
    rows, rows_are = _count_rows(session, name, files)
    if rows == 0:
        raise InputError(_no_rows(files))
    return {
        "table": name,
        "file": files.name,
        "format": files.format,
        "bytes": files.bytes,
        "rows": rows,
        "rows_are": rows_are,
    }


def _no_rows(files: TableFiles) -> str:
    if isinstance(files, DatabaseTable):
        return f"{files} has no rows; load them, or correct source.path"
    return f"{files} has a header and no rows; download or copy it again"


def _count_rows(session: Session, name: str, files: TableFiles) -> tuple[int, str]:
    if session.database and isinstance(files, DatabaseTable):
        quickly = session.source.tables[name].large and files.bytes > WHOLE_FILE_BYTES
        return session.database.count_rows(files, quickly=quickly)
    if is_parquet(files.parts[0]):
        return sum(int(pq.read_metadata(part).num_rows) for part in files.parts), "exact"
    if session.source.tables[name].large and files.bytes > WHOLE_FILE_BYTES:
        return sum(map(_estimate_rows, files.parts)), "estimated"
    return int(session.fetch(f"SELECT count(*) AS n FROM raw.{name}")["n"].item()), "exact"


def _estimate_rows(file: Path) -> int:
    """Extrapolate the rows of a CSV file from its head, by the bytes of the file that the head takes."""
    with file.open("rb") as raw:
        text = raw.read(HEAD_BYTES)
    taken = len(text)
    if is_gzip(file):
        member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            text = member.decompress(text)
        except zlib.error as error:
            raise InputError(_DAMAGED.format(file)) from error
        taken -= len(member.unused_data)
    characters = np.frombuffer(text, dtype=np.uint8)
    inside_quotes = np.cumsum(characters == ord('"'), dtype=np.int32) % 2 == 1
    records = int(np.sum((characters == ord("\n")) & ~inside_quotes)) - 1
    return round(records / taken * file.stat().st_size)


def _check_gzip(file: Path) -> None:
    """Decompress a gzip file of moderate size to its end, which verifies its checksum."""
    if not is_gzip(file) or file.stat().st_size > WHOLE_FILE_BYTES:
        return
    try:
        fault = gzip_fault(file)
    except OSError as error:
        raise InputError(f"{file} cannot be read; check its permissions ({error.strerror})") from error
    if fault:
        raise InputError(f"{file} {fault}")


def _absence(source: Source, concepts: str, tables: Mapping[str, TableFiles]) -> dict[str, str]:
    """Say of each table that the concept set takes values from what the run lacks without it, if it is absent."""
    items = read_concepts(source, concepts)
    there = set(items.loc[items["source_table"].isin(list(tables)), "variable"])
    if not there:
        return dict.fromkeys(items["source_table"].unique(), STOPS_WITHOUT)
    lost = items[~items["variable"].isin(there)].drop_duplicates(["source_table", "variable"])
    labels = {variable.name: in_sentence(variable.label) for variable in VARIABLES}
    return {
        str(table): f"{RUNS_WITHOUT}, and without {', '.join(labels[name] for name in names)}"
        for table, names in lost.groupby("source_table")["variable"]
    }


def _verdict(release: Release | None, row: Mapping[Hashable, object], absence: str) -> str:
    """Say in plain words what the row count of a table means; a doubt, as a question."""
    table, rows = str(row["table"]), row["rows"]
    if row["rows_are"] == "absent":
        return absence
    if release is None or table not in release.rows or not isinstance(rows, int):
        return NO_RELEASE
    expected = release.rows[table]
    share = (rows - expected) / expected
    if rows == expected:
        return release.verdict
    if row["rows_are"] == "exact":
        return f"{abs(share):.2%} {'short of' if share < 0 else 'more than'} {release.name}: truncated or altered?"
    if abs(share) <= ESTIMATE_TOLERANCE:
        return f"about the size of {release.name} (estimated)"
    if share < 0:
        return f"{-share:.0%} short of {release.name} (estimated): truncated download?"
    return f"{share:.0%} more than {release.name} (estimated): another table?"


def _log(report: pd.DataFrame) -> None:
    for row in report.to_dict("records"):
        is_doubt = row["verdict"].endswith("?") or row["verdict"] == STOPS_WITHOUT
        level = logging.WARNING if is_doubt else logging.INFO
        _LOGGER.log(level, "%s: %s", row["file"] or row["table"], row["verdict"])


def exact_rows(report: pd.DataFrame) -> dict[str, int]:
    """Logical table -> rows, of the tables of a preflight report whose count is exact."""
    exact = report[report["rows_are"] == "exact"]
    return dict(zip(exact["table"], exact["rows"].astype(int), strict=True))


def _check_counts(
    release: Release,
    tables: Mapping[str, TableFiles],
    rows: list[dict[Hashable, Any]],
    uncounted: Sequence[str],
) -> None:
    """Stop at an exact count that differs from the release's: a short table would pass for a small one.

    `uncounted`: releases whose counts are not known, of which the table may be.
    """
    such = f", such as {', '.join(uncounted)}" if uncounted else ""
    for row in rows:
        expected = release.rows.get(row["table"])
        if row["rows_are"] == "exact" and expected is not None and row["rows"] != expected:
            raise InputError(
                f"{tables[row['table']]} holds {row['rows']:,} rows and that of {release.name}, which the other tables "
                f"belong to, {expected:,}; download it again or, if it is whole and of a release whose row counts "
                f"are not known here{such}, set source.accept_row_counts: true to go on with it"
            )
