"""The benchmark on nested parts of the training rows, and as it is where a part is the whole."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from small_blocks import SETTINGS, analysis_table

from synthsize.balance.risk import balanced_risk
from synthsize.benchmark.block import run_block
from synthsize.benchmark.controls import run_controls
from synthsize.benchmark.learning_curve import run_curve_block, run_curve_controls
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.split_data import draw_split, read_rows
from synthsize.benchmark.splits import TooFewRows
from synthsize.benchmark.subsamples import subsample
from synthsize.contracts.results import NOT_RUN

CELL = {"task": "t", "classifier": "logistic", "splits": (0, 1), "settings": SETTINGS}
CONTROLS = ("prior_shift", "class_weight", "weights_vtss")


@pytest.fixture(scope="module")
def split():
    return draw_split(read_rows(analysis_table(n=400, patients=320), "t", SETTINGS), SETTINGS, 0)


def test_parts_are_nested_in_proportion_and_leave_the_test_rows(split):
    parts = [subsample(split, positives, 5) for positives in (5, 12, 30)]
    whole = set(split.train)
    for smaller, larger in pairwise(parts):
        assert set(smaller.train) < set(larger.train) < whole
    ratio = (split.y_train == 0).sum() / split.y_train.sum()
    for part, positives in zip(parts, (5, 12, 30), strict=True):
        assert part.y_train.sum() == positives
        assert (part.y_train == 0).sum() == round(positives * ratio)
        assert part.test.tolist() == split.test.tolist()
        assert (np.diff(part.train) > 0).all()


def test_a_part_with_all_positives_is_the_whole(split):
    assert subsample(split, int(split.y_train.sum()), 5).train.tolist() == split.train.tolist()
    with pytest.raises(TooFewRows, match=r"learning_curve\.positives asks for 999 minority training rows"):
        subsample(split, 999, 5)


def test_a_whole_training_set_gives_the_rows_of_the_benchmark_and_too_many_positives_an_event():
    table = analysis_table(n=200, patients=200)  # one admission each: all splits have the same positives
    rows = read_rows(table, "t", SETTINGS)
    everything = int(draw_split(rows, SETTINGS, 0).y_train.sum())
    assert everything == int(draw_split(rows, SETTINGS, 1).y_train.sum())
    asked = [everything, everything + 1]
    curve = run_curve_block(table, generator="smote", positives=asked, **CELL)
    plain = run_block(table, generator="smote", **CELL)
    for found, expected in ((curve.sweep, plain.sweep), (curve.vtss, plain.vtss)):
        assert set(found["positives"]) == {everything}
        pd.testing.assert_frame_equal(found.drop(columns="positives"), expected)
    lost = curve.events[curve.events["event"] == NOT_RUN]
    assert lost["positives"].tolist() == [everything + 1] * 2
    assert lost["split"].tolist() == [0, 1]
    controls = run_curve_controls(table, controls_run=CONTROLS, positives=asked, **CELL)
    expected = run_controls(table, controls=CONTROLS, **CELL).controls
    pd.testing.assert_frame_equal(controls.controls.drop(columns="positives"), expected)
    assert controls.events["event"].eq(NOT_RUN).sum() == 2


def test_fewer_positives_than_folds_are_an_event():
    found = run_curve_block(analysis_table(), generator="jitter", positives=[2, 20], **CELL)
    assert set(found.sweep["positives"]) == {20}
    assert set(found.events.loc[found.events["event"] == NOT_RUN, "positives"]) == {2}


def test_more_rows_come_nearer_to_the_optimum_of_a_gaussian_population():
    """Both classes normal with one covariance: the balanced Bayes rule is linear, x'mu - |mu|^2 / 2."""
    rng = np.random.default_rng(3)
    n, mu = 6000, np.full(6, 0.5)
    label = rng.random(n) < expit(-2.0)
    X = rng.normal(size=(n, 6)) + mu * label[:, np.newaxis]
    table = pd.DataFrame(X, columns=[f"x{i}" for i in range(6)])
    table.insert(0, "admission_id", np.arange(n))
    table.insert(1, "patient_id", np.arange(n))
    table.insert(2, "stratum", "a")
    table.insert(3, "label", label)
    settings = Settings(seed=1, multipliers=(0.0, 1.0), folds=3, repeats=1)
    positives = [20, 80, 320]
    cell = {"task": "t", "classifier": "logistic", "splits": range(6), "settings": settings}
    found = run_curve_controls(table, controls_run=["class_weight"], positives=positives, **cell).controls
    rows = read_rows(table, "t", settings)
    bayes = []
    for number in range(6):
        split = draw_split(rows, settings, number)
        scores = rows.X[split.test] @ mu - mu @ mu / 2
        bayes.append(float(balanced_risk(settings.make_learner("logistic"), scores, split.y_test, 0.5)))
    excess = found.groupby("positives")["balanced_risk"].mean() - np.mean(bayes)
    assert (np.diff(excess) < 0).all()
    assert excess[320] > -0.005
    # First-order theory of the fit: about p / 8 (1 / n1 + 1 / n0), so four times the rows leave a quarter.
    assert excess[80] == pytest.approx(7 / 8 * (1 / 80 + 1 / (80 * np.exp(2))), rel=0.6)
    assert excess[320] < excess[80] / 2
