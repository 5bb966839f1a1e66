"""The regime diagnosis as sentences and as a table."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report import style

COLUMNS = (
    "task",
    "generator",
    "regime",
    "asymmetry",
    "asymmetry_se",
    "mismatch",
    "mismatch_se",
    "cosine",
    "slopes_p_holm",
    "slopes_cost",
    "slopes_cost_low",
    "slopes_cost_high",
    "theory_multiplier",
    "multiplier_low",
    "multiplier_high",
    "remarks",
)
_FEWER_NEIGHBOURS = re.compile(r"\d+ minority rows: (\w+) (\d+) -> \d+")
_MINORITY_ROWS = re.compile(r"\d+ minority rows")
ROWS_PER_COEFFICIENT = 20  # minority rows, below which tests reject too often and limits are rough
_FINDING = {
    "symmetric": "{task}: both classes pull the balanced model equally, up to a cost that does not matter; synthetic "
    "rows have little to give but their own mismatch.",
    "intercept": "{task}: imbalance moves the intercept alone, up to a cost that does not matter: the slopes of the "
    "raw fit lose {cost}. Shifting its prior does as well as synthetic rows can.",
    "asymmetric": "{task}: imbalance bends the model beyond its intercept (test of equal slopes: {slopes}): the slopes "
    "of the raw fit lose {cost}, so balancing, by rows or by weights, can help.",
    "unresolved": "{task}: not resolved. The slopes of the raw fit lose {cost}: the data allow that balancing moves no "
    "more than the intercept (test of equal slopes: {slopes}), and that it gains what matters.",
}
_UNDETERMINED = "{task}: the tests could not be made: {why}."
_TOO_FEW = (
    f"There are fewer than {ROWS_PER_COEFFICIENT} minority rows per coefficient: such tests reject too often, and the "
    "limits are rough."
)


def describe_regimes(diagnosis: pd.DataFrame, names: Names) -> list[str]:
    """State per task whether imbalance was found to change the slopes, and which size the theory advises.

    Parameters
    ----------
    diagnosis : DataFrame
        One row per task and generator: columns task, generator, regime, n_minority, symmetry_df, symmetry_p,
        slopes_p_holm, slopes_cost with its limits, theory_multiplier, multiplier_low and multiplier_high.
    names : Names
        Of the run.

    Returns
    -------
    list of str
        A paragraph per task.
    """
    paragraphs = []
    for task, label in names.tasks.items():
        rows = diagnosis[diagnosis["task"] == task]
        if rows.empty:
            continue
        # Regime and tests come from the real rows alone and are the same for every generator.
        first = rows.iloc[0]
        slopes = _p_value(first["slopes_p_holm"])
        if first["regime"] == "undetermined":
            paragraphs.append(_UNDETERMINED.format(task=label, why=_why(first)))
            continue
        words = [_FINDING[first["regime"]].format(task=label, slopes=slopes, cost=_cost(first))]
        if _few_rows(first):
            words.append(_TOO_FEW)
        if first["regime"] == "asymmetric":
            words += _sizes(rows, names)
        paragraphs.append(" ".join(words))
    return paragraphs


def _few_rows(row: pd.Series) -> bool:
    return bool(row["n_minority"] < ROWS_PER_COEFFICIENT * row["symmetry_df"])  # a coefficient each


def _why(row: pd.Series) -> str:
    """Return what prevents the tests; see `balance.gradients.wald_test`."""
    if np.isnan(row["symmetry_p"]):
        return "they take more minority rows in each training set than the model has coefficients"
    return "no feature varies in the training sets"


def _cost(row: pd.Series) -> str:
    mean, low, high = (row[f"slopes_cost{end}"] for end in ("", "_low", "_high"))
    above = f"to {high:.3f}" if np.isfinite(high) else "and above"
    return f"{mean:.3f} nats (95% limits {low:.3f} {above})"


def regime_table(diagnosis: pd.DataFrame, names: Names) -> pd.DataFrame:
    """One row per task and generator in display names, columns `COLUMNS`; see `describe_regimes`."""
    order = names.generator_order(diagnosis["generator"])
    place = {(task, name): i for i, (task, name) in enumerate((t, g) for t in names.tasks for g in order)}
    keys = pd.Series(list(zip(diagnosis["task"], diagnosis["generator"], strict=True)), dtype=object)
    table = diagnosis.iloc[np.argsort([place[key] for key in keys], kind="stable")].copy()
    table["task"] = [names.tasks[name] for name in table["task"]]
    table["generator"] = [names.generator(name) for name in table["generator"]]
    table["regime"] = [style.REGIMES[name] for name in table["regime"]]
    table["remarks"] = ["" if pd.isna(text) else _without_counts(text) for text in table["remarks"]]
    return table[list(COLUMNS)].reset_index(drop=True)


def _without_counts(remarks: str) -> str:
    """Leave out how many minority rows each half of a training set had: they are people, and may be few."""
    words = _FEWER_NEIGHBOURS.sub(r"few minority rows: \1 below \2", remarks)
    words = _MINORITY_ROWS.sub("the minority rows", words)
    return "; ".join(dict.fromkeys(words.split("; ")))


def cost_in_words(row: Mapping[Hashable, Any]) -> str:
    """Cost of the raw slopes with its limits, in words where the upper one is not finite."""
    cost, low, high = (row[f"slopes_cost{end}"] for end in ("", "_low", "_high"))
    if np.isnan(cost):
        return style.MISSING
    return f"{cost:.4f} ({low:.4f} {f'to {high:.4f}' if np.isfinite(high) else 'and above'})"


def size_in_words(row: Mapping[Hashable, Any]) -> str:
    """Theory's size and its interval, in words where either is not finite."""
    size, low, high = (row[name] for name in ("theory_multiplier", "multiplier_low", "multiplier_high"))
    if np.isnan(size):
        return style.MISSING
    if np.isinf(size):
        return "does not exist"
    if np.isnan(low):
        return f"{size:.2f}"
    return f"{size:.2f} ({low:.2f} {f'to {high:.2f}' if np.isfinite(high) else 'and above'})"


def _sizes(rows: pd.DataFrame, names: Names) -> list[str]:
    by_generator = {row["generator"]: row for row in rows.to_dict("records")}
    ordered = [by_generator[name] for name in names.generator_order(rows["generator"])]
    named = [(names.generator(row["generator"]), row) for row in ordered]
    sized = [
        f"{size_in_words(row)} with {name}" for name, row in named if np.isfinite(row["theory_multiplier"])
    ]
    without = [name for name, row in named if np.isposinf(row["theory_multiplier"])]
    words = [f"The theory's size is m\u00a0=\u00a0{'; '.join(sized)}."] if sized else []
    if without:
        words.append(
            f"With {', '.join(without)} no size cancels the bias: the mismatch repeats half of the asymmetry or more."
        )
    return words


def _p_value(p: float) -> str:
    return "p\u00a0<\u00a00.001" if p < 0.001 else f"p\u00a0=\u00a0{p:.2g}"
