"""The extracts that speed is measured on are what the sources read."""

import gzip
import io
import sys
from pathlib import Path

import pandas as pd
import pytest

PERFORMANCE = Path(__file__).parents[2] / "performance"
ROWS = 1500


@pytest.fixture
def scripts(monkeypatch):
    monkeypatch.syspath_prepend(str(PERFORMANCE))
    import extraction
    from large_tables import writing

    yield extraction, writing
    for name in [name for name in sys.modules if name.split(".")[0] in ("extraction", "large_tables")]:
        sys.modules.pop(name)


@pytest.mark.parametrize("source", ["mimic3", "mimic4", "eicu", "challenge2012", "meds", "omop"])
def test_every_row_is_read_and_some_count(scripts, source, tmp_path):
    extraction, writing = scripts
    folder = tmp_path / "extract"
    writing.make_extract(folder, source, ROWS)
    extraction.extract_cohort(folder, tmp_path, source)
    extraction.extract_rows(folder, tmp_path, 1, source)
    audit = pd.read_csv(tmp_path / "audit.csv")
    of_large = audit[audit["source_table"] == writing.SHAPES[source].large].set_index("outcome")["rows"]
    boundaries = 5 if source == "meds" else 0  # of the one stay, in the same table
    assert of_large["scanned"] == ROWS + boundaries
    assert of_large["kept"].sum() > 50
    extraction.read_all(folder, 1, source)
    extraction.read_columns(folder, 1, source)
    extraction.copy_result(tmp_path, 1)


def test_members_of_a_file_are_one_table_of_distinct_rows(scripts, monkeypatch):
    _, writing = scripts
    monkeypatch.setattr(writing, "CHUNK_ROWS", 400)
    packed = b"".join(writing.chunk(first, "mimic3", 1000, 1) for first in (0, 400, 800))
    table = pd.read_csv(io.BytesIO(gzip.decompress(packed)))
    assert table["ROW_ID"].tolist() == list(range(1000))
    assert table["VALUENUM"][:200].tolist() != table["VALUENUM"][400:600].tolist()
