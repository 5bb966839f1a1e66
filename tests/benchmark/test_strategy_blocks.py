"""Blocks of splits with a strategy."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small_blocks import SETTINGS, analysis_table, run

from synthsize.benchmark.chosen import Choice
from synthsize.benchmark.controls import run_controls
from synthsize.benchmark.recipe_scores import fit_recipe
from synthsize.benchmark.refits import Refits
from synthsize.benchmark.split_data import draw_split, read_rows
from synthsize.contracts.results import SWEEP, VTSS
from synthsize.statistics.joint_choice import choose_recipes
from synthsize.statistics.recipe_panels import candidates

MIXED = {"name": "mixed", "params": {}, "of": "smote"}
HALF = {"name": "weighted", "params": {"alpha": 0.5}, "of": "smote"}
TO_BALANCE = replace(SETTINGS, multipliers=(0.0, 0.5, 1.0), strategy=MIXED)


@pytest.fixture(scope="module")
def mixed():
    return run(settings=TO_BALANCE, generator="smote_mixed")


@pytest.fixture(scope="module")
def added():
    return run()


def at(block, multiplier):
    return block.sweep[block.sweep["multiplier"] == multiplier].set_index("split")


def test_rows_have_their_strategy(mixed, added, tmp_path):
    weighted = run(settings=replace(SETTINGS, strategy=HALF), generator="smote_weighted_50", splits=[0])
    for block, strategy, alpha in ((added, "oversample", np.nan), (weighted, "weighted", 0.5)):
        for frame, contract in ((block.sweep, SWEEP), (block.vtss, VTSS)):
            contract.write(frame, tmp_path / "x.parquet")
            written = contract.read(tmp_path / "x.parquet")
            assert set(written["strategy"]) == {strategy}
            np.testing.assert_array_equal(written["alpha"].unique(), [alpha])
    assert set(mixed.vtss["strategy"]) == {"mixed"}


def test_strategies_of_a_generator_share_its_rows(mixed, added):
    """At m = 1 no majority row is left out, and a synthetic row weighs nothing at m = 0."""
    np.testing.assert_allclose(at(mixed, 1.0)["balanced_risk"], at(added, 1.0)["balanced_risk"], rtol=1e-4)
    weighted = run(settings=replace(SETTINGS, strategy=HALF), generator="smote_weighted_50")
    np.testing.assert_allclose(at(weighted, 0.0)["balanced_risk"], at(added, 0.0)["balanced_risk"], rtol=1e-4)
    assert (at(weighted, 1.0)["balanced_risk"] != at(added, 1.0)["balanced_risk"]).all()


def test_size_and_alpha_are_chosen_together_in_each_split():
    """Two values of alpha are methods on the same folds: the best of both grids is chosen, and read off its fit."""
    alphas = {"smote_weighted_25": 0.25, "smote_weighted_100": 1.0}
    blocks = [
        run(settings=replace(SETTINGS, strategy={**HALF, "params": {"alpha": alpha}}), generator=name)
        for name, alpha in alphas.items()
    ]
    sweep, vtss = (pd.concat([getattr(block, table) for block in blocks]) for table in ("sweep", "vtss"))
    plain = run_controls(
        analysis_table(),
        task="t",
        classifier="logistic",
        controls=["none"],
        validated=["none"],
        splits=[0, 1],
        settings=SETTINGS,
    )
    found = candidates(sweep, vtss, plain.controls, plain.validated)
    chosen = choose_recipes(found, {"logistic": list(alphas)}).set_index("split")
    by_loss = vtss[vtss["criterion"] == "balanced_loss"]
    for split, own in by_loss.groupby("split"):
        grid = own.explode(["multipliers", "validation_mean"]).astype({"validation_mean": float})
        best = grid.iloc[int(np.argmin(grid["validation_mean"]))]
        row = chosen.loc[split]
        assert (row["method"], row["multiplier"]) == (best["generator"], best["multipliers"])
        tested = sweep[(sweep["split"] == split) & (sweep["alpha"] == best["alpha"])]
        risk = tested.set_index("multiplier").loc[best["multipliers"], "balanced_risk"]
        assert row["balanced_risk"] == pytest.approx(risk)


def test_mixed_at_zero_is_undersampling_and_its_end_is_no_edge(mixed, added):
    controls = run_controls(
        analysis_table(), task="t", classifier="logistic", controls=["none"], splits=[0, 1], settings=SETTINGS
    ).controls.set_index("split")
    raw, thinned = at(added, 0.0)["balanced_risk"], at(mixed, 0.0)["balanced_risk"]
    np.testing.assert_allclose(raw, controls["balanced_risk"], rtol=1e-4)
    assert (thinned != raw).all()
    other = run(settings=replace(TO_BALANCE, strategy={**MIXED, "of": "jitter"}), splits=[0, 1])
    pd.testing.assert_series_equal(at(other, 0.0)["balanced_risk"], thinned)
    assert (mixed.vtss["edge"] == "none").all()


def test_a_chosen_strategy_is_fitted_as_in_its_block(mixed):
    """What later analyses fit once more are the fits of the sweep."""
    rows = read_rows(analysis_table(), "t", TO_BALANCE)
    split = draw_split(rows, TO_BALANCE, 0)
    refits = Refits(rows, "logistic", "smote_mixed", TO_BALANCE, mixed.vtss)
    assert "m=0" not in refits.sizes(0)
    again = refits.fit(split, [0.0, 0.5, 1.0])
    entries = {"smote_mixed": {"class": None, "params": {}, "strategy": MIXED}}
    choice = Choice("smote_mixed", 0.5)
    plain = replace(TO_BALANCE, strategy={}, generator={})
    once = fit_recipe(
        split, choice.procedure(rows, "logistic", entries, plain), 0.5, choice.stream(entries), plain
    )
    np.testing.assert_allclose(once.fits.coef[0], again.fits.coef[1], rtol=1e-3, atol=1e-4)
