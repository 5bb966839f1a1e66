"""What the SQL of a source may do, and that it writes no file."""

import shutil

import pytest

from synthsize.cli import main
from synthsize.errors import InputError
from synthsize.extract.definition.loading import load_source
from synthsize.extract.definition.template import new_source
from synthsize.extract.sessions.engine import Engine
from synthsize.extract.sessions.session import open_session
from synthsize.extract.table_search import find_tables

INNER = "WITH done AS (COPY (SELECT 1 AS a) TO '{file}')"


@pytest.fixture
def own(tmp_path):
    folder = tmp_path / "mine"
    new_source(folder)
    return folder


def run(folder, tmp_path, sql):
    """Run SQL as views.sql of a source with its example as tables; return what a session may be asked then."""
    (folder / "views.sql").write_text(sql, encoding="utf-8")
    source = load_source(folder)
    with open_session(source, find_tables(source, folder / "example"), Engine(), tmp_path / "out") as session:
        session.run_file("views.sql")
        return session.fetch("FROM result")


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("COPY (SELECT 1) TO '{file}';", "COPY is not allowed"),
        ("copy (PIVOT (SELECT 1 AS a, 2 AS b) ON a USING sum(b)) TO '{file}';", "COPY is not allowed"),
        (INNER + " SELECT 1;", "COPY is not allowed"),
        ("CREATE TABLE result AS " + INNER + " SELECT 1;", "COPY is not allowed"),
        ("EXPLAIN ANALYZE COPY (SELECT 1) TO '{file}';", "EXPLAIN is not allowed"),
        ("EXPORT DATABASE '{file}';", "EXPORT is not allowed"),
        ("ATTACH '{file}';", "ATTACH is not allowed"),
        ("INSTALL httpfs;", "INSTALL is not allowed"),
        ("LOAD httpfs;", "LOAD is not allowed"),
        ("PRAGMA database_list;", "PRAGMA is not allowed"),
        ("PREPARE later AS COPY (SELECT 1) TO '{file}';", "PREPARE is not allowed"),
        ("FROM QUERY ($$SELECT 1$$);", r"query\(\) is not allowed"),
        (
            'FROM "json_execute_serialized_sql"(json_serialize_sql($$' + INNER + " SELECT 1$$));",
            r"json_execute_serialized_sql\(\) is not allowed",
        ),
    ],
)
def test_sql_that_could_write_is_rejected_before_any_of_it_runs(own, tmp_path, sql, said):
    table = own / "example" / "codes.csv"
    before = table.read_bytes()
    files = sorted(own.rglob("*"))
    text = f"-- é; COPY in a comment\nSET VARIABLE a = 'COPY';\n\n{sql.replace('{file}', str(table))}\n"
    with pytest.raises(InputError, match=rf"views\.sql, line 4: {said}; .* writes no file; remove it"):
        run(own, tmp_path, text)
    assert table.read_bytes() == before
    assert [file for file in sorted(own.rglob("*")) if file.name != "views.sql"] == files


def test_what_to_write_in_place_of_a_change_is_said(own, tmp_path):
    for sql, said, instead in (
        ("INSERT INTO a VALUES (1);", "INSERT", r"give CREATE TABLE \.\.\. AS all rows at once"),
        (
            "WITH b AS (SELECT 1) INSERT INTO a FROM b;",
            "INSERT",
            r"give CREATE TABLE \.\.\. AS all rows at once",
        ),
        ("UPDATE a SET x = 2;", "UPDATE", r"write the new value in the SELECT, as CASE WHEN"),
        ("DELETE FROM a;", "DELETE", "leave the rows out in the SELECT, by WHERE"),
        ("ALTER TABLE a ADD y INTEGER;", "ALTER", "write CREATE OR REPLACE"),
        ("DROP TABLE a;", "DROP", "write CREATE OR REPLACE, or let it stand"),
    ):
        with pytest.raises(InputError, match=rf"views\.sql, line 2: {said} is not allowed; .*; {instead}"):
            run(own, tmp_path, f"CREATE TABLE a AS SELECT 1 AS x;\n{sql}")


def test_a_select_with_a_copy_is_refused(own, capsys):
    table = own / "example" / "codes.csv"
    before = table.read_bytes()
    file = own / "admissions.sql"
    sql = file.read_text(encoding="utf-8")
    file.write_text(sql.replace("SELECT", INNER.format(file=table) + "\nSELECT", 1), encoding="utf-8")
    assert main(["check-source", str(own), "--path", str(own / "example")]) == 1
    assert "COPY is not allowed" in capsys.readouterr().out
    assert table.read_bytes() == before


def test_sql_defines_selects_and_reads_its_own_folder(own, tmp_path):
    shutil.copy(own / "example" / "codes.csv", own / "lookup.csv")
    found = run(
        own,
        tmp_path,
        f"""
        CREATE TEMP TABLE lookup AS FROM read_csv('{own / "lookup.csv"}');
        CREATE MACRO doubled(x) AS 2 * x;
        CREATE TYPE colour AS ENUM ('red');
        SET VARIABLE rows = (SELECT count(*) FROM lookup);
        CREATE TABLE wide AS PIVOT (SELECT 'a' AS k, 1 AS "copy") ON k USING sum("copy");
        SELECT 1; -- which nobody reads
        CREATE VIEW result AS SELECT doubled(getvariable('rows')) AS twice, a FROM wide;
        """,
    )
    rows = len((own / "lookup.csv").read_text(encoding="utf-8").splitlines()) - 1
    assert found[["twice", "a"]].to_numpy().tolist() == [[2 * rows, 1]]
