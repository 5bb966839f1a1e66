"""Study: logistic regression with SMOTE on a bimodal minority."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.random import SeedSequence
from numpy.typing import NDArray

from synthsize.balance import make_generator
from synthsize.studies.engine import loss_curve
from synthsize.studies.engine.references import Reference
from synthsize.studies.engine.verdicts import Verdict

ENTRY = {
    "order": 6,
    "title": "A linear model with SMOTE: balance is close to the best size",
    "paper": "Ma and Zhang, arXiv:2601.16120, section 15.2.3 and Figure 5 (left)",
    "statement": (
        "For logistic regression on a minority of two clusters, SMOTE at about class balance has the lowest balanced "
        "loss, and the size that cross-validation chooses does as well."
    ),
    "rows": (
        "A fixed multiplier, or VTSS (`arm`). Each replicate draws a training set of `n1` minority rows from two "
        "Gaussians and `imbalance` times as many from one, and a test set of `test` rows of each class."
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
        "delta": 2.0,
        "separation": 3.5,
        "k_neighbors": 5,
        "C": 1e6,
        "stop": 2.0,
        "step": 0.05,
        "folds": 5,
        "test": 10000,
        "replicates": 100,
        "replicates_per_job": 20,
    },
    "quick_settings": {"replicates": 3},
}
Array = NDArray[np.float64]


def draw_rows(counts: tuple[int, int], settings: Mapping[str, Any], stream: np.random.Generator) -> Array:
    """Majority rows, then minority rows."""
    majority = stream.standard_normal((counts[0], settings["d"]))
    minority = stream.standard_normal((counts[1], settings["d"]))
    minority[:, 0] += settings["delta"]
    minority[:, 1] += settings["separation"] / 2 * (2 * stream.integers(0, 2, counts[1]) - 1)
    return np.concatenate([majority, minority])


def prepare(
    rows: Array, y: Array, others: Array, n: int, settings: Mapping[str, Any], stream: np.random.Generator
) -> tuple[Array, Array, Array]:
    """Draw SMOTE's rows; the classifier sees the features as they are."""
    generator = make_generator("smote", k_neighbors=settings["k_neighbors"]).fit(rows, y)
    return rows, generator.sample(n, int(stream.integers(2**31))), others


def replicate(settings: Mapping[str, Any], seed: SeedSequence) -> list[dict[str, Any]]:
    """Sweep the sizes and choose one."""
    return loss_curve.rows_of_replicate(draw_rows, prepare, settings, seed)


def theory(settings: Mapping[str, Any]) -> list[dict[str, Any]]:  # noqa: ARG001
    """No closed form."""
    return []


def references(settings: Mapping[str, Any]) -> list[Reference]:  # noqa: ARG001
    """Levels read from the authors' figure."""
    figure = "read from the authors' Figure 5"
    return [
        Reference({"arm": "fixed", "multiplier": 0.0}, "loss", 0.85, figure, 100, 0.01),
        Reference({"arm": "fixed", "multiplier": 1.0}, "loss", 0.363, figure, 100, 0.001),
        Reference({"arm": "vtss"}, "loss", 0.363, figure, 100, 0.001),
    ]


def draw(table: pd.DataFrame, settings: Mapping[str, Any]) -> Figure:  # noqa: ARG001
    """Loss against the multiplier."""
    return loss_curve.draw_loss_curve(table)


def verdict(table: pd.DataFrame, settings: Mapping[str, Any]) -> Verdict:
    """VTSS beside balance and the best fixed size."""
    return loss_curve.compare_with_balance(table, settings, claims_gain=False)
