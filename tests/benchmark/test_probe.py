"""What a fit costs on more rows than were tried."""

import subprocess
import sys

import numpy as np
import pytest

from synthsize.benchmark import probe
from synthsize.benchmark.growth import growth
from synthsize.errors import InputError

OWN = {"class": None, "params": {}}


@pytest.mark.parametrize(
    ("points", "rows", "cost"),
    [
        ([(500, 1.0), (2000, 16.0)], 4000, 64.0),  # quadratic
        ([(500, 1.0), (2000, 2.5)], 4000, 4.5),  # half a second, and half a millisecond a row
        ([(500, 1.0), (2000, 4.0)], 8000, 16.0),
        ([(500, 2.0), (2000, 1.0)], 8000, 4.0),  # the first held a start-up
        ([(500, 3.0)], 1000, 6.0),
        ([(500, 0.0), (2000, 1.0)], 4000, 2.0),
        ([(500, 1.0), (2000, 1024.0)], 4000, 8192.0),  # no exponent above 3 is believed
    ],
)
def test_a_cost_grows_as_it_grew(points, rows, cost):
    assert growth(points)(rows) == pytest.approx(cost)


def test_a_kernel_machine_is_seen_to_grow_faster_than_its_rows(monkeypatch):
    clock = iter([0.0, 0.01, 1.0, 1.1, 2.0, 3.6])
    monkeypatch.setattr(probe, "PROBED_ROWS", (50, 200, 800))
    monkeypatch.setattr(probe.time, "process_time", lambda: next(clock))
    cost = probe.fit_cost("rbf_svm", OWN, 5)
    assert cost.seconds(3200) == pytest.approx(25.6)  # 16 times for four times the rows: quadratic
    assert cost.megabytes(800) > 0.001


def test_a_long_trial_is_not_repeated_on_more_rows(monkeypatch):
    clock = iter([0.0, 50.0])
    monkeypatch.setattr(probe, "_processor_seconds", lambda: next(clock))  # a first fit may start a child
    cost = probe.fit_cost("boosting", {"class": None, "params": {"max_iter": 2}}, 3)
    assert cost.seconds(2 * probe.PROBED_ROWS[0]) == 100.0


def test_a_fixed_cost_is_separated_from_one_that_grows(monkeypatch):
    clock = iter([0.0, 5.0, 10.0, 16.0])
    monkeypatch.setattr(probe.time, "process_time", lambda: next(clock))
    first, second = probe.PROBED_ROWS[:2]
    assert probe.draw_cost("jitter", OWN, 3).seconds(2 * second - first) == pytest.approx(7.0)


def test_a_path_is_timed_as_a_path():
    cost = probe.fit_cost("fourier_logistic", {"class": None, "params": {"n_components": 20}}, 3)
    assert cost.columns == 20
    assert 0 < cost.seconds(10_000) < 10
    linear = probe.fit_cost("logistic", OWN, 3)
    assert linear.megabytes(10_000) == 0
    assert linear.seconds(10_000) == pytest.approx(probe.PATH_SECONDS_PER_NUMBER * 40_000)


def test_a_generator_is_timed_with_its_draw_and_one_that_fails_says_why(monkeypatch):
    drawn = probe.draw_cost("jitter", OWN, 4)
    assert drawn.seconds(1000) >= 0
    assert drawn.megabytes(2000) == pytest.approx(8e-6 * 4 * 3200, rel=0.05)

    def fails(*_arguments, **_parameters):
        raise ValueError

    monkeypatch.setattr(probe, "make_generator", fails)
    with pytest.raises(
        InputError, match=r"^fails on 500 made-up rows \(ValueError\); correct its parameters"
    ):
        probe.draw_cost("jitter", OWN, 4)
    raw = {"class": "sklearn.linear_model.LogisticRegression", "params": {"penalty": "l1"}}
    with pytest.raises(
        InputError, match=r"\(ValueError: Solver lbfgs supports only .+ got l1 penalty\); correct"
    ):
        probe.fit_cost("x", raw, 2)


def test_a_model_that_cannot_be_pickled_has_not_failed(monkeypatch):
    def dumps(_made):
        raise TypeError("cannot pickle")

    monkeypatch.setattr(probe.pickle, "dumps", dumps)
    monkeypatch.setattr(probe, "PROBED_ROWS", (40, 80))
    fitted = probe.fit_cost("x", {"class": "sklearn.tree.DecisionTreeClassifier", "params": {}}, 2)
    assert fitted.seconds(1000) > 0
    assert fitted.megabytes(1000) == 0


def test_the_time_of_children_counts():
    started = probe._processor_seconds()
    busy = "import time\nwhile time.process_time() < 0.4: pass"
    subprocess.run([sys.executable, "-c", busy], check=True)
    assert probe._processor_seconds() - started > 0.4


def test_the_made_up_rows_hold_both_classes():
    X, y = probe._rows(500, 3)
    assert X.shape == (500, 3)
    assert list(np.bincount(y)) == [450, 50]


@pytest.mark.parametrize("features", [4, 64])
def test_the_made_up_classes_overlap_as_much_with_any_number_of_features(features):
    X, y = probe._rows(4000, features, 0.4)
    assert y.mean() == 0.4
    apart = X[y == 1].mean(axis=0) - X[y == 0].mean(axis=0)
    assert np.linalg.norm(apart) == pytest.approx(1.2, abs=0.15)
