"""Where tables are found: in subfolders, by patterns, in many files; and what stops the search."""

import gzip
import shutil
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from synthsize.errors import InputError
from synthsize.extract.definition.loading import load_source
from synthsize.extract.definition.source import SHIPPED
from synthsize.extract.table_search import find_tables


@pytest.fixture
def moved(tmp_path, hospital, extraction):
    """A source whose chart events lie below icu/, and the measurements of the flat extract."""
    hospital.add("CHARTEVENTS", VALUENUM=72).add("CHARTEVENTS", VALUENUM=74).add("LABEVENTS", VALUENUM=2.5)
    expected = extraction.measurements(hospital.write())
    own = Path(shutil.copytree(SHIPPED / "mimic3", tmp_path / "own"))
    (hospital.folder / "ICU").mkdir()
    return own, hospital.folder, expected


def place(own: Path, *patterns: str):
    file = own / "source.yaml"
    listed = ", ".join(f'"{pattern}"' for pattern in patterns)
    file.write_text(
        file.read_text().replace("  chartevents:\n", f"  chartevents:\n    files: [{listed}]\n", 1)
    )
    return load_source(own)


def test_a_table_in_a_subfolder(moved, extraction):
    own, folder, expected = moved
    (folder / "CHARTEVENTS.csv.gz").rename(folder / "ICU" / "ChartEvents.csv.gz")
    extraction.source = place(own, "icu/chartevents")
    pd.testing.assert_frame_equal(extraction.measurements(folder), expected)
    assert find_tables(extraction.source, folder)["chartevents"].name == "ICU/ChartEvents.csv.gz"


def test_a_table_in_many_csv_files(moved, extraction):
    own, folder, expected = moved
    whole_audit = extraction.audit()
    lines = gzip.decompress((folder / "CHARTEVENTS.csv.gz").read_bytes()).splitlines(keepends=True)
    (folder / "CHARTEVENTS.csv.gz").unlink()
    for number, line in enumerate(lines[1:]):
        (folder / "ICU" / f"part{number}.csv").write_bytes(lines[0] + line)
    extraction.source = place(own, "icu/part*")
    pd.testing.assert_frame_equal(extraction.measurements(folder), expected)
    pd.testing.assert_frame_equal(extraction.audit(), whole_audit)
    assert str(find_tables(extraction.source, folder)["chartevents"]) == f"{folder}/icu/part* (2 files)"


def test_a_table_in_many_parquet_files(moved, extraction):
    own, folder, expected = moved
    whole_audit = extraction.audit()
    table = pd.read_csv(folder / "CHARTEVENTS.csv.gz", dtype=str)
    (folder / "CHARTEVENTS.csv.gz").unlink()
    for number in range(len(table)):
        part = pa.Table.from_pandas(table.iloc[[number]].astype(object).where(table.notna(), "").astype(str))
        pq.write_table(part, folder / "ICU" / f"part{number}.parquet")
    extraction.source = place(own, "icu/*.parquet")
    pd.testing.assert_frame_equal(extraction.measurements(folder), expected)
    pd.testing.assert_frame_equal(extraction.audit(), whole_audit)


def test_parts_of_two_formats(moved):
    own, folder, _ = moved
    (folder / "ICU" / "part0.csv").touch()
    (folder / "ICU" / "part1.csv.gz").touch()
    with pytest.raises(InputError, match=r"part0\.csv and part1\.csv\.gz .*; give all its files one format"):
        find_tables(place(own, "icu/part*"), folder)


def test_one_part_in_two_formats(moved):
    own, folder, _ = moved
    (folder / "ICU" / "part0.csv").touch()
    (folder / "ICU" / "part0.csv.gz").touch()
    with pytest.raises(
        InputError, match=r"ICU/part0\.csv and ICU/part0\.csv\.gz for one table; keep only one"
    ):
        find_tables(place(own, "icu/part*"), folder)


def test_alternatives_that_both_find_something(moved):
    own, folder, _ = moved
    (folder / "ICU" / "part0.csv").touch()
    with pytest.raises(InputError, match=r"ICU/part0\.csv and CHARTEVENTS\.csv\.gz for one table; keep only"):
        find_tables(place(own, "icu/part*", "chartevents"), folder)


def test_a_pattern_that_finds_nothing(moved):
    own, folder, _ = moved
    with pytest.raises(
        InputError,
        match=r"holds no chartevents table \(icu/part\*\.csv, \.csv\.gz or \.parquet\); add the file",
    ):
        find_tables(place(own, "icu/part*"), folder)


def test_a_source_that_refers_to_no_column(moved):
    own, _, _ = moved
    file = own / "source.yaml"
    file.write_text(file.read_text().replace("{hadm_id: admissions}", "{hadm_id: admissions.stay}"))
    with pytest.raises(InputError, match=r"'diagnoses_icd' refers to 'admissions\.stay', which is no column"):
        load_source(own)


def test_a_folder_that_cannot_be_listed_is_named(tmp_path, monkeypatch):
    closed = tmp_path / "data/closed"
    closed.mkdir(parents=True)
    listed = Path.iterdir

    def iterdir(folder: Path):
        if folder == closed:
            raise PermissionError(13, "Permission denied", str(folder))
        return listed(folder)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    with pytest.raises(InputError, match=f"^{closed} cannot be listed; ask its owner"):
        find_tables(load_source("meds"), tmp_path)
    with pytest.raises(InputError, match="holds no admissions table"):  # other sources are only looked for
        find_tables(load_source("mimic3"), tmp_path)


def test_a_folder_one_level_off_is_named(tmp_path):
    """The remedy names the folder below or above that holds every table, if there is one."""
    source, right = load_source("mimic4"), tmp_path / "mimic-iv"
    for name in source.tables:
        file = right / f"{source.tables[name].files[0]}.csv.gz"
        for there in (file, tmp_path / "a-flat-folder" / file.name):  # of MIMIC-III, say
            there.parent.mkdir(parents=True, exist_ok=True)
            there.touch()
    for wrong in (tmp_path, right / "hosp"):
        with pytest.raises(InputError) as caught:
            find_tables(source, wrong)
        assert str(caught.value).endswith(
            f"; add the file or correct source.path (tables of these names lie in {right})"
        )
    (right / "icu" / "icustays.csv.gz").unlink()
    (tmp_path / "a-flat-folder" / "icustays.csv.gz").unlink()
    with pytest.raises(InputError, match=r"; add the file or correct source\.path$"):
        find_tables(source, tmp_path)
