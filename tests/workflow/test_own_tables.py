"""A run on the user's own tables: the benchmark and its report, and no rule of the extraction."""

import pytest

pytestmark = pytest.mark.slow

OWN = {"mortality": None, "sepsis": None, "death": {"table": "stays.csv", "label": "died", "stratum": "ward"}}
EXTRACTION = {
    *("simulate_extract", "check_source", "extract_admissions", "extract_diagnoses", "extract_measurements"),
    *("compare_release", "bin_measurements", "build_features", "describe_cohort"),
}


def test_a_run_on_tables_extracts_nothing(new_checkout):
    checkout = new_checkout()
    (checkout.folder / "stays.csv").write_text("died,ward,a\n1,A,0.5\n0,B,0.1\n")
    checkout.preset("own", {"tasks": OWN, "experiment": {"subgroups": ["stratum"]}})
    due = checkout.due(presets=("tiny", "own"))
    assert {"build_task", "describe_tables", "run_block", "run_subgroups", "write_report"} <= due
    assert due.isdisjoint(EXTRACTION)
    assert not {"draw attrition", "draw missingness_coverage"} & due
