"""The databases of the simulated extract: their files and columns, and what is common to them."""

import csv
import gzip
from importlib import import_module

import numpy as np
import pandas as pd
import pytest
from open_data import EICU_DEMO, MIMIC4_DEMO, SYNTHEA, open_data

from synthsize.extract.definition.loading import load_source
from synthsize.simulate.schemas.icd10 import recode, with_dot
from synthsize.simulate.schemas.names import FILES, folder_of
from synthsize.simulate.schemas.placing import NOWHERE, visit_at

DEMOS = {"mimic4": MIMIC4_DEMO, "eicu": EICU_DEMO, "omop": SYNTHEA}


@pytest.mark.parametrize("schema", FILES)
def test_every_table_of_a_source_is_written(schema):
    headers = import_module(f"synthsize.simulate.schemas.{schema}").SCHEMA.headers
    source = load_source(schema)
    assert set(headers) == set(FILES[schema]) == set(source.tables)
    for name, table in source.tables.items():
        # Of a column that was renamed between releases, the later name.
        needed = set(table.columns) - set(table.may_lack)
        assert needed <= {column.lower() for column in headers[name].split()}


@pytest.mark.parametrize(
    ("schema", "table"), [(schema, table) for schema in DEMOS for table in FILES[schema]]
)
def test_columns_are_those_of_open_data(schema, table):
    folder = open_data(DEMOS[schema])
    names = {path.relative_to(folder).as_posix().lower(): path for path in folder.rglob("*.csv.gz")}
    file = names.get(FILES[schema][table].lower())
    if file is None:
        pytest.skip(f"{DEMOS[schema]} does not hold {table}")
    with gzip.open(file, "rt", newline="") as text:
        theirs = [name.lower() for name in next(csv.reader(text))]
    ours = import_module(f"synthsize.simulate.schemas.{schema}").SCHEMA.headers[table].split()
    assert set(ours) <= set(theirs)
    assert ours == [name for name in theirs if name in ours]


def test_extracts_do_not_share_a_folder():
    folders = [folder_of("results/simulate", schema) for schema in FILES]
    assert len(set(folders)) == len(FILES)
    assert folders[0] == "results/simulate"


def test_codes_get_the_dot_of_their_revision():
    codes = pd.Series(["99592", "486", "V4581", "E8788", None])
    assert with_dot(codes, 9).tolist()[:4] == ["995.92", "486", "V45.81", "E878.8"]
    assert with_dot(pd.Series(["E785", "I10", "R6520"]), 10).tolist() == ["E78.5", "I10", "R65.20"]


def test_recoding_merges_what_revision_10_says_at_once():
    codes = ["99592", "78552", "0389", "99591", "99592", None]
    rows = pd.DataFrame({"admission": [0, 0, 0, 0, 1, 2], "code": codes, "written": codes})
    assert recode(rows, pd.Series([True] * 6))[["admission", "code", "version"]].to_numpy().tolist()[:3] == [
        [0, "R6521", 10],
        [0, "A419", 10],
        [1, "R6520", 10],
    ]
    same = recode(rows, pd.Series([False] * 6))
    assert same["code"].tolist()[:5] == codes[:5]
    assert set(same["version"]) == {9}


def test_a_moment_belongs_to_the_visit_that_began_last():
    day = np.datetime64("2100-01-01T00:00:00")
    visits = pd.DataFrame(
        {
            "patient": [1, 1, 1, 2],
            "started": day + np.array([0, 2, 2, 0]).astype("m8[D]"),
            "ended": day + np.array([5, 3, 3, 9]).astype("m8[D]"),
            "id": [30, 20, 10, 40],
            "position": [0, 1, 2, 3],
        }
    )
    moments = day + np.array([24, 60, 100, 24 * 5, 24 * 5 + 1, 60, 1]).astype("m8[h]")
    patients = np.array([1, 1, 1, 1, 1, 2, 3])
    assert visit_at(patients, moments, visits).tolist() == [0, 1, 0, 0, NOWHERE, 3, NOWHERE]
