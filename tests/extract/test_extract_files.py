"""The same rows in every shape of file give the same tables."""

import gzip
import random
from pathlib import Path

import pandas as pd
import pytest

from synthsize.errors import InputError
from synthsize.extract.admissions import Cohort, extract_admissions
from synthsize.extract.definition.loading import load_source
from synthsize.extract.sessions.engine import Engine
from synthsize.extract.sessions.session import open_session
from synthsize.extract.table_search import find_tables


@pytest.fixture
def filled(hospital):
    hospital.add("ADMISSIONS", DIAGNOSIS='CHEST PAIN, "ATYPICAL"\nRULE OUT')
    hospital.add("CHARTEVENTS", VALUE="80, sitting", ERROR=0).add(
        "CHARTEVENTS", VALUE='a "quoted"\nline', VALUENUM=81.5
    )
    hospital.add("CHARTEVENTS", VALUE="", VALUENUM="", ITEMID=211).add("LABEVENTS", HADM_ID="")
    return hospital.add("LABEVENTS", VALUENUM=2.25)


@pytest.mark.parametrize(
    "options",
    [{"lower": True}, {"line_end": "\r\n"}, {"reverse": True}, {"extra": True}],
    ids=["lower-case header", "CRLF", "reordered columns", "extra column"],
)
def test_shape_of_the_file_does_not_matter(filled, extraction, options):
    expected = extraction.measurements(filled.write())
    assert len(expected) == 3
    pd.testing.assert_frame_equal(extraction.measurements(filled.write(**options)), expected)


def test_plain_csv_with_byte_order_mark(filled, extraction):
    expected = extraction.measurements(filled.write())
    for file in filled.folder.iterdir():
        (filled.folder / file.name.removesuffix(".gz").lower()).write_bytes(
            b"\xef\xbb\xbf" + gzip.decompress(file.read_bytes())
        )
        file.unlink()
    pd.testing.assert_frame_equal(extraction.measurements(filled.folder), expected)


@pytest.mark.parametrize("typed", [False, True], ids=["as text", "typed"])
def test_parquet(filled, extraction, second_folder, typed):
    expected = extraction.measurements(filled.write())
    audit = extraction.audit()
    for rows in filled.rows.values():
        for row in rows:
            for name, value in row.items():
                if not typed:
                    row[name] = str(value)
                elif name.endswith("TIME") or name == "DOB":
                    row[name] = pd.Timestamp(value)
                elif value == "":
                    row[name] = None
    filled.folder = second_folder("parquet")
    pd.testing.assert_frame_equal(extraction.measurements(filled.write_parquet()), expected)
    pd.testing.assert_frame_equal(extraction.audit(), audit)


def test_unparsable_value_in_parquet(hospital, extraction, second_folder):
    hospital.folder = second_folder("parquet")
    hospital.add("PATIENTS").add("ADMISSIONS").add("CHARTEVENTS", VALUENUM="much")
    with pytest.raises(
        InputError,
        match=r"CHARTEVENTS\.parquet, row 1: column valuenum holds a value like 'aaaa', which is not a number",
    ):
        extraction.measurements(hospital.write_parquet())


def test_folder_with_pattern_characters_in_its_name(hospital, extraction, second_folder):
    hospital.folder = second_folder("mimic [1] it's *")
    extraction.out = second_folder("results [2]")
    assert len(extraction.measurements(hospital.write())) == 2
    assert (extraction.audit()["outcome"] == "scanned").sum() == 2


def test_relative_paths(hospital, extraction, monkeypatch):
    monkeypatch.chdir(hospital.write().parent)
    extraction.out = Path("out")
    assert len(extraction.measurements(Path("raw"))) == 2
    assert (extraction.audit()["outcome"] == "scanned").sum() == 2


def test_upper_case_extension(hospital, extraction):
    for file in hospital.write().iterdir():
        file.rename(file.with_name(file.name.upper()))
    assert len(extraction.measurements(hospital.folder)) == 2


def test_line_breaks_inside_quotes_anywhere_in_a_long_file(hospital, extraction):
    """Values that look like rows of their own, over more text than one thread's share of the file."""
    draw = random.Random(1)
    decoy = "\n".join('1,1,100,1000,220045,2150-03-10 09:00:00,,,"80",80,,,,,' for _ in range(60)).replace(
        '"', ""
    )
    for number in range(10_000):
        odd = draw.random() < 0.5
        hospital.add(
            "CHARTEVENTS",
            VALUE=f'"\n{decoy}\n"' if odd else "plain",
            VALUENUM=60 + number % 90,
        )
    extraction.engine = Engine(threads=2)
    found = extraction.measurements(hospital.write())
    assert len(hospital.text("CHARTEVENTS")) > 10_000_000
    heart_rate = found[found["variable"] == "heart_rate"]["value"]
    assert heart_rate.tolist() == sorted(60 + number % 90 for number in range(10_000))


@pytest.mark.parametrize("column", ["HADM_ID", "CHARTTIME", "VALUENUM"])
def test_missing_column(hospital, extraction, column):
    with pytest.raises(InputError, match=rf"\.csv\.gz lacks the column {column.lower()}; export the table"):
        extraction.measurements(hospital.write(without=column))


def test_column_named_twice(hospital, extraction):
    hospital.write()
    text = hospital.text("PATIENTS").replace(b'"EXPIRE_FLAG"', b'"dob"')
    (hospital.folder / "PATIENTS.csv.gz").write_bytes(gzip.compress(text))
    with pytest.raises(InputError, match=r"PATIENTS\.csv\.gz names the column dob twice"):
        extraction.admissions(hospital.folder)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (gzip.compress(b""), "is empty"),
        (b'"SUBJECT_ID","GENDER","DOB"\n', "is not a readable gzip file"),
        (gzip.compress(b"x" * 5000)[:20], r"ends in the middle \(truncated gzip\)"),
    ],
    ids=["no bytes", "no text", "not gzip", "truncated"],
)
def test_broken_file(hospital, extraction, content, message):
    (hospital.write() / "PATIENTS.csv.gz").write_bytes(content)
    with pytest.raises(InputError, match=rf"PATIENTS\.csv\.gz {message}"):
        extraction.admissions(hospital.folder)


def test_spills_and_partial_files_are_gone_after_a_failure(hospital, tmp_path):
    hospital.add("ADMISSIONS", ADMITTIME="never")
    out = tmp_path / "out"
    with pytest.raises(InputError, match="admittime"):
        extract_admissions(
            load_source("mimic3"),
            hospital.write(),
            cohort=Cohort(),
            engine=Engine(),
            output=out / "admissions.parquet",
            steps=out / "steps.csv",
        )
    assert list(out.iterdir()) == []


def test_what_a_killed_job_left_is_removed_by_the_next(hospital, extraction):
    left = extraction.out / ".admissions.parquet.scratch"
    left.mkdir(parents=True)
    (left / "spilled").touch()
    extraction.admissions(hospital.write())
    assert not left.exists()


def test_earlier_output_survives_a_failure(hospital, extraction):
    before = extraction.admissions(hospital.write())
    with pytest.raises(InputError):
        extraction.admissions(hospital.folder, min_age=99)
    pd.testing.assert_frame_equal(pd.read_parquet(extraction.out / "admissions.parquet"), before)


def test_output_folder_that_is_a_file(hospital, extraction, tmp_path):
    (tmp_path / "taken").write_text("")
    extraction.out = tmp_path / "taken"
    with pytest.raises(InputError, match=r"output folder .*taken cannot be written; change output\.root"):
        extraction.admissions(hospital.write())


def test_memory_limit_and_threads_are_set(hospital, tmp_path):
    source = load_source("mimic3")
    tables = find_tables(source, hospital.write())
    engine = Engine.for_job(2000, 2)
    with open_session(source, tables, engine, tmp_path / "out" / "x.parquet") as session:
        query = "SELECT current_setting('threads'), current_setting('temp_directory'), current_setting('memory_limit')"
        threads, folder, memory = session.execute(query).fetchone()
    assert threads == 2
    assert folder == str(tmp_path / "out" / ".x.parquet.scratch")
    assert memory == "1.3 GiB"  # 1500 MB
