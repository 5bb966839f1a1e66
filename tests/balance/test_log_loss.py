import numpy as np
import pytest

from synthsize.balance.solvers import log_loss


@pytest.mark.parametrize("block", [7, 8192])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("start", "stop"), [(0, 50), (0, 21), (13, 36), (20, 20)])
def test_sums_equal_dense_arithmetic_over_any_range(monkeypatch, block, weighted, start, stop):
    monkeypatch.setattr(log_loss, "BLOCK", block)
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(50, 3)), rng.integers(0, 2, 50).astype(np.int8)
    weight = rng.uniform(0.1, 2.0, 50)
    cost = 0.7 * (weight if weighted else np.ones(50))
    table = log_loss.LogLossRows(X, y, 0.7, weight if weighted else None)
    theta = rng.normal(size=4)
    sign = np.where(y == 1, 1.0, -1.0)
    rows = np.column_stack([X, np.ones(50)]) * sign[:, np.newaxis]
    margin = rows @ theta
    wrong = cost / (1.0 + np.exp(margin))
    part = slice(start, stop)
    gradient, floor = table.gradient(theta, stop, start)
    assert gradient == pytest.approx(-(wrong[part] @ rows[part]), rel=1e-12, abs=1e-12)
    assert floor == pytest.approx(wrong[part].sum(), rel=1e-12, abs=1e-12)
    curvature = wrong * (1.0 - wrong / cost)
    expected = (rows[part] * curvature[part, np.newaxis]).T @ rows[part]
    assert table.hessian(theta, stop, start) == pytest.approx(expected, rel=1e-12, abs=1e-12)
    loss = cost[:stop] @ np.log1p(np.exp(-margin[:stop]))
    assert table.loss(theta, stop) == pytest.approx(loss, rel=1e-12)
    assert table.gradient(theta, stop)[1] <= loss


def test_every_other_row_is_kept_with_its_cost(monkeypatch):
    monkeypatch.setattr(log_loss, "BLOCK", 7)
    X, y = np.arange(30.0).reshape(15, 2), np.tile([0, 1, 1], 5).astype(np.int8)
    rows, cost = log_loss.LogLossRows(X, y, 2.0, np.arange(15.0)).thinned(4)
    assert rows.tolist() == [[-0.0, -1.0, -1.0], [8.0, 9.0, 1.0], [16.0, 17.0, 1.0], [-24.0, -25.0, -1.0]]
    assert cost.tolist() == [0.0, 8.0, 16.0, 24.0]


def test_huge_margins_neither_warn_nor_overflow(recwarn):
    table = log_loss.LogLossRows(np.array([[1e5], [1e5]]), np.array([0, 1], dtype=np.int8), 1.0, None)
    gradient, wrong = table.gradient(np.array([1.0, 0.0]), 2)
    assert gradient.tolist() == [1e5, 1.0]
    assert wrong == 1.0
    assert table.loss(np.array([1.0, 0.0]), 2) == 1e5
    assert len(recwarn) == 0
