"""A balanced test loss along the multipliers, beside what VTSS reaches: rows, figure and verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.random import SeedSequence
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from synthsize.balance import balanced_risk, fit_path, n_synthetic
from synthsize.report import style
from synthsize.studies.engine.blocks import streams
from synthsize.studies.engine.plotting import NORMAL_95, legend_below, line, name_axes, panels
from synthsize.studies.engine.summary import cell, cells, extreme
from synthsize.studies.engine.verdicts import Verdict, told, undecided

Array = NDArray[np.float64]
Stream = np.random.Generator
Settings = Mapping[str, Any]
# Numbers of majority and minority rows, and a stream -> those rows, the majority first.
DrawRows = Callable[[tuple[int, int], Settings, Stream], Array]
# Training rows, their labels, other rows, a number of synthetic rows and a stream -> all three in the features that
# the classifier sees.
Prepare = Callable[[Array, Array, Array, int, Settings, Stream], tuple[Array, Array, Array]]


def multipliers(settings: Settings) -> list[float]:
    """Return the grid from 0 to `stop` in steps of `step`."""
    count = round(settings["stop"] / settings["step"]) + 1
    return [round(i * settings["step"], 6) for i in range(count)]


def loss_curve(
    prepare: Prepare,
    X: Array,
    y: Array,
    X_test: Array,
    y_test: Array,
    settings: Settings,
    stream: Stream,
) -> Array:
    """Balanced log-loss in nats on the test rows of the fit at each multiplier."""
    gap = int((y == 0).sum() - (y == 1).sum())
    sizes = [n_synthetic(m, gap) for m in multipliers(settings)]
    real, synthetic, test = prepare(X, y, X_test, max(sizes), settings, stream)
    coef, intercept = fit_path("logistic", real, y, synthetic, sizes, settings["C"])
    return balanced_risk("logistic", test @ coef.T + intercept, y_test)


def rows_of_replicate(
    draw_rows: DrawRows, prepare: Prepare, settings: Settings, seed: SeedSequence
) -> list[dict[str, Any]]:
    """Score every fixed size, and the size that stratified cross-validation on the training rows chooses."""
    counts = (round(settings["imbalance"] * settings["n1"]), settings["n1"])
    tests = (settings["test"], settings["test"])
    X, X_test = (
        draw_rows(n, settings, streams(seed, part)) for n, part in ((counts, "train"), (tests, "test"))
    )
    y, y_test = np.repeat([0, 1], counts), np.repeat([0, 1], tests)
    grid, stream = multipliers(settings), streams(seed, "synthetic")
    shuffle = int(stream.integers(2**31))
    folds = StratifiedKFold(settings["folds"], shuffle=True, random_state=shuffle).split(X, y)
    seen = [
        loss_curve(prepare, X[train], y[train], X[held], y[held], settings, stream) for train, held in folds
    ]
    losses = loss_curve(prepare, X, y, X_test, y_test, settings, stream)
    best = int(np.argmin(np.mean(seen, axis=0)))
    rows: list[dict[str, Any]] = [
        {"arm": "fixed", "multiplier": m, "loss": float(loss)} for m, loss in zip(grid, losses, strict=True)
    ]
    choice = {"arm": "vtss", "multiplier": 0.0, "loss": float(losses[best]), "chosen": grid[best]}
    if 1.0 in grid:
        choice["over_balance"] = float(losses[best] - losses[grid.index(1.0)])
    return [*rows, choice]


def draw_loss_curve(table: pd.DataFrame) -> Figure:
    """Loss against the multiplier with the level of VTSS, and a close view of the lowest part."""
    figure, axes = panels(2)
    fixed, vtss = cells(table, "loss", arm="fixed"), cell(table, "loss", arm="vtss")
    for panel in axes:
        line(panel, fixed, "multiplier", style.BLUE, "fixed size", theory=False)
        panel.axvline(1.0, color=style.GREY, linewidth=0.5, linestyle=":")
        if vtss is not None:
            panel.axhline(vtss["mean"], color=style.VERMILION, linestyle="--", label="VTSS")
            half = NORMAL_95 * (0.0 if np.isnan(vtss["se"]) else vtss["se"])
            panel.axhspan(
                vtss["mean"] - half, vtss["mean"] + half, color=style.VERMILION, alpha=0.2, linewidth=0
            )
    lowest = float(fixed["mean"].min())
    near = fixed[fixed["mean"] < lowest * 1.12]
    if len(near) > 1:
        axes[1].set_xlim(near["multiplier"].min() - 0.02, near["multiplier"].max() + 0.02)
        axes[1].set_ylim(0.985 * lowest, 1.1 * lowest)
    name_axes(axes[0], "All sizes", "synthetic size (class gaps)", "balanced test log-loss (nats)")
    name_axes(axes[1], "Near the lowest", "synthetic size (class gaps)", "balanced test log-loss (nats)")
    legend_below(figure, axes)
    return figure


def compare_with_balance(table: pd.DataFrame, settings: Mapping[str, Any], *, claims_gain: bool) -> Verdict:
    """State what VTSS reaches beside balance and the best fixed size.

    Parameters
    ----------
    table : DataFrame
    settings : mapping
    claims_gain : bool
        Whether the statement is that VTSS is better than balance, or merely that it does as well.
    """
    fixed, vtss = cells(table, "loss", arm="fixed"), cell(table, "loss", arm="vtss")
    chosen, over = (cell(table, metric, arm="vtss") for metric in ("chosen", "over_balance"))
    if vtss is None or chosen is None or over is None or settings["replicates"] < 2:
        return undecided("it needs the multiplier 1 and two replicates")
    best = extreme(fixed)
    sentence = (
        f"VTSS reaches a balanced log-loss of {told(vtss)} nats with {told(chosen)} class gaps on average; against "
        f"balance on the same rows that is a difference of {told(over)}. The best fixed size in hindsight, "
        f"{best['multiplier']:g}, reaches {told(best)}."
    )
    if over["mean"] > 3.0 * over["se"]:
        return Verdict("contradicts", sentence)
    gains = over["mean"] < -3.0 * over["se"]
    return Verdict("supports" if gains or not claims_gain else "limits", sentence)
