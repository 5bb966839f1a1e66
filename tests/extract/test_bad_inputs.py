"""Bad inputs and the sentence each gets: raw tables, a source folder of one's own, its SQL and its concept sets.

A sentence names the file with its line or key, and the remedy; `{raw}` and `{own}` stand for the folders, `{masked}`
for how values are shown. Every case ends in its sentence alone, on the terminal and in the log: no traceback, and
nothing that a patient's row holds.
"""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from small_hospital import HEADERS, Extraction, Hospital

from synthsize.extract.definition.loading import load_source
from synthsize.extract.definition.source import SHIPPED
from synthsize.extract.preflight import check_source
from synthsize.extract.release import compare_release
from synthsize.extract.sessions.engine import Engine
from synthsize.pipeline.job import rule_log

MASKED = " (each digit is shown as 9, each letter as a)"
# One row a table, whose every cell is found again wherever it is printed.
MARKED = {
    "PATIENTS": {"SUBJECT_ID": 918273, "GENDER": "F", "DOB": "2087-11-29 00:00:00"},
    "ADMISSIONS": {
        "SUBJECT_ID": 918273,
        "HADM_ID": 746352,
        "ADMITTIME": "2151-07-13 05:17:23",
        "DISCHTIME": "2151-08-02 16:41:59",
        "DEATHTIME": "2151-08-02 16:39:37",
        "ADMISSION_TYPE": "ZQURGENT",
        "DIAGNOSIS": "ZQPNEUMONIA",
        "HOSPITAL_EXPIRE_FLAG": 1,
    },
    "DIAGNOSES_ICD": {"SUBJECT_ID": 918273, "HADM_ID": 746352, "ICD9_CODE": "V9184"},
    "ICUSTAYS": {"SUBJECT_ID": 918273, "HADM_ID": 746352, "DBSOURCE": "carevue"},
    "CHARTEVENTS": {
        "SUBJECT_ID": 918273,
        "HADM_ID": 746352,
        "ITEMID": 220045,
        "CHARTTIME": "2151-07-14 07:26:41",
        "VALUE": "ZQSITTING",
        "VALUENUM": 83.6174,
    },
    "LABEVENTS": {
        "SUBJECT_ID": 918273,
        "HADM_ID": 746352,
        "ITEMID": 50912,
        "CHARTTIME": "2151-07-14 03:52:18",
        "VALUENUM": 1.4817,
    },
}
# What a sentence may say: the flag, the item of a concept and what stands in the package's own files.
TOLD = {"1", "F", "220045", "50912", "carevue"}


@dataclass
class Bench:
    """A marked extract and a source folder to break, and what a run over both says."""

    hospital: Hospital
    own: Path
    out: Path
    engine: Engine = field(default_factory=Engine)

    @property
    def raw(self) -> Path:
        return self.hospital.folder

    def text(self, table: str) -> bytes:
        return self.hospital.text(table)

    def write(self, table: str, content: bytes, name: str | None = None) -> None:
        """Replace a table by bytes, packed unless another name is given."""
        (self.raw / f"{table}.csv.gz").unlink()
        packed = gzip.compress(content, mtime=0)
        (self.raw / (name or f"{table}.csv.gz")).write_bytes(content if name else packed)

    def cell(self, table: str, column: str, value: object) -> None:
        """Change one cell of a table."""
        self.hospital.rows[table][-1][column] = value
        (self.raw / f"{table}.csv.gz").write_bytes(gzip.compress(self.text(table), mtime=0))

    def edit(self, file: str, old: str, new: str) -> None:
        """Change a file of the source folder."""
        text = (self.own / file).read_text(encoding="utf-8")
        assert old in text
        (self.own / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    def run(self) -> str:
        """Run the five jobs as the workflow does; return the log, which ends in the sentence if one stops."""
        log = self.out / "job.log"
        said = None
        try:
            with rule_log(log):
                self._jobs()
        except SystemExit as stop:
            said = stop.code
        written = log.read_text(encoding="utf-8")
        assert said in (None, f"synthsize: {last_line(written)}")
        return written

    def _jobs(self) -> None:
        source = load_source(self.own)
        check_source(source, self.raw)
        extraction = Extraction(self.out, self.engine, source)
        extraction.measurements(self.raw)
        extraction.diagnoses(self.raw)
        compare_release(
            source,
            self.raw,
            audit=self.out / "audit.csv",
            engine=self.engine,
            output=self.out / "expected.csv",
        )


def last_line(text: str) -> str:
    return text.splitlines()[-1]


@pytest.fixture
def bench(hospital: Hospital, tmp_path: Path) -> Bench:
    for table, values in MARKED.items():
        hospital.add(table, **values)
    hospital.write()
    return Bench(hospital, Path(shutil.copytree(SHIPPED / "mimic3", tmp_path / "own")), tmp_path / "out")


def secrets(bench: Bench) -> set[str]:
    """Every cell of the extract that a sentence must not tell, whole or in part."""
    cells = {str(cell) for rows in bench.hospital.rows.values() for row in rows for cell in row.values()}
    parts = {part for cell in cells for part in cell.split()}
    return {part for part in cells | parts if len(part) > 3} - TOLD


def check_tells_nothing(bench: Bench, told: str) -> None:
    found = [secret for secret in secrets(bench) if secret in told]
    assert not found
    assert "Traceback" not in told


def parquet(bench: Bench, table: str) -> Path:
    """Write a table as Parquet with many rows instead."""
    (bench.raw / f"{table}.csv.gz").unlink()
    columns = {name: [MARKED[table].get(name)] * 5000 for name in HEADERS[table].split(",")}
    file = bench.raw / f"{table}.parquet"
    pq.write_table(pa.table(columns | {"ROW_ID": list(range(5000))}), file, compression="zstd")
    return file


def damage_pages(bench: Bench) -> None:
    file = parquet(bench, "CHARTEVENTS")
    data = bytearray(file.read_bytes())
    footer = int.from_bytes(data[-8:-4], "little") + 8
    for position in range(8, len(data) - footer, 7):
        data[position] ^= 0x55
    file.write_bytes(bytes(data))


def infinite_parquet(bench: Bench) -> None:
    (bench.raw / "PATIENTS.csv.gz").unlink()
    query = "SELECT 918273 AS subject_id, 'F' AS gender, TIMESTAMP 'infinity' AS dob"
    duckdb.sql(f"COPY ({query}) TO '{bench.raw / 'PATIENTS.parquet'}' (FORMAT parquet)")


Break = Callable[[Bench], object]
TABLES: dict[str, tuple[Break, str]] = {
    "gzip padded with zeros": (
        lambda b: (b.raw / "LABEVENTS.csv.gz").write_bytes(gzip.compress(b.text("LABEVENTS")) + bytes(512)),
        "{raw}/LABEVENTS.csv.gz has zero bytes after the end of its gzip data; download it again, or unpack "
        "it with gzip -dc and pack it again",
    ),
    "gzip with other bytes behind": (
        lambda b: (b.raw / "LABEVENTS.csv.gz").write_bytes(gzip.compress(b.text("LABEVENTS")) + b"end"),
        "{raw}/LABEVENTS.csv.gz has other bytes after the end of its gzip data; download it again, or unpack "
        "it with gzip -dc and pack it again",
    ),
    "gzip cut short": (
        lambda b: (b.raw / "LABEVENTS.csv.gz").write_bytes(gzip.compress(b.text("LABEVENTS"))[:-9]),
        "{raw}/LABEVENTS.csv.gz ends in the middle (truncated gzip); download or copy it again",
    ),
    "gzip with a wrong checksum": (
        lambda b: (b.raw / "LABEVENTS.csv.gz").write_bytes(
            gzip.compress(b.text("LABEVENTS"))[:-8] + bytes(8)
        ),
        "{raw}/LABEVENTS.csv.gz is not a valid gzip file (damaged data); download or copy it again",
    ),
    "plain text named gzip": (
        lambda b: (b.raw / "PATIENTS.csv.gz").write_bytes(b.text("PATIENTS")),
        "{raw}/PATIENTS.csv.gz is not a gzip file although its name says so; download it again or correct its"
        " name",
    ),
    "gzip named plain": (
        lambda b: (b.raw / "PATIENTS.csv.gz").rename(b.raw / "PATIENTS.csv"),
        "{raw}/PATIENTS.csv is a gzip file although its name does not say so; add .gz to its name",
    ),
    "empty file": (
        lambda b: b.write("PATIENTS", b"", "PATIENTS.csv"),
        "{raw}/PATIENTS.csv is empty; download or copy it again",
    ),
    "header alone": (
        lambda b: b.write("CHARTEVENTS", b.text("CHARTEVENTS").splitlines(keepends=True)[0]),
        "{raw}/CHARTEVENTS.csv.gz has a header and no rows; download or copy it again",
    ),
    "UTF-16": (
        lambda b: b.write("PATIENTS", b.text("PATIENTS").decode().encode("utf-16")),
        "{raw}/PATIENTS.csv.gz is not text in UTF-8 (UTF-16?); re-export it in UTF-8",
    ),
    "UTF-16 without its mark": (
        lambda b: b.write("PATIENTS", b.text("PATIENTS").decode().encode("utf-16-le")),
        "{raw}/PATIENTS.csv.gz is not text in UTF-8 (UTF-16?); re-export it in UTF-8",
    ),
    "latin-1 in a row": (
        lambda b: b.write("ADMISSIONS", b.text("ADMISSIONS").replace(b"ZQPNEUMONIA", b"d\xe9j\xe0 vu")),
        "{raw}/ADMISSIONS.csv.gz, line 2 is not UTF-8; re-export the table in UTF-8",
    ),
    "semicolons": (
        lambda b: b.write("PATIENTS", b.text("PATIENTS").replace(b",", b";")),
        "{raw}/PATIENTS.csv.gz is separated by semicolons, not by commas; re-export it with commas",
    ),
    "tabs": (
        lambda b: b.write("PATIENTS", b.text("PATIENTS").replace(b",", b"\t")),
        "{raw}/PATIENTS.csv.gz is separated by tabs, not by commas; re-export it with commas",
    ),
    "a column missing": (
        lambda b: b.write("PATIENTS", b.text("PATIENTS").replace(b"GENDER", b"SEX")),
        "{raw}/PATIENTS.csv.gz lacks the column gender; export the table with all its columns, or correct its "
        "columns in {own}/source.yaml",
    ),
    "a column named twice": (
        lambda b: b.write("PATIENTS", b.text("PATIENTS").replace(b"EXPIRE_FLAG", b"gender")),
        "{raw}/PATIENTS.csv.gz names the column gender twice; keep one of them",
    ),
    "admissions of MIMIC-IV": (
        lambda b: b.write(
            "ADMISSIONS",
            b"subject_id,hadm_id,admittime,dischtime,deathtime,admission_type,admit_provider_id,"
            b"admission_location,discharge_location,insurance,language,marital_status,race,edregtime,edouttime,"
            b"hospital_expire_flag\n",
        ),
        "{raw}/ADMISSIONS.csv.gz lacks the column diagnosis but has admit_provider_id: it looks like MIMIC-"
        "IV; give source.path the tables of mimic3, or correct source.name",
    ),
    "a row with too many fields": (
        lambda b: b.write("LABEVENTS", b.text("LABEVENTS") + b"2,918273,746352,50912,a,b,c,d,e,f\n"),
        "{raw}/LABEVENTS.csv.gz, line 3: 10 fields where the header has 9; correct the row or re-export the "
        "table",
    ),
    "an open quote": (
        lambda b: b.write("LABEVENTS", b.text("LABEVENTS") + b'2,"918273,746352\n'),
        "{raw}/LABEVENTS.csv.gz, line 3: a double quote is not closed; correct the row or re-export the table",
    ),
    "plain text cut short": (
        lambda b: b.write("LABEVENTS", b.text("LABEVENTS")[:-30], "LABEVENTS.csv"),
        "{raw}/LABEVENTS.csv ends in the middle of a row; download or copy it again",
    ),
    "damaged Parquet pages": (
        damage_pages,
        "{raw}/CHARTEVENTS.parquet is a damaged Parquet file; download or copy it again",
    ),
    "no Parquet": (
        lambda b: b.write("PATIENTS", b"PAR1", "PATIENTS.parquet"),
        "{raw}/PATIENTS.parquet is not a readable Parquet file; download or copy it again",
    ),
    "another date format": (
        lambda b: b.cell("ADMISSIONS", "ADMITTIME", "10/23/2164 21:09:00"),
        "{raw}/ADMISSIONS.csv.gz, line 2: column admittime holds a value like '99/99/9999 99:99:99', which is"
        " not a date and time (YYYY-MM-DD hh:mm:ss); correct it or re-export the table{masked}",
    ),
    "a date without a time": (
        lambda b: b.cell("ADMISSIONS", "ADMITTIME", "2151-07-13"),
        "{raw}/ADMISSIONS.csv.gz, line 2: column admittime holds a value like '9999-99-99', which is not a "
        "date and time (YYYY-MM-DD hh:mm:ss); correct it or re-export the table{masked}",
    ),
    "a measurement without a time of day": (
        lambda b: b.cell("LABEVENTS", "CHARTTIME", "2151-07-14"),
        "{raw}/LABEVENTS.csv.gz, line 2: column charttime holds a value like '9999-99-99', which is not a "
        "date and time (YYYY-MM-DD hh:mm:ss); correct it or re-export the table{masked}",
    ),
    "a discharge at infinity": (
        lambda b: b.cell("ADMISSIONS", "DISCHTIME", "infinity"),
        "{raw}/ADMISSIONS.csv.gz, line 2: column dischtime holds a value like 'aaaaaaaa', which is not a date"
        " and time (YYYY-MM-DD hh:mm:ss); correct it or re-export the table{masked}",
    ),
    "an infinite date of birth": (
        lambda b: b.cell("PATIENTS", "DOB", "-infinity"),
        "{raw}/PATIENTS.csv.gz, line 2: column dob holds a value like '-aaaaaaaa', which is not a date (YYYY-"
        "MM-DD); correct it or re-export the table{masked}",
    ),
    "an infinite date in Parquet": (
        infinite_parquet,
        "{raw}/PATIENTS.parquet: column dob holds a value like 'aaaaaaaa', which is not a finite date and "
        "time; correct it or re-export the table{masked}",
    ),
    "no discharge": (
        lambda b: b.cell("ADMISSIONS", "DISCHTIME", ""),
        "{raw}/ADMISSIONS.csv.gz: column dischtime is empty in 1 row(s), first in line 2; fill it or re-"
        "export the table",
    ),
    "all born after the admission": (
        lambda b: b.cell("PATIENTS", "DOB", "2152-11-29 00:00:00"),
        "no admission is left after the cohort rule 'born before the admission'; change the dates of "
        "birth or of admission, of which one is wrong",
    ),
    "an expire flag of 2": (
        lambda b: b.cell("ADMISSIONS", "HOSPITAL_EXPIRE_FLAG", 2),
        "{raw}/ADMISSIONS.csv.gz, line 2: column hospital_expire_flag holds a value like '9', which is not "
        "one of 0, 1 (1 row(s) in all); correct it or re-export the table{masked}",
    ),
    "an expire flag of 0.6": (
        lambda b: b.cell("ADMISSIONS", "HOSPITAL_EXPIRE_FLAG", 0.6),
        "{raw}/ADMISSIONS.csv.gz, line 2: column hospital_expire_flag holds a value like '9.9', which is not "
        "a whole number; correct it or re-export the table{masked}",
    ),
    "no expire flag": (
        lambda b: b.cell("ADMISSIONS", "HOSPITAL_EXPIRE_FLAG", ""),
        "{raw}/ADMISSIONS.csv.gz: column hospital_expire_flag is empty in 1 row(s), first in line 2; fill it "
        "or re-export the table",
    ),
    "an unknown sex": (
        lambda b: b.cell("PATIENTS", "GENDER", "ZQUNKNOWN"),
        "{raw}/PATIENTS.csv.gz, line 2: column gender holds a value like 'aaaaaaaaa', which is not one of M, "
        "F (1 row(s) in all); correct it or re-export the table{masked}",
    ),
    "an unknown charting system": (
        lambda b: b.cell("ICUSTAYS", "DBSOURCE", "ZQSYSTEM"),
        "{raw}/ICUSTAYS.csv.gz, line 2: column dbsource holds a value like 'aaaaaaaa', which is not one of "
        "carevue, metavision, both (1 row(s) in all); correct it or re-export the table{masked}",
    ),
    "text for a number": (
        lambda b: b.cell("LABEVENTS", "VALUENUM", "ZQHIGH"),
        "{raw}/LABEVENTS.csv.gz, line 2: column valuenum holds a value like 'aaaaaa', which is not a number; "
        "correct it or re-export the table{masked}",
    ),
    "text for an item": (
        lambda b: b.cell("CHARTEVENTS", "ITEMID", "ZQHR"),
        "{raw}/CHARTEVENTS.csv.gz, line 2: column itemid holds a value like 'aaaa', which is not a whole "
        "number; correct it or re-export the table{masked}",
    ),
    "an admission of an unknown patient": (
        lambda b: b.cell("ADMISSIONS", "SUBJECT_ID", 555666),
        "{raw}/PATIENTS.csv.gz lacks the subject_id of 1 row(s) of ADMISSIONS.csv.gz; download or copy both "
        "again",
    ),
    "too little memory": (
        lambda b: setattr(b, "engine", Engine(memory_limit="1MB")),
        "the extraction needs more than the 1MB that DuckDB may use (500 MB less than its job); raise it with"
        " --set-resources extract_admissions:mem_mb=8000",
    ),
}


def admissions_sql(sql: str) -> Break:
    return lambda b: (b.own / "admissions.sql").write_text(f"{sql}\n")


SOURCE_FOLDER: dict[str, tuple[Break, str]] = {
    "tables: null": (
        lambda b: (b.own / "source.yaml").write_text("name: own\nclock: admission\ntables:\n"),
        "{own}/source.yaml: tables is empty; it must be a mapping (key: value)",
    ),
    "columns: null": (
        lambda b: b.edit("source.yaml", "    columns: {hadm_id: integer, icd9_code: text}", "    columns:"),
        "{own}/source.yaml: tables.diagnoses_icd.columns is empty; it must be a mapping (key: value)",
    ),
    "an unknown column in filled": (
        lambda b: b.edit("source.yaml", "filled: [subject_id, gender, dob]", "filled: [subject, gender]"),
        "{own}/source.yaml: tables.patients.filled names 'subject', which is no column of the table; use one "
        "of subject_id, gender, dob, or add it to columns",
    ),
    "an unknown column in unique": (
        lambda b: b.edit("source.yaml", "unique: hadm_id", "unique: admission"),
        "{own}/source.yaml: tables.admissions.unique names 'admission', which is no column of the table; use "
        "one of subject_id, hadm_id, admittime, dischtime, deathtime, admission_type, diagnosis, "
        "hospital_expire_flag, or add it to columns",
    ),
    "an unknown column in refers_to": (
        lambda b: b.edit("source.yaml", "{subject_id: patients}", "{patient: patients}"),
        "{own}/source.yaml: tables.admissions.refers_to names 'patient', which is no column of the table; use"
        " one of subject_id, hadm_id, admittime, dischtime, deathtime, admission_type, diagnosis, "
        "hospital_expire_flag, or add it to columns",
    ),
    "an unknown column in values": (
        lambda b: b.edit("source.yaml", "values: {gender: [M, F]}", "values: {sex: [M, F]}"),
        "{own}/source.yaml: tables.patients.values names 'sex', which is no column of the table; use one of "
        "subject_id, gender, dob, or add it to columns",
    ),
    "a list where a mapping belongs": (
        lambda b: b.edit("source.yaml", "refers_to: {hadm_id: admissions}", "refers_to: [hadm_id]"),
        "{own}/source.yaml: tables.diagnoses_icd.refers_to is the list [hadm_id]; it must be a mapping (key: value)",
    ),
    "a description in latin-1": (
        lambda b: (b.own / "source.yaml").write_bytes("# Krankenhäuser\nname: own".encode("latin-1")),
        "{own}/source.yaml, line 1 is not UTF-8; save the file in UTF-8",
    ),
    "SQL with a wrong column": (
        lambda b: b.edit("admissions.sql", "    admittime AS started", "    admitted AS started"),
        "{own}/admissions.sql, line 15: unknown column 'admitted'; correct the SQL or source.yaml",
    ),
    "SQL with a wrong table": (
        lambda b: b.edit("diagnoses.sql", "FROM raw.diagnoses_icd", "FROM raw.codes"),
        "{own}/diagnoses.sql, line 3: unknown table 'codes'; correct the SQL or source.yaml",
    ),
    "SQL with a wrong function": (
        lambda b: b.edit("diagnoses.sql", "icd9_code AS code", "uppercase(icd9_code) AS code"),
        "{own}/diagnoses.sql, line 2: unknown function 'uppercase'; correct the SQL or source.yaml",
    ),
    "SQL with a syntax error": (
        lambda b: b.edit(
            "admissions.sql", "LEFT JOIN charting_system USING", "LEFT JOIN charting_system USNG"
        ),
        "{own}/admissions.sql, line 28: syntax error; correct the SQL",
    ),
    "SQL with a cast error": (
        lambda b: b.edit(
            "admissions.sql", "subject_id AS patient_id", "CAST(diagnosis AS INTEGER) AS patient_id"
        ),
        "{own}/admissions.sql, line 13: a value of diagnosis like 'aaaaaaaaaaa' cannot be cast to INT32; use "
        "TRY_CAST, or correct the row",
    ),
    "SQL with a cast error in a view": (
        lambda b: b.edit(
            "measurements.sql", "valuenum AS value", "CAST(event.subject_id AS TINYINT) AS value"
        ),
        "{own}/measurements.sql: a value of subject_id cannot be cast to INT8; use TRY_CAST, or correct the "
        "row",
    ),
    "SQL in latin-1": (
        lambda b: (b.own / "diagnoses.sql").write_bytes("SELECT 1;\n-- °".encode("latin-1")),
        "{own}/diagnoses.sql, line 2 is not UTF-8; save the file in UTF-8",
    ),
    "SQL that stops by itself with a diagnosis": (
        admissions_sql("SELECT error(diagnosis) FROM raw.admissions;"),
        "{own}/admissions.sql, line 1: DuckDB cannot run this (Invalid Input Error; its message is left out "
        "because it may quote patients' rows); correct the SQL",
    ),
    "SQL that reads another file": (
        admissions_sql("SELECT * FROM read_text('/etc/hostname');"),
        "{own}/admissions.sql, line 1: SQL may read the declared tables and the files of its own folder; it "
        "may not reach other files or the network, load extensions or change settings; remove that",
    ),
    "SQL that writes another file": (
        admissions_sql("COPY (SELECT 1) TO '/tmp/copy.csv';"),
        "{own}/admissions.sql must hold one SELECT and nothing else; use WITH for what it builds on",
    ),
    "SQL that reaches the network": (
        admissions_sql("SELECT * FROM read_csv('https://example.org/items.csv');"),
        "{own}/admissions.sql, line 1: SQL may read the declared tables and the files of its own folder; it "
        "may not reach other files or the network, load extensions or change settings; remove that",
    ),
    "SQL that installs an extension": (
        admissions_sql("INSTALL httpfs;"),
        "{own}/admissions.sql must hold one SELECT and nothing else; use WITH for what it builds on",
    ),
    "SQL that loads an extension": (
        admissions_sql("LOAD httpfs;"),
        "{own}/admissions.sql must hold one SELECT and nothing else; use WITH for what it builds on",
    ),
    "SQL that changes a setting": (
        admissions_sql("SET threads = 64;"),
        "{own}/admissions.sql must hold one SELECT and nothing else; use WITH for what it builds on",
    ),
    "SQL of two statements": (
        admissions_sql("SELECT 1; SELECT 2;"),
        "{own}/admissions.sql must hold one SELECT and nothing else; use WITH for what it builds on",
    ),
    "SQL that selects no admissions": (
        admissions_sql("SELECT 1 AS admission_id;"),
        "{own}/admissions.sql selects no column 'patient_id'; add it to the SELECT",
    ),
    "SQL that selects a column of no step": (
        lambda b: b.edit("diagnoses.sql", "9 AS code_version", "9 AS code_version, 1 AS seq_num"),
        "{own}/diagnoses.sql selects the unknown column 'seq_num'; use admission_id, code, code_version, and no others",
    ),
    "SQL that repeats an admission": (
        admissions_sql(
            "SELECT subject_id AS patient_id, hadm_id AS admission_id, 1 AS started, 50 AS age_years, 'F' AS sex, "
            "false AS died_in_hospital, 9.0 AS length_of_stay_hours, 'a' AS stratum FROM raw.admissions, range(2);"
        ),
        "{own}/admissions.sql: column 'admission_id' repeats (2 rows, 1 ids); select one row for each admission (a "
        "join to a table with several rows for each repeats them)",
    ),
    "SQL that leaves a patient out": (
        lambda b: b.edit(
            "admissions.sql", "subject_id AS patient_id", "nullif(subject_id, 918273) AS patient_id"
        ),
        "{own}/admissions.sql: column 'patient_id' is empty in some rows; select an id for every row",
    ),
    "SQL that gives codes of no revision": (
        lambda b: b.edit("diagnoses.sql", "9 AS code_version", "11 AS code_version"),
        "{own}/diagnoses.sql: column 'code_version' is neither 9 nor 10 in some rows; select the ICD revision of each "
        "code, and leave out codes of other vocabularies",
    ),
    "SQL that selects text for hours": (
        lambda b: b.edit(
            "measurements.sql", "hours_between(admittime, charttime) AS", "CAST(charttime AS VARCHAR) AS"
        ),
        "{own}/measurements.sql: column 'hours' is of type VARCHAR and must hold numbers; convert it in the SELECT",
    ),
}


def concept_rows(text: str | bytes) -> Break:
    header = b"variable,source_table,item,unit,low,high,high_closed,drop_flagged_errors,provenance\n"
    rows = text.encode() if isinstance(text, str) else text
    return lambda b: (b.own / "concepts" / "corrected.csv").write_bytes(header + rows)


HEART_RATE = "heart_rate,chartevents,211,beats/min,0,300,false,true,CareVue\n"
CONCEPTS: dict[str, tuple[Break, str]] = {
    "latin-1": (
        concept_rows(
            HEART_RATE.encode() + "temperature,chartevents,676,°C,10,50,false,true,\n".encode("latin-1")
        ),
        "{own}/concepts/corrected.csv, line 3 is not UTF-8; save the file in UTF-8",
    ),
    "an empty file": (
        lambda b: (b.own / "concepts" / "corrected.csv").write_text(""),
        "{own}/concepts/corrected.csv is empty; write the header "
        "variable,source_table,item,unit,low,high,high_closed,drop_flagged_errors,provenance and its rows",
    ),
    "no row": (
        concept_rows(""),
        "{own}/concepts/corrected.csv has a header and no rows; add a row for each item",
    ),
    "a long row": (
        concept_rows(HEART_RATE + HEART_RATE.strip() + ",x\n"),
        "{own}/concepts/corrected.csv, line 3 has 10 fields and the header 9; correct the row (a cell with a "
        "comma needs double quotes)",
    ),
    "a short row": (
        concept_rows("heart_rate,chartevents,211\n"),
        "{own}/concepts/corrected.csv, line 2 has 3 fields and the header 9; correct the row (a cell with a "
        "comma needs double quotes)",
    ),
    "an open quote": (
        concept_rows(HEART_RATE + 'heart_rate,chartevents,220045,beats/min,0,300,false,true,"Meta\nVision\n'),
        "{own}/concepts/corrected.csv, line 3: a double quote is not closed, or stands inside a cell; correct"
        " the row",
    ),
    "semicolons": (
        lambda b: b.edit(
            "concepts/corrected.csv",
            (b.own / "concepts/corrected.csv").read_text(),
            (b.own / "concepts/corrected.csv").read_text().replace(",", ";"),
        ),
        "{own}/concepts/corrected.csv is separated by semicolons, not by commas; save it with commas",
    ),
    "a range from 300 to 0": (
        concept_rows(HEART_RATE.replace("0,300", "300,0")),
        "{own}/concepts/corrected.csv, line 2: the range from 300 to 0 holds no value; low must be less than "
        "high",
    ),
    "an endless range": (
        concept_rows(HEART_RATE.replace("0,300", "0,inf")),
        "{own}/concepts/corrected.csv, line 2: low and high must be finite; correct them",
    ),
    "a range in words": (
        concept_rows(HEART_RATE.replace("0,300", "0,high")),
        "{own}/concepts/corrected.csv, line 2: low and high must be numbers or empty; correct them",
    ),
    "0211 beside 211": (
        concept_rows(HEART_RATE + HEART_RATE.replace(",211,", ",0211,")),
        "{own}/concepts/corrected.csv, line 3: item '0211' is no whole number without leading zeros, signs or"
        " blanks; write it like 211",
    ),
    "211 twice": (
        concept_rows(HEART_RATE * 2),
        "{own}/concepts/corrected.csv, line 3: item 211 of heart_rate stands on line 2 already; keep one of "
        "the rows",
    ),
    "an item that is no number": (
        concept_rows(HEART_RATE.replace(",211,", ",abc,")),
        "{own}/concepts/corrected.csv, line 2: item 'abc' is no whole number without leading zeros, signs or "
        "blanks; write it like 211",
    ),
    "an unknown variable": (
        concept_rows(HEART_RATE.replace("heart_rate", "pulse")),
        "{own}/concepts/corrected.csv, line 2: unknown variable 'pulse'; use one of heart_rate, respiratory_rate, "
        "temperature, systolic_bp, wbc, platelets, creatinine, inr, lactate, bilirubin",
    ),
    "an unknown table": (
        concept_rows(HEART_RATE.replace("chartevents", "charts")),
        "{own}/concepts/corrected.csv, line 2: unknown table 'charts'; use one of admissions, patients, "
        "diagnoses_icd, icustays, chartevents, labevents",
    ),
}
ALL = {
    f"{part}: {name}": case
    for part, cases in {"table": TABLES, "source": SOURCE_FOLDER, "concepts": CONCEPTS}.items()
    for name, case in cases.items()
}


@pytest.mark.parametrize("name", ALL)
def test_bad_input_gets_its_sentence(bench, name):
    damage, sentence = ALL[name]
    damage(bench)
    log = bench.run()
    assert last_line(log) == sentence.format(raw=bench.raw, own=bench.own, masked=MASKED)
    check_tells_nothing(bench, log)


def test_the_extract_is_sound_before_it_is_broken(bench):
    log = bench.run()
    assert "scanned 1 rows of chartevents, 1 rows of labevents" in log
    assert (bench.out / "expected.csv").is_file()
    check_tells_nothing(bench, log)


# What may befall a cell; the bytes stand for the mark after the csv module has written the row.
DAMAGES = {"a word": b"ZQODD", "a decimal": b"7463.5219", "latin-1": b"\xe9", "a field too many": b"ZQ,ODD"}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("table", HEADERS)
def test_no_damage_of_any_column_quotes_a_cell(bench, capfd, table, damage):
    """Damage one declared column after the other, and look for every cell in all that is said."""
    sound = dict(bench.hospital.rows[table][-1])
    for column in load_source("mimic3").tables[table.lower()].columns:
        bench.cell(table, column.upper(), f"{sound.get(column.upper(), '')}ZQODD")
        text = bench.text(table).replace(b"ZQODD", DAMAGES[damage])
        (bench.raw / f"{table}.csv.gz").write_bytes(gzip.compress(text))
        log = bench.run()
        printed = capfd.readouterr()
        check_tells_nothing(bench, log + printed.out + printed.err)
        if damage in ("latin-1", "a field too many"):
            assert last_line(log).startswith(f"{bench.raw}/{table}.csv.gz, line 2")
        bench.hospital.rows[table][-1] = dict(sound)


# SQL of a source that meets values it was not written for; `{column}` is the text of a column.
CARELESS = [
    "SELECT CAST({column} AS TINYINT) AS x FROM {table};",
    "SELECT CAST({column} AS BLOB) || CAST({column} AS DATE) AS x FROM {table};",
    "SELECT strptime({column}, '%Q') AS x FROM {table};",
    "SELECT json_extract({column}, '$.x') AS x FROM {table};",
    "SELECT error({column}) AS x FROM {table};",
    "SELECT error('CSV Error on Line: 1\nOriginal Line: ' || {column}) AS x FROM {table};",
    "SELECT error('unparsable|patients.dob|a date|' || {column}) AS x FROM {table};",
    "SELECT absent FROM (PIVOT (SELECT {column} AS k FROM {table}) ON k USING count(*));",
    "SELECT CAST((SELECT {column} FROM {table}) AS INTERVAL) AS x;",
    "SELECT 9223372036854775807 + hash({column})::BIGINT::UBIGINT AS x FROM {table};",
    "SELECT 1 AS patient_id, 2 AS admission_id, 3 AS started, 4 AS age_years, 'F' AS sex, true AS died_in_hospital, "
    "CAST(CAST({column} AS INTERVAL) AS VARCHAR) AS stratum, 5 AS length_of_stay_hours FROM {table};",
]


COLUMNS = [
    "patients.dob",
    "admissions.hadm_id",
    "admissions.diagnosis",
    "diagnoses_icd.icd9_code",
    "labevents.valuenum",
]


@pytest.mark.parametrize("sql", CARELESS)
def test_no_error_of_ones_own_sql_quotes_a_cell(bench, capfd, sql):
    stopped = 0
    for name in COLUMNS:
        table, column = name.split(".")
        text = sql.format(table=f"raw.{table}", column=f"CAST({column} AS VARCHAR)")
        (bench.own / "admissions.sql").write_text(f"{text}\n")
        try:
            with rule_log(bench.out / "job.log"):
                Extraction(bench.out, source=load_source(bench.own)).admissions(bench.raw)
        except SystemExit:
            stopped += 1
        printed = capfd.readouterr()
        check_tells_nothing(bench, (bench.out / "job.log").read_text() + printed.out + printed.err)
    assert stopped == len(COLUMNS)
