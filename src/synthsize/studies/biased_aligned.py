"""Study: balancing against the bias-cancelling size, where the generator's bias lies along the asymmetry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.random import SeedSequence

from synthsize.report import style
from synthsize.studies.engine import gaussian_pair as model
from synthsize.studies.engine.blocks import streams
from synthsize.studies.engine.plotting import dashed_key, legend_below, line, log_axes, name_axes, panels, say
from synthsize.studies.engine.references import Reference
from synthsize.studies.engine.squared_loss import solve, sums
from synthsize.studies.engine.summary import cell, cells
from synthsize.studies.engine.verdicts import Verdict, ordered, told, undecided

ENTRY = {
    "order": 1,
    "title": "A generator biased along the asymmetry: balance against the bias-cancelling size",
    "paper": "Ma and Zhang, arXiv:2601.16120, Example 2 and Figure 2",
    "statement": (
        "Where the generator's error points the way the class asymmetry points, one synthetic size cancels the two. "
        "At that size the excess risk falls as data come in; at class balance it stops at a floor."
    ),
    "rows": (
        "One minority count and one way to size the synthetic sample. Each replicate draws two Gaussian classes, the "
        "majority `imbalance` times the minority, and synthetic rows from a third Gaussian; squared loss without "
        "intercept, so that risk and minimiser are closed forms."
    ),
    "keys": ["n1", "size"],
    "metrics": {"excess": "excess balanced risk (squared loss)", "error": "distance to the best parameter"},
    "paper_settings": {
        "n1": [6, 12, 25, 50, 100, 200, 400, 800, 1600, 3200],
        "imbalance": 20.0,
        "mu": 1.0,
        "synthetic_mean": 0.5,
        "ridge": 1e-6,
        "replicates": 200,
        "replicates_per_job": 100,
    },
    "quick_settings": {"n1": [12, 50, 200, 800], "replicates": 40},
}
LABELS = {"none": "no synthetic rows", "balance": "class balance", "cancelling": "bias-cancelling size"}
COLOURS = {"none": style.BLACK, "balance": style.VERMILION, "cancelling": style.BLUE}


def multipliers(settings: Mapping[str, Any]) -> dict[str, float]:
    """Each size in units of the class gap; the cancelling one is NaN where none exists."""
    cancelling = model.cancelling_multiplier(settings["mu"], settings["synthetic_mean"])
    return {"none": 0.0, "balance": 1.0, "cancelling": cancelling}


def replicate(settings: Mapping[str, Any], seed: SeedSequence) -> list[dict[str, Any]]:
    """Fit at every minority count and size; the sizes share real rows and synthetic stream."""
    rows: list[dict[str, Any]] = []
    mu, a = settings["mu"], settings["synthetic_mean"]
    for n1 in settings["n1"]:
        stream = streams(seed, n1)
        n0 = round(settings["imbalance"] * n1)
        real = sums(stream.standard_normal((n0, 2)), 0.0)
        real += sums(stream.standard_normal((n1, 2)) + [mu, 0.0], 1.0)
        for size, multiplier in multipliers(settings).items():
            if np.isnan(multiplier):
                rows.append({"n1": n1, "size": size, "note": model.NO_SIZE})
                continue
            count = round(multiplier * (n0 - n1))
            synthetic = sums(streams(seed, n1, "synthetic").standard_normal((count, 2)) + [a, 0.0], 1.0)
            theta = solve(real + synthetic, settings["ridge"])
            excess, error = model.excess_risk(theta, mu), model.parameter_error(theta, mu)
            rows.append({"n1": n1, "size": size, "excess": excess, "error": error})
    return rows


def theory(settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Mean excess risk: that of the population's minimiser plus the first-order variance."""
    rows = []
    for n1 in settings["n1"]:
        n0 = round(settings["imbalance"] * n1)
        for size, multiplier in multipliers(settings).items():
            if not np.isnan(multiplier):
                counts = np.array([n0, n1, round(multiplier * (n0 - n1))], dtype=float)
                mean = model.mean_excess(counts, settings["mu"], settings["synthetic_mean"])
                rows.append({"n1": n1, "size": size, "metric": "excess", "theory": mean})
    return rows


def references(settings: Mapping[str, Any]) -> list[Reference]:  # noqa: ARG001
    """Return the authors' printed means of 100 repetitions."""
    printed = {
        "cancelling": [0.0020, 0.0012, 0.0005, 0.0002, 0.0001],
        "balance": [0.0192, 0.0196, 0.0165, 0.0165, 0.0168, 0.0164, 0.0161, 0.0162, 0.0162, 0.0161],
    }
    counts = ENTRY["paper_settings"]["n1"]  # type: ignore[index]
    return [
        Reference({"n1": n1, "size": size}, "excess", value, "authors' output, printed", 100, 5e-5)
        for size, values in printed.items()
        for n1, value in zip(counts, values, strict=False)
    ]


def draw(table: pd.DataFrame, settings: Mapping[str, Any]) -> Figure:
    """Risk and parameter error against the minority count."""
    figure, axes = panels(2)
    for panel, metric in zip(axes, ENTRY["metrics"], strict=True):  # type: ignore[call-overload]
        log_axes(panel)
        for (size, label), marker in zip(LABELS.items(), "so^", strict=True):
            line(
                panel,
                cells(table, metric, size=size),
                "n1",
                COLOURS[size],
                label,
                marker=marker,
                theory=False,
            )
    known = table[table["theory"].notna()]
    for size in LABELS:
        drawn = known[known["size"] == size].sort_values("n1")
        axes[0].plot(drawn["n1"], drawn["theory"], color=COLOURS[size], linestyle=(0, (4, 2)), linewidth=0.9)
    floor = model.population_excess(1.0, settings["imbalance"], settings["mu"], settings["synthetic_mean"])
    axes[0].axhline(floor, color=style.GREY, linewidth=0.7, linestyle=":")
    axes[0].text(
        axes[0].get_xlim()[1],
        1.15 * floor,
        f"floor at balance {floor:.4f}",
        ha="right",
        va="bottom",
        fontsize=6.5,
    )
    best = multipliers(settings)["cancelling"]
    words = model.NO_SIZE if np.isnan(best) else f"bias-cancelling size: {best:.3g} times the class gap"
    say(axes[1], words, 0.02, 0.02, ha="left", va="bottom")
    name_axes(axes[0], "Risk", "minority rows n1", "excess balanced risk (squared loss)")
    name_axes(axes[1], "Parameter", "minority rows n1", "distance to the best parameter")
    legend_below(figure, axes, dashed_key("closed form, first order"))
    return figure


def verdict(table: pd.DataFrame, settings: Mapping[str, Any]) -> Verdict:
    """Compare the two sizes at the largest minority count."""
    largest = max(settings["n1"])
    balance, cancelling = (cell(table, "excess", n1=largest, size=size) for size in ("balance", "cancelling"))
    if np.isnan(multipliers(settings)["cancelling"]):
        return Verdict("limits", f"At these settings there is {model.NO_SIZE}.")
    if balance is None or cancelling is None or settings["replicates"] < 2:
        return undecided("it needs both sizes and two replicates")
    floor = model.population_excess(1.0, settings["imbalance"], settings["mu"], settings["synthetic_mean"])
    sentence = (
        f"With {largest:,} minority rows the excess risk at balance is {told(balance)} (closed-form floor {floor:.4f}) "
        f"and {told(cancelling)} at {multipliers(settings)['cancelling']:.3g} times the class gap."
    )
    return ordered(cancelling, balance, sentence)
