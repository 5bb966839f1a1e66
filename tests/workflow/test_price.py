"""What a run makes on request alone, run as a user runs it: prices of shortcuts, places, groups, missing values."""

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
}


@pytest.fixture(scope="module")
def priced(new_checkout):
    checkout = new_checkout()
    checkout.preset("price", ONE_TASK)
    checkout.succeed(presets=("tiny", "price"))
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


@pytest.mark.parametrize("shortcut", ["item_ids", "admissions", "landmark"])
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
