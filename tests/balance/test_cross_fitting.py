"""The error of means over minority rows and over rows of generators that learned from them."""

import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.random import SeedSequence
from sklearn.model_selection import StratifiedKFold

from synthsize.balance.cross_fitting import cross_fitted, half_sample_error
from synthsize.balance.diagnosis import diagnose_regime
from synthsize.balance.generators import make_generator
from synthsize.balance.generators.base import Generator

SCRIPT = Path(__file__).parents[2] / "performance" / "theory_size.py"


@dataclass(eq=False)
class MeanRow(Generator):
    """Repeats the mean of the minority rows."""

    def _prepare(self, X, y, neighbours):  # noqa: ARG002
        self._mean = self.minority_.mean(axis=0)

    def _draw(self, n, random_state):  # noqa: ARG002
        return np.tile(self._mean, (n, 1))


@dataclass(eq=False)
class Noise(Generator):
    """Draws from a law that no row has a part in."""

    def _prepare(self, X, y, neighbours):  # noqa: ARG002
        self._columns = X.shape[1]

    def _draw(self, n, random_state):
        return np.random.default_rng(random_state).normal(size=(n, self._columns))


def rows(n_minority=90, n_majority=300, d=10, seed=0):
    y = np.r_[np.ones(n_minority), np.zeros(n_majority)].astype(np.int8)
    return np.random.default_rng(seed).normal(size=(len(y), d)), y


def folds_of(X, y, k=3):
    return [*StratifiedKFold(k).split(X, y)]


def mean_of(group):
    return group.mean(axis=0)


def error_of(generator, X, y):
    found = half_sample_error(X, y, make_generator(generator), folds_of(X, y), SeedSequence(3), mean_of)
    p = X.shape[1]
    return found[:p, :p], found[:p, p:], found[p:, p:]


def test_a_mean_of_cross_fitted_means_is_the_mean_itself_so_that_both_errors_are_one():
    X, y = rows()
    assert cross_fitted(X, y, MeanRow(), folds_of(X, y), SeedSequence(0)).mean(axis=0) == pytest.approx(
        X[y == 1].mean(axis=0)
    )
    minority, shared, synthetic = error_of(MeanRow(), X, y)
    expected = X[y == 1].var(axis=0, ddof=1).sum() / 90
    assert np.trace(minority) == pytest.approx(expected, rel=0.25)  # ten coordinates, twenty halvings
    assert np.trace(minority - shared - shared.T + synthetic) < 0.02 * expected


def test_rows_of_a_law_of_their_own_add_the_noise_of_their_draw_alone():
    X, y = rows()
    minority, shared, synthetic = error_of(Noise(), X, y)
    assert np.trace(minority) == pytest.approx(10 / 90, rel=0.25)
    assert np.trace(synthetic) == pytest.approx(10 / 300, rel=0.25)
    assert abs(np.trace(shared)) < 0.25 * np.trace(minority)


def test_too_few_minority_rows_to_halve_leave_no_interval_and_say_so():
    X, y = rows(n_minority=5, d=2)
    assert half_sample_error(X, y, make_generator("smote"), folds_of(X, y), SeedSequence(0), mean_of) is None
    events = []
    found = diagnose_regime(X, y, "jitter", folds_of(X, y), events=events)
    assert "no_standard_error" in {event.event for event in events}
    assert np.isfinite(found.alignment)
    assert np.isnan(
        [found.alignment_se, found.mismatch_se, found.multiplier_low, found.multiplier_high]
    ).all()
    # What chooses the candidates rests on the real rows' errors, which stand.
    assert np.isfinite([found.asymmetry_se, found.symmetry.p_value, found.raw_excess_high]).all()


@pytest.mark.slow
@pytest.mark.parametrize("generator", ["smote", "jitter", "bootstrap"])
def test_the_error_of_the_theorys_size_is_its_spread_over_cohorts(generator):
    spec = importlib.util.spec_from_file_location("theory_size_script", SCRIPT)
    script = sys.modules["theory_size_script"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    found = script.measure(script.Setting(rows=900, features=4), generator, cohorts=80)
    assert 0.9 <= found["half_samples"] <= 1.15
    assert found["coverage"] >= 0.9
    # Taken for independent, the means' error is too wide: the check would notice.
    assert found["independent"] > 1.2
