"""Our neighbours and our interpolation, fed with imbalanced-learn's random numbers, give its rows bit for bit."""

import numpy as np
import pytest
from imblearn.over_sampling import ADASYN, SMOTE, BorderlineSMOTE
from sklearn.datasets import make_classification
from sklearn.preprocessing import StandardScaler

from synthsize.balance import make_generator
from synthsize.balance.interpolated import InterpolatedRows
from synthsize.balance.neighbours import NeighbourTable


def interpolate(minority, partners, rows, columns, steps):
    return np.asarray(InterpolatedRows(minority, rows, partners[rows, columns], steps))


SIZES = [1, 20, 137, 400, 2000]


@pytest.fixture(scope="module", params=[0, 1])
def table(request):
    X, y = make_classification(
        700, 6, n_informative=5, n_redundant=0, weights=[0.85], class_sep=0.6, random_state=request.param
    )
    return NeighbourTable(StandardScaler().fit_transform(X), y.astype(np.int8))


def made_by(sampler, table, size):
    target = {1: int(table.y.sum()) + size}
    return sampler.set_params(sampling_strategy=target).fit_resample(table.X, table.y)[0][len(table.X) :]


def uniform_pairs(seed, n_starts, k, size):
    """The numbers that SMOTE and Borderline-1 draw: one cell of the neighbour table, then one step, per row."""
    stream = np.random.RandomState(seed)
    cells = stream.randint(0, n_starts * k, size=size)
    return cells // k, cells % k, stream.uniform(size=size)


@pytest.mark.parametrize("size", SIZES)
def test_smote(table, size):
    rows, columns, steps = uniform_pairs(5, int(table.y.sum()), 10, size)
    ours = interpolate(table.X[table.y == 1], table.partners(10), rows, columns, steps)
    assert np.array_equal(ours, made_by(SMOTE(k_neighbors=10, random_state=5), table, size))


@pytest.mark.parametrize("size", SIZES)
def test_borderline_one(table, size):
    danger = make_generator("borderline_smote").fit(table.X, table.y, table).danger_
    starts, columns, steps = uniform_pairs(5, len(danger), 10, size)
    ours = interpolate(table.X[table.y == 1], table.partners(10), danger[starts], columns, steps)
    theirs = made_by(BorderlineSMOTE(k_neighbors=10, m_neighbors=10, random_state=5), table, size)
    assert np.array_equal(ours, theirs)


@pytest.mark.parametrize("size", [137, 400, 2000])
def test_adasyn_in_its_own_counts(table, size):
    weights = make_generator("adasyn").fit(table.X, table.y, table).weights_
    share = weights / 10
    counts = np.rint(share / share.sum() * size).astype(int)
    rows = np.repeat(np.arange(len(counts)), counts)
    stream = np.random.RandomState(5)
    columns, steps = stream.choice(10, size=len(rows)), stream.uniform(size=len(rows))
    ours = interpolate(table.X[table.y == 1], table.partners(10), rows, columns, steps)
    assert np.array_equal(ours, made_by(ADASYN(n_neighbors=10, random_state=5), table, size))
