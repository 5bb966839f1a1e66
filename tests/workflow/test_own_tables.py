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


def test_tables_made_by_others_reach_their_report(new_checkout, small_run):
    """Stays, variables and label of the cohorts are those that YAIB chose from the MIMIC-III and the eICU demo."""
    demo, checkout = open_data(YAIB_DEMO), new_checkout()
    stays, septic = stay_means(demo / "mortality24" / "mimic_demo"), stay_means(demo / "sepsis" / "eicu_demo")
    tasks = {"mortality": None, "sepsis": None, "septic_shock": None}
    for task, file, table in (("death", "stays", stays), ("onset", "septic", septic)):
        table.to_parquet(checkout.folder / f"{file}.parquet")
        roles = {"label": "label", "group": "stay_id", "leave_out": ["sex"]}
        tasks[task] = {"table": f"{file}.parquet", **roles}
    checkout.preset("yaib", {**small_run, "tasks": tasks})
    checkout.succeed(presets=("yaib",), warm=True)
    results = checkout.folder / "results"
    sizes = pd.read_csv(results / "tables" / "own_table1.csv")
    assert sizes["task"].tolist() == ["death", "onset"]
    assert sizes["admissions"].tolist() == [99, 896]  # the README of the set
    assert sizes["positives"].tolist() == [21, septic["label"].sum()]
    facts = pd.read_csv(results / "tables" / "own_tables.csv").iloc[0]
    features = stays.drop(columns=["stay_id", "sex", "label"])
    assert (facts["features"], facts["missing_cells"]) == (features.shape[1], features.isna().sum().sum())
    curves = pd.read_csv(results / "tables" / "curves.csv")
    assert set(curves["multiplier"]) == {0, 1}
    page = (results / "report.html").read_text()
    assert "death from stays.parquet" in page
    assert "onset from septic.parquet" in page
    assert "fewer than 100 cases in death, onset" in page
    few = "the tests could not be made: they take more minority rows in each training set than the model has"
    assert page.count(few) == 2  # some fifty features
    assert shown_numbers(page).isdisjoint([*stays["stay_id"], *septic["stay_id"]])
    assert not (results / "extract").exists()
