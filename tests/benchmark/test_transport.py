"""Splits that hold out a stratum, and the benchmark on them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, roc_auc_score
from sklearn.preprocessing import StandardScaler
from small_blocks import SETTINGS, analysis_table

from synthsize.benchmark.split_data import deal_strata, draw_split, read_rows
from synthsize.benchmark.transport_block import (
    held_out_strata,
    run_transport_block,
    run_transport_controls,
)
from synthsize.contracts.results import CONTROLS, EVENTS, NOT_RUN, SWEEP, VTSS
from synthsize.contracts.transport import HELD_OUT

LEAST = 10


def settings(splits, least=LEAST, **changes):
    return replace(SETTINGS, transport={"splits": splits, "least_positives": least}, **changes)


@pytest.fixture
def table():
    """Two strata that can be held out, `few` with too few positives, and patients who stand in several."""
    made = analysis_table(n=400, patients=600, seed=3)
    made["stratum"] = np.random.default_rng(11).choice(
        ["east", "west", "few"], len(made), p=[0.5, 0.45, 0.05]
    )
    return made


def run(table, splits, run_settings):
    return run_transport_block(
        table, task="t", classifier="logistic", generator="smote", splits=splits, settings=run_settings
    )


def test_no_patient_of_the_stratum_is_trained_on(table):
    given = settings(6)
    rows = read_rows(table, "t", given)
    dealing = deal_strata(rows, given)
    assert set(dealing.held_out) == {"east", "west"}
    assert not dealing.whole
    tested = {name: set() for name in dealing.held_out}
    for number in range(dealing.n_splits):
        split, stratum = draw_split(rows, given, number), dealing.stratum(number)
        assert set(rows.strata[split.test]) == {stratum}
        assert stratum not in set(rows.strata[split.train])
        of_stratum = rows.groups[rows.strata == stratum]
        assert not np.isin(rows.groups[split.train], of_stratum).any()
        patients = len(np.unique(of_stratum))
        assert len(np.unique(rows.groups[split.test])) == pytest.approx(0.2 * patients, abs=1)
        elsewhere = set(rows.groups) - set(of_stratum)
        assert len(np.unique(rows.groups[split.train])) == pytest.approx(0.8 * len(elsewhere), abs=1)
        tested[stratum].add(tuple(split.test))
    assert all(len(drawn) == 3 for drawn in tested.values())


def test_many_strata_are_held_out_once_and_whole(table):
    given = settings(3)
    rows = read_rows(table, "t", given)
    dealing = deal_strata(rows, given)
    assert dealing.whole
    assert dealing.n_splits == 2
    for number in range(2):
        split = draw_split(rows, given, number)
        inside = rows.strata == dealing.stratum(number)
        assert split.test.tolist() == np.flatnonzero(inside).tolist()
        assert split.train.tolist() == np.flatnonzero(~np.isin(rows.groups, rows.groups[inside])).tolist()


def test_more_strata_than_splits_leave_those_with_fewest_positives_out(table):
    positives = table[table["label"]].groupby("stratum")["patient_id"].nunique()
    found = held_out_strata(table, task="t", settings=settings(1))
    tested = found[found["split"] >= 0]
    assert tested["stratum"].tolist() == [positives.idxmax()]
    reasons = found[found["split"] < 0].set_index("stratum")["note"]
    assert "experiment.splits" in reasons[positives.drop("few").idxmin()]
    assert "least_positives" in reasons["few"]
    assert not found["note"].str.contains(r"\d").any()  # counts of small strata are not told


def test_a_whole_stratum_is_scored_as_by_hand(table):
    """Against scikit-learn on a split made with pandas alone."""
    complete = table.drop_duplicates("patient_id").fillna(0.0).reset_index(drop=True)
    given = settings(3)
    block = run(complete, range(3), given)
    dealing = deal_strata(read_rows(complete, "t", given), given)
    features = [name for name in complete if name.endswith("_mean")]
    for number, rows in block.sweep[block.sweep["multiplier"] == 0].groupby("split"):
        inside = complete["stratum"] == dealing.stratum(number)
        train, test = complete[~inside], complete[inside]
        scaler = StandardScaler().fit(train[features])
        fit = LogisticRegression(tol=1e-10, max_iter=10_000).fit(
            scaler.transform(train[features]), train["label"]
        )
        scores = fit.decision_function(scaler.transform(test[features]))
        row = rows.iloc[0]
        assert (row["n_train"], row["n_test"]) == (len(train), len(test))
        assert row["auroc"] == pytest.approx(roc_auc_score(test["label"], scores))
        assert row["balanced_accuracy"] == pytest.approx(balanced_accuracy_score(test["label"], scores > 0))
    assert set(block.sweep["split"]) == {0, 1}  # the third split has no stratum left


def test_cells_and_controls_share_their_splits(table, tmp_path):
    given = settings(4)
    block = run(table, range(4), given)
    controls = run_transport_controls(
        table,
        task="t",
        classifier="logistic",
        controls=["none", "class_weight"],
        splits=range(4),
        settings=given,
    )
    raw = block.sweep[block.sweep["multiplier"] == 0].set_index("split")
    none = controls.controls[controls.controls["control"] == "none"].set_index("split")
    np.testing.assert_allclose(none["balanced_risk"], raw["balanced_risk"], rtol=1e-5)
    assert none["n_test"].tolist() == raw["n_test"].tolist()
    assert set(block.events.loc[block.events["event"] == "shared_with_stratum", "split"]) == {0, 1, 2, 3}
    for contract, frame in ((SWEEP, block.sweep), (VTSS, block.vtss), (EVENTS, block.events)):
        contract.write(frame, tmp_path / "rows.parquet")
    CONTROLS.write(controls.controls, tmp_path / "rows.parquet")
    HELD_OUT.write(held_out_strata(table, task="t", settings=given), tmp_path / "rows.parquet")


@pytest.mark.parametrize("case", ["one stratum", "nothing elsewhere", "all small"])
def test_without_two_strata_nothing_is_run_and_that_is_recorded(table, case):
    if case == "one stratum":
        table["stratum"] = None
    if case == "nothing elsewhere":
        table["stratum"] = np.where(table["stratum"] == "few", "few", "east")
    given = settings(4, least=1000 if case == "all small" else LEAST)
    block = run(table, range(2), given)
    assert block.sweep.empty
    assert block.events["event"].tolist() == [NOT_RUN] * 2
    controls = run_transport_controls(
        table, task="t", classifier="logistic", controls=["none"], splits=range(2), settings=given
    )
    assert controls.controls.empty
    found = held_out_strata(table, task="t", settings=given)
    assert (found["split"] == -1).all()
    assert found["note"].str.len().min() > 0


def test_splits_by_admission_may_share_patients(table):
    given = settings(3, group_by="admission")
    rows = read_rows(table, "t", given)
    split = draw_split(rows, given, 0)
    assert len(split.train) + len(split.test) == len(rows.y)
    assert pd.Series(rows.groups).is_unique
