"""What VTSS loses to the best fixed multiplier, which is known only from the test rows.

The best multiplier of the averaged test curve is picked for being lowest, so its mean is too good: the `naive` regret
counts that bias against VTSS. `split_half` picks the multiplier on one half of the splits and reads it on the other,
where it was not picked; but half the splits pick a worse multiplier than all of them would, which counts in favour of
VTSS. In expectation the truth for this cohort lies between. Neither undoes what all splits share, namely the cohort
itself. The regret may be negative, because VTSS may choose another multiplier on every split.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthsize.statistics.intervals import Array, nadeau_bengio_interval, normal_interval
from synthsize.statistics.paired_levels import Panel, panels, shortcomings

HALVINGS = 200

REGRET_COLUMNS = {
    "task": "as in config.yaml",
    "classifier": "as in config.yaml",
    "generator": "of the synthetic rows",
    "criterion": "what VTSS optimised",
    "metric": "excess_risk (balanced_risk without an oracle; nats or hinge loss) or balanced_accuracy",
    "method": "naive: best multiplier picked and read on the same splits; split_half: picked on one half, read on "
    "the other, mean over random halves",
    "best_multiplier": "of the class gap; for split_half the one picked most often",
    "best_mean": "mean of the metric at the best multiplier, as the method reads it",
    "vtss_mean": "mean of the metric at VTSS's choices",
    "regret": "how much worse VTSS is, in the unit of the metric; negative if it is better",
    "normal_low": "lower end of the normal interval over splits (Monte Carlo error given this cohort)",
    "normal_high": "its upper end",
    "nadeau_bengio_low": "lower end of the Nadeau-Bengio interval (allows for new patients)",
    "nadeau_bengio_high": "its upper end",
    "level": "nominal coverage of both intervals, for a best multiplier that was fixed in advance",
    "n_splits": "outer splits of the run",
    "note": "what is missing and why; empty if nothing is",
}


def vtss_regret(
    sweep: pd.DataFrame, vtss: pd.DataFrame, *, alpha: float = 0.05, seed: int = 0
) -> pd.DataFrame:
    """Compare VTSS with the best fixed multiplier, naively and by split halves.

    Parameters
    ----------
    sweep, vtss : DataFrame
        Rows of `contracts.results.SWEEP` and `contracts.results.VTSS` from the same run.
    alpha : float
        1 - level.
    seed : int
        Of the random halves, which all cells share.

    Returns
    -------
    DataFrame
        Columns `REGRET_COLUMNS`, where each is described; one row per cell, criterion, metric and method. A multiplier
        that lacks a split's value cannot be the best; the note says so.

    Raises
    ------
    InputError
        If the tables are of different runs.
    """
    rows = [
        row
        for panel in panels(sweep, vtss)
        for criterion, choices in panel.by_criterion()
        for row in _rows(panel, criterion, choices, alpha, seed)
    ]
    frame = pd.DataFrame(rows, columns=list(REGRET_COLUMNS))
    keys = ["task", "classifier", "generator", "criterion", "metric", "method"]
    return frame.sort_values(keys, kind="stable", ignore_index=True)


def naive_best(costs: Array) -> tuple[int, Array]:
    """Pick the multiplier with the lowest mean and read it on the same splits.

    Parameters
    ----------
    costs : ndarray of shape (J, M)
        Lower is better, none missing.

    Returns
    -------
    best : int
        Column of the pick; the first of equals.
    read : ndarray of shape (J,)
        Each split's cost there.
    """
    best = int(np.argmin(costs.mean(axis=0)))
    return best, costs[:, best]


def split_half_best(
    costs: Array, generator: np.random.Generator, halvings: int = HALVINGS
) -> tuple[int, Array]:
    """Pick the multiplier on one half of the splits and read it on the other, both ways, over random halves.

    Every halving reads each split once, at the multiplier that the other half picked.

    Parameters
    ----------
    costs : ndarray of shape (J, M)
        Lower is better, none missing; at least two splits.
    generator : Generator
    halvings : int

    Returns
    -------
    best : int
        Column picked most often; the first of equals.
    read : ndarray of shape (J,)
        Each split's cost at the picks made without it, mean over the halvings.
    """
    n_splits, n_multipliers = costs.shape
    picks = np.zeros((n_splits, n_multipliers), dtype=np.int64)
    for _ in range(halvings):
        order = generator.permutation(n_splits)
        one, other = order[: n_splits // 2], order[n_splits // 2 :]
        picks[other, np.argmin(costs[one].mean(axis=0))] += 1
        picks[one, np.argmin(costs[other].mean(axis=0))] += 1
    return int(np.argmax(picks.sum(axis=0))), (picks * costs).sum(axis=1) / halvings


def _rows(
    panel: Panel, criterion: str, choices: pd.DataFrame, alpha: float, seed: int
) -> Iterator[dict[str, Any]]:
    sign = 1.0 if panel.lower_is_better else -1.0
    levels = panel.levels.to_numpy(dtype=float)
    complete = ~np.isnan(levels).any(axis=0)
    costs, grid = sign * levels[:, complete], np.asarray(panel.multipliers)[complete]
    achieved = sign * choices[panel.metric].to_numpy(dtype=float)
    common = {
        **panel.cell,
        "criterion": criterion,
        "metric": panel.metric,
        "vtss_mean": sign * achieved.mean(),
    }
    for method in ("naive", "split_half"):
        best, read = _read_best(method, costs, seed)
        regret = achieved - read
        yield {
            **common,
            "method": method,
            "best_multiplier": np.nan if best is None else grid[best],
            "best_mean": sign * read.mean(),
            **_regret_statistics(panel, regret, alpha),
            "note": _note(method, regret, complete),
        }


def _read_best(method: str, costs: Array, seed: int) -> tuple[int | None, Array]:
    """Apply the method, or return NaN where it cannot be applied."""
    n_splits, n_multipliers = costs.shape
    if n_multipliers == 0 or (method == "split_half" and n_splits < 2):
        return None, np.full(n_splits, np.nan)
    if method == "naive":
        return naive_best(costs)
    return split_half_best(costs, np.random.default_rng(seed))


def _regret_statistics(panel: Panel, regret: Array, alpha: float) -> dict[str, Any]:
    normal = normal_interval(regret, 1 - alpha)
    corrected = nadeau_bengio_interval(regret, panel.n_train, panel.n_test, 1 - alpha)
    return {
        "regret": regret.mean(),
        "normal_low": normal[0],
        "normal_high": normal[1],
        "nadeau_bengio_low": corrected[0],
        "nadeau_bengio_high": corrected[1],
        "level": 1 - alpha,
        "n_splits": panel.n_splits,
    }


def _note(method: str, regret: Array, complete: NDArray[np.bool_]) -> str:
    """Return what is missing, from the most to the least serious."""
    if not complete.any():
        return "no multiplier has a value in every split"
    if method == "split_half" and len(regret) < 2:
        return "one split: no halves"
    notes = shortcomings(regret[:, None])
    if not complete.all():
        notes.append(f"{np.count_nonzero(~complete)} of {len(complete)} multipliers lack a split's value")
    if len(complete) == 1:
        notes.append("the grid has one multiplier")
    return "; ".join(note for note in notes if note)
