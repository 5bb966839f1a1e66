"""MEDS: the real demo against a reading in pandas and against MIMIC-IV itself, made-up events for what may be odd."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from open_data import MEDS_DEMO, MIMIC4_DEMO, open_data
from pandas.testing import assert_frame_equal
from reference_rows import audited_outcomes, counted_outcomes, judge_rows, kept_rows
from reference_stays import find_stays
from source_steps import run_source

from synthsize.errors import InputError
from synthsize.extract.checks.report import Report
from synthsize.extract.checks.run import check_folder
from synthsize.extract.definition.loading import load_source
from synthsize.extract.definition.source import SHIPPED
from synthsize.extract.preflight import check_source

PRE_ADMISSION_HOURS = 24
# Item -> variable; its codes end in a unit.
ITEMS = {
    "220045": "heart_rate",
    "220210": "respiratory_rate",
    "224690": "respiratory_rate",
    "223761": "temperature",
    "223762": "temperature",
    "226329": "temperature",
    "227632": "temperature",
    "227634": "temperature",
    "220050": "systolic_bp",
    "220179": "systolic_bp",
    "225309": "systolic_bp",
    "51300": "wbc",
    "51301": "wbc",
    "51265": "platelets",
    "50912": "creatinine",
    "51237": "inr",
    "50813": "lactate",
    "50885": "bilirubin",
}


# --- the real demo ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def real() -> Path:
    return open_data(MEDS_DEMO)


@pytest.fixture(scope="module")
def extracted(real, tmp_path_factory) -> dict[str, pd.DataFrame]:
    return run_source("meds", real, tmp_path_factory.mktemp("meds"), pre_admission_hours=PRE_ADMISSION_HOURS)


@pytest.fixture(scope="module")
def events(real) -> pd.DataFrame:
    columns = ["subject_id", "hadm_id", "time", "code", "numeric_value"]
    table = pd.concat(
        [pd.read_parquet(file, columns=columns) for file in sorted(real.glob("data/*/*.parquet"))]
    )
    return table.reset_index(drop=True)


def stays_of(events: pd.DataFrame) -> pd.DataFrame:
    """Stays by the number that the events carry."""
    first = events[events["code"].str.startswith("HOSPITAL_ADMISSION")]
    last = events[events["code"].str.startswith("HOSPITAL_DISCHARGE")].set_index("hadm_id")
    stays = first.rename(columns={"subject_id": "patient_id", "hadm_id": "admission_id", "time": "started"})
    stays = stays[["patient_id", "admission_id", "started"]].reset_index(drop=True)
    return stays.assign(
        ended=stays["admission_id"].map(last["time"]), discharge=stays["admission_id"].map(last["code"])
    )


def test_totals_are_those_of_the_readme(real, extracted, events):
    assert len(events) == 803992 + 69620 + 42554
    assert events["subject_id"].nunique() == 100
    assert len(stays_of(events)) == 275
    steps = extracted["steps"]["admissions"]
    assert steps[["all admissions", "with an ICU stay"]].tolist() == [275, 128]
    scanned = extracted["audit"].query("outcome == 'scanned'").set_index("source_table")["rows"]
    assert scanned.to_dict() == {"events": len(events)}
    assert extracted["expected"]["verdict"].tolist() == ["equal"] * 3
    report = check_source(load_source("meds"), real).set_index("table")
    assert report["rows"].to_dict() == {"events": 916166, "codes": 2661, "subject_splits": 100}
    assert set(report["verdict"]) == {"this is the demo"}


def test_admissions_agree_with_pandas(extracted, events):
    stays = stays_of(events)
    in_unit = events[events["code"].str.startswith("ICU_ADMISSION")].sort_values("time")
    unit = in_unit.groupby("hadm_id")["code"].first().str.split("//").str[1]
    unit = unit.str.replace(r".*\((.*)\)$", r"\1", regex=True)  # by its abbreviation, if it has one
    static = {
        "birth": events[events["code"] == "MEDS_BIRTH"].set_index("subject_id")["time"],
        "sex": events[events["code"].str.startswith("GENDER")].set_index("subject_id")["code"].str[-1],
    }
    stays = stays[stays["admission_id"].isin(unit.index)].sort_values(["patient_id", "started"])
    age = stays["started"].dt.year - stays["patient_id"].map(static["birth"]).dt.year
    rank = stays.groupby("patient_id").cumcount() + 1
    expected = pd.DataFrame(
        {
            "patient_id": stays["patient_id"],
            "admission_id": stays["admission_id"].astype("int64"),
            "age_years": age.mask(age > 89, 91).astype("int32"),
            "sex": stays["patient_id"].map(static["sex"]),
            "died_in_hospital": stays["discharge"] == "HOSPITAL_DISCHARGE//DIED",
            "length_of_stay_hours": (stays["ended"] - stays["started"]).dt.total_seconds() / 3600,
            "admission_rank": rank.astype("int32"),
            "last_admission": rank == stays.groupby("patient_id")["admission_id"].transform("size"),
            "stratum": stays["admission_id"].map(unit),
        }
    ).sort_values("admission_id", ignore_index=True)
    text = {"sex": object, "stratum": object}
    assert_frame_equal(extracted["admissions"].astype(text), expected.astype(text))
    assert expected["died_in_hospital"].sum() == 15
    assert (events["code"] == "MEDS_DEATH").sum() == 31  # at any time


def test_measurements_and_audit_agree_with_pandas(extracted, events):
    listed = {code: code.split("//") for code in events["code"].unique() if code.startswith("LAB//")}
    parts = pd.DataFrame(listed, index=["prefix", "item", "unit"]).T.query("item in @ITEMS")
    rows = events[events["code"].isin(parts.index)].reset_index(drop=True)
    code = rows["code"]
    rows = pd.DataFrame(
        {
            "variable": code.map(parts["item"]).map(ITEMS),
            "unit": code.map(parts["unit"]).str[-1],
            "source_table": "events",
            "item": code,
            "patient_id": rows["subject_id"],
            "admission_id": rows["hadm_id"],
            "time": rows["time"],
            # A float of 32 bits stands for the shortest decimal that rounds to it.
            "value": [float(str(value)) for value in rows["numeric_value"].to_numpy()],
        }
    )
    stays = stays_of(events)
    unnumbered = rows["admission_id"].isna()
    rows["admission_id"] = rows["admission_id"].astype("Int64")
    rows.loc[unnumbered, "admission_id"] = find_stays(rows[unnumbered], stays, PRE_ADMISSION_HOURS)
    started = rows["admission_id"].map(stays.set_index("admission_id")["started"])
    rows["hours"] = (rows["time"] - started).dt.total_seconds() / 3600
    judged = judge_rows(rows, extracted["admissions"], pre_admission_hours=PRE_ADMISSION_HOURS)
    assert audited_outcomes(extracted["audit"]) == counted_outcomes(judged)
    assert_frame_equal(extracted["measurements"], kept_rows(judged), rtol=1e-12, check_dtype=False)


def test_the_same_patients_as_in_mimic4(extracted, tmp_path_factory):
    """Row for row, but for repeated rows of the laboratory, which MEDS holds once."""
    folder = open_data(MIMIC4_DEMO)
    original = run_source(
        "mimic4", folder, tmp_path_factory.mktemp("mimic4"), pre_admission_hours=PRE_ADMISSION_HOURS
    )
    same = [column for column in original["admissions"] if column != "stratum"]
    assert_frame_equal(extracted["admissions"][same], original["admissions"][same])
    assert_frame_equal(extracted["diagnoses"], original["diagnoses"])
    labs = pd.read_csv(folder / "hosp/labevents.csv.gz")
    kept_by_meds = [
        "subject_id",
        "hadm_id",
        "itemid",
        "charttime",
        "value",
        "valuenum",
        "valueuom",
        "priority",
    ]
    repeated = labs[labs.duplicated(kept_by_meds)]
    assert len(repeated) == 107727 - 107549
    repeated = repeated[repeated["itemid"].astype(str).isin(list(ITEMS))]
    rows = {
        name: table["audit"]
        .query("rows > 0 and item != ''")
        .assign(item=lambda audit: audit["item"].map(item_of))
        for name, table in (("meds", extracted), ("mimic4", original))
    }
    counts = {name: audit.groupby("item")["rows"].sum() for name, audit in rows.items()}
    fewer = (counts["mimic4"] - counts["meds"]).loc[lambda difference: difference != 0]
    assert fewer.to_dict() == repeated["itemid"].astype(str).value_counts().to_dict()
    found = extracted["measurements"].assign(item=lambda table: table["item"].map(item_of))
    both = original["measurements"].merge(found.drop_duplicates(), how="left", indicator=True)
    assert set(both["_merge"]) == {"both"}
    assert len(original["measurements"]) - len(found) == 2


def item_of(code: str) -> str:
    return code.split("//")[1] if "//" in code else code


# --- made-up events ---------------------------------------------------------------------

DAY = pd.Timestamp("2150-03-01 08:00:00")
HEART_RATE = "LAB//220045//bpm"
SCHEMA = [
    ("subject_id", pa.int64()),
    ("time", pa.timestamp("us")),
    ("code", pa.string()),
    ("numeric_value", pa.float32()),
]


def event(hours: float | None, code: str, value: float | None = None, subject: int = 1) -> dict[str, Any]:
    time = None if hours is None else DAY + pd.Timedelta(hours=hours)
    return {"subject_id": subject, "time": time, "code": code, "numeric_value": value}


def write_events(folder: Path, rows: list[dict[str, Any]], name: str = "data/0.parquet") -> None:
    names = {column for row in rows for column in row}
    fields = (
        SCHEMA
        + [("hadm_id", pa.int64())] * ("hadm_id" in names)
        + [("note", pa.string())] * ("note" in names)
    )
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=pa.schema(fields)), file)
    (folder / "metadata").mkdir(exist_ok=True)
    codes = sorted({row["code"] for row in rows if row["code"] != "MEDS_BIRTH"})
    pq.write_table(pa.table({"code": codes}), folder / "metadata/codes.parquet")


def born(subject: int, sex: str = "F") -> list[dict[str, Any]]:
    return [
        event(None, f"GENDER//{sex}", subject=subject),
        event(-60 * 365.25 * 24, "MEDS_BIRTH", subject=subject),
    ]


@pytest.fixture
def unnumbered() -> list[dict[str, Any]]:
    """Two stays of one person and one of another, in data whose events carry no number of the stay."""
    return [
        *born(1, "Female"),
        event(0, "HOSPITAL_ADMISSION//URGENT"),
        event(1, HEART_RATE, 80.1),
        event(30, HEART_RATE, 81),
        event(48, "DIAGNOSIS//ICD//9//0389"),
        event(48, "HOSPITAL_DISCHARGE//UNK"),
        event(60, HEART_RATE, 82),  # between the stays
        event(99, HEART_RATE, 83),  # an hour before the second
        event(100, "HOSPITAL_ADMISSION//URGENT"),
        event(101, HEART_RATE, None),
        event(102, HEART_RATE, 0),
        event(150, "MEDS_DEATH"),
        event(150, "DIAGNOSIS//ICD//10//R65.21"),
        event(150, "HOSPITAL_DISCHARGE"),
        *born(2, "M"),
        event(0, "HOSPITAL_ADMISSION//ELECTIVE", subject=2),
        event(24, "HOSPITAL_DISCHARGE//HOME", subject=2),
        event(24, "MEDS_DEATH", subject=2),  # after the discharge of that day
        event(23, HEART_RATE, 84, subject=2),
    ]


def test_stays_without_numbers(unnumbered, tmp_path):
    write_events(tmp_path / "raw", unnumbered)
    found = run_source("meds", tmp_path / "raw", tmp_path / "out", pre_admission_hours=2)
    admissions = found["admissions"].set_index("admission_id")
    assert admissions["patient_id"].to_dict() == {1: 1, 2: 1, 3: 2}
    assert admissions["length_of_stay_hours"].tolist() == [48, 50, 24]
    assert admissions["died_in_hospital"].tolist() == [False, True, False]
    assert admissions["sex"].tolist() == ["F", "F", "M"]
    assert admissions["age_years"].tolist() == [60, 60, 60]
    assert set(admissions["stratum"]) == {"unknown"}
    assert "with an ICU stay" not in found["steps"].index  # nobody's is told, so nobody is left out
    assert found["diagnoses"].to_numpy().tolist() == [[1, "0389", 9], [2, "R6521", 10]]
    values = found["measurements"][["admission_id", "hours", "value"]].to_numpy().tolist()
    assert values == [[1, 1, 80.1], [1, 30, 81], [2, -1, 83], [3, 23, 84]]
    assert {key[2]: rows for key, rows in audited_outcomes(found["audit"]).items()} == {
        "kept": 4,
        "no_admission_id": 1,
        "no_numeric_value": 1,
        "implausible_value": 1,
    }


def test_numbers_and_units_of_the_events(unnumbered, tmp_path):
    """A number wins over the time, and parts of the data may have further columns of their own."""
    rows = [row | {"hadm_id": 70 if row["subject_id"] == 2 else None} for row in unnumbered]
    for row in rows[2:7]:
        row["hadm_id"] = 50
    for row in rows[7:14]:
        row["hadm_id"] = 60
    rows.append(event(130, HEART_RATE, 90) | {"hadm_id": 50})
    rows.append(event(2, "ICU_ADMISSION//Medical ICU") | {"hadm_id": 50})
    write_events(tmp_path / "raw", rows, "data/train/0.parquet")
    write_events(
        tmp_path / "raw", [event(3, HEART_RATE, 91) | {"hadm_id": 50, "note": "a"}], "data/tuning/0.parquet"
    )
    found = run_source("meds", tmp_path / "raw", tmp_path / "out")
    assert found["admissions"][["admission_id", "stratum"]].to_numpy().tolist() == [[50, "Medical ICU"]]
    assert found["measurements"]["value"].tolist() == [80.1, 91, 81]
    assert found["steps"].loc["with an ICU stay", "removed"] == 2
    outcomes = {key[2]: rows for key, rows in audited_outcomes(found["audit"]).items()}
    assert outcomes["after_window"] == 1


def test_shards_at_any_depth_with_layouts_of_their_own(unnumbered, tmp_path):
    """The standard nests shards freely, and leaves a column without values out of one."""
    raw = tmp_path / "raw"
    first, second = ([row for row in unnumbered if row["subject_id"] == subject] for subject in (1, 2))
    birth = born(3)[-1:]  # no code of the concept set, so that nothing of this layout is read
    write_events(raw, birth, "data/a/0.parquet")
    pq.write_table(
        pq.read_table(raw / "data/a/0.parquet").drop_columns("numeric_value"), raw / "data/a/0.parquet"
    )
    write_events(raw, first, "data/b/0.parquet")
    write_events(raw, second, "data/site/b/held_out/0.parquet")
    shard = raw / "data/site/b/held_out/0.parquet"
    table = pq.read_table(shard).drop_columns("numeric_value")
    codes = table.column("code").cast(pa.large_string())
    pq.write_table(table.set_column(table.column_names.index("code"), "code", codes), shard)
    (raw / "data/site/._0.parquet").write_bytes(b"of another program")
    found = run_source("meds", raw, tmp_path / "out")
    assert found["admissions"]["patient_id"].tolist() == [1, 1, 2]
    assert found["measurements"]["value"].tolist() == [80.1, 81]
    assert found["audit"].query("outcome == 'scanned'")["rows"].tolist() == [len(unnumbered) + len(birth)]


def test_results_of_newer_conversions(unnumbered, tmp_path):
    """Since version 0.1, a laboratory row is two events: the specimen, and the result with its number."""
    rows = [
        event(2, "LAB//SPECIMEN_COLLECTED//50912"),
        event(4, "LAB//RESULT//50912//mg/dL", 1.2),
        event(5, "LAB//RESULT//51237//UNK", 1.1),
        event(6, "LAB//RESULT//50912//µmol/L", 90),
    ]
    write_events(tmp_path / "raw", [*unnumbered, *rows])
    found = run_source("meds", tmp_path / "raw", tmp_path / "out")
    values = found["measurements"].query("variable != 'heart_rate'")[["variable", "hours", "value"]]
    assert values.to_numpy().tolist() == [["creatinine", 4, 1.2], ["inr", 5, 1.1]]
    unlisted = found["audit"].query("outcome == 'unknown_unit'")
    assert unlisted["item"].tolist() == ["LAB//RESULT//50912//µmol/L"]


def test_chart_rows_without_a_unit_count(unnumbered, tmp_path):
    """The unit of a chart item is the same in all of its rows; MIMIC-IV may not have stored it."""
    rows = [row | {"code": row["code"].replace("//bpm", "//UNK")} for row in unnumbered]
    write_events(tmp_path / "raw", [*rows, event(2, "LAB//223761//UNK", 98.6)])
    found = run_source("meds", tmp_path / "raw", tmp_path / "out")["measurements"]
    values = found.groupby("variable")["value"].agg(list)
    assert values["heart_rate"] == [80.1, 81, 84]
    assert values["temperature"] == pytest.approx([37])


def test_units_that_no_code_lists_are_counted(unnumbered, tmp_path, caplog):
    """Rows of a listed item alone: 509 is another item than 50912, which it begins."""
    creatinine = [event(hour, "LAB//50912//µmol/L", 90) for hour in range(12)]
    rows = [
        *creatinine,
        event(2, "LAB//50912//mg/dL", 1),
        event(2, "LAB//509//UNK", 1),
        event(3, "LAB//220045"),
    ]
    write_events(tmp_path / "raw", [*unnumbered, *rows])
    found = run_source("meds", tmp_path / "raw", tmp_path / "out")
    audit = found["audit"].query("outcome == 'unknown_unit'")
    assert audit[["variable", "source_table", "item", "rows"]].to_numpy().tolist() == [
        ["creatinine", "events", "LAB//50912//µmol/L", 12]
    ]
    assert found["measurements"].query("variable == 'creatinine'")["value"].tolist() == [1]
    assert "events: 12 rows of items of the concept set are in a unit that it does not list" in caplog.text
    report = Report()
    check_folder("meds", str(tmp_path / "raw"), report)
    (finding,) = [finding for finding in report.findings if finding.check == "units not listed"]
    assert finding.verdict == "fail"
    assert (
        "rows of the listed items are in a unit that is not listed and do not count (LAB//50912//µmol/L); add"
        in (finding.text)
    )


def test_discharges_that_no_code_lists_as_death(unnumbered, tmp_path, caplog):
    rows = [
        row | {"code": row["code"].replace("DISCHARGE//HOME", "DISCHARGE//EXPIRED")} for row in unnumbered
    ]
    write_events(tmp_path / "raw", rows)
    assert run_source("meds", tmp_path / "raw", tmp_path / "out")["admissions"]["died_in_hospital"].sum() == 1
    assert "the code of discharge (HOSPITAL_DISCHARGE//EXPIRED) is not listed as death" in caplog.text


def no_codes(folder: Path) -> None:
    (folder / "metadata/codes.parquet").unlink()


def other_codes(folder: Path) -> None:
    write_events(folder, [event(0, "ENCOUNTER//inpatient"), event(0, "MEDS_BIRTH")])


def other_items(folder: Path) -> None:
    write_events(
        folder,
        [
            *born(1),
            event(0, "HOSPITAL_ADMISSION"),
            event(9, "HOSPITAL_DISCHARGE"),
            event(1, "LOINC//8867-4", 80),
        ],
    )


def no_values(folder: Path) -> None:
    table = pq.read_table(folder / "data/0.parquet").drop_columns("numeric_value")
    pq.write_table(table, folder / "data/0.parquet")


def nobody(folder: Path) -> None:
    write_events(folder, [event(0, HEART_RATE, 80) | {"subject_id": None}])


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (no_codes, r"holds no codes table \(metadata/codes\.parquet\); add the file or correct source\.path"),
        (
            other_codes,
            r"0\.parquet: column code holds none of the codes of 'admission' \(HOSPITAL_ADMISSION\.\.\.\)",
        ),
        (other_items, r"none of the 5 rows is of an item of concept set 'corrected' \(LAB//220045//bpm,"),
        (
            no_values,
            r"0\.parquet: no row of an item of concept set 'corrected' holds a number; export the table",
        ),
        (nobody, r"0\.parquet: column subject_id is empty in 1 row\(s\)"),
    ],
)
def test_broken_data(unnumbered, tmp_path, damage: Callable[[Path], None], sentence):
    folder = tmp_path / "raw"
    write_events(folder, unnumbered)
    damage(folder)
    with pytest.raises(InputError, match=sentence):
        run_source("meds", folder, tmp_path / "out")


def test_code_map_with_an_unknown_variable(unnumbered, tmp_path):
    own = Path(shutil.copytree(SHIPPED / "meds", tmp_path / "own"))
    concepts = own / "concepts/corrected.csv"
    concepts.write_text(concepts.read_text().replace("heart_rate,", "pulse,", 1))
    write_events(tmp_path / "raw", unnumbered)
    with pytest.raises(
        InputError, match=r"corrected\.csv, line 2: unknown variable 'pulse'; use one of heart_rate,"
    ):
        run_source(str(own), tmp_path / "raw", tmp_path / "out")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            'column: events.code, any_of: ["MEDS_DEATH"]',
            "column: events.cod, any_of: [a]",
            r"codes\.death\.column is events\.cod, which is no column",
        ),
        (
            'any_of: ["MEDS_DEATH"]',
            "required: true",
            r"codes\.death needs any_of or begins_with, and not both",
        ),
        (
            'column: events.code, any_of: ["MEDS_DEATH"]',
            "column: events.hadm_id, any_of: [x]",
            r"codes\.death\.any_of must hold whole numbers",
        ),
    ],
)
def test_description_of_codes(tmp_path, old, new, sentence):
    own = Path(shutil.copytree(SHIPPED / "meds", tmp_path / "own"))
    text = (own / "source.yaml").read_text()
    assert old in text
    (own / "source.yaml").write_text(text.replace(old, new))
    with pytest.raises(InputError, match=sentence):
        load_source(own)
