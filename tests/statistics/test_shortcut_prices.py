"""The price of a shortcut: differences from the run itself, and what is said where there is none."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t
from small_blocks import SETTINGS, analysis_table, run

from synthsize.benchmark.settings import Settings
from synthsize.benchmark.shortcut_block import run_shortcut_block
from synthsize.contracts.results import EVENTS, SWEEP, VTSS
from synthsize.statistics.shortcut_prices import (
    CANNOT_RUN,
    NOT_RUN,
    PRICE_COLUMNS,
    Variant,
    price_shortcuts,
)

KEYS = ["task", "classifier", "generator", "subject", "criterion", "metric"]


def price(block, unpriced=None, **variants):
    made = {
        name: Variant(other.sweep, other.vtss, other.events, same_rows)
        for name, (other, same_rows) in variants.items()
    }
    return price_shortcuts(block.sweep, block.vtss, made, unpriced=unpriced or {})


@pytest.fixture(scope="module")
def block():
    return run(splits=range(3))


def under(splits=range(3), table=None, **changes):
    settings = Settings(**{**SETTINGS.__dict__, **changes})
    return run_shortcut_block(
        analysis_table() if table is None else table,
        task="t",
        classifier="logistic",
        generator="smote",
        splits=splits,
        settings=settings,
    )


def test_every_risk_and_every_choice_has_a_price(block):
    table = price(block, imputation=(under(imputation="cohort"), True))
    assert list(table) == list(PRICE_COLUMNS)
    fixed = {(f"m={m}", "", risk) for m in (0, 1) for risk in ("excess_risk", "balanced_risk")}
    chosen = {
        ("vtss", criterion, metric)
        for criterion in SETTINGS.criteria
        for metric in ("excess_risk", "balanced_risk", "multiplier")
    }
    assert set(zip(table["subject"], table["criterion"], table["metric"], strict=True)) == fixed | chosen
    assert (table["note"].isin(["", "the same value in every split: no width, no test"])).all()


def test_the_price_is_the_mean_difference_within_splits(block):
    other = under(imputation="cohort")
    table = price(block, imputation=(other, True)).set_index(["subject", "metric"])
    row = table.loc[("m=1", "excess_risk")]
    before, after = (found.sweep.query("multiplier == 1").sort_values("split") for found in (block, other))
    differences = after["excess_risk"].to_numpy() - before["excess_risk"].to_numpy()
    assert row["mean_difference"] == pytest.approx(differences.mean())
    assert row["leak_free_mean"] == pytest.approx(before["excess_risk"].mean())
    assert row["shortcut_mean"] == pytest.approx(after["excess_risk"].mean())
    ratio = (before["n_test"] / before["n_train"]).mean()
    half = t.ppf(0.975, 2) * np.sqrt(1 / 3 + ratio) * differences.std(ddof=1)
    assert row["nadeau_bengio_high"] - row["mean_difference"] == pytest.approx(half)
    assert row["pairing"] == "rows"


def test_another_oracle_moves_both_risks_and_no_choice(block):
    table = price(block, oracle=(under(oracle="undersampled"), True))
    of_risk = table["metric"].isin(["excess_risk", "balanced_risk"])
    assert (table.loc[~of_risk, "mean_difference"] == 0).all()
    assert (table.loc[of_risk, "mean_difference"] != 0).all()


def test_other_splits_are_paired_by_number_alone(block):
    table = price(block, grouping=(under(group_by="admission"), False))
    assert set(table["pairing"]) == {"number"}


def test_a_task_that_the_shortcut_leaves_too_small_is_reported(block):
    small = analysis_table()
    small = pd.concat([small[~small["label"]], small[small["label"]].head(2)])
    other = under(table=small)
    assert other.sweep.empty
    table = price(block, landmark=(other, False))
    assert len(table) == len(price(block, landmark=(block, False)))
    assert table["mean_difference"].isna().all()
    assert set(table["note"]) == {CANNOT_RUN}
    assert other.events["detail"].str.contains("has 2 positive").all()


def test_a_block_that_cannot_run_still_keeps_the_contracts(tmp_path):
    small = analysis_table()
    other = under(table=small[~small["label"]], splits=[4, 5])
    assert other.events[["split", "event"]].to_numpy().tolist() == [[4, NOT_RUN], [5, NOT_RUN]]
    for frame, contract in ((other.sweep, SWEEP), (other.vtss, VTSS), (other.events, EVENTS)):
        contract.write(frame, tmp_path / "table.parquet")
        assert len(contract.read(tmp_path / "table.parquet")) == len(frame)


def test_a_missing_split_leaves_its_rows_with_a_note(block):
    table = price(block, imputation=(under(splits=[0, 1], imputation="cohort"), True))
    assert set(table["note"]) == {"1 of 3 splits lack a value"}
    assert table["mean_difference"].isna().all()


def test_shortcuts_that_could_not_be_turned_are_listed(block):
    table = price(block, {"landmark": "cohort.landmark is True"}, oracle=(block, True))
    assert table.iloc[-1][["shortcut", "note"]].tolist() == ["landmark", "cohort.landmark is True"]
    assert price(block, {"landmark": "why"}).shape == (1, len(PRICE_COLUMNS))


def test_holm_runs_over_one_shortcut_and_metric(block):
    table = price(
        block, imputation=(under(imputation="cohort"), True), grouping=(under(group_by="admission"), False)
    )
    assert set(table["family"]) == {
        f"{shortcut}, {metric}"
        for shortcut in ("imputation", "grouping")
        for metric in ("excess_risk", "balanced_risk", "multiplier")
    }
    tested = table.dropna(subset="nadeau_bengio_p")
    assert len(tested)
    assert (tested["holm_p"] >= tested["nadeau_bengio_p"]).all()
