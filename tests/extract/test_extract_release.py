"""Published totals beside those observed."""

from pathlib import Path

import pandas as pd
import pytest

from synthsize.extract.definition.source import load_source
from synthsize.extract.release import compare_release
from synthsize.extract.sessions.engine import Engine
from synthsize.extract.sessions.session import open_session
from synthsize.extract.table_search import find_tables


def comparison(folder: Path, out: Path) -> pd.DataFrame:
    compare_release(
        load_source("mimic3"), folder, audit=out / "audit.csv", engine=Engine(), output=out / "comparison.csv"
    )
    return pd.read_csv(out / "comparison.csv")


def test_unknown_release_is_said_in_one_row(hospital, extraction):
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
