"""Study: a spurious attribute as imbalance over groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.random import SeedSequence
from numpy.typing import NDArray
from scipy.special import ndtr
from sklearn.linear_model import LogisticRegression

from synthsize.balance import make_generator
from synthsize.report import style
from synthsize.studies.engine.blocks import streams
from synthsize.studies.engine.plotting import dashed_key, legend_below, line, name_axes, panels, say
from synthsize.studies.engine.references import Reference
from synthsize.studies.engine.summary import cell, cells
from synthsize.studies.engine.verdicts import Verdict, surely_less, told, undecided

ENTRY = {
    "order": 15,
    "title": "A spurious attribute: oversampling within groups and the worst group's error",
    "paper": "Nakada, Xu, Li, Liu, Zhang and Zhang, arXiv:2406.03628, spurious correlation",
    "statement": (
        "Where an attribute goes with the class in most rows, filling up the rare combinations of class and attribute "
        "lowers the error of the worst group, and further rows in every group lower it more."
    ),
    "rows": (
        "One method and number N of augmented rows per group beyond balance. Each replicate draws `majority` rows of "
        "each of the two common groups (attribute as the class says) and `minority` of the two rare ones, each group a "
        "Gaussian; logistic regression; group errors are exact. `oracle` draws from the true law of each group. The "
        "dashed line is the error of the best group-balanced rule."
    ),
    "keys": ["method", "N"],
    "metrics": {"worst_error": "error of the worst group", "mean_error": "mean error over the groups"},
    "paper_settings": {
        "majority": 1000,
        "minority": 30,
        "core": 1.0,
        "spurious": 1.5,
        "noise_features": 10,
        "C": 1.0,
        "k_neighbors": 5,
        "method": ["raw", "class_balance", "group_weights", "copies", "smote", "gaussian", "oracle"],
        "N": [0, 500, 1000, 2000, 4000],
        "replicates": 100,
        "replicates_per_job": 25,
    },
    "quick_settings": {"N": [0, 1000], "replicates": 10},
}
Array = NDArray[np.float64]
GROUPS = ((1, 1), (0, 0), (1, 0), (0, 1))  # class and attribute; the first two are common
BIASED = ("raw", "class_balance")  # both keep the spurious attribute
WITHOUT_ROWS = (*BIASED, "group_weights")
LABELS = {
    "raw": "raw rows",
    "class_balance": "balanced classes",
    "group_weights": "group weights",
    "copies": "copies in groups",
    "smote": "SMOTE in groups",
    "gaussian": "Gaussian in groups",
    "oracle": "true law in groups",
}
COLOURS = dict(
    zip(
        LABELS,
        (style.BLACK, style.GREY, style.PURPLE, style.ORANGE, style.VERMILION, style.BLUE, style.GREEN),
        strict=True,
    )
)
MARKS = dict(zip(LABELS, "osXv^DP", strict=True))


def group_mean(group: tuple[int, int], settings: Mapping[str, Any]) -> Array:
    """Mean of one group: the class moves the first feature, the attribute the second."""
    mean = np.zeros(2 + settings["noise_features"])
    mean[0], mean[1] = (2 * group[0] - 1) * settings["core"], (2 * group[1] - 1) * settings["spurious"]
    return mean


def group_errors(coef: Array, intercept: float, settings: Mapping[str, Any]) -> Array:
    """Exact error of a linear rule in every group."""
    length = max(float(np.linalg.norm(coef)), 1e-300)
    scores = np.array([group_mean(group, settings) @ coef + intercept for group in GROUPS])
    signs = np.array([2.0 * label - 1.0 for label, _ in GROUPS])
    return np.asarray(ndtr(-signs * scores / length))


def replicate(settings: Mapping[str, Any], seed: SeedSequence) -> list[dict[str, Any]]:
    """Fit every method on the same rows."""
    stream = streams(seed, "rows")
    counts = [settings["majority"]] * 2 + [settings["minority"]] * 2
    groups = [
        group_mean(group, settings) + stream.standard_normal((n, 2 + settings["noise_features"]))
        for group, n in zip(GROUPS, counts, strict=True)
    ]
    rows: list[dict[str, Any]] = []
    for method in settings["method"]:
        for N in [0] if method in WITHOUT_ROWS else settings["N"]:
            if method not in (*WITHOUT_ROWS, "oracle", "copies") and min(counts) < 2:
                note = f"groups of {min(counts)} rows are too few for {LABELS[method]}"
                rows.append({"method": method, "N": N, "note": note})
                continue
            full = _filled(groups, method, N, settings, seed)
            errors = _fit(full, method, settings)
            rows.append({"method": method, "N": N, "worst_error": errors.max(), "mean_error": errors.mean()})
    return rows


def _filled(
    groups: list[Array], method: str, N: int, settings: Mapping[str, Any], seed: SeedSequence
) -> list[Array]:
    """Fill the groups up to the largest, and with N rows more."""
    if method in WITHOUT_ROWS:
        return groups
    largest = max(len(rows) for rows in groups)
    return [
        np.concatenate(
            [
                rows,
                _made(group, rows, largest - len(rows) + N, method, settings, streams(seed, method, *group)),
            ]
        )
        for group, rows in zip(GROUPS, groups, strict=True)
    ]


def _made(
    group: tuple[int, int],
    rows: Array,
    n: int,
    method: str,
    settings: Mapping[str, Any],
    stream: np.random.Generator,
) -> Array:
    if method == "oracle":
        return group_mean(group, settings) + stream.standard_normal((n, rows.shape[1]))
    if method == "gaussian":
        return stream.multivariate_normal(rows.mean(axis=0), np.cov(rows, rowvar=False), n)
    generator = (
        make_generator("smote", k_neighbors=settings["k_neighbors"])
        if method == "smote"
        else make_generator("bootstrap")
    )
    # Both look at the minority alone; one other row makes the labels whole.
    labelled = np.repeat([1, 0], [len(rows), 1])
    fitted = generator.fit(np.concatenate([rows, rows[:1]]), labelled)
    return fitted.sample(n, int(stream.integers(2**31)))


def _fit(groups: list[Array], method: str, settings: Mapping[str, Any]) -> Array:
    X, sizes = np.concatenate(groups), [len(rows) for rows in groups]
    y = np.repeat([label for label, _ in GROUPS], sizes)
    weights = np.ones(len(y))
    if method == "group_weights":
        weights = np.repeat(max(sizes) / np.array(sizes), sizes)
    balance = "balanced" if method == "class_balance" else None
    model = LogisticRegression(C=settings["C"], class_weight=balance).fit(X, y, sample_weight=weights)
    return group_errors(model.coef_[0], float(model.intercept_[0]), settings)


def theory(settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Best group-balanced rule: it uses the core feature alone."""
    level = float(ndtr(-settings["core"]))
    keys = {"method": "best", "N": 0}
    return [{**keys, "metric": metric, "theory": level} for metric in ("worst_error", "mean_error")]


def references(settings: Mapping[str, Any]) -> list[Reference]:  # noqa: ARG001
    """None: the published groups are real data that this study does not read."""
    return []


def draw(table: pd.DataFrame, settings: Mapping[str, Any]) -> Figure:
    """Worst-group and mean error against N."""
    figure, axes = panels(2, height=2.6)
    best = float(ndtr(-settings["core"]))
    for panel, (metric, label) in zip(axes, ENTRY["metrics"].items(), strict=True):  # type: ignore[attr-defined]
        for method in settings["method"]:
            rows = cells(table, metric, method=method)
            if method in BIASED:
                continue
            if method in WITHOUT_ROWS and not rows.empty:
                panel.axhline(
                    rows.iloc[0]["mean"],
                    color=COLOURS[method],
                    linewidth=0.9,
                    linestyle="-.",
                    label=LABELS[method],
                )
            else:
                line(panel, rows, "N", COLOURS[method], LABELS[method], marker=MARKS[method])
        _leave_out_the_worst(panel, table, metric, settings)
        panel.axhline(best, color=style.GREY, linestyle=(0, (4, 2)), linewidth=0.9)
        title = "Worst group" if metric == "worst_error" else "Mean over groups"
        name_axes(panel, title, "augmented rows N per group beyond balance", label)
    legend_below(figure, axes, dashed_key("best group-balanced rule"))
    return figure


def _leave_out_the_worst(panel: Axes, table: pd.DataFrame, metric: str, settings: Mapping[str, Any]) -> None:
    """Name the levels that would squeeze the others together."""
    levels = {method: cell(table, metric, method=method) for method in BIASED if method in settings["method"]}
    told_levels = [
        f"{LABELS[method]}: {row['mean']:.3f}" for method, row in levels.items() if row is not None
    ]
    if told_levels:
        words = "beyond the axis\n" + "\n".join(told_levels)
        say(panel, words, 0.98, 0.98, ha="right", va="top")
        low, high = panel.get_ylim()
        panel.set_ylim(low, high + 0.25 * (high - low))


def verdict(table: pd.DataFrame, settings: Mapping[str, Any]) -> Verdict:
    """Compare SMOTE within groups with raw rows, weights, and more rows."""
    most = max(settings["N"])
    raw = cell(table, "worst_error", method="raw")
    smote, more = (cell(table, "worst_error", method="smote", N=N) for N in (0, most))
    weights = cell(table, "worst_error", method="group_weights")
    if raw is None or smote is None or more is None or weights is None or settings["replicates"] < 2:
        return undecided("it needs raw rows, group weights, SMOTE at N = 0 and two replicates")
    sentence = (
        f"The worst group's error falls from {told(raw)} on raw rows to {told(smote)} with SMOTE within groups; mere "
        f"group weights reach {told(weights)}, and {most:,} further rows per group {told(more)}."
    )
    if not surely_less(smote, raw):
        return Verdict("contradicts", sentence)
    helped = surely_less(smote, weights) and surely_less(more, smote)
    return Verdict("supports" if helped else "limits", sentence)
