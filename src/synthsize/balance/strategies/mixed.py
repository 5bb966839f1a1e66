"""Mixed sampling: the minority grows, and the majority is thinned to its new size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray

from synthsize.balance.events import Event
from synthsize.balance.learners.base import Array, Fits, Learner
from synthsize.balance.random_state import as_seed
from synthsize.balance.strategies.base import Strategy
from synthsize.errors import InputError

ENTRY = {
    "class": "Mixed",
    "label": "mixed",
    "words": "added while the majority is thinned to the minority's new size, so that classes are equal at every m",
    "largest": 1.0,
    "raw_at_zero": False,
    "thins": True,
    "order": 20,
}
_ORDER = 0x3A1D  # key of the order in which majority rows are kept


@dataclass(frozen=True)
class Mixed(Strategy):
    """At m the minority has n1 + m (n0 - n1) rows, and as many majority rows are kept [1]_.

    m = 0 is random undersampling, m = 1 full oversampling; beyond it there is no majority row left to keep. One random
    order of the majority rows serves all sizes, and one stream all synthetic rows, so that each training set holds
    those of the smaller sizes. The order depends on the seed alone: it is the same for all generators.

    The generator has learned from all real rows, those included that are thinned out.

    References
    ----------
    .. [1] Loffredo, Pastore, Cocco and Monasson (2024), ICML, PMLR 235, eq. (14): the mixing percentage is 100 m.
    """

    name: ClassVar[str] = "mixed"
    largest: ClassVar[float] = 1.0
    raw_at_zero: ClassVar[bool] = False

    def fit_sizes(
        self,
        learner: Learner,
        X: Array,
        y: NDArray[np.int8],
        synthetic: Any,
        sizes: Sequence[int],
        *,
        random_state: int | SeedSequence,
        events: list[Event],
        near: Fits | None = None,
    ) -> Fits:
        """Fit once per size; see `Strategy.fit_sizes`."""
        gap = max(0, int((y == 0).sum() - (y == 1).sum()))
        if max(sizes) > gap:
            raise InputError(
                f"strategy mixed was asked for {max(sizes)} synthetic rows, but beyond {gap} (m = 1) no majority row "
                "is left to keep; end the multipliers at 1"
            )
        rows, labels = mix_rows(X, y, np.asarray(synthetic, dtype=np.float64)[:gap], random_state)
        first = len(rows) - 2 * min(gap, len(synthetic))
        counts = [first + 2 * size for size in sizes]
        options: dict[str, Any] = {"random_state": random_state, "events": events, "near": near}
        return learner.fit_prefixes(rows, labels, counts, real=X, **options)


def grown_minority(multiplier: float, imbalance: float) -> float:
    """Return the minority's size at m in units of its own, n1 + m (n0 - n1) over n1, where n0 / n1 is `imbalance`."""
    return 1.0 + multiplier * (imbalance - 1.0)


def mix_rows(
    X: Array, y: NDArray[np.int8], synthetic: Array, random_state: int | SeedSequence
) -> tuple[Array, NDArray[np.int8]]:
    """Order rows so that the mixed training set of every size is a prefix.

    Parameters
    ----------
    X : ndarray of shape (n, d)
    y : ndarray of shape (n,)
    synthetic : ndarray of shape (n_max, d)
        No more than the class gap.
    random_state : int or SeedSequence

    Returns
    -------
    rows, labels : ndarray of shape (first + 2 n_max, d) and (first + 2 n_max,)
        Minority rows and as many majority rows (all there are, if fewer), then pairs of a majority row and a synthetic
        one.
    """
    root = as_seed(random_state)
    rng = np.random.default_rng(SeedSequence(root.entropy, spawn_key=(*root.spawn_key, _ORDER)))
    majority, minority = X[y == 0], X[y == 1]
    majority = majority[rng.permutation(len(majority))]
    base, n_pairs = len(minority), len(synthetic)
    pairs = np.stack([majority[base : base + n_pairs], synthetic], axis=1)
    of_pairs = np.tile(np.array([0, 1], dtype=np.int8), (n_pairs, 1))
    # Solvers look at every k-th row, which must not always be of one class.
    swapped = rng.integers(2, size=n_pairs) == 1
    pairs[swapped], of_pairs[swapped] = pairs[swapped, ::-1], of_pairs[swapped, ::-1]
    kept = majority[:base]
    rows = np.concatenate([minority, kept, pairs.reshape(2 * n_pairs, X.shape[1])])
    labels = np.concatenate([np.ones(base), np.zeros(len(kept)), of_pairs.ravel()]).astype(np.int8)
    return rows, labels
