"""Transport beside the random splits, against pandas and SciPy by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from synthsize.statistics.intervals import nadeau_bengio_interval
from synthsize.statistics.transport import (
    CONTROLS,
    METRICS,
    TRANSPORT_COLUMNS,
    Results,
    describe_strata,
    transport_table,
)

KEYS = {"task": "t", "classifier": "logistic"}


def results(splits, seed, generators=("smote",), lost=()):
    rng = np.random.default_rng(seed)

    def row(**keys):
        return {**KEYS, **keys, "n_train": 80, "n_test": 20, **dict(zip(METRICS, rng.random(6), strict=True))}

    sweep = [
        row(generator=g, strategy="oversample", split=s, multiplier=m)
        for g in generators
        for s in splits
        for m in (0.0, 0.5, 1.0)
    ]
    vtss = [
        row(generator=g, split=s, criterion="balanced_loss") | {"multiplier": rng.random()}
        for g in generators
        for s in splits
    ]
    controls = [row(control=c, split=s, multiplier=np.nan) for c in (*CONTROLS, "weights") for s in splits]
    for split in lost:
        vtss[split]["auroc"] = np.nan
    return Results(*(pd.DataFrame(rows) for rows in (sweep, vtss, controls)))


def held_out(strata):
    return pd.DataFrame(
        [{"task": "t", "stratum": s, "split": i, "whole": False, "note": ""} for i, s in enumerate(strata)]
        + [{"task": "t", "stratum": "tiny", "split": -1, "whole": False, "note": "too few"}]
    )


def one(table, **wanted):
    for column, value in wanted.items():
        table = table[table[column] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_differences_within_a_stratum_allow_for_the_overlap_of_its_test_sets():
    moved, strata = results(range(6), 1), ["a", "b"] * 3
    table = transport_table(results(range(4), 0), moved, held_out(strata), test_size=0.25)
    assert list(table) == list(TRANSPORT_COLUMNS)
    row = one(
        table, place="stratum", stratum="a", metric="excess_risk", subject="vtss", reference="prior_shift"
    )
    prior = moved.controls[moved.controls["control"] == "prior_shift"].set_index("split")["excess_risk"]
    values = (moved.vtss.set_index("split")["excess_risk"] - prior).loc[[0, 2, 4]]
    assert row["mean"] == pytest.approx(values.mean())
    half = stats.t.ppf(0.975, 2) * np.sqrt(1 / 3 + 0.25 / 0.75) * values.std()
    assert row["nadeau_bengio_high"] - row["mean"] == pytest.approx(half)
    assert row["n_splits"] == 3
    assert set(table["place"]) == {"random", "stratum"}  # two strata tell nothing of a third


def test_the_spread_over_test_sets_of_one_stratum_gives_the_error_for_its_new_patients():
    """Of a mean over test sets that each hold a share f of n patients; the truth is a population's mean."""
    rng = np.random.default_rng(3)
    patients, f, splits = 200, 0.25, 40
    pools = rng.normal(size=(400, patients))
    draws = np.stack(
        [rng.permuted(pools, axis=1)[:, : round(f * patients)].mean(axis=1) for _ in range(splits)]
    )
    low, high = nadeau_bengio_interval(draws, 1 - f, f)
    errors = (high - low) / 2 / stats.t.ppf(0.975, splits - 1)
    # The mean over the draws varies with the pool, 1 / n, and with which of its patients were drawn.
    variance = 1 / patients + (1 - f) / f / patients / splits
    assert (errors**2).mean() == pytest.approx(variance, rel=0.05)
    assert draws.mean(axis=0).var() == pytest.approx(variance, rel=0.2)
    covered = (low < 0) & (high > 0)
    assert covered.mean() == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / len(pools)))


def test_the_random_splits_are_those_of_the_run():
    random = results(range(4), 0)
    table = transport_table(random, results(range(2), 1), held_out(["a", "b"]), test_size=0.25)
    row = one(table, place="random", metric="auroc", subject="m=1", reference="")
    values = random.sweep.loc[random.sweep["multiplier"] == 1, "auroc"]
    assert row["mean"] == pytest.approx(values.mean())
    half = stats.t.ppf(0.975, 3) * np.sqrt(1 / 4 + 20 / 80) * values.std()
    assert row["nadeau_bengio_low"] == pytest.approx(max(row["mean"] - half, 0))
    assert one(table, place="random", subject="vtss", metric="multiplier", reference="")[
        "mean"
    ] == pytest.approx(random.vtss["multiplier"].mean())


def test_each_stratum_counts_once_in_their_mean():
    moved, strata = results(range(5), 1), ["a", "a", "a", "b", "c"]
    table = transport_table(results(range(4), 0), moved, held_out(strata), test_size=0.2)
    values = moved.sweep[moved.sweep["multiplier"] == 0].set_index("split")["auroc"]
    means = values.groupby(pd.Series(strata)).mean()
    row = one(table, place="strata", metric="auroc", subject="m=0", reference="")
    assert row["mean"] == pytest.approx(means.mean())
    assert row["n_splits"] == 3
    assert row["normal_high"] - row["mean"] == pytest.approx(stats.norm.ppf(0.975) * means.std() / np.sqrt(3))
    alone = one(table, stratum="b", metric="auroc", subject="m=0", reference="")
    assert np.isnan(alone["nadeau_bengio_low"])
    assert "one split" in alone["note"]


def test_a_lost_value_is_no_mean_of_the_others():
    moved = results(range(6), 1, lost=[2])
    table = transport_table(results(range(4), 0), moved, held_out(["a", "b", "c"] * 2), test_size=0.2)
    for place in ({"stratum": "c"}, {"place": "strata"}):
        row = one(table, metric="auroc", subject="vtss", reference="", **place)
        assert np.isnan(row["mean"])
        assert "lack a value" in row["note"]


def test_a_task_without_strata_says_so():
    random, moved = results(range(4), 0), results(range(2), 1)
    nothing = Results(*(frame[:0] for frame in (moved.sweep, moved.vtss, moved.controls)))
    table = transport_table(random, nothing, held_out([]), test_size=0.2)
    row = one(table, place="none")
    assert row["n_splits"] == 0
    assert "transport_strata.csv" in row["note"]
    strata = describe_strata(held_out([]))
    assert strata.to_dict("records") == [
        {"task": "t", "stratum": "tiny", "splits": 0, "whole": False, "note": "too few"}
    ]
