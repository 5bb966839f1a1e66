"""Study: over- and undersampling of rows chosen by a model of the minority."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.random import SeedSequence
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.svm import LinearSVC

from synthsize.report import style
from synthsize.studies.engine.blocks import streams
from synthsize.studies.engine.boltzmann import BoltzmannMachine, sample_within, train_machine
from synthsize.studies.engine.plotting import Dot, dots, name_axes, panels, say
from synthsize.studies.engine.references import Reference
from synthsize.studies.engine.summary import cell, cells
from synthsize.studies.engine.verdicts import Verdict, told, undecided

ENTRY = {
    "order": 12,
    "title": "Likelihood-informed sampling with a Boltzmann machine of the minority",
    "paper": "Loffredo, Pastore, Cocco and Monasson, arXiv:2405.09535, section 5 and appendix G",
    "statement": (
        "A restricted Boltzmann machine of the minority picks better rows than chance: its own samples for "
        "oversampling, and for undersampling the majority rows that it finds neither likely nor unlikely."
    ),
    "rows": (
        "One way to sample. Each replicate takes `minority` binarised digits of 5 to 9 and `imbalance` times as many "
        "of 0 to 4 from scikit-learn's 8 x 8 digits, trains a machine on the minority, and fits a linear SVM without "
        "intercept; the other digits are the test set. The row `check` compares annealed importance sampling with the "
        "exact normalising constant of a machine of 8 hidden units. A toy size: the paper's own hyper-parameters are "
        "not known, and its digits are larger."
    ),
    "keys": ["method"],
    "metrics": {
        "balanced_accuracy": "balanced accuracy",
        "over_random": "balanced accuracy minus that of the random counterpart",
        "log_constant_error": "estimated minus exact log normalising constant (nats)",
        "likelihood_gain": "log-likelihood per held-out minority row, machine minus independent pixels (nats)",
    },
    "paper_settings": {
        "minority": 60,
        "imbalance": 8,
        "mix": 30.0,
        "hidden": 64,
        "epochs": 500,
        "gibbs_sweeps": 100,
        "central": 0.9,
        "C": 1.0,
        "replicates": 30,
        "replicates_per_job": 10,
    },
    "quick_settings": {"epochs": 60, "gibbs_sweeps": 20, "replicates": 2},
}
Array = NDArray[np.float64]
# Each way's share of the mix (0 under-, 100 oversampling), how it takes majority rows and makes minority rows.
METHODS: dict[str, tuple[str, float | None, bool, bool]] = {
    "raw": ("raw rows", None, False, False),
    "under": ("random undersampling", 0.0, False, False),
    "under_informed": ("informed undersampling", 0.0, True, False),
    "over": ("random oversampling", 100.0, False, False),
    "over_informed": ("informed oversampling", 100.0, False, True),
    "mixed": ("random mix", -1.0, False, False),
    "mixed_informed": ("informed mix", -1.0, True, True),
}
CHECK_HIDDEN = 8


def digits() -> tuple[Array, NDArray[np.int64]]:
    """Pixels that are at least half as dark as possible, and whether the digit is 5 or more."""
    found = load_digits()
    return (found.data >= 8.0).astype(float), (found.target >= 5).astype(np.int64)


def replicate(settings: Mapping[str, Any], seed: SeedSequence) -> list[dict[str, Any]]:
    """Train the machine, then fit the SVM on what every method samples."""
    X, y = digits()
    order = streams(seed, "rows").permutation(len(X))
    X, y = X[order], y[order]
    P, N = settings["minority"], settings["minority"] * settings["imbalance"]
    rows = [np.flatnonzero(y == label) for label in (0, 1)]
    if len(rows[0]) < N + 50 or len(rows[1]) < P + 50:
        note = f"{P} and {N} training rows leave fewer than 50 digits of a class to test on"
        return [{"method": method, "note": note} for method in METHODS]
    majority, minority = X[rows[0][:N]], X[rows[1][:P]]
    held = np.concatenate([rows[0][N:], rows[1][P:]])
    machine = train_machine(minority, settings["hidden"], streams(seed, "machine"), epochs=settings["epochs"])
    reached = {}
    for method, (_, mix, informed_majority, informed_minority) in METHODS.items():
        share = settings["mix"] if mix == -1.0 else mix
        stream = streams(seed, method)
        kept, made = majority, minority
        if share is not None:
            wanted = round(P * (1.0 + share / 100.0 * (N / P - 1.0)))
            kept = _taken(majority, wanted, machine if informed_majority else None, stream)
            made = _grown(minority, wanted, machine if informed_minority else None, settings, stream)
        reached[method] = _accuracy(kept, made, X[held], y[held], settings["C"])
    result: list[dict[str, Any]] = []
    for method, value in reached.items():
        row: dict[str, Any] = {"method": method, "balanced_accuracy": value}
        if method.endswith("_informed"):
            row["over_random"] = value - reached[method.removesuffix("_informed")]
        result.append(row)
    return [*result, _check(minority, X[rows[1][P:]], settings, seed)]


def _taken(majority: Array, n: int, machine: BoltzmannMachine | None, stream: np.random.Generator) -> Array:
    """Majority rows at random, or those in the middle of the machine's log-weights."""
    if machine is None:
        return majority[stream.choice(len(majority), n, replace=False)]
    order = np.argsort(machine.log_weight(majority))
    start = (len(majority) - n) // 2
    return majority[order[start : start + n]]


def _grown(
    minority: Array,
    n: int,
    machine: BoltzmannMachine | None,
    settings: Mapping[str, Any],
    stream: np.random.Generator,
) -> Array:
    """Minority rows with copies, or with the machine's samples."""
    lacking = n - len(minority)
    if lacking <= 0:
        return minority
    if machine is None:
        return np.concatenate([minority, minority[stream.integers(0, len(minority), lacking)]])
    made = sample_within(machine, minority, lacking, settings["gibbs_sweeps"], settings["central"], stream)
    return np.concatenate([minority, made])


def _accuracy(majority: Array, minority: Array, X: Array, y: NDArray[np.int64], C: float) -> float:
    rows = np.concatenate([majority, minority]) / np.sqrt(X.shape[1])
    labels = np.repeat([0, 1], [len(majority), len(minority)])
    model = LinearSVC(C=C, fit_intercept=False, loss="hinge", random_state=0, max_iter=20000)
    right = model.fit(rows, labels).predict(X / np.sqrt(X.shape[1])) == y
    return float(0.5 * (right[y == 0].mean() + right[y == 1].mean()))


def _check(minority: Array, held: Array, settings: Mapping[str, Any], seed: SeedSequence) -> dict[str, Any]:
    machine = train_machine(minority, CHECK_HIDDEN, streams(seed, "check"), epochs=settings["epochs"])
    exact = machine.exact_log_constant()
    annealed = machine.annealed_log_constant(100, 1000, streams(seed, "annealing"))
    share = np.clip(minority.mean(axis=0), 0.01, 0.99)
    independent = (held * np.log(share) + (1.0 - held) * np.log(1.0 - share)).sum(axis=1).mean()
    return {
        "method": "check",
        "log_constant_error": annealed - exact,
        "likelihood_gain": float(machine.log_weight(held).mean() - exact - independent),
    }


def theory(settings: Mapping[str, Any]) -> list[dict[str, Any]]:  # noqa: ARG001
    """Return what an unbiased check would give."""
    return [{"method": "check", "metric": "log_constant_error", "theory": 0.0}]


def references(settings: Mapping[str, Any]) -> list[Reference]:  # noqa: ARG001
    """Return the exact constant; the paper's numbers belong to other digits and unknown hyper-parameters."""
    low = "the logarithm of an unbiased estimate lies a little below the exact value"
    return [Reference({"method": "check"}, "log_constant_error", 0.0, "exact sum over states", reason=low)]


def draw(table: pd.DataFrame, settings: Mapping[str, Any]) -> Figure:
    """Balanced accuracy of every method, and the paired gain of the informed ones."""
    figure, axes = panels(2, height=2.4)
    informed = [method for method in METHODS if method.endswith("_informed")]
    for panel, metric, methods in (
        (axes[0], "balanced_accuracy", list(METHODS)),
        (axes[1], "over_random", informed),
    ):
        dots(
            panel,
            [
                Dot(METHODS[name][0], cell(table, metric, method=name), style.VERMILION, "s")
                if name in informed
                else Dot(METHODS[name][0], cell(table, metric, method=name), style.BLUE)
                for name in methods
            ],
        )
    axes[1].axvline(0.0, color=style.GREY, linewidth=0.7, linestyle=":")
    title = f"{settings['minority']} minority rows, 1:{settings['imbalance']}"
    name_axes(axes[0], title, "balanced accuracy", "")
    name_axes(axes[1], "Informed minus random, paired", "difference in balanced accuracy", "")
    error = cell(table, "log_constant_error", method="check")
    if error is not None and np.isfinite(error["mean"]):
        words = f"check: estimated minus exact\nlog constant {error['mean']:+.3f} nats"
        say(axes[1], words, 0.02, 0.33, ha="left", color=style.GREY)
    return figure


def verdict(table: pd.DataFrame, settings: Mapping[str, Any]) -> Verdict:
    """Count for which of the three ways the machine's rows are better than random ones."""
    rows = cells(table, "over_random")
    rows = rows[rows["n"] > 1]
    if rows.empty or settings["replicates"] < 2:
        return undecided("it needs two replicates and enough digits")
    better = rows[rows["mean"] > 3.0 * rows["se"]]
    worse = rows[rows["mean"] < -3.0 * rows["se"]]
    gains = ", ".join(f"{METHODS[row['method']][0]} {told(row)}" for _, row in rows.iterrows())
    sentence = f"Balanced accuracy above the random counterpart: {gains}."
    if len(better) == len(rows):
        return Verdict("supports", sentence)
    return Verdict("contradicts" if len(worse) == len(rows) else "limits", sentence)
