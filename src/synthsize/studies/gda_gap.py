"""Study: what generative augmentation does to the train-test gap, and to the test loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.random import SeedSequence
from numpy.typing import NDArray

from synthsize.report import style
from synthsize.studies.engine.blocks import streams
from synthsize.studies.engine.plotting import dashed_key, legend_below, line, log_axes, name_axes, panels
from synthsize.studies.engine.references import Reference
from synthsize.studies.engine.summary import cell, cells
from synthsize.studies.engine.verdicts import Verdict, surely_less, told, undecided

ENTRY = {
    "order": 16,
    "title": "Generative augmentation narrows the train-test gap and leaves the test loss as it was",
    "paper": "Zheng, Wu and Li, arXiv:2305.17476, Figure 1",
    "statement": (
        "Rows from a generator fitted to the training set narrow the gap between training and test loss, in high "
        "dimension by a constant factor, in low dimension not."
    ),
    "rows": (
        "One panel, dimension d, real rows m and gamma, synthetic rows per real row. Each replicate draws a balanced "
        "mixture of two Gaussians at unit distance from their centre, fits a Gaussian per class, and averages real and "
        "synthetic rows; the gap compares the mean loss on all training rows with the exact mean on new rows."
    ),
    "keys": ["panel", "d", "m", "gamma"],
    "metrics": {
        "gap": "absolute train-test gap (nats)",
        "test_loss": "test loss (nats)",
        "error": "squared parameter error",
    },
    "paper_settings": {
        "sigma": 0.6,
        "rows_m": [20, 50, 100, 200, 500],
        "rows_gamma": [0, 1, 2, 5, 10, 20, 50],
        "dimensions": [2, 10, 20, 50, 100],
        "few_rows": 10,
        "low_rows": 40,
        "gamma": [0, 1, 2, 5, 10, 20, 50, 100],
        "high_dimension": 50,
        "replicates": 1000,
        "replicates_per_job": 250,
    },
    "quick_settings": {
        "rows_m": [20, 100],
        "rows_gamma": [0, 10],
        "dimensions": [2, 50],
        "gamma": [0, 1, 10, 50],
        "replicates": 100,
    },
}
Array = NDArray[np.float64]
PANELS = {
    "a": "(a) d = 1",
    "b": "(b) few rows",
    "c": "(c) d = 1",
    "d": "(d) high dimension",
}
FEWEST = 3
METRICS = {
    "gap": "train-test gap (nats)",
    "test_loss": "test loss (nats)",
    "error": "squared parameter error",
}


def designs(settings: Mapping[str, Any]) -> list[tuple[str, int, int, list[int]]]:
    """Panel, dimension, real rows and the gammas of every sweep."""
    few, low, high = settings["few_rows"], settings["low_rows"], settings["high_dimension"]
    return [
        *(("a", 1, m, settings["rows_gamma"]) for m in settings["rows_m"]),
        *(("b", d, few, settings["rows_gamma"]) for d in settings["dimensions"]),
        ("c", 1, low, settings["gamma"]),
        ("d", high, few, settings["gamma"]),
    ]


def replicate(settings: Mapping[str, Any], seed: SeedSequence) -> list[dict[str, Any]]:
    """Sweep gamma in every design, synthetic samples nested."""
    rows: list[dict[str, Any]] = []
    for panel, d, m, gammas in designs(settings):
        if m < FEWEST:
            note = f"m = {m}: a variance within two classes takes at least {FEWEST} rows"
            rows += [{"panel": panel, "d": d, "m": m, "gamma": gamma, "note": note} for gamma in gammas]
            continue
        stream = streams(seed, panel, d, m)
        values = _sweep(d, m, gammas, settings["sigma"], stream)
        rows += [
            {"panel": panel, "d": d, "m": m, "gamma": gamma, **value}
            for gamma, value in zip(gammas, values, strict=True)
        ]
    return rows


def _sweep(
    d: int, m: int, gammas: list[int], sigma: float, stream: np.random.Generator
) -> list[dict[str, float]]:
    """Work on signed rows y x, whose law is one Gaussian, N(mu, sigma^2 I)."""
    mu = np.full(d, 1.0 / np.sqrt(d))
    signed = mu + sigma * stream.standard_normal((m, d))
    halves = np.repeat([0, 1], [m - m // 2, m // 2])
    means = np.stack([signed[halves == k].mean(axis=0) for k in (0, 1)])
    # One degree of freedom a class is spent on its mean.
    spread = np.sqrt(((signed - means[halves]) ** 2).sum(axis=0) / (m - 2) + 1e-9)
    found = []
    total, square, count = signed.sum(axis=0), float((signed**2).sum()), m
    done = 0
    for gamma in sorted(set(gammas)):
        added = gamma * m - done
        if added:
            which = stream.integers(0, 2, added)
            drawn = means[which] + spread * stream.standard_normal((added, d))
            total, square, count = total + drawn.sum(axis=0), square + float((drawn**2).sum()), count + added
            done += added
        theta = total / count
        train = (square / count - 2.0 * float(theta @ total) / count + float(theta @ theta)) / (
            2.0 * sigma**2
        )
        error = float(((theta - mu) ** 2).sum())
        test = (d * sigma**2 + error) / (2.0 * sigma**2)
        found.append({"gap": abs(train - test), "test_loss": test, "error": error})
    order = {gamma: i for i, gamma in enumerate(sorted(set(gammas)))}
    return [found[order[gamma]] for gamma in gammas]


def theory(settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Exact mean test loss and parameter error, by the two sources of error of the mean.

    The mean of the real rows has variance s^2 / m a coordinate. That of gamma m synthetic rows is centred at the mean
    of the two class means, with the variance of the pooled fit, s^2 in the mean, and the spread of class means that a
    random label adds, s^2 / m, over gamma m. Exact for even m.
    """
    rows = []
    for panel, d, m, gammas in designs(settings):
        if m % 2 or m < FEWEST:
            continue
        s2 = settings["sigma"] ** 2
        for gamma in gammas:
            added = gamma / (1.0 + gamma)
            error = d * s2 / m
            if gamma:
                error += added**2 * d * (s2 + 1e-9 + s2 / m) / (gamma * m)
            keys = {"panel": panel, "d": d, "m": m, "gamma": gamma}
            rows.append({**keys, "metric": "error", "theory": error})
            rows.append({**keys, "metric": "test_loss", "theory": (d * s2 + error) / (2.0 * s2)})
    return rows


def bound(d: int, m: int, gamma: float) -> float:
    """Return the paper's bound of the gap up to constants, as its code draws it."""
    dim, total = d + np.log(m), (1.0 + gamma) * m
    beta = dim / total
    distance, tau = 1.0, 1.0
    if d <= 2:
        distance = np.sqrt(d / m * np.log(d)) if d > 1 else 0.0
        tau = np.sqrt(gamma * d / m) * np.log(m * d)
    share = 1.0 + gamma
    value = gamma / share * dim * distance + dim * (1.0 + np.sqrt(gamma)) / (share * np.sqrt(m))
    value += np.sqrt(gamma * m) * beta / share
    value += beta * (np.log(m) + (np.log(gamma * m) if gamma else 0.0)) / share
    return float(value + np.log(m) * dim * tau / share)


def references(settings: Mapping[str, Any]) -> list[Reference]:  # noqa: ARG001
    """Values of an independent small replication, whose repetitions are not stated."""
    source = "independent replication"
    unknown = "its number of repetitions is not stated; 100 are assumed"
    high = {"panel": "d", "d": 50, "m": 10}
    found = [
        Reference({**high, "gamma": gamma}, "gap", value, source, 100, 0.005, unknown)
        for gamma, value in ((0, 5.12), (1, 3.82), (2, 3.20), (5, 2.15), (10, 1.78), (20, 1.58), (50, 1.51))
    ]
    found += [
        Reference({**high, "gamma": 0}, "test_loss", 27.52, source, 100, 0.005, unknown),
        Reference({**high, "gamma": 0}, "error", 1.815, source, 100, 0.0005, unknown),
    ]
    return found


def draw(table: pd.DataFrame, settings: Mapping[str, Any]) -> Figure:
    """Gap in four panels; below, for the last, what the gap hides."""
    figure, axes = panels(4, 2, height=2.15)
    greys = (style.BLACK, style.BLUE, style.GREEN, style.ORANGE, style.VERMILION, style.PURPLE, style.GREY)
    for panel, name, column in ((axes[0], "a", "m"), (axes[1], "b", "d")):
        for gamma, colour, marker in zip(settings["rows_gamma"], greys, "os^DvPX", strict=False):
            rows = cells(table, "gap", panel=name, gamma=gamma)
            line(panel, rows, column, colour, f"gamma = {gamma}", marker=marker)
        log_axes(panel, "xy")
    name_axes(axes[0], PANELS["a"], "real rows m", METRICS["gap"])
    name_axes(axes[1], f"(b) m = {settings['few_rows']}", "dimension d", METRICS["gap"])
    for panel, name in ((axes[2], "c"), (axes[3], "d")):
        rows = cells(table, "gap", panel=name)
        line(panel, rows, "gamma", style.BLUE, "gap", marker="o")
        panel.set_xscale("symlog", linthresh=1)
        panel.set_ylim(bottom=0)
        d, m = (
            (1, settings["low_rows"]) if name == "c" else (settings["high_dimension"], settings["few_rows"])
        )
        name_axes(panel, f"({name}) d = {d}, m = {m}", "gamma", METRICS["gap"])
    high = {"panel": "d"}
    for panel, metric in ((axes[4], "test_loss"), (axes[5], "error")):
        line(panel, cells(table, metric, **high), "gamma", style.VERMILION, "what the gap hides", marker="s")
        panel.set_xscale("symlog", linthresh=1)
        name_axes(
            panel, "(d) " + ("test loss" if metric == "test_loss" else "parameter"), "gamma", METRICS[metric]
        )
    rows = cells(table, "error", panel="c")
    line(axes[6], rows, "gamma", style.VERMILION, "what the gap hides", marker="s")
    axes[6].set_xscale("symlog", linthresh=1)
    name_axes(axes[6], "(c) parameter", "gamma", METRICS["error"])
    gammas = [g for g in settings["gamma"] if g]
    if gammas:
        for d, m, colour in (
            (1, settings["low_rows"], style.GREEN),
            (settings["high_dimension"], settings["few_rows"], style.BLACK),
        ):
            values = [bound(d, m, g) for g in gammas]
            axes[7].plot(gammas, values, color=colour, marker="x", label=f"bound, d = {d}")
        log_axes(axes[7])
    name_axes(axes[7], "The paper's bound", "gamma", "bound, up to constants")
    for panel in (*axes[2:7],):
        panel.set_xticks([0, 1, 10, 100], ["0", "1", "10", "100"])
    legend_below(figure, axes, dashed_key("exact mean"), columns=6)
    return figure


def verdict(table: pd.DataFrame, settings: Mapping[str, Any]) -> Verdict:
    """Compare gap and test loss with and without synthetic rows in high dimension."""
    most = max(settings["gamma"])
    pairs = {
        metric: [cell(table, metric, panel="d", gamma=gamma) for gamma in (0, most)]
        for metric in ("gap", "test_loss")
    }
    (gap, gap_most), (loss, loss_most) = pairs.values()
    if gap is None or gap_most is None or loss is None or loss_most is None or most == 0:
        return undecided("it needs gamma 0 and a larger one")
    if settings["replicates"] < 2:
        return undecided("it needs two replicates")
    sentence = (
        f"With d = {settings['high_dimension']} and {settings['few_rows']} rows the gap falls from {told(gap)} to "
        f"{told(gap_most)} nats at gamma = {most}, but the test loss goes from {told(loss)} to {told(loss_most)}: the "
        "synthetic rows bring no information, they only make the training loss honest."
    )
    if not surely_less(gap_most, gap):
        return Verdict("contradicts", sentence)
    return Verdict("supports" if surely_less(loss_most, loss) else "limits", sentence)
