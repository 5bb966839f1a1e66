"""Study: between undersampling the majority and oversampling the minority."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.random import SeedSequence

from synthsize.balance.strategies.mixed import grown_minority
from synthsize.studies.engine.blocks import streams
from synthsize.studies.engine.gaussian_svm import fit_svm
from synthsize.studies.engine.plotting import (
    COLOURS,
    MARKERS,
    dashed_key,
    legend_below,
    line,
    name_axes,
    panels,
)
from synthsize.studies.engine.references import Reference
from synthsize.studies.engine.replica_theory import MAX_MARGIN, NotSolvable, Problem, isotropic, solve
from synthsize.studies.engine.summary import cells, extreme
from synthsize.studies.engine.verdicts import Verdict, told, undecided

ENTRY = {
    "order": 11,
    "title": "Mixing under- and oversampling: where the middle is best",
    "paper": "Loffredo, Pastore, Cocco and Monasson, arXiv:2405.09535, section 4",
    "statement": (
        "Between undersampling the majority to the minority's size and copying the minority to the majority's, a mix "
        "has the best balanced accuracy of an SVM; full undersampling is never best."
    ),
    "rows": (
        "One amount of data, imbalance, distance, penalty (`tuned` takes the best predicted one, up to 10) and mixing "
        "percentage. At mix m the minority weighs c = 1 + m (rho - 1) / 100 and c times as many majority rows are "
        "kept: 0 is undersampling, 100 oversampling. Rows with n = 0 are predictions between the simulated points. "
        "At a penalty of 10 nearly every row lies within the margin, the bias of a finite sample is hardly determined, "
        "and simulated points fall below."
    ),
    "keys": ["penalty", "alpha", "rho", "distance", "mix"],
    "metrics": {"balanced_accuracy": "balanced accuracy", "lam": "penalty lam"},
    "paper_settings": {
        "dimension": 200,
        "fixed": [
            [0.5, 4.0, 4.0, 1.0],
            [0.5, 10.0, 4.0, 1.0],
            [0.5, 30.0, 4.0, 1.0],
            [2.0, 3.0, 4.0, 1.0],
            [0.2, 50.0, 9.0, 3.0],
        ],
        "tuned": [[0.5, 10.0, 4.0]],
        "mixes": [0.0, 5.0, 10.0, 20.0, 30.0, 50.0, 75.0, 100.0],
        "simulated": [0.0, 10.0, 30.0, 100.0],
        "replicates": 20,
        "replicates_per_job": 5,
    },
    "quick_settings": {
        "fixed": [[0.5, 4.0, 4.0, 1.0], [0.5, 10.0, 4.0, 1.0]],
        "simulated": [0.0, 30.0],
        "replicates": 6,
        "replicates_per_job": 6,
    },
}
TUNED = "tuned"
PENALTIES = np.geomspace(0.1, MAX_MARGIN, 21)


def designs(settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Keys of every curve, without the mix."""
    names = ("alpha", "rho", "distance")
    fixed = [{"penalty": f"{lam:g}", **dict(zip(names, design))} for *design, lam in settings["fixed"]]  # noqa: B905
    return fixed + [
        {"penalty": TUNED, **dict(zip(names, design, strict=True))} for design in settings["tuned"]
    ]


def problem_at(keys: Mapping[str, Any], mix: float, lam: float) -> Problem:
    """Problem of one mix: copies of the minority in the place of synthetic rows, as a weight (eq. 14 of the paper)."""
    weight = grown_minority(mix / 100.0, keys["rho"])
    return isotropic(keys["alpha"], weight * keys["alpha"], keys["distance"], weight, lam)


@cache
def tuned_penalty(alpha: float, rho: float, distance: float, mix: float) -> float:
    """Penalty with the best predicted balanced accuracy."""
    keys = {"alpha": alpha, "rho": rho, "distance": distance}
    reached = [solve(problem_at(keys, mix, lam)).balanced_accuracy for lam in PENALTIES]
    return float(PENALTIES[int(np.argmax(reached))])


def penalty_at(keys: Mapping[str, Any], mix: float) -> float:
    """Penalty of one cell."""
    if keys["penalty"] != TUNED:
        return float(keys["penalty"])
    return tuned_penalty(keys["alpha"], keys["rho"], keys["distance"], mix)


def replicate(settings: Mapping[str, Any], seed: SeedSequence) -> list[dict[str, Any]]:
    """Fit one SVM at every simulated mix."""
    rows = []
    for keys in designs(settings):
        for mix in settings["simulated"]:
            lam = penalty_at(keys, mix)
            problem = problem_at(keys, mix, lam)
            fit = fit_svm(problem, settings["dimension"], streams(seed, *keys.values(), mix))
            rows.append({**keys, "mix": mix, "balanced_accuracy": fit.balanced_accuracy, "lam": lam})
    return rows


def theory(settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Predictions at every mix, simulated or not."""
    rows = []
    for keys in designs(settings):
        for mix in sorted({*settings["mixes"], *settings["simulated"]}):
            lam = penalty_at(keys, mix)
            try:
                value = solve(problem_at(keys, mix, lam)).balanced_accuracy
            except NotSolvable:
                continue  # without a theoretical curve
            rows.append({**keys, "mix": mix, "metric": "balanced_accuracy", "theory": value})
    return rows


def references(settings: Mapping[str, Any]) -> list[Reference]:  # noqa: ARG001
    """Return an independent solver's predictions."""
    mixes = [0, 5, 10, 20, 30, 50, 75, 100]
    predicted = {
        (0.5, 4): [0.7407, 0.7426, 0.7439, 0.7451, 0.7455, 0.7450, 0.7436, 0.7420],
        (0.5, 10): [0.7407, 0.7446, 0.7455, 0.7445, 0.7427, 0.7387, 0.7345, 0.7310],
        (0.5, 30): [0.7407, 0.7451, 0.7422, 0.7362, 0.7315, 0.7247, 0.7190, 0.7149],
    }
    source = "independent solver"
    found = []
    fixed = {"penalty": "1", "distance": 4.0}
    for (alpha, rho), values in predicted.items():
        for mix, value in zip(mixes, values, strict=True):
            where = {**fixed, "alpha": alpha, "rho": rho, "mix": mix}
            found.append(Reference(where, "balanced_accuracy", value, source, rounding=5.1e-5, theory=True))
    for mix, value in ((0, 0.7963), (100, 0.8025)):
        where = {**fixed, "alpha": 2.0, "rho": 3.0, "mix": mix}
        found.append(Reference(where, "balanced_accuracy", value, source, rounding=5.1e-5, theory=True))
    for mix, value in ((0, 0.7602), (30, 0.7770), (100, 0.7706)):
        where = {"penalty": TUNED, "alpha": 0.5, "rho": 10.0, "distance": 4.0, "mix": mix}
        found.append(Reference(where, "balanced_accuracy", value, source, rounding=5.1e-5, theory=True))
    for mix, value in ((0, 0.8480), (100, 0.7447)):
        where = {"penalty": "3", "alpha": 0.2, "rho": 50.0, "distance": 9.0, "mix": mix}
        found.append(Reference(where, "balanced_accuracy", value, source, rounding=5.1e-5, theory=True))
    return found


def draw(table: pd.DataFrame, settings: Mapping[str, Any]) -> Figure:
    """Balanced accuracy against the mix, minus that of full undersampling as predicted."""
    figure, axes = panels(2, height=2.6)
    for panel, tuned in zip(axes, (False, True), strict=True):
        chosen = [keys for keys in designs(settings) if (keys["penalty"] == TUNED) is tuned]
        for i, keys in enumerate(chosen):
            rows = cells(table, "balanced_accuracy", **keys).dropna(subset=["theory"])
            label = f"{keys['alpha']:g} L minority rows, 1:{keys['rho']:g}, D2 = {keys['distance']:g}"
            label += "" if tuned else f", penalty {keys['penalty']}"
            line(panel, rows, "mix", COLOURS[i], label, marker=MARKERS[i], linestyle="none")
        words = "Tuned penalty (best predicted, up to 10)" if tuned else "Fixed penalty"
        name_axes(panel, words, "mixing percentage (0 under-, 100 oversampling)", "balanced accuracy")
    key = dashed_key("replica prediction")
    legend_below(figure, axes, key, columns=2)
    return figure


def best_mix(table: pd.DataFrame, keys: Mapping[str, Any]) -> float:
    """Mix with the best prediction."""
    rows = cells(table, "balanced_accuracy", **keys).dropna(subset=["theory"])
    return float(extreme(rows, "theory", largest=True)["mix"])


def verdict(table: pd.DataFrame, settings: Mapping[str, Any]) -> Verdict:
    """Name the designs in which undersampling, a mix and oversampling are best."""
    if len(settings["mixes"]) < 3:
        return undecided("it needs three mixes")
    best = {tuple(keys.values()): best_mix(table, keys) for keys in designs(settings)}
    simulated = table[(table["metric"] == "balanced_accuracy") & (table["n"] > 1)]
    off = (simulated["mean"] - simulated["theory"]).abs() / simulated["se"]
    told_best = ", ".join(
        f"1:{rho:g} with {alpha:g} L minority rows at D2 = {distance:g} (penalty {penalty}): {mix:g}%"
        for (penalty, alpha, rho, distance), mix in best.items()
    )
    sentence = f"Best predicted mix: {told_best}."
    if not simulated.empty:
        first = simulated.iloc[int(np.argmax((simulated["mean"] - simulated["theory"]).abs()))]
        sentence += (
            f" {int((off <= 3.0).sum())} of {len(simulated)} simulated accuracies lie within three Monte Carlo errors "
            f"of the prediction; the farthest is {told(first)} beside {first['theory']:.4f}."
        )
    interior = all(0.0 < mix < 100.0 for mix in best.values())
    return Verdict("supports" if interior else "limits", sentence)
