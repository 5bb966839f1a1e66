"""Axis ranges of the panels of the curves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from synthsize.report.figures.curve_cells import CurveCell

ZOOM_FROM = 0.5  # multiplier from which on the upper panels show a curve in full
LEAST_SPAN = 0.1
BAND_SHARE = 1.0  # a band widens a panel by no more than so many spans of its mean curves, each way


def zoom(row: list[CurveCell], lower_is_better: bool) -> tuple[float, float]:
    """Range of a row around balance: its curves from `ZOOM_FROM` on, their best point, and VTSS.

    Just above m = 0 the curve is steep; to show that part too would flatten the part where sizes compete.
    """
    augmented = _stack([cell.augmented for cell in row])
    around = augmented[augmented["multiplier"] >= ZOOM_FROM]
    best = augmented.sort_values("mean", ascending=lower_is_better).head(1)
    low, high = readable_limits([augmented if around.empty else around, best, *_chosen(row), _levels(row)])
    # Room for the words that give a level outside the panel.
    room = 0.15 * (high - low)
    raw = np.array([cell.raw for cell in row])
    return low - room * bool((raw < low).any()), high + room * bool((raw > high).any())


def full_scale(row: list[CurveCell]) -> tuple[float, float]:
    """Range of a row from m = 0 on."""
    return readable_limits([*(cell.curve for cell in row), *_chosen(row), _levels(row)])


def _chosen(row: list[CurveCell]) -> list[pd.DataFrame]:
    return [cell.vtss.to_frame().T for cell in row if cell.vtss is not None]


def _levels(row: list[CurveCell]) -> pd.DataFrame:
    """Levels of the controls, which belong to the task and so to all its panels."""
    return pd.DataFrame({"mean": list(row[0].levels.values())})


def readable_limits(
    parts: list[pd.DataFrame], least_span: float = LEAST_SPAN, band_share: float = BAND_SHARE
) -> tuple[float, float]:
    """Range of the means, widened for the bands as far as the curves stay readable.

    Parameters
    ----------
    parts : list of DataFrame
        What to show: column mean, and low and high where it has bands.
    least_span : float
        Smallest range, in shares of the highest mean: smaller differences are not blown up.
    band_share : float
        A band may widen the range by so many spans of the means, upwards and downwards.
    """
    table = _stack(parts)
    if table.empty:
        return 0.0, 1.0
    low, high = table["mean"].min(), table["mean"].max()
    span = max(high - low, least_span * abs(high), 1e-3)
    bottom = max(np.fmin(table["low"].min(), low), low - band_share * span)
    top = min(np.fmax(table["high"].max(), high), high + band_share * span)
    margin = max(0.05 * (top - bottom), (span - (top - bottom)) / 2)
    return float(bottom - margin), float(top + margin)


def _stack(parts: list[pd.DataFrame]) -> pd.DataFrame:
    columns = ["multiplier", "mean", "low", "high"]
    stacked = pd.concat([part.reindex(columns=columns).astype(float) for part in parts])
    return stacked.dropna(subset=["mean"])


def x_limits(grid: list[list[CurveCell]]) -> tuple[float, float]:
    """Range of multipliers that every panel shows: from 0 to the end of the grid, and to balance at least."""
    shown = pd.concat([cell.curve for row in grid for cell in row])
    end = max(float(shown["multiplier"].max()), float(shown["realised_multiplier"].max()), 1.0)
    return -0.03 * end, 1.03 * end
