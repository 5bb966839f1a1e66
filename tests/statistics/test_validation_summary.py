import numpy as np
import pandas as pd
import pytest
from scipy import stats

from synthsize.contracts.results import VTSS
from synthsize.statistics.validation_summary import VALIDATION_COLUMNS, validation_curves

GRID = [0.0, 0.5, 1.0]


def vtss(curves, chosen=None, grid=GRID, **cell):
    """Rows of one cell, a split per validation curve."""
    cell = {"task": "t", "classifier": "logistic", "generator": "smote", "criterion": "balanced_loss"} | cell
    rows = [
        {
            **dict.fromkeys(VTSS.columns, 0.0),
            **cell,
            "split": split,
            "multiplier": 0.5 if chosen is None else chosen[split],
            "multipliers": np.array(grid),
            "validation_mean": np.array(curve),
        }
        for split, curve in enumerate(curves)
    ]
    return pd.DataFrame(rows)


def summarise(rows):
    """Summarise against a sweep of the same splits: 80 training and 20 test rows, or 79 and 21 by turns."""
    sweep = rows[["task", "classifier", "generator", "split"]].drop_duplicates()
    odd = sweep["split"] % 2
    return validation_curves(sweep.assign(n_train=80 - odd, n_test=20 + odd), rows)


def normal(rows):
    return summarise(rows).query("interval == 'normal'").reset_index(drop=True)


def test_means_and_the_interval_of_scipy():
    curves = np.random.default_rng(0).normal(0.6, 0.05, (7, 3))
    table = normal(vtss(curves, chosen=[0, 0.5, 0.5, 1, 1, 1, 1]))
    assert list(table.columns) == list(VALIDATION_COLUMNS)
    assert table[["n_train_mean", "n_test_mean"]].iloc[0].tolist() == pytest.approx([80 - 3 / 7, 20 + 3 / 7])
    assert table["multiplier"].tolist() == GRID
    np.testing.assert_allclose(table["mean"], curves.mean(axis=0))
    low, high = stats.norm.interval(0.95, curves.mean(axis=0), stats.sem(curves, axis=0))
    np.testing.assert_allclose(table[["low", "high"]], np.column_stack([low, high]))
    assert table["chosen_median"].tolist() == [1.0] * 3
    assert (table["n_splits"] == 7).all()
    assert (table["note"] == "").all()


def test_the_corrected_interval_takes_the_rows_that_validation_scores():
    """By hand: splits validate on their training rows, so these are the share that two splits have in common."""
    curves = np.array([[0.50, 0.40], [0.60, 0.42], [0.55, 0.47], [0.58, 0.44]])
    table = summarise(vtss(curves, grid=[0.0, 1.0])).query("interval == 'nadeau_bengio'")
    ratio = np.mean([80 / 20, 79 / 21])
    half = 3.182446305 * np.sqrt(1 / 4 + ratio) * curves.std(axis=0, ddof=1)  # t with 3 degrees of freedom
    np.testing.assert_allclose(table["high"] - table["mean"], half)
    np.testing.assert_allclose(table["mean"] - table["low"], half)


def test_a_cell_and_criterion_each_have_a_curve_of_their_own():
    one, other = vtss([[3, 2, 1]] * 2), vtss([[0.5, 0.6, 0.7]] * 2, criterion="balanced_accuracy")
    third = vtss([[9, 9, 9]] * 2, generator="jitter")
    table = normal(pd.concat([one, other, third]))
    found = table.groupby(["generator", "criterion"])["mean"].apply(list).to_dict()
    assert found == {
        ("smote", "balanced_loss"): [3, 2, 1],
        ("smote", "balanced_accuracy"): [0.5, 0.6, 0.7],
        ("jitter", "balanced_loss"): [9, 9, 9],
    }


def test_one_split_has_no_interval_and_says_so():
    table = normal(vtss([[0.3, 0.2, 0.1]]))
    assert table["mean"].tolist() == [0.3, 0.2, 0.1]
    assert table[["low", "high"]].isna().all(axis=None)
    assert set(table["note"]) == {"one split: no interval, no test"}


def test_a_missing_value_is_not_averaged_away():
    table = normal(vtss([[0.3, np.nan, 0.1], [0.4, 0.2, 0.2]]))
    assert table["mean"].isna().tolist() == [False, True, False]
    assert table["note"].tolist() == ["", "1 of 2 splits lack a value", ""]


def test_splits_with_grids_of_their_own():
    table = normal(pd.concat([vtss([[3, 2, 1]]), vtss([[4, 3]], grid=[0, 1]).assign(split=1)]))
    assert table["mean"].tolist()[::2] == [3.5, 2.0]
    assert np.isnan(table["mean"][1])


def test_no_row_gives_an_empty_table():
    assert list(normal(vtss([[1, 1, 1]])[:0]).columns) == list(VALIDATION_COLUMNS)
