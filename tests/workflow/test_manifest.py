"""The manifest: enough to repeat a run."""

import json

import pandas as pd
import pytest

from synthsize.workflow.manifest import (
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
    (tmp_path / "run_block" / "a" / "0.log").write_text("12:00:00 split 1 of 2\n")
    return tmp_path


def test_jobs_are_summed_by_rule(logs):
    table = summarise_jobs(read_job_records(logs)).set_index("rule")
    assert table.loc["run_block"].tolist() == [2, 6.5, 4.0, 300.0]
    assert table.loc["all", "peak_memory_mb"] is None


def test_a_run_without_records_is_no_failure(tmp_path):
    assert len(summarise_jobs(read_job_records(tmp_path))) == 0


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
                {"experiment": {"seed": 1}}, preflight=preflight, jobs=read_job_records(logs), outputs=[]
            )
        )
    )
    assert manifest["config"]["experiment"]["seed"] == 1
    assert manifest["inputs"][0]["rows"] == 3
    assert manifest["inputs"][1]["rows"] is None
    assert {"scikit-learn", "duckdb", "imbalanced-learn"} <= manifest["packages"].keys()


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
