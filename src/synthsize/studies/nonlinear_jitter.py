"""Study: a nonlinear model with coarse jitter on a ring-shaped minority."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.random import SeedSequence
from numpy.typing import NDArray
from sklearn.kernel_approximation import RBFSampler

from synthsize.studies.engine import loss_curve
from synthsize.studies.engine.references import Reference
from synthsize.studies.engine.verdicts import Verdict

ENTRY = {
    "order": 7,
    "title": "A nonlinear model with coarse jitter: the best size lies below balance",
    "paper": "Ma and Zhang, arXiv:2601.16120, section 15.2.3 and Figure 5 (right)",
    "statement": (
        "With a generator that blurs a ring of minority rows, about half of the class gap is better than class balance "
        "or more, and cross-validation finds it."
    ),
    "rows": (
        "A fixed multiplier, or VTSS (`arm`). Each replicate draws `n1` minority rows on a noisy ring and `imbalance` "
        "times as many from a mixture; copies of minority rows with noise of standard deviation `jitter` are added; "
        "logistic regression on random Fourier features. The full size has steps of 0.1 and 40 replicates, the paper "
        "steps of 0.05 and 100."
    ),
    "keys": ["arm", "multiplier"],
    "metrics": {
        "loss": "balanced test log-loss (nats)",
        "chosen": "chosen size (class gaps)",
        "over_balance": "loss of VTSS minus that of balance (nats)",
    },
    "paper_settings": {
        "n1": 200,
        "imbalance": 20.0,
        "d": 5,
        "delta": 4.8,
        "jitter": 1.0,
        "components": 100,
        "C": 2.0,
        "stop": 2.0,
        "step": 0.1,
        "folds": 5,
        "test": 10000,
        "replicates": 40,
        "replicates_per_job": 10,
    },
    "quick_settings": {"replicates": 2, "step": 0.5},
}
Array = NDArray[np.float64]


def draw_rows(counts: tuple[int, int], settings: Mapping[str, Any], stream: np.random.Generator) -> Array:
    """Majority rows, then minority rows."""
    d = settings["d"]
    majority = stream.standard_normal((counts[0], d))
    cholesky = np.linalg.cholesky(np.array([[1.0, 0.5], [0.5, 1.0]]))
    majority[:, :2] = majority[:, :2] @ cholesky.T
    majority[:, 0] += 1.5 * (stream.random(counts[0]) < 0.30)
    minority = 0.08 * stream.standard_normal((counts[1], d))
    angle = stream.uniform(0.0, 2.0 * np.pi, counts[1])
    radius = 2.2 + 0.12 * stream.standard_normal(counts[1])
    minority[:, 0] += settings["delta"] + radius * np.cos(angle)
    minority[:, 1] += radius * np.sin(angle)
    return np.concatenate([majority, minority])


def prepare(
    rows: Array, y: Array, others: Array, n: int, settings: Mapping[str, Any], stream: np.random.Generator
) -> tuple[Array, Array, Array]:
    """Draw jittered copies, and turn all rows into random Fourier features."""
    minority = rows[y == 1]
    copies = minority[stream.integers(0, len(minority), n)]
    synthetic = copies + settings["jitter"] * stream.standard_normal(copies.shape)
    width = 1.0 / (rows.shape[1] * rows.var())
    features = RBFSampler(
        gamma=width, n_components=settings["components"], random_state=int(stream.integers(2**31))
    ).fit(rows)
    # An empty sample is transformed as well, which scikit-learn refuses.
    nothing = np.empty((0, settings["components"]))
    return (
        features.transform(rows),
        features.transform(synthetic) if n else nothing,
        features.transform(others),
    )


def replicate(settings: Mapping[str, Any], seed: SeedSequence) -> list[dict[str, Any]]:
    """Sweep the sizes and choose one."""
    return loss_curve.rows_of_replicate(draw_rows, prepare, settings, seed)


def theory(settings: Mapping[str, Any]) -> list[dict[str, Any]]:  # noqa: ARG001
    """No closed form."""
    return []


def references(settings: Mapping[str, Any]) -> list[Reference]:  # noqa: ARG001
    """Return the authors' printed levels."""
    printed = "authors' output, printed"
    levels = {0.0: 0.158, 0.5: 0.1217, 1.0: 0.1284, 2.0: 0.1545}
    found = [
        Reference({"arm": "fixed", "multiplier": m}, "loss", value, printed, 100, 5e-4)
        for m, value in levels.items()
    ]
    return [*found, Reference({"arm": "vtss"}, "loss", 0.12187, printed, 100, 5e-4)]


def draw(table: pd.DataFrame, settings: Mapping[str, Any]) -> Figure:  # noqa: ARG001
    """Loss against the multiplier."""
    return loss_curve.draw_loss_curve(table)


def verdict(table: pd.DataFrame, settings: Mapping[str, Any]) -> Verdict:
    """VTSS beside balance and the best fixed size."""
    return loss_curve.compare_with_balance(table, settings, claims_gain=True)
