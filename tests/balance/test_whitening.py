import numpy as np
import pytest

from synthsize.balance.solvers.whitening import whitener


@pytest.mark.parametrize("scale", [1.0, 1e9])
def test_product_is_the_inverse_whatever_the_units(scale):
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(50, 4)) * [1.0, scale, 1.0, 1.0 / scale]
    half = whitener(rows.T @ rows)
    unit = rows / [1.0, scale, 1.0, 1.0 / scale]
    inverse = np.linalg.inv(unit.T @ unit) / np.outer(
        [1.0, scale, 1.0, 1.0 / scale], [1.0, scale, 1.0, 1.0 / scale]
    )
    assert half @ half.T == pytest.approx(inverse, rel=1e-9)


def test_singular_matrix_still_inverts_where_it_curves():
    curvature = 1e16 * np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 4.0]])
    half = whitener(curvature)
    gradient = np.array([1.0, 1.0, 2.0])
    step = half @ (half.T @ gradient)
    assert curvature @ step == pytest.approx(gradient, rel=1e-6)
