"""The Challenge 2012: real records against an independent reading in pandas, made-up ones for what may be broken."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from open_data import CHALLENGE_2012, open_data
from pandas.testing import assert_frame_equal
from source_steps import run_source

from synthsize.contracts.canonical import MEASUREMENTS
from synthsize.errors import InputError
from synthsize.extract.definition.loading import load_source
from synthsize.extract.preflight import check_source

pytestmark = pytest.mark.xdist_group("challenge2012")  # 8,000 stays are read once

UNITS = {1: "coronary care", 2: "cardiac surgery", 3: "medical ICU", 4: "surgical ICU"}
# Parameter -> variable, and the values that can be true: above the first, below the second.
PARAMETERS = {
    "HR": ("heart_rate", 0, 300),
    "RespRate": ("respiratory_rate", 0, 70),
    "Temp": ("temperature", 10, 50),
    "SysABP": ("systolic_bp", 0, 400),
    "NISysABP": ("systolic_bp", 0, 400),
    "WBC": ("wbc", 0, 1000.5),
    "Platelets": ("platelets", 0, 10000.5),
    "Creatinine": ("creatinine", 0, 150.5),
    "Lactate": ("lactate", 0, 50.5),
    "Bilirubin": ("bilirubin", 0, 150.5),
}


def extract(folder: Path, out: Path) -> dict[str, pd.DataFrame]:
    """Run the steps of the source on a folder."""
    return run_source("challenge2012", folder, out, min_age=15, window_hours=48)


# --- the real records -------------------------------------------------------------------


@pytest.fixture(scope="module")
def real() -> Path:
    return open_data(CHALLENGE_2012)


@pytest.fixture(scope="module")
def extracted(real, tmp_path_factory) -> dict[str, pd.DataFrame]:
    return extract(real, tmp_path_factory.mktemp("real"))


@pytest.fixture(scope="module")
def records(real) -> pd.DataFrame:
    return pd.concat([pd.read_csv(real / f"set-{name}.csv.gz") for name in "ab"], ignore_index=True)


@pytest.fixture(scope="module")
def outcomes(real) -> pd.DataFrame:
    return pd.concat([pd.read_csv(real / f"Outcomes-{name}.txt") for name in "ab"], ignore_index=True)


def test_totals_are_those_of_the_sets(real, extracted, records):
    assert len(records) == 1757980 + 1762535
    scanned = extracted["audit"].query("outcome == 'scanned'").set_index("source_table")["rows"]
    assert scanned["records"] == len(records)
    admissions = extracted["admissions"].set_index("admission_id")
    assert len(admissions) == 8000
    assert admissions["died_in_hospital"].sum() == 1122
    by_set = [pd.read_csv(real / f"Outcomes-{name}.txt")["RecordID"] for name in "ab"]
    assert [int(admissions.loc[ids, "died_in_hospital"].sum()) for ids in by_set] == [554, 568]
    assert extracted["steps"]["admissions"].tolist() == [8000] * len(extracted["steps"])
    assert extracted["expected"]["verdict"].tolist() == ["equal", "equal"]


def test_admissions_agree_with_pandas(extracted, records, outcomes):
    first = records[records["Time"] == "00:00"].drop_duplicates(["RecordID", "Parameter"])
    wide = first.pivot_table(index="RecordID", columns="Parameter", values="Value")
    known = outcomes.set_index("RecordID").loc[wide.index]
    days = known["Length_of_stay"].where(known["Length_of_stay"] >= 0)
    expected = pd.DataFrame(
        {
            "patient_id": wide.index,
            "admission_id": wide.index,
            "age_years": wide["Age"].mask(wide["Age"] > 89, 91).to_numpy().astype("int32"),
            "sex": wide["Gender"].map({0: "F", 1: "M"}).to_numpy(),
            "died_in_hospital": known["In-hospital_death"].to_numpy() == 1,
            "length_of_stay_hours": (24.0 * days).to_numpy(),
            "admission_rank": np.ones(len(wide), dtype="int32"),
            "last_admission": True,
            "stratum": wide["ICUType"].map(UNITS).to_numpy(),
        }
    )
    assert_frame_equal(
        extracted["admissions"].astype({"sex": object, "stratum": object}),
        expected.astype({"sex": object, "stratum": object}),
    )


def test_measurements_and_audit_agree_with_pandas(extracted, records):
    rows = records[records["Parameter"].isin(list(PARAMETERS))]
    clock = rows["Time"].str.split(":", expand=True).astype(float)
    low, high = (
        rows["Parameter"].map({name: limits[i] for name, limits in PARAMETERS.items()}) for i in (1, 2)
    )
    late = clock[0] >= 48
    implausible = ~late & ~((rows["Value"] > low) & (rows["Value"] < high))
    frame = pd.DataFrame(
        {
            "admission_id": rows["RecordID"],
            "variable": rows["Parameter"].map({name: limits[0] for name, limits in PARAMETERS.items()}),
            "hours": clock[0] + clock[1] / 60,
            "value": rows["Value"],
            "item": rows["Parameter"],
        }
    )
    kept = frame[~late & ~implausible].sort_values(list(MEASUREMENTS.sort_by), ignore_index=True)
    assert_frame_equal(extracted["measurements"], kept, check_exact=True, check_dtype=False)
    outcome = np.select([late, implausible], ["after_window", "implausible_value"], "kept")
    counted = pd.Series(outcome).groupby([frame["item"].to_numpy(), outcome]).size()
    audit = extracted["audit"].query("item != ''").set_index(["item", "outcome"])["rows"]
    assert audit.to_dict() == counted.to_dict()
    assert counted["Temp", "implausible_value"] == 205


def test_stays_without_measurements_are_kept(extracted, records):
    """Three and seven records hold descriptors alone; two more, nothing of the nine variables."""
    descriptors = ["RecordID", "Age", "Gender", "Height", "ICUType", "Weight"]
    series = records[~records["Parameter"].isin(descriptors)]
    without_series = set(records["RecordID"]) - set(series["RecordID"])
    unmeasured = set(extracted["admissions"]["admission_id"]) - set(extracted["measurements"]["admission_id"])
    assert len(without_series) == 3 + 7
    assert without_series < unmeasured
    assert len(unmeasured) == 12


def test_published_folders_give_what_the_joined_table_gives(extracted, records, real, tmp_path):
    chosen = records["RecordID"].drop_duplicates().iloc[:40].tolist()
    for record, rows in records[records["RecordID"].isin(chosen)].groupby("RecordID"):
        write_record(tmp_path, int(record), rows[["Time", "Parameter", "Value"]].to_csv(index=False))
    outcomes = pd.read_csv(real / "Outcomes-a.txt")
    outcomes[outcomes["RecordID"].isin(chosen)].to_csv(tmp_path / "Outcomes-a.txt", index=False)
    found = extract(tmp_path, tmp_path / "out")
    for table in ("admissions", "measurements"):
        whole = extracted[table]
        expected = whole[whole["admission_id"].isin(chosen)].reset_index(drop=True)
        assert len(expected) >= len(chosen)
        assert_frame_equal(found[table], expected)


# --- made-up records --------------------------------------------------------------------

DESCRIPTORS = "00:00,RecordID,{record}\n00:00,Age,{age}\n00:00,Gender,{sex}\n00:00,ICUType,{unit}\n"
HEADER = "Time,Parameter,Value\n"
OUTCOMES = "RecordID,SAPS-I,SOFA,Length_of_stay,Survival,In-hospital_death\n"


def write_record(folder: Path, record: int, text: str, name: str = "set-a") -> None:
    (folder / name).mkdir(exist_ok=True)
    (folder / name / f"{record}.txt").write_text(text)


@pytest.fixture
def published(tmp_path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    first = DESCRIPTORS.format(record=11, age=90, sex=-1, unit=2) + (
        "00:30,HR,80\n01:15,Temp,-17.8\n02:00,SysABP,0\n47:59,HR,81\n48:00,HR,82\n03:00,GCS,15\n"
    )
    write_record(folder, 11, HEADER + first)
    write_record(folder, 12, HEADER + DESCRIPTORS.format(record=12, age=40, sex=0, unit=3))
    (folder / "Outcomes-a.txt").write_text(OUTCOMES + "11,5,1,-1,3,1\n12,5,1,6,-1,0\n")
    return folder


def test_descriptors_and_sentinels(published, tmp_path):
    found = extract(published, tmp_path)
    admissions = found["admissions"].set_index("admission_id")
    assert admissions["age_years"].tolist() == [91, 40]
    assert admissions["sex"].isna().tolist() == [True, False]
    assert admissions["stratum"].tolist() == ["cardiac surgery", "medical ICU"]
    assert admissions["died_in_hospital"].tolist() == [True, False]
    assert admissions["length_of_stay_hours"].isna().tolist() == [True, False]
    assert found["measurements"]["hours"].tolist() == [0.5, 47 + 59 / 60]
    audit = found["audit"].set_index(["item", "outcome"])["rows"]
    assert audit["HR", "after_window"] == audit["Temp", "implausible_value"] == 1
    assert audit["SysABP", "implausible_value"] == audit["", "scanned"] - 13 == 1
    assert audit["Lactate", "never_charted"] == 0


def test_preflight_counts_the_files(published):
    report = check_source(load_source("challenge2012"), published).set_index("table")
    assert report.loc["records", ["file", "format"]].tolist() == ["set-[abc]/*.txt (2 files)", "txt"]
    assert report["rows"].tolist() == [2, 14]


def set_without_records(folder: Path) -> None:
    (folder / "Outcomes-b.txt").write_text(OUTCOMES + "21,5,1,4,-1,0\n")


def set_without_outcomes(folder: Path) -> None:
    write_record(folder, 21, HEADER + DESCRIPTORS.format(record=21, age=40, sex=0, unit=3), "set-b")


def both_layouts(folder: Path) -> None:
    (folder / "set-b.csv.gz").write_bytes(gzip.compress(b"RecordID,Time,Parameter,Value\n"))


def strange_time(folder: Path) -> None:
    write_record(folder, 12, HEADER + DESCRIPTORS.format(record=12, age=40, sex=0, unit=3) + "xx:10,HR,80\n")


def other_columns(folder: Path) -> None:
    write_record(folder, 12, "Time,Value,Parameter\n00:00,12,RecordID\n")


def strange_value(folder: Path) -> None:
    write_record(folder, 12, HEADER + "00:00,Age,forty\n")


def no_outcomes(folder: Path) -> None:
    (folder / "Outcomes-a.txt").unlink()


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (
            set_without_records,
            r"set-\[abc\]/\*\.txt \(2 files\) lacks the recordid of 1 row\(s\) of outcomes-\[abc\]\.txt \(2 files\); "
            "download or copy both again",
        ),
        (
            set_without_outcomes,
            r"Outcomes-a\.txt lacks the recordid of 4 row\(s\) of set-\[abc\]/\*\.txt \(3 files\)",
        ),
        (both_layouts, r"holds set-a/11\.txt and set-b\.csv\.gz for one table; keep only one of them"),
        (strange_time, r"column time holds a value like 'aa', which is not a number; correct it"),
        (other_columns, r"12\.txt has other columns than [\w/-]*11\.txt, which belongs to the same table"),
        (strange_value, r"12\.txt, line 2: column value holds a value like 'aaaaa', which is not a number"),
        (
            no_outcomes,
            r"holds no outcomes table \(outcomes-\[abc\]\.txt\); add the file or correct source\.path",
        ),
    ],
)
def test_broken_folder(published, tmp_path, damage, sentence):
    def look_and_extract() -> None:
        check_source(load_source("challenge2012"), published)
        extract(published, tmp_path)

    damage(published)
    with pytest.raises(InputError, match=sentence):
        look_and_extract()


def test_no_diagnoses():
    source = load_source("challenge2012")
    assert not source.has_diagnoses
    assert source.tables_read_by("diagnoses") == []
    assert load_source("mimic3").has_diagnoses
