"""Source folders and concept sets."""

import re
import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from synthsize.contracts.variables import VARIABLES
from synthsize.errors import InputError
from synthsize.extract.definition.concepts import read_concepts
from synthsize.extract.definition.loading import load_source
from synthsize.extract.definition.source import SHIPPED, STEPS, shipped_sources
from synthsize.extract.preflight import check_source
from synthsize.extract.sessions.engine import Engine
from synthsize.extract.sessions.session import open_session
from synthsize.extract.table_search import find_tables


@pytest.fixture
def own_source(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED / "mimic3", tmp_path / "own"))


def test_own_folder_is_a_source(own_source):
    assert load_source(own_source).folder == own_source
    assert load_source(str(own_source)).tables == load_source("mimic3").tables


@pytest.mark.parametrize("file", ["source.yaml", "admissions.sql", "measurements.sql"])
def test_folder_without_a_file(own_source, file):
    (own_source / file).unlink()
    with pytest.raises(InputError, match=rf"source folder .*own lacks {file}; add it"):
        load_source(own_source)


def test_folder_without_concepts(own_source):
    shutil.rmtree(own_source / "concepts")
    with pytest.raises(InputError, match=r"lacks concepts/<set>\.csv"):
        load_source(own_source)


def test_unknown_source():
    with pytest.raises(
        InputError,
        match=r"source\.name 'mimic9' is neither a source of the package \(.*mimic3, mimic4, omop\)",
    ):
        load_source("mimic9")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "name: own\ntables: [\n",
            r"source\.yaml, line 3: expected the node content, but found .*; correct the YAML there",
        ),
        (
            "name: own\ntables:\n  stays:\n    item: a\n   unique: b\n",
            r"^[^ ]*source\.yaml, line 5: an indentation unlike that of its neighbours, or",
        ),
        ("name: own", "lacks the keys clock and tables; add it"),
        ("name: own\ntables: {stays: {columns: {hadm_id: integer}}}", "lacks the key clock; add it"),
        (
            "name: own\nclock: admission\ntables: {admissions: {columns: {hadm_id: integer}, colums: {}}}",
            r"tables\.admissions: unknown key 'colums'; use columns, files",
        ),
        (
            "name: own\nclock: admission\ntables: {admissions: {columns: {hadm_id: integer}, uniqe: hadm_id}}",
            r"tables\.admissions: unknown key 'uniqe'; did you mean 'unique'\?",
        ),
        (
            "name: own\nclock: admission\ntables: {admissions: {columns: {hadm_id: int}}}",
            r"admissions\.hadm_id has type 'int'; use one of",
        ),
        (
            "name: own\nclock: admission\ntables: {admissions: {columns: {hadm_id: integer}, read_by: [labels]}}",
            r"table 'admissions' is read_by 'labels'; use admissions, diagnoses, measurements or release",
        ),
        (
            "name: own\nclock: admission\ntables: {codes: {columns: {hadm_id: integer}, refers_to: {hadm_id: stays}}}",
            r"table 'codes' refers to 'stays', which is no table with a unique column; correct refers_to",
        ),
        (
            "name: own\nclock: admission\ntables: {stays: {columns: {hadm_id: integer}, read_by: [admissions]}}",
            r"no table that must be there is read_by 'diagnoses'; add the step",
        ),
        (
            "name: own\nclock: admission\ntables: {stays: {columns: {hadm_id: integer}, optional: true}}",
            r"no table that must be there is read_by 'admissions'; add the step",
        ),
    ],
)
def test_bad_description(own_source, text, message):
    (own_source / "source.yaml").write_text(text)
    with pytest.raises(InputError, match=message):
        load_source(own_source)


def rename_event_tables(own_source: Path) -> None:
    """Call chart and laboratory events as another hospital might."""
    for name in ("source.yaml", "measurements.sql", "concepts/corrected.csv"):
        file = own_source / name
        text = file.read_text()
        assert "chartevents" in text
        assert "labevents" in text
        file.write_text(text.replace("chartevents", "vitals").replace("labevents", "labs"))


def test_tables_of_an_own_source_have_their_own_names(own_source, hospital, extraction):
    hospital.add("CHARTEVENTS", VALUENUM=72).add("LABEVENTS", VALUENUM=2.5)
    expected = extraction.measurements(hospital.write())
    rename_event_tables(own_source)
    (hospital.folder / "CHARTEVENTS.csv.gz").rename(hospital.folder / "VITALS.csv.gz")
    (hospital.folder / "LABEVENTS.csv.gz").rename(hospital.folder / "labs.csv.gz")
    own = load_source(own_source)
    assert own.tables_read_by("measurements") == ["admissions", "vitals", "labs"]
    assert set(check_source(own, hospital.folder)["table"]) > {"vitals", "labs"}
    extraction.source = own
    pd.testing.assert_frame_equal(extraction.measurements(hospital.folder), expected)
    assert set(extraction.audit()["source_table"]) == {"vitals", "labs"}


def test_steps_read_the_tables_that_their_sql_names():
    source = load_source("mimic3")
    for step, file in STEPS.items():
        named = set(re.findall(r"(?:FROM|JOIN) (?:raw|listed)\.(\w+)", (source.folder / file).read_text()))
        assert set(source.tables_read_by(step)) == named


def test_a_table_is_read_by_every_step_unless_the_source_says_otherwise(own_source):
    file = own_source / "source.yaml"
    lines = file.read_text().splitlines()
    file.write_text("\n".join(line for line in lines if "read_by:" not in line))
    own = load_source(own_source)
    assert all(own.tables_read_by(step) == list(own.tables) for step in STEPS)


def test_sql_that_does_not_run_is_named(own_source, hospital, extraction):
    (own_source / "admissions.sql").write_text("SELEC 1")
    extraction.source = load_source(own_source)
    with pytest.raises(
        InputError, match=r"own/admissions\.sql, line 1: syntax error near 'SELEC'; correct the SQL"
    ):
        extraction.admissions(hospital.write())


def test_tables_are_found_in_any_case_and_format(tmp_path):
    for name in (
        "Admissions.CSV",
        "patients.csv.gz",
        "DIAGNOSES_ICD.parquet",
        "chartevents.csv",
        "LABEVENTS.csv.GZ",
    ):
        (tmp_path / name).touch()
    found = find_tables(load_source("mimic3"), tmp_path)
    assert {name: file.name for name, file in found.items()} == {
        "admissions": "Admissions.CSV",
        "patients": "patients.csv.gz",
        "diagnoses_icd": "DIAGNOSES_ICD.parquet",
        "chartevents": "chartevents.csv",
        "labevents": "LABEVENTS.csv.GZ",
    }


def test_two_files_for_one_table(hospital):
    folder = hospital.write()
    (folder / "labevents.parquet").touch()
    with pytest.raises(
        InputError, match=r"LABEVENTS\.csv\.gz and labevents\.parquet for one table; keep only one"
    ):
        find_tables(load_source("mimic3"), folder)


def test_missing_table(hospital):
    folder = hospital.write()
    (folder / "LABEVENTS.csv.gz").unlink()
    with pytest.raises(
        InputError, match=r"holds no labevents table .*; add the file or correct source\.path"
    ):
        find_tables(load_source("mimic3"), folder)


def test_missing_folder(tmp_path):
    with pytest.raises(InputError, match=r"source\.path .*nowhere is not a folder"):
        find_tables(load_source("mimic3"), tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["corrected", "paper"])
def test_shipped_concept_sets_cover_every_variable(name):
    concepts = read_concepts(load_source("mimic3"), name)
    assert set(concepts["variable"]) == {variable.name for variable in VARIABLES}
    assert (concepts["provenance"].str.len() > 0).all()
    assert concepts["drop_flagged_errors"].all() == (name == "corrected")
    assert concepts["low"].isna().all() == (name == "paper")


def test_unknown_concept_set():
    with pytest.raises(
        InputError, match=r"source\.concepts 'own' is no concept set of mimic3; use one of corrected, paper"
    ):
        read_concepts(load_source("mimic3"), "own")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"variable": "pulse"}, r"line 2: unknown variable 'pulse'"),
        ({"source_table": "chart"}, r"line 2: unknown table 'chart'"),
        (
            {"unit": "bpm"},
            r"line 2: unit 'bpm' of heart_rate cannot be converted; use 'beats/min', or leave it empty",
        ),
        ({"high": ""}, r"line 2: a range needs both low and high"),
        ({"high_closed": "no"}, r"line 2: high_closed is 'no'; write true or false"),
        ({"low": "zero"}, r"low and high must be numbers or empty"),
        ({"item": "220045"}, r"line 3: item 220045 of heart_rate stands on line 2 already"),
    ],
)
def test_bad_concept_row(own_source, change, message):
    file = own_source / "concepts" / "corrected.csv"
    concepts = pd.read_csv(file, dtype=str, keep_default_na=False)
    for column, value in change.items():
        concepts.loc[0, column] = value
    concepts.to_csv(file, index=False)
    with pytest.raises(InputError, match=message):
        read_concepts(load_source(own_source), "corrected")


def test_item_that_is_no_number(own_source, hospital, extraction):
    file = own_source / "concepts" / "corrected.csv"
    file.write_text(file.read_text().replace("chartevents,211,", "chartevents,HR,"))
    extraction.source = load_source(own_source)
    with pytest.raises(InputError, match=r"corrected\.csv, line 2: item 'HR' is no whole number"):
        extraction.measurements(hospital.write())


def test_concept_set_without_a_column(own_source):
    file = own_source / "concepts" / "own.csv"
    file.write_text("variable,item\nheart_rate,211\n")
    with pytest.raises(InputError, match=r"own\.csv lacks the column source_table; add it"):
        read_concepts(load_source(own_source), "own")


def test_an_interrupted_query_is_an_interrupt(tmp_path):
    def interrupted():
        raise RuntimeError("Query interrupted")  # as DuckDB's package says it of Ctrl-C

    with (
        open_session(load_source("mimic3"), {}, Engine(), tmp_path / "out") as session,
        pytest.raises(KeyboardInterrupt),
    ):
        session._explained(interrupted)


@pytest.mark.parametrize("name", shipped_sources())
def test_shipped_sql_selects_from_declared_tables_alone(name, tmp_path):
    """It defines and selects, names no file, and could reach none: not beside its tables, and not its own folder."""
    source = load_source(name)
    extract = tmp_path / "extract"
    extract.mkdir()
    (extract / "notes.csv").write_text("a\n1\n")
    with open_session(source, {}, Engine(), tmp_path / "out") as session:
        for file in source.folder.glob("*.sql"):
            text = file.read_text(encoding="utf-8")
            assert not re.search(
                r"\b(read_\w+|\w+_scan|glob|getenv|COPY|EXPORT|ATTACH|INSTALL|LOAD|SET)\s*\(?", text
            )
            kinds = {statement.type.name for statement in duckdb.extract_statements(text)}
            assert kinds <= {"SELECT", "CREATE"}
        for place in (extract / "notes.csv", source.folder / "source.yaml", "/etc/hostname"):
            with pytest.raises(duckdb.PermissionException):
                session.connection.execute(f"FROM read_text('{place}')")
        for place in (extract / "copy.csv", source.folder / "copy.csv"):
            with pytest.raises(duckdb.PermissionException):
                session.connection.execute(f"COPY (SELECT 1) TO '{place}'")
            assert not place.exists()
