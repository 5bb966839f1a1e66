"""Study: oversampled and augmented risk in one objective, and how its error falls with data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.random import SeedSequence

from synthsize.balance.strategies.weighted import row_weight
from synthsize.report import style
from synthsize.studies.engine.blocks import streams
from synthsize.studies.engine.plotting import dashed_key, legend_below, line, log_axes, name_axes, panels
from synthsize.studies.engine.references import Reference
from synthsize.studies.engine.summary import cell, cells
from synthsize.studies.engine.verdicts import Verdict, number, undecided

ENTRY = {
    "order": 13,
    "title": "Weighing augmented against oversampled rows: a fixed weight saturates",
    "paper": "Nakada, Xu, Li, Liu, Zhang and Zhang, arXiv:2406.03628, Theorem 2 and appendix A.5.1",
    "statement": (
        "With the risk (1 - alpha) R_oversampled + alpha R_augmented, more augmented rows lower the error; its "
        "variance is of the order of one over all rows, real and augmented."
    ),
    "rows": (
        "One weight rule, generator bias and number N of augmented rows per group. The Gaussian mean that groups of "
        "`sizes` rows share is estimated; oversampled rows fill the smaller groups up and come from "
        "the same generator as the augmented ones. `fixed` has alpha = 1/3, `exact` the minimiser of the closed form, "
        "which knows the bias, `paper` the published rule."
    ),
    "keys": ["rule", "bias", "N"],
    "metrics": {"error": "squared error of the mean", "alpha": "weight of the augmented risk"},
    "paper_settings": {
        "sizes": [100, 400],
        "d": 5,
        "sd": 1.0,
        "alpha": 0.3333333333333333,
        "bias": [0.0, 0.05],
        "N": [100, 400, 1200, 3600, 10800, 32400],
        "replicates": 2000,
        "replicates_per_job": 500,
    },
    "quick_settings": {"replicates": 200, "replicates_per_job": 200},
}
LABELS = {"fixed": "alpha = 1/3", "paper": "the paper's alpha", "exact": "exact minimiser, bias known"}
COLOURS = {"fixed": style.VERMILION, "paper": style.ORANGE, "exact": style.BLUE}
MARKS = {"fixed": "s", "paper": "^", "exact": "o"}


def missing_share(settings: Mapping[str, Any]) -> float:
    """Return rho, the mean share of oversampled rows in the groups once they are filled up."""
    sizes = np.array(settings["sizes"], dtype=float)
    return float((1.0 - sizes / sizes.max()).mean())


def weight(rule: str, bias: float, N: int, settings: Mapping[str, Any]) -> float:
    """Return alpha under one rule; the exact one minimises `predicted_error`, and uses the true bias.

    Per coordinate and in units of sd^2 that error is (1 - alpha)^2 A + alpha^2 B + (rho + alpha (1 - rho))^2 D with
    A = (1 - rho) / n, B = 1 / (N groups) and D = (bias / sd)^2. Without bias its minimum is at A / (A + B).
    """
    total, rows = float(sum(settings["sizes"])), float(N * len(settings["sizes"]))
    if rule == "fixed":
        return float(settings["alpha"])
    if rule == "paper":
        return float(np.sqrt(rows) / (np.sqrt(rows) + np.sqrt(total)))
    rho, shift = missing_share(settings), (bias / settings["sd"]) ** 2
    real = (1.0 - rho) / total
    best = (real - shift * rho * (1.0 - rho)) / (real + 1.0 / rows + shift * (1.0 - rho) ** 2)
    return float(np.clip(best, 0.0, 1.0))


def predicted_error(alpha: float, bias: float, N: int, settings: Mapping[str, Any]) -> float:
    """Mean squared error: variance of both parts, and the bias with the weight of all synthetic rows."""
    rho, total = missing_share(settings), sum(settings["sizes"])
    variance = (1.0 - alpha) ** 2 * (1.0 - rho) / total + alpha**2 / (N * len(settings["sizes"]))
    synthetic = (1.0 - alpha) * rho + alpha
    d = settings["d"]
    return float(d * settings["sd"] ** 2 * variance + (synthetic * bias) ** 2 * d)


def replicate(settings: Mapping[str, Any], seed: SeedSequence) -> list[dict[str, Any]]:
    """Estimate the mean by weighted squared loss; row means are drawn from their exact laws.

    Rows weigh what the strategy ``weighted`` gives them, those that fill groups up as much as real ones.
    """
    sizes, d, sd = np.array(settings["sizes"], dtype=float), settings["d"], settings["sd"]
    stream = streams(seed, "rows")
    real = sd * stream.standard_normal((len(sizes), d)) / np.sqrt(sizes)[:, None]
    lacking = sizes.max() - sizes
    oversampled = sd * stream.standard_normal((len(sizes), d)) * np.sqrt(lacking)[:, None]  # sums of rows
    noise = stream.standard_normal(d)
    rows = []
    for bias in settings["bias"]:
        filled = (sizes[:, None] * real + oversampled + lacking[:, None] * bias) / sizes.max()
        for N in settings["N"]:
            augmented = bias + sd * noise / np.sqrt(N * len(sizes))
            for rule in LABELS:
                alpha = weight(rule, bias, N, settings)
                balanced, added = len(sizes) * sizes.max(), float(N * len(sizes))
                weights = [balanced, added * row_weight(alpha, balanced, added)]
                estimate = np.average([filled.mean(axis=0), augmented], axis=0, weights=weights)
                error = float(estimate @ estimate)
                rows.append({"rule": rule, "bias": bias, "N": N, "error": error, "alpha": alpha})
    return rows


def theory(settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the closed form in every cell."""
    return [
        {
            "rule": rule,
            "bias": bias,
            "N": N,
            "metric": "error",
            "theory": predicted_error(weight(rule, bias, N, settings), bias, N, settings),
        }
        for rule in LABELS
        for bias in settings["bias"]
        for N in settings["N"]
    ]


def references(settings: Mapping[str, Any]) -> list[Reference]:
    """Compare with the formula in every cell, and with the level at which a fixed weight saturates."""
    return [
        Reference(
            {name: row[name] for name in ("rule", "bias", "N")},
            "error",
            row["theory"],
            "Theorem 2's leading terms",
        )
        for row in theory(settings)
        if row["N"] in (400, 3600)
    ]


def slope(table: pd.DataFrame, rule: str, bias: float, column: str = "mean") -> float:
    """Slope of log error against log N over the upper half of the N; NaN from fewer than two."""
    rows = cells(table, "error", rule=rule, bias=bias).sort_values("N")
    rows = rows.tail(max(len(rows) // 2, 2))
    if len(rows) < 2:
        return float("nan")
    return float(np.polyfit(np.log(rows["N"].astype(float)), np.log(rows[column].astype(float)), 1)[0])


def _slopes_in_words(table: pd.DataFrame, bias: float) -> str:
    """Compare how the error scales with N under a fixed and under the exact weight with the theory."""
    told = []
    for rule, label in (("fixed", "1/3"), ("exact", "exact")):
        found, predicted = (round(slope(table, rule, bias, column), 2) + 0.0 for column in ("mean", "theory"))
        if not np.isfinite([found, predicted]).all():
            return "one N, so no slope"
        told.append(f"{label} {found:.2f} ({predicted:.2f})")
    return f"slope (predicted): {', '.join(told)}"


def draw(table: pd.DataFrame, settings: Mapping[str, Any]) -> Figure:
    """Error against the augmented rows, a panel per bias."""
    figure, axes = panels(len(settings["bias"]))
    for panel, bias in zip(axes, settings["bias"], strict=True):
        log_axes(panel)
        for rule, label in LABELS.items():
            line(
                panel,
                cells(table, "error", rule=rule, bias=bias),
                "N",
                COLOURS[rule],
                label,
                marker=MARKS[rule],
            )
        floor = predicted_error(settings["alpha"], 0.0, 10**12, settings)
        if bias == 0.0:
            panel.axhline(floor, color=style.GREY, linewidth=0.7, linestyle=":")
        words = _slopes_in_words(table, bias)
        title = f"Bias {bias:g} per coordinate\n{words}"
        name_axes(panel, title, "augmented rows N per group", "squared error of the mean")
    legend_below(figure, axes, dashed_key())
    return figure


def verdict(table: pd.DataFrame, settings: Mapping[str, Any]) -> Verdict:
    """Compare the fixed weight's error at the largest N with its floor and with the exact minimiser."""
    N, bias = max(settings["N"]), min(settings["bias"])
    fixed = cell(table, "error", rule="fixed", bias=bias, N=N)
    exact = cell(table, "error", rule="exact", bias=bias, N=N)
    if fixed is None or exact is None or settings["replicates"] < 2 or len(settings["N"]) < 2:
        return undecided("it needs two sizes and two replicates")
    floor = predicted_error(settings["alpha"], 0.0, 10**12, settings)
    sentence = (
        f"With alpha = {settings['alpha']:.3g} and {N:,} augmented rows per group the error is "
        f"{number(fixed['mean'], fixed['se'])} and cannot fall below {floor:.5f}: more rows stop helping. The exact "
        f"weight {weight('exact', bias, N, settings):.3f} reaches {number(exact['mean'], exact['se'])}. With any bias "
        "of the generator every rule has a floor."
    )
    return Verdict("limits" if exact["mean"] + 3 * exact["se"] < fixed["mean"] else "supports", sentence)
