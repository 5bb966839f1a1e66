"""Probabilities of 0 that came true."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier
from small_blocks import SETTINGS, analysis_table, run

from synthsize.balance import make_learner
from synthsize.balance.certainty import wrong_certainties
from synthsize.benchmark.controls import run_controls
from synthsize.benchmark.split_data import draw_split, read_rows

TREE = {"class": "sklearn.tree.DecisionTreeClassifier", "params": {}}
SMALL = replace(SETTINGS, multipliers=(0.0, 1.0), repeats=1, learner=TREE)
NAME = "certain_and_wrong"


def of_kind(events):
    return events[events["event"] == NAME]


@pytest.fixture(scope="module")
def split():
    table = analysis_table()
    return table, draw_split(read_rows(table, "t", SMALL), SMALL, 0)


def test_every_row_that_a_tree_rules_out_is_counted(split):
    _, rows = split
    learner = make_learner(DecisionTreeClassifier())
    fits = learner.fit(rows.X_train, rows.y_train, random_state=0)
    own = fits.models()[0].predict_proba(rows.X_test)[np.arange(len(rows.y_test)), rows.y_test]
    counted, scores = int((own == 0).sum()), fits.scores(rows.X_test)
    assert counted > 0
    (event,) = wrong_certainties(learner, scores, rows.y_test, (0.5,))
    assert event.event == NAME
    assert event.detail.startswith(f"m = 0.5: up to {counted} of {len(own)} rows")
    assert wrong_certainties(make_learner("svm"), scores, rows.y_test, (0.5,)) == []
    assert wrong_certainties(learner, np.clip(scores, -20, 20), rows.y_test, (0.5,)) == []


def test_a_block_records_them_on_test_rows_and_in_folds(split):
    found = of_kind(run(split[0], [0], SMALL, "tree").events)
    assert found[["repeat", "fold"]].to_numpy().tolist() == [[-1, -1], [0, 0], [0, 1], [0, 2]]
    assert found["detail"].str.contains("counted as 1e-15, a loss of 34.5 nats").all()
    by_accuracy = replace(SMALL, criteria=("balanced_accuracy",))
    assert len(of_kind(run(split[0], [0], by_accuracy, "tree").events)) == 1
    assert of_kind(run(split[0], [0]).events).empty


def test_controls_record_them_by_name(split):
    names = ["none", "prior_shift", "class_weight"]
    found = run_controls(
        split[0], task="t", classifier="tree", controls=names, splits=[0], settings=SMALL
    ).events
    assert sorted(of_kind(found)["generator"]) == sorted(names)


@pytest.mark.parametrize("name", ["random_forest", "boosting"])
def test_the_trees_of_the_catalogue_rule_nothing_out(name):
    """Not even on classes that do not overlap, whose leaves are all of one class."""
    rng = np.random.default_rng(0)
    y = (rng.random(600) < 0.2).astype(np.int8)
    X = rng.normal(size=(600, 3)) + 6.0 * y[:, np.newaxis]
    learner = make_learner(name)
    copies = np.repeat(X[:400][y[:400] == 1], 4, axis=0)
    fits = learner.fit_sizes(X[:400], y[:400], copies, [0, len(copies)], random_state=0, events=[])
    assert wrong_certainties(learner, fits.scores(X[400:]), 1 - y[400:], (0.0, 2.0)) == []
