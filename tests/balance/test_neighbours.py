import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neighbors import NearestNeighbors

from synthsize.balance import neighbours
from synthsize.balance.neighbours import NeighbourSearch, NeighbourTable
from synthsize.balance.preprocessing import Preprocessor
from synthsize.errors import InputError


def every_distance(points, queries, k):
    """Rank all other points of each query by (distance, index), one query at a time."""
    found = []
    for query in queries:
        squared = np.zeros(len(points))
        for column in points.T:
            squared += (column - column[query]) ** 2
        others = [(squared[j], j) for j in range(len(points)) if j != query]
        found.append([j for _, j in sorted(others)[:k]])
    return np.array(found)


def patients(n, d, missing, duplicated, decimals, seed):
    """Rows with missing cells, copies, a constant feature and heavy tails, and labels with at least 2 of each class."""
    rng = np.random.default_rng(seed)
    X = rng.standard_t(3, size=(n, d)) * 10.0 ** rng.integers(-2, 3, d)
    X = np.round(X, decimals)
    X[:, 0] = 36.6 if seed % 2 else X[:, 0]
    X[rng.random(X.shape) < missing] = np.nan
    copies = rng.random(n) < duplicated
    X[copies] = X[rng.integers(0, max(1, n // 10), copies.sum())]
    y = (rng.random(n) < 0.3).astype(np.int8)
    y[:4] = (0, 0, 1, 1)
    return X, y


def settled_by(monkeypatch, action):
    """Run `action` and say how many queries each way of searching was given."""
    given, settle = [], NeighbourSearch._settle

    def spy(self, which, found, result):
        given.append(len(which))
        return settle(self, which, found, result)

    monkeypatch.setattr(NeighbourSearch, "_settle", spy)
    action()
    return given


@settings(max_examples=150, deadline=None)
@given(
    n=st.integers(6, 150),
    d=st.integers(1, 6),
    missing=st.sampled_from([0.0, 0.1, 0.6, 0.95]),
    duplicated=st.sampled_from([0.0, 0.2, 0.9]),
    decimals=st.sampled_from([0, 1, 12]),
    kept=st.sampled_from([0.1, 0.5, 0.8, 1.0]),
    k=st.integers(1, 12),
    seed=st.integers(0, 2**32),
)
def test_folds_table_is_that_of_a_direct_search(n, d, missing, duplicated, decimals, kept, k, seed):
    X, y = patients(n, d, missing, duplicated, decimals, seed)
    table = NeighbourTable(Preprocessor().fit(X).transform(X), y)
    chosen = np.random.default_rng(seed).random(n) < kept
    chosen[:4] = True
    rows = np.flatnonzero(chosen)
    inner = Preprocessor().fit(X[rows]).transform(X[rows])
    fold, labels = table.restrict(rows, inner), y[rows]
    minority = np.flatnonzero(labels == 1)
    few, some = min(k, len(minority) - 1), min(k, len(rows) - 1)
    partners = every_distance(inner[minority], np.arange(len(minority)), few)
    surroundings = every_distance(inner, minority, some)
    for found in (fold, NeighbourTable(inner, labels)):
        assert np.array_equal(found.partners(few), partners)
        assert np.array_equal(found.count_majority(some), (labels[surroundings] == 0).sum(axis=1))


@settings(max_examples=40, deadline=None)
@given(scale=st.floats(-3, 3), shift=st.floats(-1e3, 1e3), noise=st.floats(0, 2), seed=st.integers(0, 2**32))
def test_inherited_neighbours_are_exact_however_far_the_points_moved(scale, shift, noise, seed):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(120, 3))
    moved = points * (scale, 1.0, 0.7) + shift + noise * rng.normal(size=points.shape)
    y = (np.arange(120) % 4 == 0).astype(np.int8)
    fold = NeighbourTable(points, y).restrict(np.arange(120), moved)
    assert np.array_equal(fold.partners(5), NeighbourTable(moved, y).partners(5))
    assert np.array_equal(fold.count_majority(5), NeighbourTable(moved, y).count_majority(5))


def test_neighbours_are_those_of_scikit_learn_where_none_are_tied():
    points = np.random.default_rng(1).normal(size=(900, 12))
    theirs = (
        NearestNeighbors(n_neighbors=10, algorithm="kd_tree").fit(points).kneighbors(return_distance=False)
    )
    assert np.array_equal(NeighbourSearch(points, np.arange(900)).nearest(10), theirs)


def test_fold_inherits_nearly_all_neighbours(monkeypatch):
    X, y = patients(4000, 8, 0.2, 0.0, 12, 4)
    table = NeighbourTable(Preprocessor().fit(X).transform(X), y)
    rows = np.flatnonzero(np.random.default_rng(0).random(4000) < 0.8)
    fold = table.restrict(rows, Preprocessor().fit(X[rows]).transform(X[rows]))
    table.partners(10)
    inherited, *searched = settled_by(monkeypatch, lambda: fold.partners(10))
    assert inherited == y[rows].sum()
    assert sum(searched) < 0.2 * inherited


def test_rows_tied_beyond_the_candidates_are_searched_in_full(monkeypatch):
    points = np.repeat(np.eye(2), 400, axis=0)
    search = NeighbourSearch(points, np.array([0, 399, 400]))
    expected = [[1, 2, 3], [0, 1, 2], [401, 402, 403]]
    given = settled_by(monkeypatch, lambda: np.testing.assert_array_equal(search.nearest(3), expected))
    assert given == [3]


def test_search_in_full_does_not_depend_on_its_blocks(monkeypatch):
    points = 1e8 + np.random.default_rng(0).normal(size=(300, 2))
    whole = NeighbourSearch(points, np.arange(300)).nearest(4)
    monkeypatch.setattr(neighbours, "_BLOCK_CELLS", 2100)  # seven queries at a time
    assert np.array_equal(NeighbourSearch(points, np.arange(300)).nearest(4), whole)


@pytest.mark.parametrize("scale", [1e-160, 1e15, 1e149])
def test_huge_and_tiny_features_still_have_neighbours(scale):
    points = np.random.default_rng(0).normal(size=(200, 2)) * (1.0, scale)
    found = NeighbourSearch(points, np.arange(200)).nearest(3)
    assert np.array_equal(found, every_distance(points, np.arange(200), 3))


def test_rounding_in_a_fast_search_never_shows():
    points = 1e8 + np.random.default_rng(0).normal(
        size=(400, 3)
    )  # |a|^2 - 2 a.b + |b|^2 has no digit left here
    assert np.array_equal(
        NeighbourSearch(points, np.arange(50)).nearest(5), every_distance(points, np.arange(50), 5)
    )


def test_impossible_questions_are_rejected():
    table = NeighbourTable(np.zeros((5, 2)), np.array([0, 0, 1, 1, 1], np.int8))
    with pytest.raises(InputError, match="k must lie between 1 and 2 other rows, not 3"):
        table.partners(3)
    with pytest.raises(InputError, match="rows must be 2 increasing row numbers"):
        table.restrict(np.array([3, 1]), np.zeros((2, 2)))
    with pytest.raises(InputError, match="rows must be 3 increasing row numbers"):
        table.restrict(np.array([1, 3]), np.zeros((3, 2)))
    with pytest.raises(InputError, match=r"X holds values beyond 1e\+150, too large for distances"):
        NeighbourSearch(np.array([[0.0], [1e151]]), np.array([0])).nearest(1)
