"""Published totals beside those observed."""

import logging
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from synthsize.errors import InputError
from synthsize.extract import preflight
from synthsize.extract.checks.report import Report
from synthsize.extract.checks.run import check_folder
from synthsize.extract.definition.loading import load_source
from synthsize.extract.definition.source import Release
from synthsize.extract.preflight import check_source
from synthsize.extract.release import compare_release
from synthsize.extract.sessions.engine import Engine
from synthsize.extract.sessions.session import open_session
from synthsize.extract.table_search import find_tables


def comparison(folder: Path, out: Path) -> pd.DataFrame:
    compare_release(
        load_source("mimic3"), folder, audit=out / "audit.csv", engine=Engine(), output=out / "comparison.csv"
    )
    return pd.read_csv(out / "comparison.csv")


def test_unknown_release_is_reported_in_one_row(hospital, extraction):
    extraction.measurements(hospital.write())
    table = comparison(hospital.folder, extraction.out)
    assert table["verdict"].tolist() == ["no known release: nothing to compare with"]


def test_demo_agrees_with_its_totals_whatever_the_cohort(demo, extraction):
    extraction.measurements(demo)
    table = comparison(demo, extraction.out).set_index("check")
    assert (table["verdict"] == "equal").all()
    assert table.loc["rows of CHARTEVENTS", "observed"] == 758_355
    assert table.loc["latest adult admission of each patient", "observed"] == 100


def test_difference_is_stated(demo, extraction):
    extraction.measurements(demo)
    audit = pd.read_csv(extraction.out / "audit.csv")
    audit.loc[(audit["outcome"] == "scanned") & (audit["source_table"] == "chartevents"), "rows"] -= 75_835
    audit.to_csv(extraction.out / "audit.csv", index=False)
    row = comparison(demo, extraction.out).set_index("check").loc["rows of CHARTEVENTS"]
    assert row["difference"] == -75_835
    assert row["relative_difference"] == pytest.approx(-0.1, rel=1e-4)
    assert row["verdict"] == "differs"


def test_checks_of_an_absent_table_are_not_observed(demo, extraction, second_folder):
    folder = second_folder("without_icustays")
    for file in demo.glob("*.csv.gz"):
        if "ICUSTAYS" not in file.name:
            (folder / file.name).symlink_to(file)
    extraction.measurements(folder)
    table = comparison(folder, extraction.out).set_index("check")["verdict"]
    assert table["rows of ICUSTAYS"] == table["admissions charted in CareVue alone"] == "not observed"
    assert table["men in adult admissions with an ICU stay"] == "not observed"
    assert table["deaths in adult admissions"] == "equal"


def test_every_published_check_is_computed(hospital, extraction):
    """Each name in published.csv is one that release_checks.sql gives."""
    source = load_source("mimic3")
    tables = find_tables(source, hospital.write())
    with open_session(source, tables, Engine(), extraction.out / "x") as session:
        session.run_file("release_checks.sql")
        computed = set(session.fetch("SELECT check_name FROM observed")["check_name"])
    published = pd.read_csv(source.folder / "published.csv")
    assert set(published["check"]) <= computed
    assert set(published["release"]) == {release.name for release in source.releases}


def test_checks_follow_the_published_definitions(hospital, extraction):
    hospital.add("PATIENTS", SUBJECT_ID=1, GENDER="M").add(
        "PATIENTS", SUBJECT_ID=2, DOB="2150-03-10 00:00:00"
    )
    hospital.add("ADMISSIONS", HADM_ID=100, DEATHTIME="2150-03-09 00:00:00", HOSPITAL_EXPIRE_FLAG=1)
    hospital.add("ADMISSIONS", HADM_ID=101, ADMITTIME="2151-01-01 00:00:00", DISCHTIME="2150-12-31 00:00:00")
    hospital.add("ADMISSIONS", HADM_ID=102, SUBJECT_ID=2)
    hospital.add("DIAGNOSES_ICD", HADM_ID=101, ICD9_CODE="785.52")
    hospital.add("ICUSTAYS", HADM_ID=100, DBSOURCE="carevue").add(
        "ICUSTAYS", HADM_ID=100, DBSOURCE="metavision"
    )
    source = load_source("mimic3")
    with open_session(
        source, find_tables(source, hospital.write()), Engine(), extraction.out / "x"
    ) as session:
        session.run_file("release_checks.sql")
        found = session.fetch("SELECT * FROM observed").set_index("check_name")["observed"]
    expected = {
        "adult admissions": 2,
        "adult admissions with an ICU stay": 1,
        "men in adult admissions with an ICU stay": 1,
        "latest adult admission of each patient": 1,
        "deaths in latest adult admissions": 0,
        "sepsis in latest adult admissions": 1,
        "newborn admissions": 1,
        "deaths, all ages": 1,
        "discharges before admission": 1,
        "patients dead before admission": 1,
        "patients coded 995.92": 0,
        "admissions charted in both systems": 1,
        "admissions charted in CareVue alone": 0,
    }
    assert found[list(expected)].to_dict() == expected


SMALL = {"admissions": 1, "patients": 1, "diagnoses_icd": 1, "icustays": 1, "labevents": 1}


@pytest.fixture
def estimated(hospital, extraction, monkeypatch):
    """Extract of 42 chart rows, which the preflight estimates, and a source with releases of 40 and of 42."""
    for hour in range(42):
        hospital.add("CHARTEVENTS", VALUENUM=60 + hour)
    extraction.source = replace(
        extraction.source,
        releases=(
            Release("Tiny v2", "matches Tiny v2", SMALL | {"chartevents": 40}),
            Release("Tiny v1", "matches Tiny v1", dict.fromkeys(SMALL, 2) | {"chartevents": 42}),
        ),
    )
    monkeypatch.setattr(preflight, "WHOLE_FILE_BYTES", 100)
    extraction.measurements(hospital.write())
    checked = check_source(extraction.source, hospital.folder).set_index("table")
    assert checked.loc["chartevents", "rows_are"] == "estimated"  # and lets the table through
    return extraction


def compare(extraction, folder, **options):
    out = extraction.out
    compare_release(
        extraction.source, folder, audit=out / "audit.csv", engine=Engine(), output=out / "c.csv", **options
    )
    return pd.read_csv(out / "c.csv").set_index("check")


def test_a_large_table_of_another_release_stops_after_the_scan(estimated, hospital, caplog):
    with pytest.raises(
        InputError,
        match=r"CHARTEVENTS\.csv\.gz is of Tiny v1 and the other tables are of Tiny v2; give source\.path tables of "
        r"one release, or set source\.accept_row_counts: true",
    ):
        compare(estimated, hospital.folder)
    assert not (estimated.out / "c.csv").exists()
    table = compare(estimated, hospital.folder, accept_row_counts=True)
    assert table.loc["rows of CHARTEVENTS", "verdict"] == "differs"
    assert "42 rows and that of Tiny v2, which the small tables belong to, 40" in caplog.text


def test_a_large_table_of_no_release_is_a_warning(estimated, hospital, caplog):
    estimated.source = replace(estimated.source, releases=estimated.source.releases[:1])
    table = compare(estimated, hospital.folder)
    assert table.loc["rows of CHARTEVENTS", "verdict"] == "differs"
    warned = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert len(warned) == 1
    assert warned[0].endswith(
        "CHARTEVENTS.csv.gz holds 42 rows and that of Tiny v2, which the small tables belong to, 40: truncated or "
        "altered?"
    )


@pytest.mark.parametrize(("known", "verdict"), [(2, "fail"), (1, "look")])
def test_the_check_of_a_source_compares_the_counts_of_its_scan(
    estimated, hospital, monkeypatch, known, verdict
):
    source = replace(estimated.source, releases=estimated.source.releases[:known])
    monkeypatch.setattr("synthsize.extract.checks.run.load_source", lambda _: source)
    report = Report()
    check_folder("mimic3", str(hospital.folder), report)
    told = [f.text for f in report.findings if f.verdict == verdict and "Tiny v2" in f.text]
    expected = {
        "fail": "CHARTEVENTS.csv.gz is of Tiny v1",
        "look": "42 rows (exact), and that of Tiny v2 holds 40",
    }
    assert len(told) == 1
    assert expected[verdict] in told[0]
