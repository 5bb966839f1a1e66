"""Rows kept as what they are made of give the products, the fits and the rows that the made rows give."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linear_problems import augmented, hinge_objective, log_objective, training_set
from quick_generators import LIGHT

from synthsize.balance import fit_path, make_generator
from synthsize.balance.interpolated import InterpolatedRows
from synthsize.balance.solvers import logistic, svm
from synthsize.balance.solvers import rows as signed_rows
from synthsize.balance.solvers.log_loss import LogLossRows
from synthsize.balance.solvers.rows import SignedRows

STRUCTURED = ("smote", "adasyn", "borderline_smote", "bootstrap")


@pytest.fixture(scope="module", autouse=True)
def through_the_structure():
    """Make no rows, however few features they have."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signed_rows, "WIDEST_MADE", 0)
        yield


@st.composite
def interpolated(draw):
    """Rows between, or copies of, the minority rows among some real rows; tables of one row and no rows at all too."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    n_minority, n_added, d = draw(st.integers(1, 8)), draw(st.integers(0, 40)), draw(st.integers(1, 5))
    table = rng.normal(size=(n_minority, d)) * 10.0 ** draw(st.integers(-6, 6))
    if draw(st.booleans()):
        table[:] = table[0]
    start = rng.integers(0, n_minority, n_added)
    if draw(st.booleans()):
        return InterpolatedRows(table, start), rng
    return InterpolatedRows(table, start, rng.integers(0, n_minority, n_added), rng.random(n_added)), rng


@settings(max_examples=150, deadline=None)
@given(drawn=interpolated(), n_majority=st.integers(1, 20), cuts=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_products_equal_those_of_the_rows(drawn, n_majority, cuts):
    between, rng = drawn
    scale = max(float(np.abs(between.table).max()), 1e-300)
    X = np.r_[rng.normal(size=(n_majority, between.shape[1])) * scale, between.table]
    y = np.r_[np.zeros(n_majority), np.ones(len(between.table))].astype(np.int8)
    made = np.asarray(between)
    structured, dense = SignedRows.of(X, y, between), SignedRows.of(X, y, made)
    assert structured.n == dense.n == len(X) + len(made)
    assert np.array_equal(structured.sign, dense.sign)
    start, stop = sorted(round(cut * dense.n) for cut in cuts)
    theta = np.append(rng.normal(size=X.shape[1]) / scale, 0.3)
    weights = rng.random(stop - start)
    unit = np.append(np.full(X.shape[1], scale), 1.0)
    size = stop - start + 1.0
    close = {"rtol": 0.0, "atol": 1e-12 * size}
    expected = dense.scores(theta, stop, start)
    np.testing.assert_allclose(structured.scores(theta, stop, start), expected, **close)
    np.testing.assert_allclose(
        structured.sum(weights, stop, start) / unit, dense.sum(weights, stop, start) / unit, **close
    )
    both, numbers = np.outer(unit, unit), np.arange(start, stop)
    np.testing.assert_allclose(
        structured.moments(numbers, weights) / both, dense.moments(numbers, weights) / both, **close
    )
    some = np.flatnonzero(rng.random(dense.n) < 0.5)
    assert np.array_equal(structured.take(some), dense.take(some))
    assert np.array_equal(structured.take(slice(start, stop)), dense.take(slice(start, stop)))
    cost = rng.random(dense.n)
    sums = [table.sum_of(some, cost[some]) / unit for table in (structured, dense)]
    np.testing.assert_allclose(sums[0], sums[1], rtol=0.0, atol=1e-12 * (dense.n + 1.0))
    first, second = (LogLossRows(table, cost).expansion(theta, stop, start) for table in (structured, dense))
    np.testing.assert_allclose(first[0] / unit, second[0] / unit, **close)
    np.testing.assert_allclose(first[1] / both, second[1] / both, **close)
    assert first[2] == pytest.approx(second[2], rel=1e-11)


@pytest.mark.parametrize("name", LIGHT)
@settings(max_examples=20, deadline=None)
@given(
    n=st.integers(0, 300),
    extra=st.integers(0, 300),
    seed=st.integers(0, 2**32),
    n_minority=st.integers(1, 30),
)
def test_stream_is_the_sample_and_nested(name, n, extra, seed, n_minority):
    rng = np.random.default_rng(0)
    X, y = (
        np.round(rng.normal(size=(80, 3)), 1),
        np.r_[np.ones(n_minority, int), np.zeros(80 - n_minority, int)],
    )
    X[1] = X[0]
    generator = make_generator(name, **({"k_neighbors": 3} if name in STRUCTURED[:3] else {})).fit(X, y)
    stream = generator.stream(n + extra, seed)
    assert len(stream) == n + extra
    assert stream.shape == (n + extra, 3)
    assert np.asarray(stream).tobytes() == generator.sample(n + extra, seed).tobytes()
    assert np.asarray(stream[:n]).tobytes() == generator.sample(n, seed).tobytes()
    assert np.asarray(generator.stream(n, seed)).tobytes() == generator.sample(n, seed).tobytes()
    assert isinstance(stream, InterpolatedRows) == (name in STRUCTURED or n_minority == 1)


def test_array_of_interpolated_rows_obeys_numpy():
    rows = InterpolatedRows(
        np.array([[0.0], [2.0]]), np.array([0, 1]), np.array([1, 0]), np.array([0.25, 0.5])
    )
    assert np.asarray(rows).tolist() == [[0.5], [1.0]]
    assert np.asarray(rows, dtype=np.float32).dtype == np.float32
    assert np.concatenate([rows, [[7.0]]]).tolist() == [[0.5], [1.0], [7.0]]
    assert np.asarray(rows[np.array([1])]).tolist() == [[1.0]]
    with pytest.raises(ValueError, match="without being copied"):
        np.array(rows, copy=False)


@pytest.mark.parametrize("classifier", ["logistic", "svm"])
@pytest.mark.parametrize("name", STRUCTURED)
def test_fits_through_the_structure_are_those_on_the_rows(classifier, name):
    X, y, _ = training_set(400, 3)
    stream = make_generator(name).fit(X, y).stream(800, 1)
    sizes, rows = [0, 1, 300, 800], np.asarray(stream)
    objective = log_objective if classifier == "logistic" else hinge_objective
    tolerance = logistic.TOLERANCE if classifier == "logistic" else svm.TOLERANCE
    through, made = (fit_path(classifier, X, y, added, sizes, C=0.7) for added in (stream, rows))
    for i, size in enumerate(sizes):
        augmented_rows, labels = augmented(X, y, rows, size)
        values = [
            objective(fits[0][i], fits[1][i], augmented_rows, labels, np.full(len(labels), 0.7))
            for fits in (through, made)
        ]
        assert values[0] == pytest.approx(values[1], rel=2.0 * tolerance)


def test_rows_of_few_features_are_made_for_speed(monkeypatch):
    X, y, _ = training_set(400, 3)
    stream = make_generator("smote").fit(X, y).stream(800, 1)
    monkeypatch.setattr(signed_rows, "WIDEST_MADE", X.shape[1])
    made, dense = SignedRows.of(X, y, stream), SignedRows.of(X, y, np.asarray(stream))
    assert made.take(slice(0, made.n)).tobytes() == dense.take(slice(0, dense.n)).tobytes()
    assert signed_rows.worth_making(stream)
    monkeypatch.setattr(signed_rows, "LARGEST_MADE", 800 * X.shape[1] - 1)
    assert not signed_rows.worth_making(stream)


def test_no_matrix_of_the_synthetic_rows_is_made():
    import tracemalloc

    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(4000, 60)), (rng.random(4000) < 0.1).astype(np.int8)
    X[y == 1] += 0.2
    stream = make_generator("smote").fit(X, y).stream(120_000, 0)
    for classifier in ("logistic", "svm"):
        tracemalloc.start()
        fit_path(classifier, X, y, stream, [0, 60_000, 120_000])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 0.75 * 8 * stream.shape[0] * stream.shape[1]
