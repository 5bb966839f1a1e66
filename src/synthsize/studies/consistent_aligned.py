"""Study: VTSS with a generator whose bias fades, on the paper's grid and on one that is wide enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.random import SeedSequence
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from synthsize.balance import n_synthetic
from synthsize.grid import edge_of
from synthsize.report import style
from synthsize.studies.engine import gaussian_pair as model
from synthsize.studies.engine.blocks import streams
from synthsize.studies.engine.plotting import dashed_key, legend_below, line, log_axes, name_axes, panels, say
from synthsize.studies.engine.references import Reference
from synthsize.studies.engine.squared_loss import Sums, mean_loss, prefix_sums, solve, sums
from synthsize.studies.engine.summary import cell, cells
from synthsize.studies.engine.verdicts import Verdict, surely_less, told, undecided

ENTRY = {
    "order": 2,
    "title": "A generator whose bias fades: what a grid around balance can and cannot find",
    "paper": "Ma and Zhang, arXiv:2601.16120, section 15.1.2 and Figure 3",
    "statement": (
        "With a generator that becomes unbiased as data come in, choosing the synthetic size by validation on a grid "
        "from half to one and a half times the class gap has a lower risk than class balance."
    ),
    "rows": (
        "One minority count and one way to size the synthetic sample; `vtss_paper` chooses on the paper's grid, "
        "`vtss_wide` on one up to `wide_stop`. The synthetic mean is (1 - `bias` / sqrt(log n1)) times the true one, "
        "n1 counted in the rows that the generator sees, so also within a fold."
    ),
    "keys": ["n1", "size"],
    "metrics": {
        "excess": "excess balanced risk (squared loss)",
        "multiplier": "chosen size (class gaps)",
        "upper_edge": "share of choices on the grid's upper edge",
    },
    "paper_settings": {
        "n1": [10, 100, 200, 300, 400, 500],
        "imbalance": 20.0,
        "mu": 1.0,
        "bias": 1.0,
        "ridge": 1e-6,
        "folds": 5,
        "grid_start": 0.5,
        "grid_stop": 1.5,
        "grid_points": 100,
        "wide_stop": 4.0,
        "wide_step": 0.05,
        "replicates": 100,
        "replicates_per_job": 25,
    },
    "quick_settings": {"n1": [10, 100, 300], "replicates": 10},
}
Vector = NDArray[np.float64]
LABELS = {
    "balance": "class balance",
    "vtss_paper": "VTSS, the paper's grid",
    "vtss_wide": "VTSS, wide grid",
    "cancelling": "bias-cancelling size",
}
COLOURS = {
    "balance": style.BLACK,
    "vtss_paper": style.VERMILION,
    "vtss_wide": style.BLUE,
    "cancelling": style.GREEN,
}
MARKS = dict(zip(LABELS, "so^D", strict=True))


def grids(settings: Mapping[str, Any]) -> dict[str, Vector]:
    """Multipliers that each kind of VTSS compares."""
    start, stop = settings["grid_start"], max(settings["wide_stop"], settings["grid_start"])
    steps = round((stop - start) / settings["wide_step"])
    return {
        "vtss_paper": np.linspace(start, settings["grid_stop"], settings["grid_points"]),
        "vtss_wide": start + settings["wide_step"] * np.arange(steps + 1),
    }


def synthetic_mean(n1: int, settings: Mapping[str, Any]) -> float:
    """First coordinate of the generator's mean after it has seen `n1` minority rows."""
    return float(settings["mu"] * (1.0 - settings["bias"] / np.sqrt(np.log(n1))))


def cancelling(n1: int, settings: Mapping[str, Any]) -> float:
    """Bias-cancelling multiplier at `n1` minority rows, NaN where none exists."""
    return model.cancelling_multiplier(settings["mu"], synthetic_mean(n1, settings))


def replicate(settings: Mapping[str, Any], seed: SeedSequence) -> list[dict[str, Any]]:
    """Choose and fit at every minority count; all ways share real rows, folds and synthetic streams."""
    return [row for n1 in settings["n1"] for row in _at_count(n1, settings, seed)]


def _at_count(n1: int, settings: Mapping[str, Any], seed: SeedSequence) -> list[dict[str, Any]]:
    if n1 < max(settings["folds"], 4):
        note = f"n1 = {n1} is too few minority rows for {settings['folds']} folds and a generator"
        return [{"n1": n1, "size": size, "note": note} for size in LABELS]
    stream, n0 = streams(seed, n1), round(settings["imbalance"] * n1)
    X = stream.standard_normal((n0 + n1, 2))
    X[n0:, 0] += settings["mu"]
    y = np.repeat([0.0, 1.0], [n0, n1])
    candidates = grids(settings)
    everything = np.unique(np.concatenate([*candidates.values(), [1.0]]))
    losses = _validation_losses(X, y, everything, settings, seed, n1)
    chosen = {"balance": 1.0, "cancelling": cancelling(n1, settings)}
    for name, grid in candidates.items():
        seen = losses[np.searchsorted(everything, grid)]
        chosen[name] = float(grid[np.argmin(seen)])
    sizes = {size: m for size, m in chosen.items() if not np.isnan(m)}
    stream_of_fit = streams(seed, n1, "synthetic")
    thetas = _fit(X, y, list(sizes.values()), settings, stream_of_fit)
    rows = [
        {
            "n1": n1,
            "size": size,
            "excess": float(model.excess_risk(theta, settings["mu"])),
            "multiplier": m,
            "upper_edge": float(edge_of(m, list(candidates[size])) == "upper")
            if size in candidates
            else None,
        }
        for (size, m), theta in zip(sizes.items(), thetas, strict=True)
    ]
    if "cancelling" not in sizes:
        rows.append({"n1": n1, "size": "cancelling", "note": model.NO_SIZE})
    return rows


def _validation_losses(
    X: Vector, y: Vector, multipliers: Vector, settings: Mapping[str, Any], seed: SeedSequence, n1: int
) -> Vector:
    """Mean over the folds of the balanced validation loss at each multiplier."""
    shuffle = int(streams(seed, n1, "folds").integers(2**31))
    folds = StratifiedKFold(settings["folds"], shuffle=True, random_state=shuffle).split(X, y)
    total = np.zeros(len(multipliers))
    for fold, (train, held_out) in enumerate(folds):
        thetas = _fit(X[train], y[train], multipliers, settings, streams(seed, n1, "fold", fold))
        for label in (0.0, 1.0):
            rows = X[held_out][y[held_out] == label]
            total += mean_loss(sums(rows, label), thetas)
    return np.asarray(total / (2 * settings["folds"]))


def _fit(
    X: Vector,
    y: Vector,
    multipliers: Sequence[float] | Vector,
    settings: Mapping[str, Any],
    stream: np.random.Generator,
) -> Vector:
    n1 = int(y.sum())
    sizes = [n_synthetic(float(m), len(y) - 2 * n1) for m in multipliers]
    synthetic = stream.standard_normal((max(sizes), 2)) + [synthetic_mean(n1, settings), 0.0]
    real, added = sums(X, y), prefix_sums(synthetic, 1.0, sizes)
    return solve(_repeat(real, len(sizes)) + added, settings["ridge"])


def _repeat(sample: Sums, times: int) -> Sums:
    parts = (sample.n, sample.gram, sample.cross, sample.square)
    return Sums(*(np.broadcast_to(part, (times, *np.shape(part))) for part in parts))


def theory(settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Mean excess risk at balance, at the grid's upper edge (drawn for the paper's grid) and at the cancelling size."""
    rows = []
    for n1 in settings["n1"]:
        if n1 < max(settings["folds"], 4):
            continue
        n0, a = round(settings["imbalance"] * n1), synthetic_mean(n1, settings)
        sizes = {"balance": 1.0, "vtss_paper": settings["grid_stop"], "cancelling": cancelling(n1, settings)}
        for size, m in sizes.items():
            if not np.isnan(m):
                mean = model.mean_excess(np.array([n0, n1, m * (n0 - n1)]), settings["mu"], a)
                rows.append({"n1": n1, "size": size, "metric": "excess", "theory": mean})
                rows.append({"n1": n1, "size": size, "metric": "multiplier", "theory": m})
    return rows


def references(settings: Mapping[str, Any]) -> list[Reference]:  # noqa: ARG001
    """Return the authors' printed means, and an independent run of 20 repetitions on 21 grid points."""
    counts = [10, 100, 200, 300, 400, 500]
    vtss = [0.0336, 0.005075, 0.003418, 0.002519, 0.00224, 0.001952]
    balance = [0.0431, 0.0132, 0.01083, 0.009448, 0.008988, 0.0083]
    printed = "authors' output, printed"
    found = [
        Reference(
            {"n1": n1, "size": size}, "excess", value, printed, 100, 0.5 * 10.0 ** -(len(str(value)) - 2)
        )
        for size, values in (("vtss_paper", vtss), ("balance", balance))
        for n1, value in zip(counts, values, strict=True)
    ]
    again = "independent run, 20 repetitions"
    coarse = "its grid had 21 points; among 100 the neighbours of the edge are chosen too"
    for n1, edge, excess in ((10, 0.55, 0.0313), (100, 1.0, 0.00505), (300, 1.0, 0.00269)):
        found.append(
            Reference({"n1": n1, "size": "vtss_paper"}, "upper_edge", edge, again, 20, reason=coarse)
        )
        found.append(Reference({"n1": n1, "size": "vtss_paper"}, "excess", excess, again, 20, 5e-6))
    wide = {"n1": 100, "size": "vtss_wide"}
    found.append(Reference(wide, "multiplier", 3.20, again, 20, 0.005))
    found.append(Reference(wide, "excess", 0.00041, again, 20, 5e-6))
    for n1, value in ((100, 3.16), (200, 2.65), (300, 2.46), (400, 2.36), (500, 2.28)):
        where = {"n1": n1, "size": "cancelling"}
        found.append(Reference(where, "multiplier", value, "formula", rounding=0.005, theory=True))
    return found


def draw(table: pd.DataFrame, settings: Mapping[str, Any]) -> Figure:
    """Risk and chosen size against the minority count, and the share of choices on the edge."""
    figure, axes = panels(3)
    log_axes(axes[0], "xy")
    for panel in axes[1:]:
        log_axes(panel, "x")
    for size, label in LABELS.items():
        options: dict[str, Any] = {"colour": COLOURS[size], "label": label, "marker": MARKS[size]}
        line(axes[0], cells(table, "excess", size=size), "n1", **options)
        if size != "balance":
            line(axes[1], cells(table, "multiplier", size=size), "n1", theory=False, **options)
        if size.startswith("vtss"):
            line(axes[2], cells(table, "upper_edge", size=size), "n1", **options)
    axes[1].axhspan(settings["grid_start"], settings["grid_stop"], color=style.GREY, alpha=0.15, linewidth=0)
    say(axes[1], "shaded: the paper's grid", 0.98, 0.03, ha="right", va="bottom", color=style.GREY)
    axes[2].set_ylim(-0.03, 1.05)
    x = "minority rows n1"
    name_axes(axes[0], "Risk", x, "excess balanced risk (squared loss)")
    name_axes(axes[1], "Size", x, "chosen size (class gaps)")
    name_axes(axes[2], "Upper edge chosen", x, "share of replicates")
    without = [n1 for n1 in settings["n1"] if np.isnan(cancelling(n1, settings))]
    if without:
        named = ", ".join(map(str, without))
        say(axes[1], f"n1 = {named}: no cancelling size", 0.98, 0.97, ha="right", va="top")
    legend_below(figure, axes, dashed_key("closed form; for the paper's grid at its upper edge"), columns=3)
    return figure


def verdict(table: pd.DataFrame, settings: Mapping[str, Any]) -> Verdict:
    """Judge the paper's grid at the smallest count whose best size exists."""
    able = [n1 for n1 in settings["n1"] if not np.isnan(cancelling(n1, settings))]
    if not able:
        return Verdict("limits", f"At none of these counts is there a size to find: {model.NO_SIZE}.")
    n1 = min(able)
    paper, wide, balance = (
        cell(table, "excess", n1=n1, size=size) for size in ("vtss_paper", "vtss_wide", "balance")
    )
    edge = cell(table, "upper_edge", n1=n1, size="vtss_paper")
    if paper is None or wide is None or balance is None or edge is None or settings["replicates"] < 2:
        return undecided("it needs two replicates")
    outside = cancelling(n1, settings) > settings["grid_stop"]
    sentence = (
        f"With {n1} minority rows VTSS has excess risk {told(paper)} on the paper's grid against {told(balance)} at "
        f"balance, but {100 * edge['mean']:.0f}% of its choices are the grid's upper edge: the best size is "
        f"{cancelling(n1, settings):.2f} class gaps. A grid up to {settings['wide_stop']:g} reaches {told(wide)}."
    )
    if not surely_less(paper, balance):
        return Verdict("contradicts", sentence)
    return Verdict("limits" if outside and surely_less(wide, paper) else "supports", sentence)
