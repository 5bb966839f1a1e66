"""A DuckDB or an SQLite file in place of a folder: the same canonical tables, and one sentence for bad files."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from small_hospital import HEADERS, extracted

from synthsize.errors import InputError
from synthsize.extract.databases import sqlite_file
from synthsize.extract.definition.loading import load_source
from synthsize.extract.preflight import check_source
from synthsize.extract.table_search import find_tables

MIMIC3 = load_source("mimic3")


def as_duckdb(folder: Path, schema: str = "main") -> Path:
    """Types as DuckDB infers them: times are times, ids are numbers."""
    file = folder.parent / f"in_{schema}.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        for table in HEADERS:
            connection.execute(f"CREATE TABLE {schema}.{table} AS FROM '{folder}/{table}.csv.gz'")
    return file


def as_duckdb_in_a_schema(folder: Path) -> Path:
    return as_duckdb(folder, "mimiciii")


def as_sqlite_by_pandas(folder: Path) -> Path:
    """As mimic-code's import.py builds it: a column of whole numbers with empty cells becomes REAL."""
    file = folder.parent / "pandas.db"
    with closing(sqlite3.connect(file)) as connection:
        for table in HEADERS:
            frame = pd.read_csv(folder / f"{table}.csv.gz", index_col="ROW_ID")
            frame.to_sql(table.lower(), connection)
    return file


def as_sqlite_of_text(folder: Path) -> Path:
    """As the shell's .import builds it: every column is text, an empty cell is empty text."""
    file = folder.parent / "text.db"
    with closing(sqlite3.connect(file)) as connection:
        for table in HEADERS:
            frame = pd.read_csv(folder / f"{table}.csv.gz", dtype=str, keep_default_na=False)
            frame.to_sql(table.lower(), connection, index=False)
    return file


BUILT = [as_duckdb, as_duckdb_in_a_schema, as_sqlite_by_pandas, as_sqlite_of_text]


def test_a_database_gives_the_same_tables_as_files(filled, extraction, monkeypatch):
    monkeypatch.setattr(sqlite_file, "BATCH_ROWS", 2)
    folder = filled.write()
    expected = extracted(extraction, folder)
    for build in BUILT:
        file = build(folder)
        before = file.stat()
        for table, of_files in zip(extracted(extraction, file), expected, strict=True):
            pd.testing.assert_frame_equal(table, of_files, check_exact=True, obj=build.__name__)
        after = file.stat()
        assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)


@pytest.mark.parametrize("build", BUILT)
def test_the_preflight_looks_at_a_database(build, filled):
    folder = filled.write()
    file = build(folder)
    from_files, report = check_source(MIMIC3, folder), check_source(MIMIC3, file)
    assert report["rows"].tolist() == from_files["rows"].tolist()
    assert set(report["rows_are"]) == {"exact"}
    assert report["file"].str.startswith(f"{file.name}, table ").all()


def test_the_file_is_what_the_tables_depend_on(filled):
    file = as_sqlite_of_text(filled.write())
    assert {found.files for found in find_tables(MIMIC3, file).values()} == {(file,)}


def test_rows_of_a_large_table_of_sqlite_are_estimated_without_a_scan(filled, monkeypatch):
    monkeypatch.setattr("synthsize.extract.preflight.WHOLE_FILE_BYTES", 1)
    report = check_source(MIMIC3, as_sqlite_of_text(filled.write())).set_index("table")
    assert report.loc["chartevents", ["rows", "rows_are"]].tolist() == [7, "estimated"]
    assert report.loc["patients", ["rows", "rows_are"]].tolist() == [2, "exact"]


def test_a_schema_is_identified_by_the_folder_of_the_pattern(tmp_path):
    file = tmp_path / "mimic4.db"
    with duckdb.connect(str(file)) as connection:
        for schema in ("mimiciv_hosp", "mimiciv_icu", "copy"):
            connection.execute(f"CREATE SCHEMA {schema}")
        for table in (
            "hosp.admissions",
            "hosp.patients",
            "hosp.diagnoses_icd",
            "hosp.labevents",
            "icu.icustays",
        ):
            connection.execute(f"CREATE TABLE mimiciv_{table} (a INTEGER)")
        connection.execute("CREATE TABLE mimiciv_icu.chartevents (a INTEGER)")
        connection.execute("CREATE TABLE copy.labevents (a INTEGER)")
    assert (
        find_tables(load_source("mimic4"), file)["labevents"].name
        == "mimic4.db, table mimiciv_hosp.labevents"
    )


def refused(file: Path) -> str:
    with pytest.raises(InputError) as error:
        check_source(MIMIC3, file)
    return str(error.value)


@pytest.fixture(params=[as_duckdb, as_sqlite_of_text])
def database(request, filled):
    return request.param(filled.write())


def change(file: Path, sql: str) -> None:
    module = duckdb if file.suffix == ".duckdb" else sqlite3
    with closing(module.connect(str(file))) as connection:
        connection.execute(sql)
        connection.commit()


def test_a_file_that_is_no_database(tmp_path):
    file = tmp_path / "mimic3.db"
    file.write_text("SUBJECT_ID,HADM_ID")
    assert "neither a folder nor a DuckDB or SQLite database" in refused(file)


def test_a_missing_table(database):
    change(database, "ALTER TABLE labevents RENAME TO labs")
    assert refused(database).startswith(f"{database} holds no labevents table")


def test_a_missing_column(database):
    change(database, "ALTER TABLE patients RENAME COLUMN DOB TO born")
    assert "table main.patients lacks the column dob" in refused(database).replace("PATIENTS", "patients")


def test_two_tables_for_one(filled):
    file = as_duckdb(filled.write())
    change(file, "CREATE SCHEMA copy")
    change(file, "CREATE TABLE copy.patients AS FROM main.patients")
    assert "for one table; keep only one of them in the database" in refused(file)


def test_an_empty_key(database):
    change(database, "UPDATE admissions SET HADM_ID = NULL WHERE HADM_ID = 200")
    assert "column hadm_id is empty in 1 row(s); fill it" in refused(database)


@pytest.mark.parametrize(
    ("column", "text"), [("VALUENUM", "12 mg"), ("HADM_ID", "1x0"), ("CHARTTIME", "2150-03-10")]
)
def test_a_bad_value_is_reported_by_its_shape(filled, column, text):
    file = as_sqlite_of_text(filled.write())
    change(file, f"UPDATE chartevents SET {column} = '{text}' WHERE VALUENUM = '80'")
    message = refused(file)
    assert f"table main.chartevents: column {column.lower()} holds a value like" in message
    assert text not in message


def test_a_damaged_file(database):
    whole = database.read_bytes()
    middle = len(whole) // 3
    database.write_bytes(whole[:middle])
    assert "damaged" in refused(database)


def test_text_of_another_encoding_is_not_quoted(filled):
    file = as_sqlite_of_text(filled.write())
    change(file, "UPDATE patients SET GENDER = CAST(x'46ff46' AS TEXT)")
    assert (
        refused(file)
        == f"{file}, table main.patients holds text that is not UTF-8; build the database from files in UTF-8"
    )


def test_changes_beside_the_file(database):
    (database.parent / f"{database.name}-wal").write_bytes(b"x")
    assert "has changes that are not written to it yet" in refused(database)


WRITERS = {
    ".duckdb": "import duckdb; c = duckdb.connect({file!r})",
    ".db": "import sqlite3; c = sqlite3.connect({file!r}); c.execute('BEGIN EXCLUSIVE')",
}


def test_a_file_that_another_program_writes_to(database, monkeypatch):
    monkeypatch.setattr(sqlite_file, "PATIENCE_SECONDS", 0.1)
    program = WRITERS[database.suffix].format(file=str(database)) + "; print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "open\n"
        message = refused(database)
        other.communicate("\n")
    assert "another program" in message


def test_a_view_is_named(database):
    change(database, "ALTER TABLE labevents RENAME TO labs")
    change(database, "CREATE VIEW labevents AS SELECT * FROM labs")
    assert f"{database}: main.labevents is a view, which may read other files" in refused(database)


def test_a_table_without_rows(database):
    """Databases are often made with all tables of their model: what may be absent may be empty."""
    change(database, "DELETE FROM icustays")
    report = check_source(MIMIC3, database).set_index("table")
    assert report.loc["icustays", "verdict"] == "absent; the pipeline runs without it"
    change(database, "DELETE FROM labevents")
    assert (
        refused(database)
        .lower()
        .endswith("table main.labevents has no rows; load them, or correct source.path")
    )


def test_tables_of_extensions_that_are_not_here_are_passed_over(filled):
    file = as_sqlite_of_text(filled.write())
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA writable_schema = 1")
        connection.execute(
            "INSERT INTO sqlite_master VALUES ('table', 'map', 'map', 0, 'CREATE VIRTUAL TABLE map USING no')"
        )
        connection.commit()
    assert len(find_tables(MIMIC3, file)) == 6


def test_a_file_that_is_broken_is_not_taken_for_one_in_use(filled):
    file = as_duckdb(filled.write())
    raw = bytearray(file.read_bytes())
    raw[12:20] = bytes(8)
    file.write_bytes(raw)
    assert "is a damaged DuckDB file" in refused(file)


def test_an_encrypted_file(tmp_path):
    file = tmp_path / "secret.duckdb"
    with duckdb.connect() as connection:
        connection.execute("SET force_mbedtls_unsafe = 'true'")
        connection.execute(f"ATTACH '{file}' (ENCRYPTION_KEY 'key')")
    assert refused(file) == f"{file} is encrypted; copy its tables to a database without a key"


def test_a_file_with_a_write_ahead_log_is_read_without_one(filled):
    """SQLite would make the log and its index beside the file, or stop where it may not."""
    file = as_sqlite_of_text(filled.write())
    change(file, "PRAGMA journal_mode = WAL")
    names = sorted(file.parent.iterdir())
    assert len(check_source(MIMIC3, file)) == 6
    assert sorted(file.parent.iterdir()) == names
    with closing(sqlite3.connect(file)) as other:  # another program that has it open
        assert other.execute("SELECT count(*) FROM patients").fetchone() == (2,)
        assert len(check_source(MIMIC3, file)) == 6
        other.execute("DELETE FROM patients")
        other.commit()
        assert "has changes that are not written to it yet" in refused(file)


@pytest.mark.parametrize("change_of_ids", ["-rowid", "rowid + 9000000000000000000"])
def test_ids_of_a_table_are_not_taken_for_its_number_of_rows(filled, monkeypatch, change_of_ids):
    monkeypatch.setattr("synthsize.extract.preflight.WHOLE_FILE_BYTES", 1)
    file = as_sqlite_of_text(filled.write())
    change(file, f"UPDATE chartevents SET rowid = {change_of_ids}")
    report = check_source(MIMIC3, file).set_index("table")
    assert report.loc["chartevents", ["rows", "rows_are"]].tolist() == [7, "exact"]
