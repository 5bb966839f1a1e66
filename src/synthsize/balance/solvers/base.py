"""What every linear classifier offers: a loss, and a solver that walks along a path of growing training sets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from synthsize.balance.interpolated import InterpolatedRows

Added = NDArray[np.float64] | InterpolatedRows


@dataclass(frozen=True)
class LinearFit:
    """A linear score f(x) = coef . x + intercept, and whether its solver converged.

    Attributes
    ----------
    coef : ndarray of shape (d,)
    intercept : float
    failure : str or None
        What stopped the solver short of its tolerance; None when it converged.
    """

    coef: NDArray[np.float64]
    intercept: float
    failure: str | None = None

    @property
    def constant(self) -> bool:
        """Whether every row gets the same score: where no slope was found to lower the objective."""
        return not self.coef.any()


class PathSolver(Protocol):
    """Fits prefixes of one table of rows, each started from the last."""

    def fit(self, n_rows: int, near: NDArray[np.float64] | None = None) -> LinearFit:
        """Fit on the first `n_rows` rows.

        Parameters
        ----------
        n_rows : int
        near : ndarray of shape (d + 1,), optional
            Coefficients and intercept of a similar problem (the same size in a fuller training set).
        """
        ...


class LinearClassifier(Protocol):
    """Minimises C sum_i weight_i loss_i + ||coef||^2 / 2, the intercept unpenalised."""

    def start(
        self,
        X: NDArray[np.float64],
        y: NDArray[np.int8],
        C: float,
        sample_weight: NDArray[np.float64] | None = None,
        added: Added | None = None,
    ) -> PathSolver:
        """Make a solver for prefixes of the rows `X` of shape (n, d), followed by the minority rows `added`.

        The weights are those of the rows `X`; the rows added weigh 1.
        """
        ...

    def refined(self, tolerance: float | None = None) -> LinearClassifier:
        """Return the same classifier, solved to this tolerance or closely enough to measure other fits against."""
        ...

    def loss(self, scores: NDArray[np.float64], y: NDArray[np.int8]) -> NDArray[np.float64]:
        """Return each row's loss; `scores` has shape (n,) or (n, columns), `y` shape (n,)."""
        ...


def signs(y: NDArray[np.int8], ndim: int = 1) -> NDArray[np.float64]:
    """Return +1 for the minority and -1 for the majority, shaped to multiply rows of `ndim` dimensions."""
    signed = np.where(y == 1, 1.0, -1.0)
    return signed.reshape(-1, *([1] * (ndim - 1)))


def costs(n: int, C: float, sample_weight: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """Return C weight_i of `n` rows, the last of which, beyond those that have a weight, weigh 1."""
    cost = np.full(n, float(C))
    if sample_weight is not None:
        cost[: len(sample_weight)] *= sample_weight
    return cost
