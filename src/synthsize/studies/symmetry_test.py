"""Study: level and power of the test of whether imbalance matters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.random import SeedSequence
from numpy.typing import NDArray
from scipy.stats import chi2
from scipy.stats import f as f_law

from synthsize.report import style
from synthsize.studies.engine.blocks import streams
from synthsize.studies.engine.plotting import COLOURS, MARKERS, legend_below, line, name_axes, panels
from synthsize.studies.engine.references import Reference
from synthsize.studies.engine.summary import cell, cells
from synthsize.studies.engine.verdicts import Verdict, told, undecided

ENTRY = {
    "order": 8,
    "title": "The test of local symmetry: level and power",
    "paper": "Ma and Zhang, arXiv:2601.16120, the revision's calibration of its test (settings of its code)",
    "statement": (
        "A Wald test of equal class gradients at the balanced fit shows, at its nominal level, whether imbalance "
        "matters at all."
    ),
    "rows": (
        "One minority count, imbalance, shift and reference law. The shift moves the minority's mean away from the "
        "point at which the classes are symmetric; at 0 the share of rejections is the level, elsewhere the power. "
        "`chi2` is the paper's reference law; `hotelling` allows for the covariance being estimated from n1 rows, as "
        "the regime diagnosis of this package does."
    ),
    "keys": ["law", "imbalance", "n1", "shift"],
    "metrics": {"rejected": "share of replicates that reject", "statistic": "mean of the statistic"},
    "paper_settings": {
        "n1": [50, 250, 500],
        "imbalance": [5.0, 20.0],
        "shift": [0.0, 0.1, 0.2, 0.4],
        "d": 5,
        "significance": 0.05,
        "replicates": 5000,
        "replicates_per_job": 500,
    },
    "quick_settings": {"n1": [50, 250], "shift": [0.0, 0.2], "replicates": 300, "replicates_per_job": 300},
}
Array = NDArray[np.float64]
SYMMETRIC = (5.0 - np.sqrt(21.0)) / 2.0  # the minority mean at which both classes' gradients agree
LAWS = {"chi2": "chi-squared", "hotelling": "Hotelling"}


def symmetry_statistic(majority: Array, minority: Array) -> float:
    """Wald statistic of equal mean gradients at the balanced fit.

    The loss is (theta'x - y + 1/2)^2. With class means e_k of the gradients, Hessians H_k, H = (H_0 + H_1) / 2 and
    G = H_0 - H_1 the difference of gradients has the covariance A_0 S_0 A_0' / n_0 + A_1 S_1 A_1' / n_1,
    A_0 = I - G H^-1 / 2, A_1 = -I - G H^-1 / 2.
    """
    groups = [(majority, -0.5), (minority, 0.5)]
    hessians = [2.0 * X.T @ X / len(X) for X, _ in groups]
    crosses = [2.0 * target * X.mean(axis=0) for X, target in groups]
    hessian = (hessians[0] + hessians[1]) / 2.0
    theta = np.linalg.solve(hessian, (crosses[0] + crosses[1]) / 2.0)
    drift = (hessians[0] - hessians[1]) @ np.linalg.inv(hessian) / 2.0
    identity = np.eye(len(theta))
    covariance = np.zeros_like(hessian)
    for (X, target), factor in zip(groups, (identity - drift, -identity - drift), strict=True):
        gradients = 2.0 * X * (X @ theta - target)[:, None]
        covariance += factor @ np.cov(gradients, rowvar=False) @ factor.T / len(X)
    difference = (hessians[0] @ theta - crosses[0]) - (hessians[1] @ theta - crosses[1])
    return float(difference @ np.linalg.solve(covariance, difference))


def critical_values(n1: int, d: int, significance: float) -> dict[str, float]:
    """Value above which each reference law rejects; NaN where n1 rows are too few for it."""
    hotelling = float("nan")
    if n1 > d:
        hotelling = d * (n1 - 1) / (n1 - d) * float(f_law.isf(significance, d, n1 - d))
    return {"chi2": float(chi2.isf(significance, d)), "hotelling": hotelling}


def replicate(settings: Mapping[str, Any], seed: SeedSequence) -> list[dict[str, Any]]:
    """Test once in every cell; the shifts share their rows up to the shift."""
    d, width = settings["d"], np.sqrt(3.0)
    scale = np.ones(d)
    scale[0] = 2.0
    rows: list[dict[str, Any]] = []
    for n1 in settings["n1"]:
        for imbalance in settings["imbalance"]:
            keys = {"imbalance": imbalance, "n1": n1}
            if n1 <= d:
                note = f"n1 = {n1} rows give no covariance of {d} gradients"
                rows += [
                    {**keys, "law": law, "shift": shift, "note": note}
                    for law in LAWS
                    for shift in settings["shift"]
                ]
                continue
            stream = streams(seed, n1, imbalance)
            majority = stream.uniform(-width, width, (round(imbalance * n1), d)) * scale
            majority[:, 0] -= 1.0
            minority = stream.uniform(-width, width, (n1, d))
            critical = critical_values(n1, d, settings["significance"])
            for shift in settings["shift"]:
                moved = minority.copy()
                moved[:, 0] += SYMMETRIC + shift
                statistic = symmetry_statistic(majority, moved)
                rows += [
                    {
                        **keys,
                        "law": law,
                        "shift": shift,
                        "rejected": float(statistic > critical[law]),
                        "statistic": statistic,
                    }
                    for law in LAWS
                ]
    return rows


def theory(settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Level without a shift."""
    return [
        {
            "law": law,
            "imbalance": imbalance,
            "n1": n1,
            "shift": 0.0,
            "metric": "rejected",
            "theory": settings["significance"],
        }
        for law in LAWS
        for imbalance in settings["imbalance"]
        for n1 in settings["n1"]
        if n1 > settings["d"]
    ]


def references(settings: Mapping[str, Any]) -> list[Reference]:
    """Compare with the nominal level."""
    few = "the chi-squared law ignores that the covariance is estimated from n1 rows; see Hotelling's rows"
    skewed = "Hotelling's law is exact for normal gradients; these are skewed products"
    return [
        Reference(
            {"law": law, "imbalance": imbalance, "n1": n1, "shift": 0.0},
            "rejected",
            settings["significance"],
            "nominal level",
            reason=few if law == "chi2" else skewed,
        )
        for law in LAWS
        for imbalance in settings["imbalance"]
        for n1 in settings["n1"]
    ]


def draw(table: pd.DataFrame, settings: Mapping[str, Any]) -> Figure:
    """Share of rejections against the shift, a panel per reference law."""
    figure, axes = panels(2)
    for panel, (law, label) in zip(axes, LAWS.items(), strict=True):
        number = 0
        for imbalance in settings["imbalance"]:
            for n1 in settings["n1"]:
                rows = cells(table, "rejected", law=law, imbalance=imbalance, n1=n1)
                name = f"n1 = {n1}, imbalance {imbalance:g}"
                colour = COLOURS[number % len(COLOURS)]
                line(panel, rows, "shift", colour, name, marker=MARKERS[number % len(MARKERS)], theory=False)
                number += 1
        panel.axhline(settings["significance"], color=style.GREY, linestyle=(0, (4, 2)), linewidth=0.9)
        panel.set_ylim(0.0, 1.02)
        name_axes(
            panel, f"{label} reference", "shift of the minority mean (sd)", "share of replicates that reject"
        )
    legend_below(figure, axes, columns=3)
    return figure


def verdict(table: pd.DataFrame, settings: Mapping[str, Any]) -> Verdict:
    """Judge the level at the smallest and the largest minority count."""
    if 0.0 not in settings["shift"] or settings["replicates"] < 2:
        return undecided("it needs the shift 0 and two replicates")
    imbalance, fewest, most = max(settings["imbalance"]), min(settings["n1"]), max(settings["n1"])

    def level(law: str, n1: int) -> pd.Series[Any] | None:
        return cell(table, "rejected", law=law, imbalance=imbalance, n1=n1, shift=0.0)

    few, corrected, many = level("chi2", fewest), level("hotelling", fewest), level("chi2", most)
    if few is None or corrected is None or many is None or few["n"] == 0:
        return undecided(f"{fewest} minority rows are too few for the test")
    sentence = (
        f"At the nominal level {settings['significance']:g} and imbalance {imbalance:g} the chi-squared law rejects "
        f"{told(few)} of symmetric samples with {fewest} minority rows and {told(many)} with {most}; Hotelling's law "
        f"rejects {told(corrected)} with {fewest}."
    )
    off = abs(few["mean"] - settings["significance"]) > 3.0 * few["se"]
    return Verdict("limits" if off else "supports", sentence)
