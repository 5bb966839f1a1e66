"""What a run makes on request, run as a user runs it: shortcuts, places, groups, missing values, both curves."""

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from synthsize.pipeline.shortcuts import SHORTCUTS

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("price")]

ONE_TASK = {
    "tasks": {"sepsis": None},
    "experiment": {
        "generators": ["jitter"],
        "splits_per_job": 2,
        "transport": {"run": True, "least_positives": 5},
        "subgroups": ["sex", "age", "stratum"],
        "multiple_imputation": {"imputations": 1, "splits": 1},
    },
    "protocol": {"price_shortcuts": True},
    "learning_curve": {"positives": [10, 20, 5000]},
    "net_benefit": {"run": True, "thresholds": {"start": 0.1, "stop": 0.4, "step": 0.1}},
}


@pytest.fixture(scope="module")
def priced(new_checkout):
    checkout = new_checkout()
    checkout.preset("price", ONE_TASK)
    checkout.succeed(presets=("tiny", "price"), warm=True)
    return checkout


def test_every_shortcut_is_in_the_table(priced):
    table = pd.read_csv(priced.folder / "results/tables/shortcuts.csv")
    assert set(table["shortcut"]) == set(SHORTCUTS)
    missing = table[table["mean_difference"].isna()]
    assert missing["note"].notna().all()
    oracle = table[table["shortcut"] == "oracle"]
    choices = oracle["metric"] == "multiplier"
    assert (oracle.loc[choices, "mean_difference"] == 0).all()
    assert (oracle.loc[~choices, "mean_difference"] != 0).all()
    assert "Price of each shortcut" in (priced.folder / "results/report.html").read_text()
    assert (priced.folder / "results/tables/formatted/shortcuts_logistic.tex").exists()


def test_the_learning_curve_ends_in_the_run_itself_and_names_what_cannot_be(priced):
    table = pd.read_csv(priced.folder / "results/tables/learning_curve.csv")
    risk = table[table["metric"] == "excess_risk"]
    assert sorted(risk["positives"].unique()) == [0, 10, 20]
    paired = pd.read_csv(priced.folder / "results/tables/paired.csv")
    keys = ["generator", "subject", "criterion", "metric", "reference"]
    at_one = paired[(paired["subject"] == "vtss") | (paired["multiplier"] == 1)]
    both = risk[risk["positives"] == 0].merge(at_one, on=keys, suffixes=("", "_run"))
    assert len(both) == len(risk[risk["positives"] == 0])
    assert (both["mean_difference"] - both["mean_difference_run"]).abs().max() < 1e-12
    assert table.loc[table["positives"] == 5000, "note"].str.contains("too few minority training rows").all()
    page = (priced.folder / "results/report.html").read_text()
    assert "not every split has 5,000 minority training rows" in page
    assert "Differences by number of minority training rows" in page


def test_decision_curves_reach_table_figure_and_page(priced):
    table = pd.read_csv(priced.folder / "results/tables/net_benefit.csv")
    assert set(table["recipe"]) == {"raw", "prior_shift", "weights", "chosen", "treat_all"}
    assert sorted(table["threshold"].unique()) == pytest.approx([0.1, 0.2, 0.3, 0.4])
    assert "Decision curves" in (priced.folder / "results/report.html").read_text()
    assert (priced.folder / "results/figures/net_benefit_logistic.pdf").exists()
    assert (priced.folder / "results/tables/formatted/net_benefit_logistic.tex").exists()


def test_places_groups_and_imputations_are_in_tables_page_and_figures(priced):
    results = priced.folder / "results"
    transport, groups, imputed, strata = (
        pd.read_csv(results / f"tables/{name}.csv")
        for name in ("transport", "subgroups", "imputations", "transport_strata")
    )
    tested = set(transport.loc[transport["place"] == "stratum", "stratum"])
    assert tested == set(strata.loc[strata["splits"] > 0, "stratum"]) == {"carevue", "metavision"}
    assert set(groups["dimension"]) == {"sex", "age", "stratum"}
    assert (imputed["n_splits"] == 1).all()
    page = (results / "report.html").read_text()
    for title in ("Transport between strata", "Sizes of the subgroups", "Multiple imputation"):
        assert title in page
    for name in ("transport_logistic", "subgroups_logistic"):
        assert (results / f"figures/{name}.png").exists()


@pytest.mark.parametrize("shortcut", ["admissions"])
def test_a_shortcuts_analysis_table_is_that_of_a_run_with_the_switch_turned(priced, shortcut):
    switch = SHORTCUTS[shortcut]
    turned = {switch.section: {switch.key: switch.turned}, "output": {"root": shortcut}}
    priced.preset("turned", turned | {"protocol": {"price_shortcuts": False}})
    priced.succeed(f"{shortcut}/results/tasks/mortality.parquet", presets=("tiny", "price", "turned"))
    found, expected = (
        pd.read_parquet(priced.folder / folder / "tasks/mortality.parquet")
        for folder in (f"results/shortcuts/{shortcut}", f"{shortcut}/results")
    )
    assert_frame_equal(found, expected)
