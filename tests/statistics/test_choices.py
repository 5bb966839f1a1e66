"""The distribution of chosen multipliers."""

import numpy as np
import pytest

from synthsize.statistics.choices import CHOICE_COLUMNS, choice_distribution

RISK = np.zeros((5, 4))


def test_counts_of_both_rules(results):
    run = results(RISK, [1, 3, 3, 0, 2])
    frame = choice_distribution(run.sweep, run.vtss)
    assert list(frame.columns) == list(CHOICE_COLUMNS)
    argmin, one_se = (frame[frame["rule"] == rule].set_index("multiplier") for rule in ("argmin", "1se"))
    assert argmin["count"].to_dict() == {0.0: 1, 0.5: 1, 1.0: 1, 1.5: 2}
    assert one_se["count"].to_dict() == {0.0: 2, 0.5: 1, 1.0: 2, 1.5: 0}
    assert argmin["share"].sum() == pytest.approx(1)
    assert argmin["lower_edge_share"].iloc[0] == 0  # nothing lies below m = 0
    assert argmin["upper_edge_share"].iloc[0] == 0.4
    assert one_se["upper_edge_share"].iloc[0] == 0
    assert set(frame["n_train_mean"]) == {run.sweep["n_train"].mean()}
    assert set(frame["n_test_mean"]) == {run.sweep["n_test"].mean()}
    assert (frame["note"] == "").all()


def test_a_split_without_a_choice_is_counted(results):
    run = results(RISK, [1, 3, 3, 0, 2])
    run.vtss.loc[0, "multiplier"] = np.nan
    argmin = choice_distribution(run.sweep, run.vtss).query("rule == 'argmin'")
    assert set(argmin["note"]) == {"1 of 5 splits lack a choice"}
    assert argmin["count"].sum() == 4
    assert argmin["share"].sum() == pytest.approx(1)


def test_one_split_and_one_multiplier_say_so(results):
    run = results(RISK[:1, :1], [0], grid=(1.0,))
    frame = choice_distribution(run.sweep, run.vtss)
    assert set(frame["note"]) == {
        "one split: no distribution; the grid has one multiplier, so there was no choice"
    }
    assert (frame[["lower_edge_share", "upper_edge_share"]] == 0).all(axis=None)  # no edge to lie on


def test_grids_of_two_multipliers_have_two_edges(results):
    run = results(RISK[:, :2], [0, 1, 1, 0, 1], grid=(0.5, 1.0))
    frame = choice_distribution(run.sweep, run.vtss)
    argmin = frame[frame["rule"] == "argmin"]
    assert argmin["count"].tolist() == [2, 3]
    assert (argmin["lower_edge_share"] + argmin["upper_edge_share"]).tolist() == pytest.approx([1, 1])


def test_a_cell_without_any_choice_keeps_its_rows(results):
    run = results(RISK, [0] * 5)
    frame = choice_distribution(run.sweep, run.vtss.assign(multiplier=np.nan, multiplier_1se=np.nan))
    assert frame["share"].isna().all()
    assert (frame["count"] == 0).all()
    assert set(frame["note"]) == {"5 of 5 splits lack a choice"}


def test_no_row_gives_an_empty_table(results):
    run = results(RISK, [0] * 5)
    assert list(choice_distribution(run.sweep[:0], run.vtss[:0])) == list(CHOICE_COLUMNS)
