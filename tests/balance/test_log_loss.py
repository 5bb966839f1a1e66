import numpy as np
import pytest

from synthsize.balance.solvers import log_loss
from synthsize.balance.solvers import rows as rows_module
from synthsize.balance.solvers.bend import Bend
from synthsize.balance.solvers.rows import SignedRows


def table(X, y, cost):
    return log_loss.LogLossRows(SignedRows.of(X, y), cost)


@pytest.mark.parametrize("chunk", [7, 4096])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("start", "stop"), [(0, 50), (0, 21), (13, 36), (20, 20)])
def test_sums_equal_dense_arithmetic_over_any_range(monkeypatch, chunk, weighted, start, stop):
    monkeypatch.setattr(rows_module, "CHUNK", chunk)
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(50, 3)), rng.integers(0, 2, 50).astype(np.int8)
    cost = 0.7 * (rng.uniform(0.1, 2.0, 50) if weighted else np.ones(50))
    sums = table(X, y, cost)
    theta = rng.normal(size=4)
    sign = np.where(y == 1, 1.0, -1.0)
    rows = np.column_stack([X, np.ones(50)]) * sign[:, np.newaxis]
    margin = rows @ theta
    wrong = cost / (1.0 + np.exp(margin))
    part = slice(start, stop)
    gradient, floor = sums.gradient(theta, stop, start)
    assert gradient == pytest.approx(-(wrong[part] @ rows[part]), rel=1e-12, abs=1e-12)
    assert floor == pytest.approx(wrong[part].sum(), rel=1e-12, abs=1e-12)
    curvature = wrong * (1.0 - wrong / cost)
    expected = (rows[part] * curvature[part, np.newaxis]).T @ rows[part]
    expansion = sums.expansion(theta, stop, start)
    assert expansion[0] == pytest.approx(gradient, rel=1e-12, abs=1e-12)
    assert expansion[1] == pytest.approx(expected, rel=1e-12, abs=1e-12)
    assert expansion[2] == pytest.approx(floor, rel=1e-12, abs=1e-12)
    loss = cost[:stop] @ np.log1p(np.exp(-margin[:stop]))
    assert sums.loss(theta, stop) == pytest.approx(loss, rel=1e-12)
    assert sums.gradient(theta, stop)[1] <= loss


def test_every_other_row_is_kept_and_stands_for_as_many():
    X, y = np.arange(30.0).reshape(15, 2), np.tile([0, 1, 1], 5).astype(np.int8)
    few = table(X, y, 2.0 * np.arange(15.0)).thinned(4)
    assert few.rows.take(slice(0, 4)).T.tolist() == [
        [-0.0, -1.0, -1.0],
        [8.0, 9.0, 1.0],
        [16.0, 17.0, 1.0],
        [-24.0, -25.0, -1.0],
    ]
    assert few.cost.tolist() == [0.0, 32.0, 64.0, 96.0]


def test_bend_is_what_the_tangent_leaves_unexplained():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(50, 3)), rng.integers(0, 2, 50).astype(np.int8)
    sums = table(X, y, rng.uniform(0.1, 2.0, 50))
    theta, step = rng.normal(size=4), 0.3 * rng.normal(size=4)
    before, after = sums.expansion(theta, 40), sums.expansion(theta + step, 40)
    bend = Bend(sums, theta, 40)
    assert bend.gradient(step) == pytest.approx(after[0] - before[0] - before[1] @ step, abs=1e-12)
    assert bend.hessian(step) == pytest.approx(after[1] - before[1], abs=1e-12)


def test_huge_margins_neither_warn_nor_overflow(recwarn):
    sums = table(np.array([[1e5], [1e5]]), np.array([0, 1], dtype=np.int8), np.ones(2))
    gradient, wrong = sums.gradient(np.array([1.0, 0.0]), 2)
    assert gradient.tolist() == [1e5, 1.0]
    assert wrong == 1.0
    assert sums.loss(np.array([1.0, 0.0]), 2) == 1e5
    assert len(recwarn) == 0
