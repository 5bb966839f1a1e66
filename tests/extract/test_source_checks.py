"""What `synthsize check-source` says of the template, of faults planted in it, and of whole columns by themselves."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import yaml
from open_data import EICU_DEMO, SYNTHEA, open_data

from synthsize.catalogue.variables import entries, listed_in
from synthsize.cli import main
from synthsize.contracts.canonical import ADMISSIONS
from synthsize.errors import InputError
from synthsize.extract.admissions import Cohort, extract_admissions
from synthsize.extract.checks.admissions import TOO_OLD, check_cohort
from synthsize.extract.checks.diagnoses import TASKS, check_diagnosis_codes
from synthsize.extract.checks.report import Report
from synthsize.extract.checks.run import check_folder
from synthsize.extract.checks.units import Typical, other_unit, typical_medians
from synthsize.extract.definition.loading import load_source
from synthsize.extract.definition.source import SHIPPED, TEMPLATE, shipped_sources
from synthsize.extract.definition.template import new_source
from synthsize.extract.measurements import extract_measurements
from synthsize.extract.sessions.engine import Engine
from synthsize.extract.small_counts import FEW, share
from synthsize.tasks.binning import bin_measurements
from synthsize.tasks.features import summarise_bins


@pytest.fixture
def own(tmp_path):
    folder = tmp_path / "my_hospital"
    new_source(folder)
    return folder


def edit(file, *changes):
    text = file.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


def findings(folder, data=None):
    report = Report()
    check_folder(str(folder), str(data or folder / "example"), report)
    tells_no_patient(report)
    return {finding.check: finding for finding in report.findings}


def tells_no_patient(report):
    """No id or time of a stay in any sentence, and no count from 1 to 9 of admissions or rows."""
    stays = pd.read_csv(SHIPPED / TEMPLATE / "example" / "stays.csv", dtype=str)
    cells = {cell for column in ("stay_id", "patient_id", "admitted", "discharged") for cell in stays[column]}
    text = "\n".join(map(str, report.findings))
    assert not [cell for cell in cells if cell in text]
    assert not re.search(r"(?<!than )\b[1-9] (of|rows|admissions)\b", text)


@pytest.fixture(scope="module")
def passed(tmp_path_factory):
    """Findings on the template as it is written."""
    folder = tmp_path_factory.mktemp("template")
    new_source(folder)
    return findings(folder)


def test_the_template_passes_on_its_own_tables(passed):
    found = passed
    assert {finding.verdict for finding in found.values()} == {"pass"}
    assert found["outcome"].text == "22% of 60 admissions ended in death in hospital"
    assert {variable.label for variable in entries().values()} <= set(found)


def test_a_database_file_is_checked_like_the_folder(own, tmp_path, passed):
    with duckdb.connect(str(tmp_path / "hospital.db")) as connection:
        for file in (own / "example").glob("*.csv"):
            connection.execute(f"CREATE TABLE {file.stem} AS FROM read_csv('{file}')")
    found = findings(own, tmp_path / "hospital.db")
    assert list(found) == list(passed)
    assert found["table results"].text == "hospital.db, table main.results, 1,243 rows (exact)"
    of_data = [check for check in found if not check.startswith("table ")]
    assert [found[check] for check in of_data] == [passed[check] for check in of_data]


def test_faults_that_the_pipeline_would_compute_with(own):
    edit(own / "admissions.sql", ("died = 1", "died = 0"), ("    sex,", "    sex || 'X' AS sex,"))
    edit(own / "admissions.sql", ("ward AS stratum", "CAST(stay_id AS VARCHAR) AS stratum"))
    edit(own / "diagnoses.sql", ("version AS", "9 AS"))
    edit(
        own / "concepts" / "corrected.csv",
        ("creatinine,mg/dL,0,150", "creatinine,µmol/L,0,15000"),
        ("temp,°C,10,50", "temp,°F,70,120"),
        ("inr,results,inr", "inr,results,INR"),
        ("lactate,mmol/L,0,50", "lactate,mmol/L,0,1.5"),
    )
    found = findings(own)
    assert str(found["outcome"]) == (
        "look  outcome: 78% of 60 admissions ended in death in hospital, more than half, as if 1 or true stood for "
        "survival; check died_in_hospital in admissions.sql"
    )
    assert found["sex"].verdict == "look"
    assert found["stratum"].verdict == "fail"
    assert found["ICD-9 codes"].verdict == "fail"
    assert "most look like ICD-10" in found["ICD-9 codes"].text
    results = pd.read_csv(own / "example" / "results.csv")
    median = results.loc[results["test"] == "creatinine", "result"].median() / 88.4017
    assert str(found["unit of creatinine"]) == (
        f"fail  unit of creatinine: its values in results, read as µmol/L, have the median {median:.3g} mg/dL, and "
        f"creatinine has 0.5 to 2.5 in other databases; they look like mg/dL: write that unit in "
        f"{own}/concepts/corrected.csv"
    )
    assert "they look like °C:" in found["unit of temp"].text
    assert str(found["Temperature"]) == (
        "fail  Temperature: none of 60 admissions have a value: most rows lie outside the range of the concept set; "
        "check its unit and range. As it stands, the run stops; if the database has none, set features.without: "
        "[temperature] (--without temperature here) or take its lines out of the concept set"
    )
    assert str(found["INR"]) == (
        f"fail  INR: no row is of INR; is it written in {own}/concepts/corrected.csv as in the data? As it stands, the "
        "run stops; if the database has none, set features.without: [inr] (--without inr here) or take its lines out "
        "of the concept set"
    )
    assert "items" not in found
    assert found["Lactate"].verdict == "fail"
    assert "rows lie outside the range of the concept set" in found["Lactate"].text
    assert found["Heart rate"].verdict == "pass"


def test_swapped_items_are_named_and_asked_about(own, capsys):
    edit(
        own / "measurements.sql",
        (
            "    test AS item",
            "    CASE test WHEN 'pulse' THEN 'sys_bp' WHEN 'sys_bp' THEN 'pulse' ELSE test END AS item",
        ),
    )
    assert main(["check-source", str(own), "--path", str(own / "example"), "--strict"]) == 1
    printed = capsys.readouterr().out
    assert "look  unit of pulse: " in printed
    assert (
        "heart rate has 60 to 115 in other databases; it is nearer to what systolic blood pressure has (90 to 150), "
        f"as if the two were swapped; check item in measurements.sql and in {own}/concepts/corrected.csv"
        in printed
    )
    assert "0 failed\nThe source can be used if this is as you mean it: " in printed


def test_a_variable_without_a_value_fails_as_the_run_does_unless_it_is_left_out(own, capsys):
    """Also where its rows are too few to be told."""
    results = pd.read_csv(own / "example" / "results.csv", dtype=str)
    of_inr = results["test"] == "inr"
    results["stay_id"] = results["stay_id"].mask(of_inr)
    results[~of_inr | (of_inr.cumsum() == 1)].to_csv(own / "example" / "results.csv", index=False)
    extracted = {}
    with pytest.raises(
        InputError, match=r"feature 'inr_mean' has no value .* set features\.without: \[inr\]"
    ):
        features(own, extracted)
    checked = ["check-source", str(own), "--path", str(own / "example")]
    assert main(checked) == 1
    printed = capsys.readouterr().out
    assert "fail  INR: no" in printed
    assert printed.endswith("The source cannot be used yet. Mend and check again: INR.\n")
    assert len(features(own, extracted, without=["inr"])) == 60
    assert main([*checked, "--without", "inr"]) == 0
    assert "pass  INR: left out of the features, as asked for\n" in capsys.readouterr().out
    assert main([*checked, "--without", "imr"]) == 1
    assert "features.without names the unknown variable 'imr'" in capsys.readouterr().out


def features(own, extracted, without=()):
    """The features of a run on the example, whose extraction `extracted` keeps."""
    source, engine, folder = load_source(own), Engine.for_job(1000, 1), own.parent
    shared = {"engine": engine, "output": folder / "admissions.parquet"}
    if not extracted:
        extract_admissions(source, own / "example", cohort=Cohort(), steps=folder / "steps.csv", **shared)
        extract_measurements(
            source,
            own / "example",
            concepts="corrected",
            admissions=shared["output"],
            window_hours=120,
            pre_admission_hours=0,
            engine=engine,
            output=folder / "measurements.parquet",
            audit=folder / "audit.csv",
        )
    widths = {"window_hours": 120, "bin_hours": {"vital": 6, "lab": 24}}
    return summarise_bins(
        extracted.setdefault("bins", bin_measurements(folder / "measurements.parquet", **widths)),
        ADMISSIONS.read(shared["output"]),
        summaries=["mean"],
        variables=listed_in(source.concept_file("corrected"), source.tables, without),
        **widths,
    )


def test_of_a_shipped_source_the_configuration_alone_is_named(hospital):
    """Nobody is to take lines out of a file of the package."""
    report = Report()
    check_folder("mimic3", str(hospital.write()), report)
    (found,) = [finding for finding in report.findings if finding.check == "INR"]
    assert found.verdict == "fail"
    assert report.conclusion(with_data=True).endswith(
        ". The files of mimic3 belong to the package: change a copy, which `synthsize new-source DIR --from mimic3` "
        "writes, and give it as source.name."
    )
    assert found.text.endswith("if the database has none, set features.without: [inr] (--without inr here)")


@pytest.mark.parametrize(
    ("factor", "words"),
    [("/ 24", "end below its length in days, as days would"), ("* 60", "as minutes or seconds would")],
)
def test_hours_in_another_unit(own, factor, words):
    edit(own / "measurements.sql", ("taken) AS", f"taken) {factor} AS"))
    found = findings(own)
    hours = found["hours"]
    assert hours.verdict == "fail"
    assert list(found)[-2:] == ["hours", "units"]  # shares of admissions by hours that are none would mislead
    assert found["units"].verdict == "pass"
    assert f"{own}/example/results.csv, read by {own}/measurements.sql: " in hours.text
    assert words in hours.text


TO_STAYS = "LEFT JOIN raw.stays AS stays ON stays.stay_id = results.stay_id"


def test_a_join_that_repeats_rows_is_reported(own):
    """To each of a stay's codes: copies of a row are equal."""
    codes = "LEFT JOIN raw.codes AS codes ON codes.stay_id = stays.stay_id"
    edit(own / "measurements.sql", (TO_STAYS, f"{TO_STAYS}\n{codes}"))
    edit(own / "source.yaml", ("read_by: [diagnoses]", "read_by: [diagnoses, measurements]"))
    found = findings(own)
    assert list(found)[-1] == "copies"  # what copies look like is not told as another fault
    assert str(found["copies"]) == (
        "fail  copies: measurements.sql hands over 1.9 times as many rows of bilirubin, creatinine, inr, lactate, "
        "platelets and 5 more as results holds; a join to a table with several rows for each repeats them: join what "
        "has one row for each in measurements.sql"
    )


def test_a_join_to_all_stays_of_a_patient_shows_in_the_number_of_rows(own):
    """No row repeats another then: each stay has other hours."""
    every = f"{TO_STAYS}\nLEFT JOIN raw.stays AS every ON every.patient_id = stays.patient_id"
    edit(
        own / "measurements.sql", ("(admitted", "(every.admitted"), ("results.stay_id AS", "every.stay_id AS")
    )
    edit(own / "measurements.sql", (TO_STAYS, every))
    stays = pd.read_csv(own / "example" / "stays.csv", usecols=["stay_id", "patient_id"])
    results = pd.read_csv(own / "example" / "results.csv").merge(stays)
    times = len(results.merge(stays, on="patient_id")) / len(results)
    assert findings(own)["copies"].text.startswith(
        f"measurements.sql hands over {times:.3g} times as many rows of bilirubin, "
    )


def test_rows_of_a_table_without_items_are_held_against_all_of_its_rows(own):
    """Ten items, so that each row may have been handed over ten times before it shows."""
    edit(own / "source.yaml", ("    item: test\n", ""))
    fifty = f"{TO_STAYS}\nCROSS JOIN range(50) AS fifty"
    edit(own / "measurements.sql", ("listed.results", "raw.results"), (TO_STAYS, fifty))
    copies = findings(own)["copies"]
    assert copies.verdict == "fail"
    assert re.search(r"hands over [\d.]+ times as many rows of .+ as results holds", copies.text)


def test_rows_that_the_data_themselves_repeat_are_asked_about(own):
    """Only where they are many: real exports hold some."""
    results = pd.read_csv(own / "example" / "results.csv")
    twice = pd.concat([results, results.sample(frac=0.1, random_state=1)])
    twice.to_csv(own / "example" / "results.csv", index=False)
    assert str(findings(own)["copies"]).startswith(
        "look  copies: 9% of the rows of results repeat another of the same admission, item, hours and value; "
    )


def test_ids_that_repeat_stop_what_needs_them(own):
    edit(
        own / "admissions.sql",
        ("FROM raw.stays", "FROM raw.stays JOIN raw.codes USING (stay_id)"),
    )
    edit(own / "source.yaml", ("read_by: [diagnoses]", "read_by: [diagnoses, admissions]"))
    found = findings(own)
    assert list(found)[-1] == "admissions"
    assert found["admissions"].text.startswith(
        f"{own}/admissions.sql: column 'admission_id' repeats (114 rows, 60 ids); select one row for each admission"
    )


def test_a_select_that_reads_an_undeclared_table_is_refused(own):
    """A change of it would not run the step again."""
    edit(own / "source.yaml", ("read_by: [admissions, measurements]", "read_by: [admissions]"))
    line = next(n for n, text in enumerate((own / "measurements.sql").open(), 1) if "raw.stays" in text)
    assert findings(own)["measurements.sql"].text == (
        f"{own}/measurements.sql, line {line}: table 'stays' is read, but {own}/source.yaml does not say so; add "
        "measurements to tables.stays.read_by, or a change of the table is not noticed"
    )
    edit(own / "measurements.sql", ("raw.stays", 'RAW . "Stays" /* not raw.codes */'))
    assert "table 'stays' is read, but" in findings(own)["measurements.sql"].text


def test_the_folder_alone_shows_wrong_columns_types_and_variables(own, capsys):
    edit(own / "admissions.sql", ("    ward AS stratum", "    ward AS unit"))
    edit(own / "measurements.sql", ("hours_between(admitted, taken) AS", "CAST(taken AS VARCHAR) AS"))
    edit(own / "concepts" / "corrected.csv", ("heart_rate,", "pulse_rate,"))
    edit(own / "diagnoses.sql", ("SELECT", "SELEC"))
    assert main(["check-source", str(own), "--path", str(own / "example")]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith(
        f"fail  concepts/corrected.csv: {own}/concepts/corrected.csv, line 2: unknown variable 'pulse_rate'"
    )
    assert lines[2].endswith("admissions.sql selects no column 'stratum'; add it to the SELECT")
    assert "syntax error near 'SELEC'" in lines[3]
    assert lines[4].endswith(
        "column 'hours' is of type VARCHAR and must hold numbers; convert it in the SELECT"
    )
    assert lines[5:] == [  # the data were not read
        "1 passed, 0 to look at, 4 failed",
        "The source cannot be used yet. Mend and check again: concepts/corrected.csv, admissions.sql, diagnoses.sql, "
        "measurements.sql; what builds on that was not looked at.",
    ]


def test_missing_tables_and_columns_are_named(own):
    edit(own / "example" / "stays.csv", ("discharged", "left"))
    assert findings(own)["tables"].text.endswith(
        "lacks the column discharged; export the table with all its columns, or correct its columns in "
        f"{own}/source.yaml"
    )
    (own / "example" / "results.csv").unlink()
    assert "holds no results table" in findings(own)["tables"].text


def test_the_last_line_says_whether_the_source_can_be_used():
    report = Report()
    assert report.conclusion(with_data=False) == (
        "The folder keeps the contract; add --path DATA to check it against its data."
    )
    assert report.conclusion(with_data=True) == "The source can be used."
    report.add("sex", "look", "")
    assert report.conclusion(with_data=True) == "The source can be used if this is as you mean it: sex."
    report.add("age", "fail", "")
    assert report.conclusion(with_data=True) == "The source cannot be used yet. Mend and check again: age."


def test_findings_as_json_and_a_source_that_is_none(own, capsys):
    assert main(["check-source", str(own), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [finding["verdict"] for finding in found] == ["pass"] * 5
    assert main(["check-source", "mimic9"]) == 1
    assert "neither a source of the package (challenge2012, eicu," in capsys.readouterr().out


@pytest.mark.parametrize("name", shipped_sources())
def test_shipped_folders_keep_the_contract(name):
    report = Report()
    check_folder(name, None, report)
    assert len(report.findings) >= 5
    assert {finding.verdict for finding in report.findings} == {"pass"}


def test_a_shipped_source_on_real_data():
    """Half the tables of the eICU demo are absent, which is no fault."""
    report = Report()
    check_folder("eicu", str(open_data(EICU_DEMO)), report)
    assert not report.count("fail")
    found = {finding.check: finding for finding in report.findings}
    assert found["stratum"].text == "186 strata"
    assert str(found["copies"]) == "pass  copies: at most 5% of the rows are handed over more than once"
    assert found["table lab"].verdict == "look"
    assert "without white blood cells, platelets, creatinine, INR" in found["table lab"].text
    assert "Creatinine" not in found  # said once
    assert report.conclusion(with_data=True).startswith(
        "The source can be used if this is as you mean it: table "
    )
    assert found["Systolic blood pressure"].verdict == "pass"


def test_a_source_of_the_package_can_be_copied(tmp_path, capsys):
    assert main(["new-source", str(tmp_path / "ours"), "--from", "eicu"]) == 0
    copy, model = load_source(tmp_path / "ours"), load_source("eicu")
    assert not copy.is_shipped
    assert replace(copy, name="eicu", folder=model.folder) == model
    assert main(["new-source", str(tmp_path / "other"), "--from", "mimic9"]) == 1
    assert (
        "'mimic9' is no source of the package; copy one of challenge2012, eicu, " in capsys.readouterr().err
    )


def test_variables_without_a_value_for_one_reason_share_a_line():
    """Synthea's rows of vital signs name no stay in hospital, all alike."""
    report = Report()
    check_folder("omop", str(open_data(SYNTHEA)), report)
    found = [f for f in report.findings if "admissions have a value" in f.text]
    assert [f.check for f in found] == ["Heart rate, respiratory rate, temperature, systolic blood pressure"]
    assert found[0].text.startswith(
        "none of about 10 admissions have a value: most rows name no admission; check "
    )


def test_the_template_is_no_source_of_the_package():
    assert TEMPLATE not in shipped_sources()
    with pytest.raises(InputError, match=r"'template' is neither a source of the package"):
        load_source(TEMPLATE)


def test_nothing_is_overwritten(own, capsys, tmp_path):
    before = {file: file.read_bytes() for file in own.rglob("*") if file.is_file()}
    assert main(["new-source", str(own)]) == 1
    assert (
        capsys.readouterr().err
        == f"synthsize: {own} exists already; name a new folder, nothing is overwritten\n"
    )
    assert {file: file.read_bytes() for file in own.rglob("*") if file.is_file()} == before
    with pytest.raises(InputError, match=r"mimic4 has the name of a source of the package"):
        new_source(tmp_path / "mimic4")


def test_a_folder_of_any_name_becomes_a_source_of_that_name(tmp_path):
    for name in ("2024", "no", "St. Mary's: ICU"):
        new_source(tmp_path / name)
        assert load_source(tmp_path / name).name == name


@pytest.mark.parametrize("total", [4, 9, 12, 60, 4000])
def test_no_share_reveals_a_count_of_few(total):
    alike: dict[str, set[int]] = {}
    for count in range(total + 1):
        alike.setdefault(share(count, total), set()).add(count)
    for counts in alike.values():
        for few in (set(range(1, min(FEW, total))), {count for count in counts if 0 < total - count < FEW}):
            assert not counts & few or counts >= few - {0}


def cohort(**columns):
    values = {
        "age_years": 60,
        "sex": "F",
        "died_in_hospital": [True] * 12 + [False] * 28,
        "length_of_stay_hours": 150.0,
        "stratum": "a",
    }
    return pd.DataFrame(values | columns, index=range(40))


STEPS = pd.DataFrame(
    {"step": ["all", "of age"], "admissions": [90, 40], "patients": [1, 1], "removed": [0, 50]}
)


@pytest.mark.parametrize(("removed", "verdict"), [(40, "fail"), (3, "look")])
def test_impossible_ages_are_reported(removed, verdict):
    report = Report()
    admissions = [200, 200 - removed]
    steps = {"step": ["all", TOO_OLD], "admissions": admissions, "patients": 1, "removed": [0, removed]}
    check_cohort(cohort(), pd.DataFrame(steps), report)
    (found,) = [finding for finding in report.findings if finding.check == "ages above 120"]
    assert found.verdict == verdict
    assert "admissions have an age above 120 years and are left out; hand over completed years" in found.text


@pytest.mark.parametrize(
    ("columns", "check", "verdict", "words"),
    [
        ({}, "cohort", "look", "44% of 90 admissions stay .* most are lost by the rule 'of age'"),
        ({"age_years": 91}, "age", "fail", "100% of ages are over 89; hand over completed years"),
        ({"length_of_stay_hours": 6.0}, "length of stay", "fail", "median 6 hours, as days would be"),
        (
            {"length_of_stay_hours": 9e3},
            "length of stay",
            "fail",
            "median 9,000 hours, as minutes or seconds",
        ),
        ({"length_of_stay_hours": None}, "length of stay", "look", "none of 40 admissions have one"),
        ({"died_in_hospital": False}, "outcome", "fail", "none of 40 admissions ended"),
        (
            {"died_in_hospital": [True] * 3 + [False] * 37},
            "outcome",
            "look",
            "fewer than 10 of 40 .* too few",
        ),
        ({"stratum": [None] + ["a"] * 39}, "stratum", "fail", "empty for some admissions"),
    ],
)
def test_columns_of_a_cohort(columns, check, verdict, words):
    report = Report()
    frame = cohort(**columns).astype({"length_of_stay_hours": float})
    check_cohort(frame, STEPS, report)
    (finding,) = [finding for finding in report.findings if finding.check == check]
    assert finding.verdict == verdict
    assert re.search(words, finding.text)


@pytest.mark.parametrize(
    ("version", "codes", "verdict", "words"),
    [
        (9, ["99592", "V1582", "E8798", "0389"], "pass", "all of fewer than 10 codes"),
        (10, ["R6521", "I10", "S72001A", "C7A00"], "pass", "all of fewer than 10 codes"),
        (
            9,
            ["99592"] * 8 + ["38"] * 4,
            "look",
            "33% are not written as such; some have lost their leading zeros",
        ),
        (10, ["99592"] * 20, "fail", "100% .* most look like ICD-9"),
        (10, ["sepsis"] * 20, "fail", "100% .* check code and code_version"),
        (10, ["R65X21", "N17X9"] * 10 + ["I10"], "fail", "95% have an X after the third character"),
        (10, ["T50X1XA"] + ["I10", "R6521", "N179"] * 5, "pass", "codes are written as such"),
    ],
)
def test_forms_of_codes(version, codes, verdict, words):
    report = Report()
    frame = pd.DataFrame({"admission_id": range(len(codes)), "code": codes, "code_version": version})
    check_diagnosis_codes(frame, len(codes), report)
    (found,) = [finding for finding in report.findings if finding.check == f"ICD-{version} codes"]
    assert found.verdict == verdict
    assert re.search(words, found.text)


def test_without_any_icd_code_the_tasks_by_codes_can_be_switched_off():
    report = Report()
    check_diagnosis_codes(pd.DataFrame({"admission_id": [], "code": [], "code_version": []}), 100, report)
    (found,) = report.findings
    assert (found.check, found.verdict) == ("diagnosis codes", "fail")
    assert found.text.endswith("switch off the tasks by codes: tasks: {sepsis: null, septic_shock: null}")


def test_the_default_tasks_report_what_they_find():
    config = yaml.safe_load((Path(__file__).parents[2] / "config.yaml").read_text())["tasks"]
    of_codes = {name: {9: task["icd9"], 10: task["icd10"]} for name, task in config.items() if "icd9" in task}
    assert {
        name: {version: list(codes) for version, codes in task.items()} for name, task in TASKS.items()
    } == of_codes
    report = Report()
    for cases in ("R6521", "R652"):
        codes = [cases] * 12 + ["I10"] * 31 + ["E119"]
        check_diagnosis_codes(
            pd.DataFrame({"admission_id": range(44), "code": codes, "code_version": 10}), 44, report
        )
    found = [str(finding) for finding in report.findings if finding.check == "codes of septic_shock"]
    assert found[0] == "pass  codes of septic_shock: 27% of about 40 admissions have R6521 of ICD-10"
    assert found[1].startswith(
        "look  codes of septic_shock: none of about 40 admissions have R6521 of ICD-10; those of the same diseases are "
        "R652; see that diagnoses.sql hands over whole codes, name your own under tasks.septic_shock of the "
    )


def test_typical_medians_distinguish_units():
    typical = typical_medians()
    assert set(typical) <= set(entries())  # a variable without one is not judged
    assert all(0 < known.low < known.high for known in typical.values())
    assert other_unit("creatinine", "mg/dL", 97, typical["creatinine"]) == "µmol/L"
    assert other_unit("temperature", None, 98.6, typical["temperature"]) == "°F"
    assert other_unit("lactate", "mg/dL", 1.8 / 9.0078, typical["lactate"]) == "mmol/L"
    assert other_unit("wbc", "10³/µL", 9000, typical["wbc"]) == "/µL"
    assert other_unit("heart_rate", "beats/min", 1.4, typical["heart_rate"]) is None
    assert Typical(60, 115).factor(6) == pytest.approx(0.1)


def test_a_template_needs_the_standard_library_alone(tmp_path):
    blocked = (
        "import sys; sys.modules.update(dict.fromkeys(('duckdb', 'yaml', 'pandas', 'numpy', 'pyarrow')))"
    )
    command = f"{blocked}; from synthsize.cli import main; sys.exit(main(sys.argv[1:]))"

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-c", command, *arguments], capture_output=True, text=True, cwd=tmp_path
        )

    assert run("new-source", "own").returncode == 0
    stopped = run("check-source", "own")
    assert stopped.returncode == 1
    assert re.fullmatch(
        r"synthsize: \w+ is not installed; pip install 'synthsize\[pipeline\]' brings what reads data\n",
        stopped.stderr,
    )
