"""A run on the user's own tables: the benchmark and its report, and no rule of the extraction."""

import pandas as pd
import pytest
from open_data import YAIB_DEMO, open_data
from shown_numbers import shown_numbers
from yaib_tables import stay_means

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


def test_a_table_made_by_others_reaches_its_report(new_checkout, small_run):
    """Stays, variables and label of the cohort are those that YAIB chose from the MIMIC-III demo."""
    stays = stay_means(open_data(YAIB_DEMO) / "mortality24" / "mimic_demo")
    checkout = new_checkout()
    stays.to_parquet(checkout.folder / "stays.parquet")
    death = {"table": "stays.parquet", "label": "label", "group": "stay_id", "leave_out": ["sex"]}
    tasks = {"mortality": None, "sepsis": None, "septic_shock": None, "death": death}
    checkout.preset("yaib", {**small_run, "tasks": tasks})
    checkout.succeed(presets=("yaib",), warm=True)
    results = checkout.folder / "results"
    sizes = pd.read_csv(results / "tables" / "own_table1.csv")
    assert sizes[["admissions", "positives"]].to_numpy().tolist() == [[99, 21]]  # the README of the set
    facts = pd.read_csv(results / "tables" / "own_tables.csv").iloc[0]
    features = stays.drop(columns=["stay_id", "sex", "label"])
    assert (facts["features"], facts["missing_cells"]) == (features.shape[1], features.isna().sum().sum())
    curves = pd.read_csv(results / "tables" / "curves.csv")
    assert set(curves["multiplier"]) == {0, 1}
    page = (results / "report.html").read_text()
    assert "death from stays.parquet" in page
    assert shown_numbers(page).isdisjoint(stays["stay_id"])
    assert not (results / "extract").exists()
