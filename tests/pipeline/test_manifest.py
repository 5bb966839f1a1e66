"""The manifest: enough to repeat a run."""

import json

import pandas as pd
import pytest

from synthsize.pipeline.manifest import (
    git_revision,
    list_files,
    make_manifest,
    package_versions,
    read_job_records,
    summarise_jobs,
)

RECORD = "s\th:m:s\tmax_rss\tmax_vms\n{}\t0:00:01\t{}\t0\n"


@pytest.fixture
def logs(tmp_path):
    for name, seconds, memory in (
        ("run_block/a/0", 2.5, 100),
        ("run_block/a/1", 4.0, 300),
        ("all/x", 0.1, "-"),
    ):
        file = tmp_path / f"{name}.tsv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(RECORD.format(seconds, memory))
    return {"run_block": f"{tmp_path}/run_block/{{task}}/{{block}}.tsv", "all": f"{tmp_path}/all/x.tsv"}


LIGHT = {"class": "ruff.Ruff"}  # of a package that no other fit needs; nothing is imported
NAMES = {"task": ["a", "b"], "block": ["0", "1"]}


def test_jobs_are_summed_by_rule(logs):
    table = summarise_jobs(read_job_records(logs, NAMES)).set_index("rule")
    assert table.loc["run_block"].tolist() == [2, 6.5, 4.0, 300.0]
    assert table.loc["all", "peak_memory_mb"] is None


def test_jobs_of_a_former_run_do_not_count(logs):
    assert read_job_records(logs, {**NAMES, "block": ["1"]})["seconds"].tolist() == [4.0, 0.1]


def test_a_run_without_records_is_no_failure(tmp_path):
    patterns = {"run_block": f"{tmp_path}/{{task}}.tsv"}
    assert len(summarise_jobs(read_job_records(patterns, NAMES))) == 0


def test_the_manifest_is_json_and_names_inputs_and_versions(logs):
    preflight = pd.DataFrame(
        {
            "table": ["patients", "icustays"],
            "file": ["PATIENTS.csv.gz", None],
            "bytes": [10, 0],
            "rows": [3, None],
            "rows_are": ["exact", "absent"],
            "release": [None, None],
            "verdict": ["", ""],
        }
    )
    manifest = json.loads(
        json.dumps(
            make_manifest(
                {"experiment": {"seed": 1, "classifiers": {"light": LIGHT}, "generators": {}}},
                preflight=preflight,
                source=[{"path": "source.yaml", "bytes": 1, "sha256": "0"}],
                jobs=read_job_records(logs, NAMES),
                outputs=[],
            )
        )
    )
    assert manifest["config"]["experiment"]["seed"] == 1
    assert manifest["source"][0]["path"] == "source.yaml"
    assert manifest["inputs"][0]["rows"] == 3
    assert manifest["inputs"][1]["rows"] is None
    assert {"scikit-learn", "duckdb", "imbalanced-learn", "ruff"} <= manifest["packages"].keys()


def test_packages_of_the_test_extra_are_left_out():
    assert "pytest" not in package_versions()


def test_outside_a_checkout_there_is_no_revision(tmp_path):
    assert git_revision(tmp_path) is None


def test_outputs_are_listed_with_their_digests(tmp_path):
    (tmp_path / "formatted").mkdir()
    for name in ("a.csv", "formatted/b.md", "formatted/.snakemake_timestamp"):
        (tmp_path / name).write_text("abc", encoding="utf-8")
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, appendix B.1
    assert list_files([tmp_path / "formatted", tmp_path / "a.csv"], tmp_path) == [
        {"path": "a.csv", "bytes": 3, "sha256": digest},
        {"path": "formatted/b.md", "bytes": 3, "sha256": digest},
    ]
