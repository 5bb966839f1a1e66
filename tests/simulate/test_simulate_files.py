"""The files: names, headers, bytes, size, and what stops a wrong size."""

import csv
import gzip
import hashlib
import tracemalloc
from pathlib import Path

import pandas as pd
import pytest
from open_data import MIMIC3_DEMO, open_data

from synthsize.errors import InputError
from synthsize.simulate.schemas.mimic3 import HEADERS
from synthsize.simulate.simulation import simulate_extract


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("table", sorted(HEADERS))
def test_header_is_upper_case_and_quoted(small, table):
    with gzip.open(small.folder / f"{table.upper()}.csv.gz", "rt", newline="") as file:
        line = file.readline().rstrip("\n")
    assert line == ",".join(f'"{name}"' for name in HEADERS[table].split())


@pytest.mark.parametrize("table", sorted(HEADERS))
def test_columns_are_those_of_the_demo(table):
    with gzip.open(open_data(MIMIC3_DEMO) / f"{table.upper()}.csv.gz", "rt", newline="") as file:
        assert [name.upper() for name in next(csv.reader(file))] == HEADERS[table].split()


def test_all_files_are_there(small):
    names = {f"{table.upper()}.csv.gz" for table in HEADERS} | {"truth/labels.parquet", "truth/oddities.csv"}
    names |= {
        f"truth/{concepts}/{table}.parquet"
        for concepts in ("corrected", "paper")
        for table in ("admissions", "diagnoses", "measurements")
    }
    assert set(digests(small.folder)) == names


def test_same_seed_gives_the_same_bytes(small, tmp_path):
    simulate_extract(tmp_path, n_admissions=300, seed=7)
    assert digests(tmp_path) == digests(small.folder)


def test_another_seed_gives_another_hospital(small, tmp_path):
    simulate_extract(tmp_path, n_admissions=300, seed=8)
    assert not set(digests(tmp_path).values()) & set(digests(small.folder).values())


def test_row_ids_count_through_the_blocks(large):
    assert large.raw("LABEVENTS", usecols=["ROW_ID"])["ROW_ID"].astype(int).diff().iloc[1:].eq(1).all()


@pytest.mark.parametrize("table", ["CHARTEVENTS", "LABEVENTS"])
def test_value_prints_its_number(small, table):
    rows = small.raw(table, usecols=["VALUE", "VALUENUM"]).dropna(subset=["VALUENUM"])
    assert (rows["VALUE"].astype(float) == rows["VALUENUM"].astype(float)).all()


def test_n_admissions_counts_all_ages(small, large):
    assert len(small.raw("ADMISSIONS")) == 300
    admissions = large.raw("ADMISSIONS")
    assert len(admissions) == 4000
    assert admissions["HADM_ID"].is_unique
    assert admissions["SUBJECT_ID"].nunique() == large.raw("PATIENTS")["SUBJECT_ID"].nunique()
    assert len(large.raw("PATIENTS")) == admissions["SUBJECT_ID"].nunique()
    assert len(admissions) / admissions["SUBJECT_ID"].nunique() == pytest.approx(58976 / 46520, abs=0.06)


def test_blocks_do_not_depend_on_the_size(tmp_path):
    for size in (500, 1100):
        simulate_extract(tmp_path / str(size), n_admissions=size, seed=4)
    for name in ("ADMISSIONS", "ICUSTAYS", "DIAGNOSES_ICD"):
        one, more = (pd.read_csv(tmp_path / size / f"{name}.csv.gz", dtype=str) for size in ("500", "1100"))
        pd.testing.assert_frame_equal(one, more.head(len(one)))


def test_memory_does_not_grow_with_the_size(tmp_path):
    peaks = []
    for size in (1000, 2500):
        tracemalloc.start()
        simulate_extract(tmp_path / str(size), n_admissions=size, seed=1)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.15 * peaks[0]
    assert peaks[1] < 400e6


@pytest.mark.parametrize("size", [299, 0, -5, 58_977])
def test_sizes_out_of_range_stop_with_one_sentence(tmp_path, size):
    message = (
        rf"^n_admissions is {size}, but .* 300 to 58976 .* simulate\.admissions to a size between these$"
    )
    with pytest.raises(InputError, match=message):
        simulate_extract(tmp_path / "new", n_admissions=size, seed=1)
    assert not (tmp_path / "new").exists()
