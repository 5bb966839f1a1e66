"""The workflow on a PostgreSQL server: no file of a run holds the password, and a change of a table makes it due."""

import pytest
from postgres_server import PASSWORD, READER, postgres
from small_hospital import Hospital

__all__ = ["postgres"]
pytestmark = pytest.mark.xdist_group("postgres")
TARGET = "results/extract/admissions.parquet"
SOURCE = ("--config", "source={name: mimic3, path: 'env:MIMIC_URI', schema: mimiciii}")


def test_a_run_on_a_server(new_checkout, postgres, tmp_path, monkeypatch):
    hospital = Hospital(tmp_path)
    postgres.load(hospital)
    uri = postgres.as_reader().replace(READER, f"{READER}:{PASSWORD}")
    run = new_checkout()
    monkeypatch.setenv("MIMIC_URI", uri)
    done = run.succeed(TARGET, *SOURCE)
    files = [path for path in run.folder.rglob("*") if path.is_file()]
    assert (run.folder / TARGET) in files
    assert not [path for path in files if PASSWORD.encode() in path.read_bytes()]
    assert PASSWORD not in done.stdout + done.stderr
    assert run.due(TARGET, *SOURCE) == set()
    postgres.change("UPDATE mimiciii.patients SET gender = 'M'")
    assert run.due(TARGET, *SOURCE) == {"check_source", "extract_admissions"}
