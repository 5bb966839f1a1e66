"""Multiple imputation and indicators of missing values."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.impute import MissingIndicator
from small_blocks import SETTINGS, analysis_table, run

from synthsize.benchmark.imputations import complete, run_imputations
from synthsize.benchmark.split_data import read_rows
from synthsize.contracts.imputations import IMPUTATIONS
from synthsize.contracts.results import EVENTS, NOT_RUN
from synthsize.statistics.imputation_differences import IMPUTATION_COLUMNS, imputation_differences

CELL = {"task": "t", "classifier": "logistic", "generator": "smote"}


def correlated(n=400, seed=0):
    """Two features of which the second follows from the first up to noise of variance 0.25, half of it missing."""
    rng = np.random.default_rng(seed)
    first = rng.normal(size=n)
    second = 2 * first + rng.normal(scale=0.5, size=n)
    whole = np.column_stack([first, second])
    holed = whole.copy()
    holed[rng.random(n) < 0.5, 1] = np.nan
    return whole, holed


def test_draws_follow_the_equation_that_the_observed_rows_obey():
    whole, holed = correlated()
    train, test = complete(holed[:300], holed[300:], ("a", "b"), 7, [])
    lost = np.isnan(holed[:, 1])
    done = np.vstack([train, test])
    np.testing.assert_array_equal(done[~lost], holed[~lost])
    observed = holed[:300][~lost[:300]]  # of the training rows
    line = np.polynomial.Polynomial.fit(observed[:, 0], observed[:, 1], deg=1)
    spread = (observed[:, 1] - line(observed[:, 0])).std(ddof=2)
    drawn = done[lost, 1] - line(whole[lost, 0])
    assert abs(drawn.mean()) < 3 * spread / np.sqrt(len(drawn))
    assert drawn.std() == pytest.approx(spread, rel=3 / np.sqrt(2 * len(drawn)))  # means would have none
    assert observed[:, 1].min() <= done[lost, 1].min()
    assert done[lost, 1].max() <= observed[:, 1].max()


def test_test_rows_teach_nothing():
    _, holed = correlated()
    other = holed[300:].copy()
    other[:, 0] += 50
    first, _ = complete(holed[:300], holed[300:], ("a", "b"), 7, [])
    second, _ = complete(holed[:300], other, ("a", "b"), 7, [])
    np.testing.assert_array_equal(first, second)


def test_a_feature_that_is_never_observed_is_set_to_zero_and_recorded():
    _, holed = correlated(60)
    holed[:40, 1] = np.nan
    events = []
    train, test = complete(holed[:40], holed[40:], ("a", "b"), 7, events)
    assert (train[:, 1] == 0).all()
    assert (test[:, 1] == 0).all()
    assert [event.event for event in events] == ["empty_feature"]
    assert "feature b" in events[0].detail


@pytest.fixture(scope="module")
def table():
    return analysis_table(n=200, patients=140, seed=6)


@pytest.fixture(scope="module")
def block(table):
    return run(table)


def imputed(table, block, **changes):
    given = {"imputations": 2, "splits": [0, 1], "settings": SETTINGS} | changes
    return run_imputations(table, block.vtss, **CELL, **given)


def test_the_differences_are_those_of_the_two_tables(table, block, tmp_path):
    found = imputed(table, block)
    IMPUTATIONS.write(found.fits, tmp_path / "fits.parquet")
    EVENTS.write(found.events, tmp_path / "events.parquet")
    assert found.fits["imputations"].eq(2).all()
    compared = imputation_differences(found.fits, block.sweep, block.vtss)
    assert list(compared) == list(IMPUTATION_COLUMNS)
    fits = found.fits.set_index(["subject", "split"])["balanced_risk"]
    own = block.sweep.set_index(["multiplier", "split"])["balanced_risk"]
    by = compared.set_index(["subject", "metric"])
    assert by.loc[("m=1", "balanced_risk"), "mean_difference"] == pytest.approx(
        (fits["m=1"] - own[1.0]).mean()
    )
    gains = (fits["m=1"] - fits["m=0"]).mean(), (own[1.0] - own[0.0]).mean()
    assert by.loc[("m=1", "gain"), "mean_difference"] == pytest.approx(gains[0] - gains[1])
    chosen = block.vtss[block.vtss["criterion"] == "balanced_loss"]["balanced_risk"].mean()
    assert by.loc[("vtss", "balanced_risk"), "default_mean"] == pytest.approx(chosen)
    assert (compared["n_splits"] == 2).all()


def test_blocks_of_splits_are_those_of_the_whole(table, block):
    together, apart = imputed(table, block, imputations=1), imputed(table, block, imputations=1, splits=[1])
    kept = together.fits[together.fits["split"] == 1].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, apart.fits, check_exact=True)


def test_without_missing_values_nothing_is_imputed_and_that_is_said(table):
    whole = table.fillna(0.0)
    block = run(whole)
    found = imputed(whole, block)
    assert found.fits.empty
    assert found.events["event"].tolist() == [NOT_RUN] * 2
    compared = imputation_differences(found.fits, block.sweep, block.vtss)
    assert compared["note"].str.contains("no value is missing").all()
    assert compared["n_splits"].tolist() == [0]


def test_indicators_are_those_of_scikit_learn(table):
    """A feature's indicator; one that is missing with another shares its column, one never missing has none."""
    more = table.assign(twin_mean=table["wbc_mean"] * 2, whole_mean=table["inr_mean"].fillna(0)).sort_values(
        "admission_id"
    )
    names = [name for name in more if name.endswith("_mean")]
    rows = read_rows(more, "t", replace(SETTINGS, missing_indicators=True))
    expected = MissingIndicator(features="missing-only").fit(more[names].to_numpy())
    assert [names[i] for i in expected.features_] == [n for n in names if n != "whole_mean"]
    told = [f"{names[i]}_missing" for i in expected.features_ if names[i] != "twin_mean"]
    assert rows.features == (*names, *told)
    found = expected.transform(more[names].to_numpy())[
        :, [names[i] != "twin_mean" for i in expected.features_]
    ]
    np.testing.assert_array_equal(rows.X[:, len(names) :], found.astype(float))


def test_indicators_reach_the_fits_and_the_ledger(table):
    given = replace(SETTINGS, missing_indicators=True)
    plain, indicated = run(table, splits=[0]), run(table, splits=[0], settings=given)
    assert not np.allclose(plain.sweep["balanced_risk"], indicated.sweep["balanced_risk"])
    whole = table.fillna(0.0)
    told = run(whole, splits=[0], settings=given)
    assert "no_missing_values" in set(told.events["event"])
    pd.testing.assert_frame_equal(told.sweep, run(whole, splits=[0]).sweep)
