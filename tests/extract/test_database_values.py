"""Odd values and types in DuckDB and SQLite files: the value that was meant, or one sentence; never another value."""

import sqlite3
import time
from contextlib import closing

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from synthsize.errors import InputError
from synthsize.extract.definition.loading import load_source
from synthsize.extract.definition.template import new_source
from synthsize.extract.sessions.engine import Engine
from synthsize.extract.sessions.session import open_session
from synthsize.extract.table_search import find_tables

YAML = """
name: mine
clock: hours since admission
tables:
  values:
    columns: {id: integer, value: number, at: timestamp, born: date, code: text}
    may_lack: [id, value, at, born, code]
    read_by: [admissions, measurements]
  large:
    columns: {id: integer}
    large: true
    optional: true
    read_by: [measurements]
"""


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "mine"
    new_source(folder)
    (folder / "source.yaml").write_text(YAML)
    (folder / "diagnoses.sql").unlink()
    return load_source(folder)


def duckdb_file(tmp_path, *statements):
    file = tmp_path / "data.duckdb"
    with duckdb.connect(str(file)) as connection:
        for statement in statements:
            connection.execute(statement)
    return file


def sqlite_file(tmp_path, *statements):
    file = tmp_path / "data.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(";".join(statements))
    return file


def fetch(source, place, column, table="values"):
    with open_session(source, find_tables(source, place), Engine(), place.parent / "out") as session:
        return [row[0] for row in session.execute(f'SELECT "{column}" FROM raw."{table}"').fetchall()]


def refused(source, place, column, table="values"):
    with pytest.raises(InputError) as error:
        fetch(source, place, column, table)
    return str(error.value)


@pytest.fixture
def _far_from_utc(monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_far_from_utc")
def test_a_time_with_a_zone_is_that_of_utc_on_every_machine(source, tmp_path):
    zoned = ["2150-03-10 09:00:00+02", "2150-07-10 09:00:00-04"]
    file = duckdb_file(
        tmp_path,
        f'CREATE TABLE "values" AS SELECT unnest({zoned})::TIMESTAMPTZ AS at, unnest({zoned})::TIMESTAMPTZ AS born',
    )
    for column in ("at", "born"):
        found = fetch(source, file, column)
        assert [str(moment) for moment in found] == ["2150-03-10 07:00:00", "2150-07-10 13:00:00"]


TIMES = {
    "2150-03-10 09:00:00": "2150-03-10 09:00:00",
    "2150-03-10T09:00:00Z": "2150-03-10 09:00:00",
    "2150-03-10 09:00:00+02:00": "2150-03-10 07:00:00",
    "2150-03-10 09:00:00.25 +0200": "2150-03-10 07:00:00.250000",
    "2150-03-10 09:00:00 UTC": "2150-03-10 09:00:00",
    "2150-03-10 09:00:00 Z": "2150-03-10 09:00:00",
    "2150-03-10 9:00": "2150-03-10 09:00:00",
}


def test_times_as_text_have_the_zone_that_they_name(source, tmp_path):
    rows = ", ".join(f"('{text}')" for text in TIMES)
    file = sqlite_file(tmp_path, "CREATE TABLE 'values' (at)", f"INSERT INTO 'values' VALUES {rows}")
    assert [str(moment) for moment in fetch(source, file, "at")] == list(TIMES.values())


def test_what_follows_a_time_is_not_passed_over(source, tmp_path):
    file = sqlite_file(
        tmp_path, "CREATE TABLE 'values' (at, born)", "INSERT INTO 'values' VALUES (NULL, NULL)"
    )
    for text in ("2150-03-10 09:00:00 PM", "2150-03-10 09:00 or so"):
        with closing(sqlite3.connect(file)) as connection:
            connection.execute(f"UPDATE 'values' SET at = '{text}', born = '{text}'")
            connection.commit()
        assert "column at holds a value like" in refused(source, file, "at")
        assert "column born holds a value like" in refused(source, file, "born")


def test_a_float_of_32_bits_is_read_by_its_shortest_decimal(source, tmp_path):
    file = duckdb_file(tmp_path, 'CREATE TABLE "values" AS SELECT 98.6::FLOAT AS value')
    assert fetch(source, file, "value") == [98.6]
    folder = tmp_path / "parquet"
    folder.mkdir()
    pq.write_table(pa.table({"value": pa.array([98.6, None], pa.float32())}), folder / "values.parquet")
    assert fetch(source, folder, "value") == [98.6, None]


LARGE = 2**53 + 1


def test_ids_of_64_bits_are_exact(source, tmp_path):
    for value in (f"{LARGE}::BIGINT", f"{LARGE}::HUGEINT", f"' {LARGE} '"):
        file = duckdb_file(tmp_path, f'CREATE OR REPLACE TABLE "values" AS SELECT {value} AS id')
        assert fetch(source, file, "id") == [LARGE], value
    lowest = -(2**63)
    file = sqlite_file(tmp_path, f"CREATE TABLE 'values' AS SELECT '{lowest}' AS id")
    assert fetch(source, file, "id") == [lowest]


@pytest.mark.parametrize("type_", ["REAL", "TEXT"])
def test_ids_that_a_float_has_rounded_are_refused(source, tmp_path, type_):
    rows = f"(200.0), (-7), ({LARGE}.0)"
    file = sqlite_file(
        tmp_path,
        *(f"CREATE TABLE '{name}' (id {type_})" for name in ("values", "large")),
        *(f"INSERT INTO '{name}' VALUES {rows}" for name in ("values", "large")),
    )
    for table in ("values", "large"):
        message = refused(source, file, "id", table)
        assert f"table main.{table}: column id holds a value like" in message
        assert "which is not exact (a float of more than 15 digits: store the column as integers)" in message
        with closing(sqlite3.connect(file)) as connection:
            connection.execute(f"DELETE FROM '{table}' WHERE CAST(id AS REAL) > 200")
            connection.commit()
        assert fetch(source, file, "id", table) == [200, -7]


def test_true_counts_as_one(source, tmp_path):
    file = duckdb_file(tmp_path, 'CREATE TABLE "values" AS SELECT true AS id, false AS value')
    assert fetch(source, file, "id") == [1]
    assert fetch(source, file, "value") == [0.0]


@pytest.mark.parametrize("value", ["['0389', '4280']", "{'a': '0389'}", "'0389'::BLOB", "to_json('0389')"])
def test_what_holds_no_plain_text_is_refused(source, tmp_path, value):
    file = duckdb_file(tmp_path, f'CREATE TABLE "values" AS SELECT {value} AS code')
    assert "table main.values: column code is of type " in refused(source, file, "code")
    if "BLOB" not in value:
        return
    file = sqlite_file(
        tmp_path, "CREATE TABLE 'values' AS SELECT x'30333839' AS code UNION ALL SELECT 'V1582'"
    )
    assert fetch(source, file, "code") == ["0389", "V1582"]
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE 'values' SET code = x'ff00'")
        connection.commit()
    assert "column code holds bytes (a BLOB) that are no text" in refused(source, file, "code")


def test_cells_of_several_types_in_one_column(source, tmp_path):
    cells = "(1), (2.5), ('3e0'), (' 4 '), (''), (NULL), (x'35')"
    file = sqlite_file(
        tmp_path, "CREATE TABLE 'values' (value, code)", f"INSERT INTO 'values' (value) VALUES {cells}"
    )
    assert fetch(source, file, "value") == [1.0, 2.5, 3.0, 4.0, None, None, 5.0]


def test_generated_columns_are_columns(source, tmp_path):
    made = "(a INTEGER, id INTEGER GENERATED ALWAYS AS (a * 2))"
    for build in (duckdb_file, sqlite_file):
        file = build(tmp_path, f'CREATE TABLE "values" {made}', 'INSERT INTO "values" (a) VALUES (21)')
        assert fetch(source, file, "id") == [42]
