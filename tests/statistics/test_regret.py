"""Regret of VTSS: the bias of the minimum, by hand and by simulation, and what a gap looks like."""

import numpy as np
import pytest

from synthsize.statistics.regret import REGRET_COLUMNS, naive_best, split_half_best, vtss_regret


def rng():
    return np.random.default_rng(11)


def test_two_splits_by_hand():
    costs = np.array([[1.0, 2.0], [4.0, 3.0]])  # split 0 prefers the first multiplier, split 1 the second
    best, read = naive_best(costs)
    assert (best, read.tolist()) == (0, [1, 4])  # equal means: the first
    best, read = split_half_best(costs, rng(), halvings=7)
    assert (best, read.tolist()) == (0, [2, 4])  # each split read at the other's pick


def test_every_halving_reads_each_split_once():
    costs = np.tile(np.arange(5.0)[:, None], 3)  # the same at all multipliers
    assert split_half_best(costs, rng())[1] == pytest.approx(np.arange(5.0))


def test_enough_halves_are_averaged_that_their_draw_hardly_matters():
    costs = rng().normal(size=(10, 8))
    one, other = (split_half_best(costs, np.random.default_rng(seed))[1] for seed in (1, 2))
    assert np.abs(one - other).max() < 0.5  # a single halving moves a split's reading by up to 3


def test_without_differences_naive_is_biased_and_split_halves_are_not():
    """All multipliers are equally good and VTSS keeps one: the true regret is 0."""
    generator = rng()
    naive, halves = [], []
    for _ in range(300):
        costs = generator.normal(size=(10, 8))
        kept = costs[:, 3]
        naive.append((kept - naive_best(costs)[1]).mean())
        halves.append((kept - split_half_best(costs, generator, halvings=20)[1]).mean())
    errors = np.std([naive, halves], axis=1, ddof=1) / np.sqrt(300)
    assert np.mean(naive) > 10 * errors[0]
    assert abs(np.mean(halves)) < 3 * errors[1]


def test_a_clear_best_is_found_both_ways(results):
    risk = np.array([0.3, 0.1, 0.15, 0.2]) + rng().normal(scale=0.001, size=(6, 4))
    chosen = [1, 2, 1, 2, 1, 1]
    run = results(risk, chosen)
    frame = vtss_regret(run.sweep, run.vtss)
    assert list(frame.columns) == list(REGRET_COLUMNS)
    assert len(frame) == 2 * 2  # metrics, methods
    expected = (risk[range(6), chosen] - risk[:, 1]).mean()
    for row in frame.itertuples():
        scale = 1 if row.metric == "excess_risk" else 0.5  # accuracy is 1 - risk / 2
        assert row.regret == pytest.approx(scale * expected)
        assert row.best_multiplier == 0.5
        assert row.nadeau_bengio_low < row.normal_low < row.regret < row.normal_high < row.nadeau_bengio_high
        assert row.note == ""
    accuracy = frame.query("metric == 'balanced_accuracy' and method == 'naive'").iloc[0]
    assert accuracy["best_mean"] == pytest.approx(1 - risk[:, 1].mean() / 2)
    assert accuracy["vtss_mean"] < accuracy["best_mean"]


def test_naive_regret_is_never_below_split_half_when_vtss_is_fixed(results):
    run = results(rng().normal(size=(9, 4)), [0] * 9)
    frame = vtss_regret(run.sweep, run.vtss).query("metric == 'excess_risk'").set_index("method")["regret"]
    assert frame["naive"] > frame["split_half"]


def test_the_halves_are_seeded(results):
    run = results(rng().normal(size=(9, 4)), [0] * 9)
    first, again, other = (vtss_regret(run.sweep, run.vtss, seed=s) for s in (1, 1, 2))
    assert first.equals(again)
    assert not first.equals(other)


def test_one_split_has_no_halves(results):
    run = results([[0.3, 0.1, 0.2, 0.2]], [2])
    frame = vtss_regret(run.sweep, run.vtss).query("metric == 'excess_risk'").set_index("method")
    assert frame.loc["naive", "regret"] == pytest.approx(0.1)
    assert frame.loc["naive", "note"] == "one split: no interval, no test"
    assert np.isnan(frame.loc["split_half", "regret"])
    assert frame.loc["split_half", "note"] == "one split: no halves"


def test_a_multiplier_with_a_gap_cannot_be_best(results):
    run = results(np.array([0.3, 0.1, 0.15, 0.2]) + rng().normal(scale=0.001, size=(6, 4)), [2] * 6)
    run.sweep.loc[run.sweep["multiplier"].eq(0.5) & run.sweep["split"].eq(3), "excess_risk"] = np.nan
    frame = vtss_regret(run.sweep, run.vtss).query("metric == 'excess_risk'")
    assert (frame["best_multiplier"] == 1.0).all()
    assert frame["note"].str.contains("1 of 4 multipliers lack a split's value", regex=False).all()


def test_a_run_of_gaps_alone_keeps_its_rows(results):
    run = results(np.full((3, 4), np.nan), [2] * 3)
    frame = vtss_regret(run.sweep, run.vtss)
    assert frame["regret"].isna().all()
    assert set(frame["note"]) == {"no multiplier has a value in every split"}


def test_a_grid_of_one_multiplier_says_so(results):
    run = results(rng().normal(size=(4, 1)), [0] * 4, grid=(1.0,))
    frame = vtss_regret(run.sweep, run.vtss)
    assert (frame["regret"] == 0).all()
    assert frame["note"].str.contains("the grid has one multiplier").all()
