"""Cells whose size 0 is no raw data: what they are compared with."""

import numpy as np
import pandas as pd
import pytest

from synthsize.contracts.results import VALIDATED
from synthsize.statistics.choices import choice_distribution
from synthsize.statistics.comparisons import paired_differences
from synthsize.statistics.paired_levels import panels
from synthsize.statistics.raw_fits import fixed_sizes, raw_fits
from synthsize.statistics.recipe_panels import candidates
from synthsize.statistics.recipe_risks import recipes
from synthsize.statistics.references import WEIGHTS
from synthsize.statistics.summary import METRICS, vtss_summary

ADDED = [[0.50, 0.30, 0.20], [0.52, 0.31, 0.22], [0.49, 0.33, 0.21]]
THINNED = [[0.35, 0.25, 0.20], [0.36, 0.24, 0.22], [0.33, 0.27, 0.21]]
GRID = (0.0, 0.5, 1.0)


def joined(*made):
    return [pd.concat([getattr(one, name) for one in made], ignore_index=True) for name in ("sweep", "vtss")]


@pytest.fixture
def run(results):
    added = results(ADDED, [1, 2, 2], GRID)
    mixed = results(THINNED, [0, 2, 2], GRID, generator="smote_mixed", strategy="mixed")
    return added, *joined(added, mixed)


def rows_of(table, **wanted):
    for column, value in wanted.items():
        table = table[table[column] == value]
    return table


def test_the_raw_data_are_the_fit_to_all_real_rows(run):
    _, sweep, _ = run
    assert raw_fits(sweep)["excess_risk"].tolist() == [0.50, 0.52, 0.49]
    at_zero = rows_of(fixed_sizes(sweep), subject="m=0", generator="smote_mixed")
    assert at_zero["excess_risk"].tolist() == [0.50, 0.52, 0.49]
    pd.testing.assert_frame_equal(
        rows_of(fixed_sizes(sweep), generator="smote").drop(columns="subject").reset_index(drop=True),
        rows_of(sweep[sweep["multiplier"].isin([0.0, 1.0])], generator="smote").reset_index(drop=True),
    )
    alone = rows_of(sweep, generator="smote_mixed")
    assert raw_fits(alone).empty
    assert set(fixed_sizes(alone)["subject"]) == {"m=1"}


def test_the_control_stands_for_raw_data_that_no_cell_was_fitted_to(run):
    added, sweep, vtss = run
    controls = added.controls([0.3] * 3, ADDED, GRID, none=[0.6, 0.7, 0.8])
    alone, chosen = (rows_of(table, generator="smote_mixed") for table in (sweep, vtss))
    at_zero = rows_of(fixed_sizes(alone, controls), subject="m=0")
    assert at_zero["excess_risk"].tolist() == [0.6, 0.7, 0.8]
    assert set(at_zero["strategy"]) == {"mixed"}
    beside = rows_of(fixed_sizes(sweep, controls), subject="m=0", generator="smote_mixed")
    assert beside["excess_risk"].tolist() == [0.50, 0.52, 0.49]
    measured = {name: 0.5 for name in METRICS if name not in sweep}
    table = vtss_summary(
        alone.assign(**measured), chosen.assign(edge="none", **measured), controls.assign(**measured)
    )
    rows = rows_of(table, metric="excess_risk", interval="normal")
    assert rows["raw_mean"].tolist() == pytest.approx([0.7])


@pytest.mark.parametrize("strategy", ["oversample", "mixed"])
def test_a_grid_that_begins_above_zero_is_compared_with_the_control(results, strategy):
    made = results(np.array(ADDED)[:, 1:], [0, 1, 1], GRID[1:], strategy=strategy)
    (panel, *_) = panels(made.sweep, made.vtss)
    assert panel.raw_at_zero == (strategy == "oversample")
    controls = made.controls([0.3] * 3, ADDED, GRID, none=[0.6] * 3)
    paired = rows_of(
        paired_differences(made.sweep, made.vtss, controls), metric="excess_risk", reference="m=0"
    )
    fixed = rows_of(paired, subject="fixed")["mean_difference"]
    assert fixed.tolist() == pytest.approx((np.array(ADDED)[:, 1:] - 0.6).mean(axis=0).tolist())
    without = rows_of(paired_differences(made.sweep, made.vtss), reference="m=0")["note"].unique().tolist()
    end = "m = 0 to the grid" if strategy == "oversample" else "the strategy oversample"
    assert without == [f"the raw data were not fitted: add the control none, or {end}"]


def test_mixed_sizes_are_compared_with_the_raw_data_and_not_with_weights(run):
    added, sweep, vtss = run
    controls = added.controls([0.3] * 3, ADDED, GRID, prior_shift=[0.4] * 3)
    paired = rows_of(paired_differences(sweep, vtss, controls), metric="excess_risk")
    own = rows_of(paired, generator="smote_mixed", reference="m=0", subject="fixed").set_index("multiplier")
    expected = (np.array(THINNED) - np.array(ADDED)[:, :1]).mean(axis=0)
    assert own["mean_difference"].tolist() == pytest.approx(expected.tolist())
    of_weights = rows_of(paired, generator="smote_mixed", reference=WEIGHTS)
    assert of_weights["mean_difference"].isna().all()
    assert of_weights["note"].str.contains("not with strategy mixed").all()
    assert rows_of(paired, generator="smote", reference=WEIGHTS)["mean_difference"].notna().all()
    # Undersampling against a control is a test of its own, the raw data against it another.
    family = rows_of(paired, reference="prior_shift", subject="fixed")["family_size"].unique()
    assert family.tolist() == [6]


def test_without_another_cell_the_raw_data_are_the_control(run):
    added, sweep, vtss = run
    alone, chosen = (rows_of(table, generator="smote_mixed") for table in (sweep, vtss))
    controls = added.controls([0.3] * 3, ADDED, GRID, none=[0.6] * 3)
    paired = rows_of(paired_differences(alone, chosen, controls), metric="excess_risk", reference="m=0")
    fixed = rows_of(paired, subject="fixed")["mean_difference"]
    assert fixed.tolist() == pytest.approx((np.array(THINNED) - 0.6).mean(axis=0).tolist())
    without = rows_of(paired_differences(alone, chosen), reference="m=0")
    assert without["mean_difference"].isna().all()
    assert without["note"].str.startswith("the raw data were not fitted").all()


def test_undersampling_takes_part_in_the_choice_and_is_not_called_raw(run):
    added, sweep, vtss = run
    validated = pd.DataFrame(columns=list(VALIDATED.columns)).astype({"multiplier": float, "split": int})
    losses = vtss.assign(validation_mean=[[0.3, 0.2, 0.1]] * len(vtss))
    controls = added.controls([0.3] * 3, ADDED, GRID)
    sized = controls.assign(n_train=80, n_test=20, balanced_risk=controls["excess_risk"], auroc=0.7)
    found = candidates(sweep.assign(auroc=0.7), losses, sized, validated)
    sizes = found.groupby("method")["multiplier"].unique().map(list).to_dict()
    assert sizes == {"smote": [0.5, 1.0], "smote_mixed": [0.0, 0.5, 1.0]}
    (made,) = recipes(sweep, vtss, added.controls([0.3] * 3, ADDED, GRID))
    assert made.risk["none"].tolist() == [0.50, 0.52, 0.49]


def test_the_end_of_mixed_is_no_edge_and_its_raw_mean_is_that_of_the_raw_data(run):
    _, sweep, vtss = run
    measured = {name: 0.5 for name in METRICS if name not in sweep}
    table = vtss_summary(sweep.assign(**measured), vtss.assign(edge="none", **measured))
    rows = rows_of(table, metric="excess_risk", interval="normal").set_index("generator")
    assert rows["raw_mean"].tolist() == pytest.approx([np.mean([0.50, 0.52, 0.49])] * 2)
    assert rows["best_at_edge"].tolist() == [True, False]
    assert rows["best_multiplier"].tolist() == [1.0, 1.0]
    share = choice_distribution(sweep, vtss).groupby("generator")["upper_edge_share"].max()
    assert share["smote"] > 0
    assert share["smote_mixed"] == 0
