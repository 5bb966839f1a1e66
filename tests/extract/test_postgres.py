"""A PostgreSQL server in place of a folder: the same canonical tables, read-only, one sentence for what is wrong."""

import gzip
import sys
import tempfile
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from postgres_server import PASSWORD, READER
from small_hospital import extracted
from tls_front import breaking

from synthsize.errors import InputError
from synthsize.extract.checks.report import Report
from synthsize.extract.checks.run import check_folder
from synthsize.extract.databases.postgres import reader
from synthsize.extract.databases.postgres.catalogue import fingerprint
from synthsize.extract.databases.postgres.connection import connect, connected, driver, end, fetch
from synthsize.extract.definition.loading import load_source
from synthsize.extract.preflight import check_source
from synthsize.extract.raw.locations import as_param, from_param, location_of
from synthsize.extract.raw.server import Server
from synthsize.extract.sessions.engine import Engine
from synthsize.extract.sessions.session import open_session
from synthsize.extract.table_search import find_tables
from synthsize.pipeline.config import check_secrets
from synthsize.pipeline.old_files import LONG_AGO
from synthsize.pipeline.records import DIGESTS, check_sources
from synthsize.pipeline.server_tables import input_files
from synthsize.simulate.simulation import simulate_extract

pytestmark = pytest.mark.xdist_group("postgres")
MIMIC3 = load_source("mimic3")
# Columns as other loaders make them: wide numbers, padded text, true and false, a time zone, dates, numbers and times
# as text.
OTHER_TYPES = {
    "HADM_ID": "bigint",
    "ITEMID": "numeric(10)",
    "VALUENUM": "numeric",
    "GENDER": "char(5)",
    "ICD9_CODE": "varchar(10)",
    "HOSPITAL_EXPIRE_FLAG": "boolean",
    "ADMITTIME": "timestamptz",
    "DISCHTIME": "text",
    "DOB": "date",
    **dict.fromkeys(("SUBJECT_ID", "CHARTTIME", "ERROR"), "text"),
}


EXTRACTED = ("admissions", "diagnoses", "measurements", "attrition", "audit")


@pytest.fixture
def server(filled, postgres):
    return postgres.load(filled)


def test_a_server_gives_the_same_tables_as_files(filled, extraction, postgres):
    expected = extracted(extraction, filled.write())
    for types in ({}, OTHER_TYPES):
        server = postgres.load(filled, types=types)
        begin = postgres.log.stat().st_size
        for table, of_files in zip(extracted(extraction, server), expected, strict=True):
            pd.testing.assert_frame_equal(table, of_files, check_exact=True, obj=str(types))
        # The server picks columns and rows, in one read.
        ran = postgres.log.read_text()[begin:]
        (read,) = (line for line in ran.splitlines() if '."chartevents"' in line and "charttime" in line)
        assert '"itemid" = ANY (' in read
        assert "220045" in read
        assert "cgid" not in read


def test_the_simulated_extract_gives_the_same_tables_as_its_files(extraction, postgres, tmp_path):
    simulate_extract(tmp_path / "simulated", n_admissions=300, seed=7)
    files = find_tables(MIMIC3, tmp_path / "simulated")
    expected = extracted(extraction, tmp_path / "simulated")
    texts = {name: gzip.decompress(table.parts[0].read_bytes()).decode() for name, table in files.items()}
    server = postgres.load_csv(texts)
    for name, of_server, of_files in zip(EXTRACTED, extracted(extraction, server), expected, strict=True):
        assert len(of_files) > 5, name
        pd.testing.assert_frame_equal(of_server, of_files, check_exact=True, obj=name)


def test_a_float_of_32_bits_is_read_by_its_shortest_decimal(filled, postgres, tmp_path):
    tables = find_tables(MIMIC3, postgres.load(filled, types={"VALUENUM": "real"}))
    with open_session(MIMIC3, tables, Engine(), tmp_path / "out") as session:
        values = session.fetch("SELECT valuenum FROM raw.labevents")["valuenum"]
    assert values.tolist() == [1.3, 2.7]


def test_rows_arrive_in_bounded_batches_until_the_server_stops(server, postgres, tmp_path):
    rows = 250_000
    postgres.run(
        "INSERT INTO mimiciii.chartevents (subject_id, hadm_id, itemid, charttime, valuenum) "
        f"SELECT 1, 100, 220045, '2150-03-10 09:00', n FROM generate_series(1, {rows}) n"
    )
    found = find_tables(MIMIC3, server)["chartevents"]
    session = _Registered()
    with closing(reader.PostgresReader(session, server)) as database:
        database.attach(tmp_path)
        database.select(MIMIC3, MIMIC3.tables["chartevents"], found)
        with pa.RecordBatchReader.from_stream(session.stream) as batches:
            sizes = [(batch.num_rows, batch.nbytes) for batch in batches]
        assert sum(n for n, _ in sizes) == rows + 7
        assert max(size for _, size in sizes) < 2 * reader.BATCH_BYTES
        with pa.RecordBatchReader.from_stream(session.stream) as batches:
            next(batches)
            postgres.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY%'")
            with pytest.raises(pa.ArrowInvalid, match="not read to its end"):
                list(batches)
        explained = str(database.explain(duckdb.Error()))
    assert "table mimiciii.chartevents was not read to its end" in explained


class _Registered:
    """Stands in for a session: keeps the stream that it would read."""

    def register(self, _, stream):
        self.stream = stream


def test_nothing_can_be_written(server):
    for change, state in (
        ("INSERT INTO mimiciii.patients (subject_id) VALUES (7)", "25006"),
        ("SET TRANSACTION READ WRITE", "25001"),
    ):
        with connected(server) as connection, connection.cursor() as cursor:
            with pytest.raises(driver().Error) as refused:
                cursor.execute(change)
            assert refused.value.sqlstate == state


def test_a_session_that_a_pooler_hands_on_keeps_no_setting(server):
    """Another program would find it read-only, in another time zone, or without a limit of its owner."""
    settings = "SELECT name, setting FROM pg_settings WHERE context <> 'internal' ORDER BY name"
    with (
        closing(driver().connect(server.uri(), autocommit=True)) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(settings)
        expected = cursor.fetchall()
    with closing(connect(server)) as connection, connection.cursor() as cursor:
        cursor.execute(settings)
        changed = {now[0] for now, before in zip(cursor.fetchall(), expected, strict=True) if now != before}
        assert changed >= {"transaction_read_only", "row_security", "TimeZone"}
        end(connection)
        cursor.execute(settings)
        assert cursor.fetchall() == expected


def test_a_job_sees_one_state_of_the_database(server, postgres, tmp_path):
    tables = find_tables(MIMIC3, server)
    count = "SELECT (SELECT count(*) FROM raw.patients), (SELECT count(*) FROM raw.chartevents)"
    with open_session(MIMIC3, tables, Engine(), tmp_path / "out") as session:
        postgres.run("DELETE FROM mimiciii.chartevents; INSERT INTO mimiciii.patients VALUES (3)")
        for _ in range(2):  # the second time, small tables are read where the first staged them
            assert session.execute(count).fetchone() == (2, 7)


def test_the_preflight_looks_at_a_server(filled, server, postgres, monkeypatch, caplog):
    report = check_source(MIMIC3, server)
    assert report["rows"].tolist() == [len(filled.rows[name.upper()]) for name in MIMIC3.tables]
    assert set(report["rows_are"]) == {"exact"}
    assert report["file"].tolist() == [f"table mimiciii.{name}" for name in MIMIC3.tables]
    assert "--forcerun check_source" not in caplog.text
    monkeypatch.setattr("synthsize.extract.preflight.WHOLE_FILE_BYTES", 1)
    postgres.run("ANALYZE mimiciii.chartevents; ALTER ROLE postgres SET track_counts = off")
    try:
        report = check_source(MIMIC3, server).set_index("table")
    finally:
        postgres.run("ALTER ROLE postgres RESET track_counts")
    assert "after rows were changed in place, run with --forcerun check_source" in caplog.text
    assert report.loc["chartevents", ["rows", "rows_are"]].tolist() == [7, "estimated"]
    assert report.loc["labevents", ["rows", "rows_are"]].tolist() == [2, "exact"]  # never analysed
    # Never analysed before PostgreSQL 14, or analysed while it was empty.
    postgres.run("UPDATE pg_class SET reltuples = 0 WHERE oid = 'mimiciii.chartevents'::regclass")
    report = check_source(MIMIC3, server).set_index("table")
    assert report.loc["chartevents", ["rows", "rows_are"]].tolist() == [7, "exact"]


def test_the_preflight_stages_tables_beside_its_output(server, monkeypatch, tmp_path):
    output, staged = tmp_path / "extract" / "preflight.csv", []
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    opened = pa.OSFile

    def noted(path, *mode):
        staged.append(Path(path).parent)
        return opened(path, *mode)

    monkeypatch.setattr(pa, "OSFile", noted)
    check_source(MIMIC3, server, output=output)
    assert set(staged) == {output.with_name(".preflight.csv.scratch")}
    assert not list(output.parent.iterdir())


CHANGES = {
    "a row added": "INSERT INTO mimiciii.patients VALUES (9)",
    "a row changed in place": "UPDATE mimiciii.patients SET gender = 'M' WHERE subject_id = 1",
    "a row removed": "DELETE FROM mimiciii.patients WHERE subject_id = 2",
    "emptied": "TRUNCATE mimiciii.patients",
    "another type": "ALTER TABLE mimiciii.patients ALTER gender TYPE char(1)",
    "made anew": "CREATE TABLE mimiciii.p AS SELECT * FROM mimiciii.patients; DROP TABLE mimiciii.patients; "
    "ALTER TABLE mimiciii.p RENAME TO patients",
    "a partition": "CREATE TABLE mimiciii.more () INHERITS (mimiciii.patients)",
    "a row in a partition": "INSERT INTO mimiciii.more VALUES (10)",
    "gone": "DROP TABLE mimiciii.patients CASCADE",
}


def test_every_change_of_a_table_is_noticed_and_nothing_else(server, postgres):
    def state():
        return fingerprint(server, "mimiciii", "patients")

    before = state()
    postgres.change("SELECT * FROM mimiciii.patients; ANALYZE mimiciii.patients; VACUUM mimiciii.patients")
    postgres.change("INSERT INTO mimiciii.admissions SELECT * FROM mimiciii.admissions")
    assert state() == before
    seen = [before]
    for name, sql in CHANGES.items():
        postgres.change(sql)
        assert state() not in seen, name
        seen.append(state())


def test_the_tables_of_a_server_are_inputs_like_files(server, postgres, tmp_path):
    files = input_files(find_tables(MIMIC3, server), tmp_path / "tables")
    (file,) = files["patients"]
    written = {path: path.read_text() for (path,) in files.values()}
    assert {path.stat().st_mtime for path in written} == {LONG_AGO}
    expected = {str(path): ("table", DIGESTS["table"](path)) for path in written}
    check_sources(expected)
    postgres.change("UPDATE mimiciii.patients SET gender = 'M' WHERE subject_id = 1")
    with pytest.raises(InputError, match=r"table mimiciii\.patients was changed while the run was under way"):
        check_sources(expected)
    again = input_files(find_tables(MIMIC3, server), tmp_path / "tables")
    assert again == files
    assert {path: path.read_text() for path in written} == written
    assert DIGESTS["table"](file) != expected[str(file)][1]


def test_schemas_are_distinguished(filled, server, postgres):
    postgres.load(filled, "another")
    everywhere = Server(server.location)
    assert find_tables(MIMIC3, everywhere)["patients"].schema == "mimiciii"  # as mimic-code calls it
    assert find_tables(MIMIC3, Server(server.location, ("another",)))["patients"].schema == "another"
    postgres.run("ALTER SCHEMA mimiciii RENAME TO mine")
    try:
        assert (
            "holds another.admissions and mine.admissions for one table; name the schema in source.schema"
            in refused(everywhere)
        )
    finally:
        postgres.run("DROP SCHEMA another CASCADE; DROP SCHEMA mine CASCADE")


def test_schemas_and_tables_of_any_spelling(filled, postgres, monkeypatch):
    postgres.load(filled, '"Site-A"')
    own = Server(postgres.uri, ("Site-A",))
    assert check_source(MIMIC3, own).loc[0, "file"] == "table Site-A.admissions"
    assert "holds no admissions table in schema site-a, but in Site-A" in refused(
        Server(own.location, ("site-a",))
    )
    postgres.run(f'REVOKE SELECT ON "Site-A".labevents FROM {READER}')
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    assert 'GRANT USAGE ON SCHEMA "Site-A" and GRANT SELECT ON "Site-A".labevents' in refused(
        Server(postgres.as_reader(), own.schemas)
    )
    postgres.run('DROP SCHEMA "Site-A" CASCADE')


def test_a_view_is_no_table(server, postgres):
    postgres.run(
        "ALTER TABLE mimiciii.labevents RENAME TO labs;"
        "CREATE VIEW mimiciii.labevents AS SELECT * FROM mimiciii.labs"
    )
    message = refused(server)
    assert "mimiciii.labevents is a view, of which no change could be noticed" in message
    assert message.endswith("make it a table or a materialized view")
    postgres.run(
        "DROP VIEW mimiciii.labevents; CREATE MATERIALIZED VIEW mimiciii.labevents AS SELECT * FROM mimiciii.labs"
    )
    assert check_source(MIMIC3, server).set_index("table").loc["labevents", "rows"] == 2


def test_partitions_are_read_as_one_table(server, postgres, tmp_path):
    def rows(name):
        with open_session(MIMIC3, find_tables(MIMIC3, server), Engine(), tmp_path / name) as session:
            return session.fetch("SELECT * FROM raw.chartevents ORDER BY ALL")

    whole = rows("whole")
    postgres.run(
        "ALTER TABLE mimiciii.chartevents RENAME TO whole;"
        "CREATE TABLE mimiciii.chartevents (LIKE mimiciii.whole) PARTITION BY RANGE (itemid);"
        "CREATE TABLE mimiciii.low PARTITION OF mimiciii.chartevents FOR VALUES FROM (0) TO (1000);"
        "CREATE TABLE mimiciii.others PARTITION OF mimiciii.chartevents DEFAULT;"
        "INSERT INTO mimiciii.chartevents SELECT * FROM mimiciii.whole"
    )
    assert len(whole) == 7
    pd.testing.assert_frame_equal(rows("parts"), whole)
    before = fingerprint(server, "mimiciii", "chartevents")
    postgres.change("UPDATE mimiciii.chartevents SET valuenum = 1 WHERE itemid > 1000")
    assert fingerprint(server, "mimiciii", "chartevents") != before


def test_a_server_that_is_stopped_between_two_scans(server, postgres, tmp_path):
    with connected(server) as connection:
        ((name,),) = fetch(server, connection, "SELECT pg_export_snapshot()")
    with pytest.raises(InputError, match="was stopped while it was read; run the same command again"):
        connect(server, name)
    with ExitStack() as opened:
        with breaking(f"{postgres.log.parent}/.s.PGSQL.5432", after_bytes=1_000_000) as port:
            behind = Server(
                f"postgresql://postgres:@localhost:{port}/postgres?sslmode=disable", server.schemas
            )
            tables = find_tables(MIMIC3, behind)
            session = opened.enter_context(open_session(MIMIC3, tables, Engine(), tmp_path / "out"))
            assert len(session.fetch("SELECT * FROM raw.chartevents")) == 7
        with pytest.raises(InputError, match="does not answer; start the server"):
            session.fetch("SELECT * FROM raw.chartevents")


def refused(server, action=find_tables):
    with pytest.raises(InputError) as error:
        action(MIMIC3, server)
    assert PASSWORD not in str(error.value)
    assert error.value.__suppress_context__ or error.value.__context__ is None
    return str(error.value)


WITH_PASSWORD = [
    f"postgresql://reader:{PASSWORD}@host/db",
    f"postgres://reader:{PASSWORD}@host:5432",
    f"postgresql://reader@host/db?sslmode=require&password={PASSWORD}",
    f"postgresql://reader@host/db?scram_client_key={PASSWORD}",
    f"postgresql+psycopg://reader:{PASSWORD}@host/db",
    f"host=db user=reader password={PASSWORD}",
    f"postgresql://reader:p/{PASSWORD}@host/db",
    f"postgresql://reader:1?{PASSWORD}@host/db",
    f"postgresql://reader:a@b{PASSWORD}@host/db",
]


@pytest.mark.parametrize("path", WITH_PASSWORD)
def test_a_password_in_the_configuration_is_rejected_and_not_repeated(path):
    with pytest.raises(InputError, match="PGPASSWORD") as error:
        check_secrets({"source": {"name": "mimic3", "path": path}})
    assert PASSWORD not in str(error.value)


@pytest.mark.parametrize(
    "path",
    [
        "postgresql://reader@db.hospital.org:5432/mimic?sslmode=verify-full",
        "postgresql:///?service=mimic",
        "postgresql://postgres:@/postgres?host=/run/postgresql",
        "postgresql://[::1]:5432,second:5433/mimic",
        "env:MIMIC_URI",
    ],
)
def test_a_location_without_a_password_goes_to_jobs_as_it_is(path):
    check_secrets({"source": {"path": path}})
    server = location_of(path, ["mimiciii"])
    assert from_param(as_param(server)) == server
    assert str(server) == path


def test_passwords_come_from_the_environment(filled, postgres, monkeypatch):
    postgres.load(filled)
    own = Server(postgres.as_reader())
    monkeypatch.delenv("PGPASSWORD", raising=False)
    monkeypatch.setenv("PGPASSFILE", "/nonexistent")
    assert "asks for a password; set PGPASSWORD" in refused(own)
    monkeypatch.setenv("PGPASSWORD", PASSWORD[:-1])
    assert "refuses the password; correct PGPASSWORD" in refused(own)
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    assert find_tables(MIMIC3, own)
    monkeypatch.delenv("PGPASSWORD")
    by_variable = Server("env:MIMIC_URI")
    assert "the environment variable MIMIC_URI is not set" in refused(by_variable)
    monkeypatch.setenv("MIMIC_URI", f"reader {PASSWORD}")
    assert "MIMIC_URI, which source.path names, holds no URI" in refused(by_variable)
    monkeypatch.setenv("MIMIC_URI", postgres.as_reader().replace(READER, f"{READER}:{PASSWORD}"))
    found = find_tables(MIMIC3, by_variable)["patients"]
    assert str(found) == "env:MIMIC_URI, table mimiciii.patients"
    assert PASSWORD not in repr(found)


UNREACHABLE = {
    "down": (("?host=", "?host=/nowhere"), "does not answer; start the server"),
    "no database": (("/postgres?", "/nothing?"), "has no such database"),
    "no user": (("postgres:@", "nobody@"), "has no such user"),
    "sslmode": (("?host=", "?sslmode=bogus&host="), "an option that does not exist or has a wrong value"),
    "an unknown option": (
        ("?host=", "?retries=3&host="),
        "an option that does not exist or has a wrong value",
    ),
}


@pytest.mark.parametrize("name", UNREACHABLE)
def test_a_server_that_cannot_be_used(name, postgres):
    change, sentence = UNREACHABLE[name]
    message = refused(Server(postgres.uri.replace(*change)))
    assert message.startswith("the PostgreSQL server of source.path (postgresql://")
    assert sentence in message


def test_a_table_without_rights(server, postgres, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    own = Server(postgres.as_reader(), server.schemas)
    postgres.run(f"REVOKE SELECT ON mimiciii.labevents FROM {READER}")
    message = refused(own)
    assert "table mimiciii.labevents may not be read by this user" in message
    assert "GRANT SELECT ON mimiciii.labevents" in message
    postgres.run(
        f"GRANT SELECT (subject_id, hadm_id, itemid, charttime, valuenum) ON mimiciii.labevents TO {READER}"
    )
    assert find_tables(MIMIC3, own)


def test_rows_that_a_policy_hides_are_rejected_and_not_left_out(server, postgres, monkeypatch, tmp_path):
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    own = Server(postgres.as_reader(), server.schemas)
    tables = find_tables(MIMIC3, own)
    postgres.run(
        f"CREATE POLICY own_rows ON mimiciii.labevents TO {READER} USING (subject_id = 1);"
        "ALTER TABLE mimiciii.labevents ENABLE ROW LEVEL SECURITY"
    )
    sentence = "table mimiciii.labevents has a row-level security policy that may hide rows from this user"
    message = refused(own)
    assert sentence in message
    assert "BYPASSRLS" in message
    with (  # a policy that is made between two looks
        open_session(MIMIC3, tables, Engine(), tmp_path / "out") as session,
        pytest.raises(InputError, match=sentence),
    ):
        session.fetch("SELECT * FROM raw.labevents")
    assert (
        check_source(MIMIC3, server).set_index("table").loc["labevents", "rows"] == 2
    )  # no policy binds a superuser
    postgres.run(f"ALTER ROLE {READER} BYPASSRLS")
    try:
        assert check_source(MIMIC3, own).set_index("table").loc["labevents", "rows"] == 2
    finally:
        postgres.run(f"ALTER ROLE {READER} NOBYPASSRLS")


def test_the_driver_is_missing(server, monkeypatch):
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql", None)
    assert "pip install 'synthsize[postgres]'" in refused(server)


BROKEN = {
    "a missing table": (
        "ALTER TABLE mimiciii.labevents RENAME TO labs",
        "holds no labevents table (labevents, in schema mimiciii); add the table or correct source.path or "
        "source.schema",
    ),
    "a missing column": (
        "ALTER TABLE mimiciii.patients RENAME dob TO born",
        "table mimiciii.patients lacks the column dob",
    ),
    "text where numbers belong": (
        "ALTER TABLE mimiciii.chartevents ALTER valuenum TYPE text; UPDATE mimiciii.chartevents SET valuenum = '12 mg'",
        "table mimiciii.chartevents: column valuenum holds a value like '99 aa', which is not a number",
    ),
    "dates where times belong": (
        "ALTER TABLE mimiciii.labevents ALTER charttime TYPE date",
        "table mimiciii.labevents: column charttime holds a value like '9999-99-99', which is not a date and time",
    ),
    "an infinite time": (
        "UPDATE mimiciii.labevents SET charttime = '-infinity'",
        "table mimiciii.labevents: column charttime holds a value like '-aaaaaaaa', which is not a finite date",
    ),
    "an array": (
        "ALTER TABLE mimiciii.diagnoses_icd ALTER icd9_code TYPE text[] USING ARRAY[icd9_code]",
        "table mimiciii.diagnoses_icd: column icd9_code is of type text[], which holds no plain text or number",
    ),
    "bytes": (
        "ALTER TABLE mimiciii.diagnoses_icd ALTER icd9_code TYPE bytea USING icd9_code::bytea",
        "table mimiciii.diagnoses_icd: column icd9_code is of type bytea, which holds no plain text or number",
    ),
    "a number beyond all floats": (
        "ALTER TABLE mimiciii.labevents ALTER valuenum TYPE numeric USING 1e400",
        "table mimiciii.labevents holds a number beyond the range of 64-bit floats (1.8e308); correct it",
    ),
    "an id that a float has rounded": (
        "ALTER TABLE mimiciii.labevents ALTER hadm_id TYPE float8 USING 9007199254740993",
        "table mimiciii.labevents: column hadm_id holds a value like '9.999999999999999a+99', which is not exact",
    ),
    "no rows": (
        "TRUNCATE mimiciii.labevents",
        "table mimiciii.labevents has no rows; load them, or correct source.path",
    ),
    "two spellings": (
        'CREATE TABLE mimiciii."LabEvents" AS SELECT * FROM mimiciii.labevents',
        "holds mimiciii.LabEvents and mimiciii.labevents for one table; keep only one of them in the database",
    ),
    "an empty key": (
        "UPDATE mimiciii.admissions SET hadm_id = NULL WHERE hadm_id = 200",
        "table mimiciii.admissions: column hadm_id is empty in 1 row(s)",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_tables(name, server, postgres):
    sql, sentence = BROKEN[name]
    postgres.run(sql)
    assert sentence in refused(server, check_source)


def test_a_table_that_may_be_absent_may_be_empty(server, postgres):
    postgres.run("TRUNCATE mimiciii.icustays")
    report = check_source(MIMIC3, server).set_index("table")
    assert report.loc["icustays", "verdict"] == "absent; the pipeline runs without it"


def test_databases_of_other_encodings(filled, postgres, tmp_path):
    made = "ENCODING '{}' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
    for encoding in ("LATIN1", "SQL_ASCII"):
        name = encoding.lower()
        postgres.run(f"CREATE DATABASE {name} {made.format(encoding)}")
        other = replace(postgres, uri=postgres.uri.replace("/postgres?", f"/{name}?"))
        server = other.load(filled)
        other.run(f"SET client_encoding = '{encoding}'; UPDATE mimiciii.admissions SET diagnosis = E'\\xe9'")
        if encoding == "LATIN1":
            with open_session(MIMIC3, find_tables(MIMIC3, server), Engine(), tmp_path / "out") as session:
                assert set(session.fetch("SELECT diagnosis FROM raw.admissions")["diagnosis"]) == {"é"}
        else:  # whose bytes are of no known encoding
            message = refused(server, check_source)
            assert "table mimiciii.admissions holds text that is not valid in the encoding" in message
            assert "\\xe9" not in message


def test_a_server_that_cancels_long_queries(server, postgres, monkeypatch, tmp_path):
    postgres.run("ALTER ROLE postgres SET statement_timeout = '500ms'")
    try:
        tables = find_tables(MIMIC3, server)
        read = reader.PostgresReader(_Registered(), server)
        monkeypatch.setattr(reader, "_relation", lambda _: "pg_sleep(3), mimiciii.patients")
        with closing(read):
            read.attach(tmp_path)
            with pytest.raises(
                InputError, match="cancels long queries; ask its owner to raise statement_timeout"
            ):
                read.count_rows(tables["patients"], quickly=False)
    finally:
        postgres.run("ALTER ROLE postgres RESET statement_timeout")


def test_a_source_is_checked_on_a_server(server):
    report = Report()
    check_folder("mimic3", server.location, report)
    found = {finding.check: finding for finding in report.findings}
    assert found["table chartevents"].verdict == "pass"
    assert "admissions stay under the default rules" in found["cohort"].text
    assert "rows of the cohort lie in the window" in found["hours"].text
    assert PASSWORD not in "".join(map(str, report.findings))
    refused = Report()
    check_folder("mimic3", f"postgresql://{READER}:{PASSWORD}@localhost/db", refused)
    assert refused.findings[-1].verdict == "fail"
    assert "password" in refused.findings[-1].text
    assert PASSWORD not in refused.findings[-1].text
