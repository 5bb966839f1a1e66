"""Learners on the same test rows, from levels written down by hand."""

import numpy as np
import pandas as pd
import pytest
from run_names import names_of
from small_blocks import SETTINGS, analysis_table
from small_blocks import run as run_small_block

from synthsize.benchmark.controls import run_controls
from synthsize.contracts.summaries import SUMMARIES
from synthsize.report.tables.learners import learner_effort_table, unequal_effort
from synthsize.statistics.intervals import nadeau_bengio_interval
from synthsize.statistics.learner_answers import raw_against_oversampled
from synthsize.statistics.learner_comparison import compare_learners
from synthsize.statistics.learner_effort import learner_effort
from synthsize.statistics.learner_levels import LEVEL_COLUMNS, learner_levels, reference_learner
from synthsize.statistics.significance import holm

SCORES = {"svm": "margin", "logistic": "log_odds", "trees": "log_odds"}
LINEAR = ["svm", "logistic"]
SHAPE = np.array([0.0, 0.01, -0.01, 0.004, -0.004, 0.0])  # over the splits


def levels(auroc, splits=6, task="t"):
    """Rows of (classifier, recipe) with a mean AUROC each, whose differences vary over the splits."""
    rows = []
    for number, ((classifier, recipe), mean) in enumerate(auroc.items()):
        for split in range(splits if classifier != "svm" else splits - 2):
            value = mean + SHAPE[(split + number) % len(SHAPE)] / 5
            sizes = {"n_train": 80, "n_test": 20}
            other = {"balanced_risk": 1 - value, "balanced_accuracy": value - 0.05, "auroc": value}
            rows.append(
                {"task": task, "classifier": classifier, "recipe": recipe, "split": split, **sizes, **other}
            )
    return pd.DataFrame(rows)[LEVEL_COLUMNS]


EVERY = levels(
    {
        ("logistic", "none"): 0.70,
        ("logistic", "class_weight"): 0.71,
        ("logistic", "smote"): 0.72,
        ("logistic", "jitter"): 0.71,
        ("svm", "none"): 0.60,
        ("svm", "class_weight"): 0.70,
        ("svm", "smote"): 0.71,
        ("trees", "none"): 0.80,
        ("trees", "prior_shift"): 0.80,
        ("trees", "class_weight"): 0.79,
    }
)


def test_differences_are_those_of_the_splits_that_both_have():
    found = compare_learners(EVERY, SCORES).set_index(["classifier", "recipe", "metric"])
    assert set(found["reference"]) == {"logistic"}
    assert set(found["reference_recipe"]) == {"class_weight"}
    row = found.loc[("svm", "class_weight", "auroc")]
    own, other = (
        EVERY[(EVERY["classifier"] == name) & (EVERY["recipe"] == "class_weight") & (EVERY["split"] < 4)][
            "auroc"
        ]
        for name in ("svm", "logistic")
    )
    difference = own.to_numpy() - other.to_numpy()
    assert row["n_splits"] == 4
    assert row["mean_difference"] == pytest.approx(difference.mean())
    low, high = nadeau_bengio_interval(difference, 80, 20)
    assert (row["nadeau_bengio_low"], row["nadeau_bengio_high"]) == pytest.approx((low, high))
    assert (row["mean"], row["reference_mean"]) == pytest.approx((own.mean(), other.mean()))


def test_no_hinge_loss_is_set_against_a_log_loss_and_no_shift_against_its_own_ranking():
    found = compare_learners(EVERY, SCORES)
    assert set(found.loc[found["classifier"] == "svm", "metric"]) == {"balanced_accuracy", "auroc"}
    of_trees = found[found["classifier"] == "trees"]
    assert set(of_trees["metric"]) == {"balanced_risk", "balanced_accuracy", "auroc"}
    assert set(of_trees.loc[of_trees["recipe"] == "prior_shift", "metric"]) == {
        "balanced_risk",
        "balanced_accuracy",
    }


def test_the_tests_of_one_metric_are_adjusted_together_over_tasks():
    both = pd.concat([EVERY, EVERY.assign(task="u")])
    found = compare_learners(both, SCORES)
    for metric, rows in found.groupby("metric"):
        assert set(rows["family"]) == {metric}
        assert (rows["family_size"] == len(rows)).all()
        assert rows["holm_p"].to_numpy() == pytest.approx(holm(rows["nadeau_bengio_p"]), nan_ok=True)


def test_the_reference_is_judged_by_the_joint_choice_where_the_run_has_it():
    joint = levels({("logistic", "joint"): 0.74, ("trees", "joint"): 0.81})
    found = compare_learners(pd.concat([EVERY, joint]), SCORES)
    assert set(found["reference_recipe"]) == {"joint"}
    assert "joint" in set(found.loc[found["classifier"] == "trees", "recipe"])


@pytest.mark.parametrize(
    ("scores", "name"),
    [
        (SCORES, "logistic"),
        ({"svm": "margin", "trees": "log_odds"}, "trees"),
        ({"svm": "margin", "ridge": "margin"}, "svm"),
    ],
)
def test_the_reference_estimates_log_odds_if_any_learner_does(scores, name):
    assert reference_learner(scores) == name


def test_a_learner_is_simply_better_only_if_it_is_better_than_every_rival():
    found = raw_against_oversampled(EVERY, SCORES, LINEAR, ["smote", "jitter"])
    found = found.set_index(["recipe", "metric"])
    row = found.loc[("none", "auroc")]
    assert (row["rivals"], row["verdict"]) == (3, "better")
    assert row["p_better"] <= 0.05
    assert found.loc[("none", "balanced_risk"), "rivals"] == 2  # the hinge loss of the SVM is no rival
    assert ("prior_shift", "auroc") not in found.index


def test_one_better_rival_beats_and_one_unlike_leaves_open():
    worse = EVERY.assign(auroc=EVERY["auroc"].mask(EVERY["classifier"] == "trees", EVERY["auroc"] - 0.08))
    lost = raw_against_oversampled(worse, SCORES, LINEAR, ["smote", "jitter"])
    row = lost.set_index(["recipe", "metric"]).loc[("none", "auroc")]
    assert (row["verdict"], row["rival"], row["rival_generator"]) == ("open", "logistic", "smote")
    beaten = worse.assign(auroc=worse["auroc"].mask(worse["recipe"] == "smote", worse["auroc"] + 0.1))
    found = raw_against_oversampled(beaten, SCORES, LINEAR, ["smote", "jitter"])
    row = found.set_index(["recipe", "metric"]).loc[("none", "auroc")]
    assert (row["verdict"], row["rival_generator"]) == ("beaten", "smote")
    assert row["mean_difference"] < 0


def test_a_rival_without_a_split_in_common_leaves_it_open_by_name():
    late = EVERY[(EVERY["classifier"] != "trees") | (EVERY["split"] >= 4)]
    found = raw_against_oversampled(late, SCORES, LINEAR, ["smote"])
    row = found.set_index(["recipe", "metric"]).loc[("none", "auroc")]
    assert row["verdict"] == "open"
    assert row["note"] == "not compared: svm with smote"
    assert np.isnan(row["p_better"])


def test_one_learner_gives_empty_tables_of_the_right_columns(tmp_path):
    alone = {"logistic": "log_odds"}
    own = EVERY[EVERY["classifier"] == "logistic"]
    tables = {
        "learner_differences": compare_learners(own, alone),
        "learner_answers": raw_against_oversampled(own, alone, ["logistic"], ["smote"]),
    }
    for name, table in tables.items():
        assert table.empty
        SUMMARIES[name].write(table, tmp_path / name)
        assert SUMMARIES[name].read(tmp_path / name).empty


def test_the_effort_behind_each_learner_is_counted():
    """Sizes and splits from the rows of the run; of tasks that differ, the one with most."""
    cells = pd.DataFrame(
        [
            *(("t", "trees", "smote", m, s) for m in (0.0, 1.0) for s in range(3)),
            *(("t", "logistic", "smote", m, s) for m in (0.0, 0.5, 1.0) for s in range(4)),
            *(("u", "logistic", "smote", m, s) for m in (0.0, 0.5, 1.0) for s in range(2)),
        ],
        columns=["task", "classifier", "generator", "multiplier", "split"],
    )
    weights = cells[cells["classifier"] == "logistic"].drop(columns="generator").assign(control="weights")
    five, three = {"folds": 5, "repeats": 10}, {"folds": 3, "repeats": 1}
    validation = {"trees": {"smote": three, "controls": three}, "logistic": {"smote": five, "controls": five}}
    found = learner_effort(cells, weights, validation)
    assert found.to_dict("list") == {
        "classifier": ["trees", "logistic", "logistic"],
        "generator": ["smote", "smote", "controls"],
        "sizes": [2, 3, 3],
        "folds": [3, 5, 5],
        "repeats": [1, 10, 10],
        "fits_per_split": [6, 150, 150],
        "n_splits": [3, 4, 4],
    }
    assert unequal_effort(found)
    assert not unequal_effort(found[found["classifier"] == "logistic"])
    shown = learner_effort_table(found, names=names_of({"t": "T"}))
    assert shown["learner"].tolist() == ["Logistic regression", "trees"]
    assert shown["generators"].tolist() == ["SMOTE; tuned weights", "SMOTE"]


def test_levels_are_read_off_the_run_as_it_is():
    block = run_small_block(splits=[0, 1])
    controls = run_controls(
        analysis_table(),
        task="t",
        classifier="logistic",
        controls=["none", "prior_shift", "class_weight"],
        splits=[0, 1],
        settings=SETTINGS,
    ).controls
    found = learner_levels(block.sweep, block.vtss, controls)
    assert {"none", "prior_shift", "class_weight", block.sweep["generator"].iloc[0]} == set(found["recipe"])
    raw = found[found["recipe"] == "none"].set_index("split")
    m0 = block.sweep[block.sweep["multiplier"] == 0].set_index("split")
    for name in ("n_train", "n_test", "balanced_risk", "auroc"):
        assert raw[name].to_numpy() == pytest.approx(m0[name].to_numpy())
