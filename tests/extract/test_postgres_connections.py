"""How a server is reached: encrypted, by a file's password, as a standby; and what is said where that fails."""

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from adbc_driver_manager import AdbcStatusCode
from postgres_server import PASSWORD, READER, Database
from tls_front import breaking, certificate, encrypted

from synthsize.errors import InputError
from synthsize.extract.databases.postgres.catalogue import counts_changes, fingerprint
from synthsize.extract.databases.postgres.connection import connect, connected, driver, fetch
from synthsize.extract.databases.postgres.failures import cannot_connect, explained
from synthsize.extract.databases.postgres.snapshot import Snapshot
from synthsize.extract.definition.loading import load_source
from synthsize.extract.preflight import check_source
from synthsize.extract.raw.server import Server
from synthsize.extract.sessions.engine import Engine
from synthsize.extract.sessions.session import open_session
from synthsize.extract.table_search import find_tables

pytestmark = pytest.mark.xdist_group("postgres")
MIMIC3 = load_source("mimic3")


def socket_folder(postgres):
    return urlsplit(postgres.uri).query.removeprefix("host=")


def refused(action, *args):
    with pytest.raises(InputError) as error:
        action(*args)
    assert PASSWORD not in str(error.value)
    assert error.value.__suppress_context__ or error.value.__context__ is None
    return str(error.value)


def test_an_encrypted_connection(postgres, tmp_path, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    own, other = certificate(tmp_path, "own"), certificate(tmp_path, "other")
    with encrypted(f"{socket_folder(postgres)}/.s.PGSQL.5432", own) as port:

        def server(options, host="localhost"):
            return Server(f"postgresql://{READER}@{host}:{port}/postgres?{options}")

        checked = server(f"sslmode=verify-full&sslrootcert={own}")
        with connected(checked) as connection:
            assert fetch(checked, connection, "SELECT current_user") == [(READER,)]
        for options, host, sentence in (
            (
                f"sslmode=verify-full&sslrootcert={other}",
                "localhost",
                "that the authorities in sslrootcert did",
            ),
            (f"sslmode=verify-full&sslrootcert={tmp_path}/none", "localhost", "name it in sslrootcert"),
            (f"sslmode=verify-full&sslrootcert={own}", "127.0.0.1", "shows a certificate for another host"),
        ):
            assert sentence in refused(connect, server(options, host))


def test_a_server_that_does_not_encrypt(postgres):
    with encrypted(f"{socket_folder(postgres)}/.s.PGSQL.5432", None) as port:
        for mode in ("require", "verify-full&sslrootcert=system"):
            server = Server(f"postgresql://{READER}@localhost:{port}/postgres?sslmode={mode}")
            assert "does not encrypt connections, as sslmode asks" in refused(connect, server)


def test_passwords_come_from_files(postgres, tmp_path, monkeypatch):
    folder = socket_folder(postgres)
    for name in ("PGPASSWORD", "PGPASSFILE", "PGSERVICE", "PGSERVICEFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    passwords = tmp_path / ".pgpass"
    passwords.write_text(f"*:*:postgres:{READER}:{PASSWORD}\n")
    passwords.chmod(0o600)
    connect(Server(postgres.as_reader())).close()
    monkeypatch.setenv("HOME", "/nonexistent")
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    connect(Server(postgres.as_reader())).close()
    passwords.chmod(0o644)
    assert "asks for a password; set PGPASSWORD, or add a line to ~/.pgpass, which only you may read" in (
        refused(connect, Server(postgres.as_reader()))
    )
    services = tmp_path / "services.conf"
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    by_service = Server("postgresql:///?service=mimic")
    services.write_text(
        f"[mimic]\nhost={folder}\ndbname=postgres\nuser={READER}\npassword={PASSWORD}\n[wrong]\n"
        f"host={folder}\ndbname=postgres\nuser={READER}\npassword={PASSWORD}!\n"
    )
    connect(by_service).close()
    monkeypatch.setenv("PGSERVICE", "mimic")
    connect(Server("postgresql://")).close()
    assert "refuses the password" in refused(connect, Server("postgresql:///?service=wrong"))
    assert "connection service that is not defined" in refused(connect, Server("postgresql:///?service=no"))


@pytest.fixture(scope="module")
def standby(postgres):
    """A server that repeats what the first one does, and lets no query stand in the way of it."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    programs, data = postgres.psql.parent, folder / "data"
    owner = Path(postgres.run("SHOW data_directory").strip()).stat().st_uid
    os.chown(folder, owner, -1)

    def run(program, *options):
        subprocess.run(
            [programs / program, "-D", data, *options], check=True, user=owner, capture_output=True
        )

    run("pg_basebackup", "-d", postgres.uri, "--write-recovery-conf", "--checkpoint=fast", "--no-sync")
    try:
        run(
            "pg_ctl",
            "-w",
            "-l",
            folder / "log",
            "-o",
            f"-h '' -k {folder} --max_standby_streaming_delay=0",
            "start",
        )
        yield Database(
            postgres.uri.replace(socket_folder(postgres), str(folder)), postgres.psql, folder / "log"
        )
    finally:
        run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder)


def until(found, what):
    for _ in range(200):
        if found():
            return
        time.sleep(0.05)
    pytest.fail(what)


def catch_up(standby, postgres):
    """Wait until the standby has repeated all."""
    written = postgres.run("SELECT pg_logical_emit_message(true, 'all', 'done')").strip()
    repeated = f"SELECT pg_last_wal_replay_lsn() >= '{written}'"
    until(lambda: standby.run(repeated).strip() == "t", "the standby does not follow")


def remove_old_rows(standby, postgres):
    """Have the standby repeat that old row versions are removed, until it ends the sessions that might need them."""

    def has_ended():
        postgres.run("UPDATE mimiciii.patients SET gender = gender; VACUUM mimiciii.patients")
        catch_up(standby, postgres)
        sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'synthsize'"
        return standby.run(sessions).strip() == "0"

    until(has_ended, "the standby ends no session")


def test_a_standby_server(filled, postgres, standby, tmp_path, caplog):
    schemas = postgres.load(filled).schemas
    postgres.run("ANALYZE")
    catch_up(standby, postgres)
    copy = Server(standby.uri, schemas)
    assert not counts_changes(copy)
    report = check_source(MIMIC3, copy)
    assert report["rows"].tolist() == [len(filled.rows[name.upper()]) for name in MIMIC3.tables]
    assert "does not count changes (a standby server" in caplog.text
    found = find_tables(MIMIC3, copy)
    assert found["patients"].rows == 2  # as the first server's statistics estimate
    before = fingerprint(copy, "mimiciii", "patients")
    assert fingerprint(copy, "mimiciii", "patients") == before
    with open_session(MIMIC3, found, Engine(), tmp_path / "out") as session:
        rows = "SELECT * FROM raw.chartevents"
        assert len(session.fetch(rows)) == 7
        remove_old_rows(standby, postgres)
        message = refused(session.fetch, rows)
    assert "because the standby server had to apply a change that the query stood in the way of" in message
    assert "hot_standby_feedback" in message
    postgres.run("TRUNCATE mimiciii.patients")
    catch_up(standby, postgres)
    assert fingerprint(copy, "mimiciii", "patients") != before


def test_a_connection_that_breaks_leaves_no_table(filled, postgres, extraction):
    schemas = postgres.load(filled).schemas
    postgres.run(
        "INSERT INTO mimiciii.chartevents (subject_id, hadm_id, itemid, charttime, valuenum) "
        "SELECT 1, 100, 220045, '2150-03-10 09:00', n FROM generate_series(1, 150000) n"
    )
    with breaking(f"{socket_folder(postgres)}/.s.PGSQL.5432", after_bytes=6_000_000) as port:
        server = Server(f"postgresql://postgres:@localhost:{port}/postgres?sslmode=disable", schemas)
        message = refused(extraction.measurements, server)
    assert "table mimiciii.chartevents was not read to its end" in message
    assert (extraction.out / "admissions.parquet").is_file()
    assert not list(extraction.out.rglob("measurements*"))


def test_a_lost_state_is_explained_by_its_keeper(postgres):
    with closing(Snapshot(Server(postgres.uri))) as state:
        postgres.run(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'synthsize'"
        )
        with (
            pytest.raises(
                InputError, match="was not read to its end, because the server was stopped or ended"
            ),
            state.connected(),
        ):
            pytest.fail("the state is gone")


def test_a_state_that_cannot_be_exported_leaves_no_connection(postgres, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    postgres.run("REVOKE EXECUTE ON FUNCTION pg_export_snapshot() FROM PUBLIC")
    try:
        with pytest.raises(InputError) as error:  # which keeps what would else be closed when it is forgotten
            Snapshot(Server(postgres.as_reader()))
        sessions = f"SELECT count(*) FROM pg_stat_activity WHERE usename = '{READER}'"
        until(lambda: postgres.run(sessions).strip() == "0", "the connection stays open")
        assert "may not be read by this user" in str(error.value)
    finally:
        postgres.run("GRANT EXECUTE ON FUNCTION pg_export_snapshot() TO PUBLIC")


KEEPALIVES = "keepalives_idle=60&keepalives_interval=10&keepalives_count=6"


@pytest.mark.parametrize(
    ("uri", "limited"),
    [
        ("postgresql://db/mimic", f"postgresql://db/mimic?connect_timeout=10&{KEEPALIVES}"),
        ("postgresql://db/mimic?", f"postgresql://db/mimic?connect_timeout=10&{KEEPALIVES}"),
        (
            "postgresql://db/a?application_name=a#b&sslmode=require",
            f"postgresql://db/a?application_name=a#b&sslmode=require&connect_timeout=10&{KEEPALIVES}",
        ),
        ("postgresql:///?connect_timeout=3", f"postgresql:///?connect_timeout=3&{KEEPALIVES}"),
        (
            "postgresql:///a?application_name=connect_timeout=3",
            f"postgresql:///a?application_name=connect_timeout=3&connect_timeout=10&{KEEPALIVES}",
        ),
    ],
)
def test_limits_are_added_where_the_uri_gives_none(uri, limited, monkeypatch):
    monkeypatch.delenv("PGCONNECT_TIMEOUT", raising=False)
    asked = []

    def down(uri, **_):
        asked.append(uri)
        raise driver().OperationalError("Connection refused", status_code=AdbcStatusCode.IO)

    monkeypatch.setattr(driver(), "connect", down)
    assert "does not answer; start the server" in refused(connect, Server(uri))
    assert asked == [limited]


# Messages as the programs write them, which no server at hand gives: pgbouncer 1.18, PostgreSQL 10 to 18.
HBA = 'FATAL:  no pg_hba.conf entry for host "10.0.0.7", user "reader", database "mimic", '
CONNECTING = {
    'FATAL:  LDAP authentication failed for user "reader"': "refuses the password",
    'FATAL:  Peer authentication failed for user "reader"': "is called as your account on this machine",
    f"{HBA}no encryption": "accepts no unencrypted connection",
    f"{HBA}SSL off": "accepts no unencrypted connection",
    f"{HBA}SSL encryption\n{HBA}no encryption": "accepts no connection of this user from this machine",
    "FATAL:  SSL required": "accepts no unencrypted connection",
    "server does not support SSL, but SSL was required": "does not encrypt connections, as sslmode asks",
    "FATAL:  connection requires a valid client certificate": "asks for a client certificate",
    'private key file "/home/me/postgresql.key" has group or world access': "sslcert and sslkey",
    "GSSAPI authentication not supported": "Kerberos, which the driver cannot do",
    "server is not in hot standby mode": "target_session_attrs",
    "FATAL:  the database system is not accepting connections": "hot_standby = on",
    "FATAL:  query_wait_timeout": "had no connection left in time",
    "FATAL:  no more connections allowed (max_client_conn)": "has no connection left",
    "FATAL:  no such database: mimic": "has no such database",
    "FATAL:  unsupported startup parameter: options": "takes no options in the URI",
    "ERROR:  canceling statement due to statement timeout": "raise statement_timeout",
    "FATAL:  Passwort ist abgelaufen": "does not let this user connect; try psql",
}


@pytest.mark.parametrize("message", CONNECTING)
def test_what_is_said_of_a_rejected_connection(message):
    said = str(cannot_connect(Server("postgresql://reader@db/mimic"), OSError(f"{message} {PASSWORD}")))
    assert CONNECTING[message] in said
    assert PASSWORD not in said


READING = {
    ("08P01", "transaction blocks not allowed in statement pooling mode"): "pools single statements",
    ("08P01", "query_wait_timeout"): "had no connection left in time",
    (None, "FATAL:  idle transaction timeout"): "raise idle_transaction_timeout",
    ("08P01", "insufficient data left in message"): "the connection broke",
    ("25P04", "terminating connection due to transaction timeout"): "raise transaction_timeout",
    ("57014", "canceling statement due to user request"): "cancelled on the server",
    (None, "canceling statement due to conflict with recovery"): "max_standby_streaming_delay",
    ("40001", "terminating connection due to conflict with recovery"): "max_standby_streaming_delay",
    (None, "could not receive data from server: Connection timed out"): "the connection broke",
    (None, "SSL error: unexpected eof while reading"): "the connection broke",
}


@pytest.mark.parametrize(("state", "message"), READING)
def test_what_is_said_of_a_broken_reading(state, message):
    error = OSError(f"{message}; row (7, 'Mrs Smith')")
    error.sqlstate = state
    said = str(explained(error, "table mimiciii.patients"))
    assert READING[state, message] in said
    assert "Smith" not in said
