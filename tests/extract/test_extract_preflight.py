"""The look at the raw files before the scan."""

import gzip
import logging
import random
import time
from dataclasses import replace

import pytest

from synthsize.errors import InputError
from synthsize.extract import preflight
from synthsize.extract.definition.loading import load_source
from synthsize.extract.definition.source import Release, Source
from synthsize.extract.preflight import check_source


@pytest.fixture
def source() -> Source:
    return load_source("mimic3")


def release_of(source: Source, **rows: int) -> Source:
    """The source with one known release of these row counts."""
    counts = {
        "admissions": 1,
        "patients": 1,
        "diagnoses_icd": 1,
        "icustays": 1,
        "chartevents": 1,
        "labevents": 1,
    }
    release = Release("Tiny v1", "matches Tiny v1", counts | rows)
    return replace(source, releases=(release,))


def test_sound_extract_of_no_known_release(source, hospital):
    report = check_source(source, hospital.write()).set_index("table")
    assert report.loc["chartevents", ["file", "format", "rows", "rows_are"]].tolist() == [
        "CHARTEVENTS.csv.gz",
        "csv.gz",
        1,
        "exact",
    ]
    assert (report["verdict"] == "no known release").all()
    assert report["expected_rows"].isna().all()


def test_known_release(source, hospital):
    report = check_source(release_of(source), hospital.write())
    assert (report["verdict"] == "matches Tiny v1").all()
    assert (report["expected_rows"] == 1).all()


@pytest.mark.parametrize(("table", "expected"), [("chartevents", 8_000), ("diagnoses_icd", 8_000)])
def test_short_table_of_a_known_release(source, hospital, table, expected):
    with pytest.raises(
        InputError,
        match=rf"{table.upper()}\.csv\.gz holds 1 rows and that of Tiny v1, which the other tables belong to, 8,000; "
        r"download it again or, if it is whole and of a release whose row counts are not known here, set "
        r"source\.accept_row_counts: true",
    ):
        check_source(release_of(source, **{table: expected}), hospital.write())


def test_a_release_without_counts_is_named_where_it_may_be_meant(source, hospital):
    described = release_of(source, chartevents=8_000)
    described = replace(described, releases=(*described.releases, Release("Tiny v2", "matches", {})))
    with pytest.raises(InputError, match=r"not known here, such as Tiny v2, set source\.accept_row_counts"):
        check_source(described, hospital.write())
    assert [release.name for release in load_source("mimic4").releases if not release.rows] == [
        "MIMIC-IV v3.0"
    ]


def test_accepted_row_counts_are_said(source, hospital, caplog):
    caplog.set_level(logging.INFO, logger="synthsize.extract")
    known = release_of(source, chartevents=8)
    report = check_source(known, hospital.write(), accept_row_counts=True).set_index("table")
    assert report.loc["chartevents", "verdict"] == "87.50% short of Tiny v1: truncated or altered?"
    assert report.loc["labevents", "verdict"] == "matches Tiny v1"
    logged = {record.getMessage(): record.levelname for record in caplog.records}
    assert logged["CHARTEVENTS.csv.gz: 87.50% short of Tiny v1: truncated or altered?"] == "WARNING"
    assert logged["LABEVENTS.csv.gz: matches Tiny v1"] == "INFO"
    assert len(logged) == len(source.tables)


@pytest.mark.parametrize("form", ["csv.gz", "csv"])
def test_rows_of_a_large_file_are_estimated(source, hospital, monkeypatch, caplog, form):
    draw = random.Random(1)
    for number in range(20_000):
        hospital.add(
            "CHARTEVENTS", VALUENUM=draw.random(), VALUE='two\nlines, "quoted"' if number % 5 else "one"
        )
    folder = hospital.write()
    if form == "csv":
        (folder / "CHARTEVENTS.csv.gz").unlink()
        (folder / "CHARTEVENTS.csv").write_bytes(hospital.text("CHARTEVENTS"))
    monkeypatch.setattr(preflight, "WHOLE_FILE_BYTES", 1000)
    monkeypatch.setattr(preflight, "HEAD_BYTES", 100_000)
    report = check_source(release_of(source, chartevents=20_000), folder).set_index("table")
    assert report.loc["chartevents", "rows_are"] == "estimated"
    assert abs(report.loc["chartevents", "rows"] / 20_000 - 1) < 0.1
    assert report.loc["chartevents", "verdict"] == "about the size of Tiny v1 (estimated)"
    short = check_source(release_of(source, chartevents=25_000), folder).set_index("table")
    assert "short of Tiny v1 (estimated): truncated download?" in short.loc["chartevents", "verdict"]
    warned = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert warned == [f"CHARTEVENTS.{form}: {short.loc['chartevents', 'verdict']}"]


def test_parquet_rows_are_exact(source, hospital):
    hospital.add("PATIENTS").add("ADMISSIONS").add("CHARTEVENTS").add("CHARTEVENTS")
    report = check_source(source, hospital.write_parquet()).set_index("table")
    assert report.loc["chartevents", ["format", "rows", "rows_are"]].tolist() == ["parquet", 2, "exact"]


def test_one_equal_count_is_no_release(source, hospital):
    elsewhere = dict.fromkeys(["patients", "diagnoses_icd", "icustays", "chartevents", "labevents"], 9)
    report = check_source(release_of(source, **elsewhere), hospital.write())
    assert (report["verdict"] == "no known release").all()


def test_absent_optional_table_is_said(source, hospital):
    (hospital.write() / "ICUSTAYS.csv.gz").unlink()
    report = check_source(source, hospital.folder).set_index("table")
    assert report.loc["icustays", "verdict"] == "absent; the pipeline runs without it"


def test_without_any_table_of_values_the_run_is_said_to_stop(source, hospital, caplog):
    hospital.write()
    for name in ("CHARTEVENTS", "LABEVENTS"):
        (hospital.folder / f"{name}.csv.gz").unlink()
    tables = {
        name: replace(table, optional=table.optional or name in ("chartevents", "labevents"))
        for name, table in source.tables.items()
    }
    report = check_source(replace(source, tables=tables), hospital.folder, concepts="corrected").set_index(
        "table"
    )
    for name in ("chartevents", "labevents"):
        assert report.loc[name, "verdict"] == (
            "absent, as is every other table that values are taken from: admissions and diagnoses can be "
            "extracted, and the run stops at the measurements; add the table"
        )
        assert f"{name}: {report.loc[name, 'verdict']}" in caplog.messages


def test_truncated_gzip(source, hospital):
    file = hospital.write() / "LABEVENTS.csv.gz"
    file.write_bytes(file.read_bytes()[:-6])
    with pytest.raises(InputError, match=r"LABEVENTS\.csv\.gz ends in the middle \(truncated gzip\)"):
        check_source(source, hospital.folder)


@pytest.mark.parametrize("whole_file_bytes", [20_000_000, 100], ids=["read to its end", "head read"])
def test_damaged_gzip(source, hospital, monkeypatch, whole_file_bytes):
    monkeypatch.setattr(preflight, "WHOLE_FILE_BYTES", whole_file_bytes)
    for number in range(500):
        hospital.add("LABEVENTS", VALUENUM=number)
    file = hospital.write() / "LABEVENTS.csv.gz"
    damaged = bytearray(file.read_bytes())
    damaged[len(damaged) // 2] ^= 0x10
    file.write_bytes(bytes(damaged))
    with pytest.raises(InputError, match=r"LABEVENTS\.csv\.gz (is not a valid gzip file|ends in the middle)"):
        check_source(source, hospital.folder)


def test_header_without_rows(source, hospital):
    hospital.write()
    header = hospital.text("CHARTEVENTS").splitlines(keepends=True)[0]
    (hospital.folder / "CHARTEVENTS.csv.gz").write_bytes(gzip.compress(header))
    with pytest.raises(InputError, match=r"CHARTEVENTS\.csv\.gz has a header and no rows"):
        check_source(source, hospital.folder)


def test_values_of_another_type(source, hospital):
    hospital.add("CHARTEVENTS", ITEMID="HR")
    with pytest.raises(
        InputError,
        match=r"CHARTEVENTS\.csv\.gz, line 2: column itemid holds a value like 'aa', which is not a whole number",
    ):
        check_source(source, hospital.write())


def test_unparsable_time(source, hospital):
    hospital.add("LABEVENTS", CHARTTIME="yesterday")
    with pytest.raises(
        InputError, match=r"LABEVENTS\.csv\.gz, line 2: column charttime holds a value like 'aaaaaaaaa'"
    ):
        check_source(source, hospital.write())


def test_repeated_admission(source, hospital):
    hospital.add("ADMISSIONS").add("ADMISSIONS")
    with pytest.raises(InputError, match="repeat an earlier hadm_id"):
        check_source(source, hospital.write())


def test_codes_of_unknown_admissions(source, hospital):
    hospital.add("DIAGNOSES_ICD", HADM_ID=555).add("DIAGNOSES_ICD", HADM_ID="")
    with pytest.raises(
        InputError,
        match=r"ADMISSIONS\.csv\.gz lacks the hadm_id of 1 row\(s\) of DIAGNOSES_ICD\.csv\.gz; download",
    ):
        check_source(source, hospital.write())


@pytest.mark.parametrize(("table", "sign"), [("PATIENTS", "anchor_age"), ("CHARTEVENTS", "stay_id")])
def test_table_of_another_release(source, hospital, table, sign):
    hospital.write()
    missing = {"PATIENTS": b'"DOB"', "CHARTEVENTS": b'"ERROR"'}[table]
    text = hospital.text(table).replace(missing, sign.encode())
    (hospital.folder / f"{table}.csv.gz").write_bytes(gzip.compress(text))
    with pytest.raises(
        InputError, match=rf"{table}.* but has {sign}: it looks like MIMIC-IV; give source\.path"
    ):
        check_source(source, hospital.folder)


def test_demo_is_recognised_within_seconds(source, demo):
    start = time.perf_counter()
    report = check_source(source, demo)
    assert time.perf_counter() - start < 10
    assert (report["verdict"] == "this is the demo").all()
    assert (report["rows_are"] == "exact").all()
