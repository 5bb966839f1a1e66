"""Study: synthetic rows against weights, with a small neural network."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.random import SeedSequence
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import StratifiedKFold
from sklearn.neural_network import MLPClassifier

from synthsize.balance import VTSSClassifier, make_generator
from synthsize.report import style
from synthsize.studies.engine.blocks import streams
from synthsize.studies.engine.plotting import Dot, dots, name_axes, panels, say
from synthsize.studies.engine.references import Reference
from synthsize.studies.engine.summary import cell, cells, extreme
from synthsize.studies.engine.verdicts import Verdict, told, undecided

ENTRY = {
    "order": 9,
    "title": "A neural network: validated synthetic sizes against validated weights",
    "paper": "Ma and Zhang, arXiv:2601.16120, the revision's comparison with methods without synthetic rows",
    "statement": (
        "With a neural network, synthetic rows at a validated size reach a lower balanced log-loss than class weights "
        "or a tuned cost."
    ),
    "rows": (
        "One way to treat the imbalance. The published data law is not known; ours is a minority of two clusters in "
        "`d` dimensions, so the published levels do not carry over, and their order may not. `cost_sensitive` chooses "
        "the minority's weight by the same folds from the same multipliers as VTSS. A toy size: few replicates, few "
        "multipliers, `iterations` epochs."
    ),
    "keys": ["method"],
    "metrics": {
        "loss": "balanced test log-loss (nats)",
        "chosen": "chosen size or weight (class gaps)",
        "over_cost": "loss minus that of the tuned cost on the same rows (nats)",
    },
    "paper_settings": {
        "n0": 800,
        "n1": 100,
        "d": 10,
        "delta": 1.5,
        "separation": 3.0,
        "generator": ["smote", "jitter", "adasyn"],
        "k_neighbors": 5,
        "multipliers": [0.0, 0.5, 1.0, 1.5],
        "folds": 3,
        "iterations": 60,
        "test": 5000,
        "replicates": 12,
        "replicates_per_job": 3,
    },
    "quick_settings": {"multipliers": [0.0, 1.0], "iterations": 15, "replicates": 2, "generator": ["smote"]},
}
Array = NDArray[np.float64]
LABELS = {
    "raw": "raw rows",
    "reweight": "class weights",
    "cost_sensitive": "tuned cost",
    "smote": "SMOTE, VTSS",
    "jitter": "jitter, VTSS",
    "adasyn": "ADASYN, VTSS",
}


def draw_rows(counts: tuple[int, int], settings: Mapping[str, Any], stream: np.random.Generator) -> Array:
    """Majority rows, then minority rows of two clusters."""
    rows = stream.standard_normal((sum(counts), settings["d"]))
    rows[counts[0] :, 0] += settings["delta"]
    rows[counts[0] :, 1] += settings["separation"] / 2 * (2 * stream.integers(0, 2, counts[1]) - 1)
    return rows


def network(settings: Mapping[str, Any], seed: int) -> MLPClassifier:
    """Two hidden layers of 64 and 32 units."""
    return MLPClassifier((64, 32), max_iter=settings["iterations"], random_state=seed)


def replicate(settings: Mapping[str, Any], seed: SeedSequence) -> list[dict[str, Any]]:
    """Train every method on the same rows."""
    counts, test = (settings["n0"], settings["n1"]), (settings["test"], settings["test"])
    X, X_test = (
        draw_rows(n, settings, streams(seed, part)) for n, part in ((counts, "train"), (test, "test"))
    )
    y, y_test = np.repeat([0, 1], counts), np.repeat([0, 1], test)
    number = int(streams(seed, "network").integers(2**31))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the epochs are a setting
        losses = {
            "raw": (_weighted_loss(X, y, X_test, y_test, 1.0, settings, number), None),
            "reweight": (
                _weighted_loss(X, y, X_test, y_test, counts[0] / counts[1], settings, number),
                None,
            ),
            "cost_sensitive": _tuned_cost(X, y, X_test, y_test, settings, number),
        }
        for name in settings["generator"]:
            losses[name] = _tuned_size(name, X, y, X_test, y_test, settings, number)
    reference = losses["cost_sensitive"][0]
    return [
        {"method": name, "loss": loss, "chosen": chosen, "over_cost": loss - reference}
        for name, (loss, chosen) in losses.items()
    ]


def balanced_log_loss(probability: Array, y: NDArray[np.int64]) -> float:
    """Mean of the two classes' mean log-losses, in nats."""
    right = np.clip(np.where(y == 1, probability, 1.0 - probability), 1e-15, 1.0)
    return float(-0.5 * (np.log(right[y == 0]).mean() + np.log(right[y == 1]).mean()))


def _weighted_loss(
    X: Array, y: Any, X_test: Array, y_test: Any, weight: float, settings: Mapping[str, Any], number: int
) -> float:
    model = network(settings, number).fit(X, y, sample_weight=np.where(y == 1, weight, 1.0))
    return balanced_log_loss(model.predict_proba(X_test)[:, 1], y_test)


def _tuned_cost(
    X: Array, y: Any, X_test: Array, y_test: Any, settings: Mapping[str, Any], number: int
) -> tuple[float, float]:
    """Choose the minority's weight 1 + m (n0 - n1) / n1 by the folds."""
    gap = settings["n0"] / settings["n1"] - 1.0
    folds = list(StratifiedKFold(settings["folds"], shuffle=True, random_state=number % 2**31).split(X, y))
    seen = [
        np.mean(
            [
                _weighted_loss(X[train], y[train], X[held], y[held], 1.0 + m * gap, settings, number)
                for train, held in folds
            ]
        )
        for m in settings["multipliers"]
    ]
    chosen = settings["multipliers"][int(np.argmin(seen))]
    return _weighted_loss(X, y, X_test, y_test, 1.0 + chosen * gap, settings, number), chosen


def _tuned_size(
    name: str, X: Array, y: Any, X_test: Array, y_test: Any, settings: Mapping[str, Any], number: int
) -> tuple[float, float]:
    parameters = {} if name == "jitter" else {"k_neighbors": settings["k_neighbors"]}
    model = VTSSClassifier(
        network(settings, number),
        make_generator(name, **parameters),
        multipliers=settings["multipliers"],
        cv=settings["folds"],
        n_repeats=1,
        random_state=number,
    ).fit(X, y)
    return balanced_log_loss(model.predict_proba(X_test)[:, 1], y_test), float(model.best_multiplier_)


def theory(settings: Mapping[str, Any]) -> list[dict[str, Any]]:  # noqa: ARG001
    """No closed form."""
    return []


def references(settings: Mapping[str, Any]) -> list[Reference]:  # noqa: ARG001
    """Levels of the authors' run, on data whose law is not known."""
    unknown = "the law of the published data is not known, so the levels cannot agree"
    levels = {
        "raw": 1.211,
        "reweight": 1.102,
        "cost_sensitive": 1.003,
        "smote": 1.079,
        "jitter": 0.933,
        "adasyn": 1.120,
    }
    return [
        Reference({"method": name}, "loss", value, "authors' output, printed", 100, 5e-4, unknown)
        for name, value in levels.items()
    ]


def draw(table: pd.DataFrame, settings: Mapping[str, Any]) -> Figure:
    """Loss of each method."""
    figure, axes = panels(2)
    x_names = ("balanced test log-loss (nats)", "loss minus that of the tuned cost (nats)")
    methods = [name for name in LABELS if name in set(table["method"])]
    for panel, metric, x_name in zip(axes, ("loss", "over_cost"), x_names, strict=True):
        column = [
            Dot(LABELS[name], cell(table, metric, method=name), style.VERMILION, "s")
            if name in settings["generator"]
            else Dot(LABELS[name], cell(table, metric, method=name), style.BLUE)
            for name in methods
        ]
        dots(panel, column)
        name_axes(panel, "Level" if metric == "loss" else "Paired difference", x_name, "")
    axes[1].axvline(0.0, color=style.GREY, linewidth=0.7, linestyle=":")
    if settings["replicates"] < 2:
        say(axes[0], "one replicate: no Monte Carlo error", 0.98, 0.98, ha="right", va="top")
    return figure


def verdict(table: pd.DataFrame, settings: Mapping[str, Any]) -> Verdict:
    """Compare the best generator with the tuned cost."""
    over = cells(table, "over_cost")
    over = over[over["method"].isin(settings["generator"])]
    cost = cell(table, "loss", method="cost_sensitive")
    if over.empty or cost is None or settings["replicates"] < 2:
        return undecided("it needs a generator and two replicates")
    best = extreme(over)
    sentence = (
        f"The tuned cost reaches a balanced log-loss of {told(cost)} nats; the best generator, "
        f"{LABELS[best['method']]}, differs from it by {told(best)} on the same rows "
        "(another data law than the paper's)."
    )
    if best["mean"] < -3.0 * best["se"]:
        return Verdict("supports", sentence)
    return Verdict("contradicts" if best["mean"] > 3.0 * best["se"] else "limits", sentence)
