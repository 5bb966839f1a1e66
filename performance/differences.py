"""What single choices of the published code are worth, on the analysis table of any task.

    python performance/differences.py results/tasks/mortality.parquet --splits 10

fits each choice and its counterpart here on the same splits and prints the mean difference in balanced risk (published
minus ours, positive is worse) with its normal interval over the splits. docs/differences.md quotes such runs.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from imblearn.over_sampling import ADASYN
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC, LinearSVC
from threadpoolctl import threadpool_limits

from synthsize.balance import make_generator
from synthsize.benchmark.controls import run_controls
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.split_data import SplitRows, draw_split, read_rows
from synthsize.contracts.analysis import ANALYSIS
from synthsize.statistics.intervals import normal_interval

Array = NDArray[np.float64]

TASK = "task"
OVER_REQUEST = 2.0  # times the class gap: the largest size of the published grid
SIZES = (0.25, 0.5, 1.0)
SVM_ROWS = 2000  # of a training set: an exact kernel solver takes minutes on more
EXACT = {"solver": "newton-cholesky", "tol": 1e-10, "max_iter": 500}
LOOSE = {"solver": "lbfgs", "tol": 1e-3, "max_iter": 1000}
SETTINGS = Settings(seed=1, multipliers=(0.0, 1.0))


def log_loss(scores: Array, y: NDArray[np.int8]) -> float:
    """Balanced log-loss."""
    return _balanced(np.logaddexp(0.0, -(2 * y - 1) * scores), y)


def hinge(scores: Array, y: NDArray[np.int8]) -> float:
    """Balanced hinge loss."""
    return _balanced(np.maximum(0.0, 1 - (2 * y - 1) * scores), y)


def _balanced(losses: Array, y: NDArray[np.int8]) -> float:
    return float(0.5 * losses[y == 0].mean() + 0.5 * losses[y == 1].mean())


def adasyn_prefix(split: SplitRows) -> Iterator[tuple[str, float]]:
    """Cut a sample from the head of a larger one in the order of its listing, and set it beside one of that size."""
    X, y = split.X_train, split.y_train
    gap = int((y == 0).sum() - (y == 1).sum())
    wanted = {0: int((y == 0).sum()), 1: int((y == 1).sum() + OVER_REQUEST * gap)}
    listed = ADASYN(sampling_strategy=wanted, n_neighbors=10, random_state=split.number).fit_resample(X, y)[0]
    ours = make_generator("adasyn").fit(X, y)
    for size in SIZES:
        n = round(size * gap)
        rows = (listed[len(X) : len(X) + n], ours.sample(n, random_state=split.number))
        losses = [
            _fit_and_score(np.vstack([X, new]), np.append(y, np.ones(n, dtype=int)), split) for new in rows
        ]
        yield f"ADASYN, head of an over-request, m = {size:g} (nats)", losses[0] - losses[1]


def _fit_and_score(X: Array, y: NDArray[np.int8], split: SplitRows, **options: object) -> float:
    model = LogisticRegression(**{**EXACT, **options}).fit(X, y)
    return log_loss(model.decision_function(split.X_test), split.y_test)


def loose_solver(split: SplitRows) -> Iterator[tuple[str, float]]:
    """Stop lbfgs early."""
    for name, weight in {"m = 0": None, "class weights": "balanced"}.items():
        losses = [
            _fit_and_score(split.X_train, split.y_train, split, class_weight=weight, **options)
            for options in (LOOSE, EXACT)
        ]
        yield f"lbfgs stopped at 1e-3, {name} (nats)", losses[0] - losses[1]


def svm_loss(split: SplitRows) -> Iterator[tuple[str, float]]:
    """Penalise the intercept, or square the hinge, and score by the hinge."""
    kept = np.random.default_rng(split.number).choice(
        len(split.train), min(SVM_ROWS, len(split.train)), False
    )
    X, y = split.X_train[kept], split.y_train[kept]
    weighted = {"class_weight": "balanced", "C": 1.0}
    exact = SVC(kernel="linear", **weighted).fit(X, y)
    ours = hinge(exact.decision_function(split.X_test), split.y_test)
    for name, loss in {"penalised intercept": "hinge", "squared hinge": "squared_hinge"}.items():
        model = LinearSVC(loss=loss, max_iter=20_000, random_state=0, **weighted).fit(X, y)
        yield f"SVM, {name} (hinge loss)", hinge(model.decision_function(split.X_test), split.y_test) - ours


def shortcuts(table: pd.DataFrame, splits: int) -> Iterator[tuple[str, Array]]:
    """Impute from the whole cohort, or score on a thinned test set."""

    def risks(**switches: str) -> pd.DataFrame:
        found = run_controls(
            table,
            task=TASK,
            classifier="logistic",
            controls=("class_weight",),
            splits=range(splits),
            settings=Settings(seed=1, multipliers=(0.0, 1.0), **switches),
        )
        return found.controls.sort_values("split")

    ours = risks()
    yield (
        "means of the whole cohort impute (nats)",
        _difference(risks(imputation="cohort"), ours, "balanced_risk"),
    )
    thinned = risks(oracle="undersampled")
    yield "excess risk on a thinned test set (nats)", _difference(thinned, ours, "excess_risk")


def _difference(theirs: pd.DataFrame, ours: pd.DataFrame, column: str) -> Array:
    return theirs[column].to_numpy(dtype=float) - ours[column].to_numpy(dtype=float)


CHOICES: tuple[Callable[[SplitRows], Iterator[tuple[str, float]]], ...] = (
    adasyn_prefix,
    loose_solver,
    svm_loss,
)


@threadpool_limits.wrap(limits=1)
def measure(table: pd.DataFrame, splits: int) -> pd.DataFrame:
    """Difference of every choice, with its interval over the splits."""
    found: dict[str, list[float]] = {}
    rows = read_rows(table, TASK, SETTINGS)
    for number in range(splits):
        split = draw_split(rows, SETTINGS, number)
        for choice in CHOICES:
            for name, value in choice(split):
                found.setdefault(name, []).append(value)
    every = {**{name: np.array(values) for name, values in found.items()}, **dict(shortcuts(table, splits))}
    limits = {name: normal_interval(values) for name, values in every.items()}
    return pd.DataFrame(
        [(name, values.mean(), *map(float, limits[name])) for name, values in every.items()],
        columns=["choice", "difference", "low", "high"],
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("table", type=Path, help="analysis table of a task, as a run writes it")
    parser.add_argument("--splits", type=int, default=10)
    given = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    print(
        measure(ANALYSIS.read(given.table), given.splits).to_string(
            index=False, float_format="{:+.5f}".format
        )
    )


if __name__ == "__main__":
    main()
