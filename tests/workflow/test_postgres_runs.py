"""The workflow on a PostgreSQL server: no file of a run holds the password, and a change of a table makes it due."""

import json

import pytest
import yaml
from postgres_server import PASSWORD, READER, postgres
from small_hospital import Hospital
from snakemake.utils import validate

from synthsize.contracts.source_tables import PREFLIGHT
from synthsize.extract.definition.loading import load_source
from synthsize.pipeline.config import resolve
from synthsize.pipeline.manifest import list_files, make_manifest, read_job_records

__all__ = ["postgres"]
pytestmark = pytest.mark.xdist_group("postgres")
MIMIC3 = load_source("mimic3")
TARGET = "results/extract/admissions.parquet"
SOURCE = ("--config", "source={name: mimic3, path: 'env:MIMIC_URI', schema: mimiciii}")


def manifest_of(folder):
    """The manifest of a run's extraction, from the configuration as the workflow resolves and shows it."""
    schema_file = folder / "workflow/schemas/config.schema.yaml"
    config = yaml.safe_load((folder / "config.yaml").read_text())
    config["source"] |= {"name": "mimic3", "path": "env:MIMIC_URI", "schema": "mimiciii"}
    validate(config, str(schema_file))
    config = resolve(config, yaml.safe_load(schema_file.read_text())["$defs"]["entry"])
    extract = folder / "results/extract"
    return make_manifest(
        config,
        preflight=PREFLIGHT.read(extract / "preflight.csv"),
        source=list_files([MIMIC3.folder], MIMIC3.folder),
        jobs=read_job_records({"check_source": str(folder / "logs/check_source/check_source.tsv")}, {}),
        outputs=list_files([extract], folder / "results"),
    )


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
    manifest = json.dumps(manifest_of(run.folder))
    assert "env:MIMIC_URI" in manifest
    assert "table mimiciii.patients" in manifest
    assert PASSWORD not in manifest
    assert run.due(TARGET, *SOURCE) == set()
    postgres.change("UPDATE mimiciii.patients SET gender = 'M'")
    assert run.due(TARGET, *SOURCE) == {"check_source", "extract_admissions"}
