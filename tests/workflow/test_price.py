"""The price of the shortcuts, run as a user runs it."""

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from synthsize.pipeline.shortcuts import SHORTCUTS

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("price")]

ONE_TASK = {
    "tasks": {"sepsis": None},
    "experiment": {"generators": ["jitter"], "splits_per_job": 2},
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
