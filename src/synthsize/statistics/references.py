"""What a synthetic size is compared with: fixed sizes of the same generator, and controls without synthetic rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from synthsize.catalogue.strategies import OVERSAMPLE
from synthsize.recipes import NONE
from synthsize.statistics.intervals import Array
from synthsize.statistics.paired_levels import Panel, shortcomings, split_by_multiplier

SAME_FIT = "the same fit as the reference in every split: no width, no test, nothing known beyond these rows"
FIXED = {"m=1": 1.0, "m=0": 0.0}  # balancing by synthetic rows; the raw data
WEIGHTS = "weights(m)"  # the reweighting that adding rows at m amounts to, without a generator
# One level per split, whatever the subject's multiplier.
CONSTANT = {"prior_shift": "prior_shift", "class_weight": "class_weight", "weights_vtss": "weights_vtss"}
CONTROLS = {**CONSTANT, WEIGHTS: "weights"}


@dataclass(frozen=True)
class Reference:
    """One thing to compare with, laid out like the panel.

    Attributes
    ----------
    name : str
        "m=1", "m=0", or one of `CONTROLS`.
    levels : DataFrame of shape (J, M)
        What each split's entry at each multiplier is compared with; the columns differ for "weights(m)" alone.
    same_fit : tuple of float
        Multipliers at which the panel's own fit is the reference.
    shortcoming : str
        Why there is nothing to compare with; empty if there is.
    applies : bool
        Whether the classifier could have it: a margin has no prior to shift. If not, no test was planned.
    """

    name: str
    levels: pd.DataFrame
    same_fit: tuple[float, ...] = ()
    shortcoming: str = ""
    applies: bool = True

    def at(self, multipliers: pd.Series[float]) -> pd.Series[float]:
        """Pick each split's level at that split's own multiplier (NaN without one)."""
        columns = self.levels.columns.get_indexer(pd.Index(multipliers))
        picked = self.levels.to_numpy(dtype=float)[np.arange(len(columns)), columns]
        return pd.Series(np.where(columns < 0, np.nan, picked), index=self.levels.index)

    def notes(self, differences: Array) -> list[str]:
        """Return for each difference to this reference, shape (J, K), what its statistics lack; empty if nothing."""
        if self.shortcoming:
            return [self.shortcoming] * differences.shape[1]
        if not self.same_fit or len(differences) < 2:
            return shortcomings(differences)
        same = (differences == 0.0).all(axis=0)
        return [
            SAME_FIT if alike else note for alike, note in zip(same, shortcomings(differences), strict=True)
        ]


def references(panel: Panel, controls: pd.DataFrame | None) -> list[Reference]:
    """Lay out the references of a panel; those that were not run come with the reason and NaN levels.

    Weights of the same m are none for a strategy that does more than add rows.

    Parameters
    ----------
    panel : Panel
    controls : DataFrame or None
        Rows of controls: columns task, classifier, control, split, multiplier and the metrics. Without it only the
        fixed sizes are references.
    """
    found = [_fixed(panel, "m=1", FIXED["m=1"]), _raw(panel, controls)]
    if controls is None:
        return found
    found += [_constant(panel, controls, name) for name in CONSTANT]
    if panel.strategy == OVERSAMPLE:  # weights at m are what rows added at m amount to, and nothing else
        found.append(_weights(panel, controls))
    return found


def _fixed(panel: Panel, name: str, multiplier: float) -> Reference:
    if multiplier not in panel.levels.columns:
        return Reference(name, _nowhere(panel), shortcoming=f"m = {multiplier:g} is not on the grid")
    return Reference(name, _everywhere(panel, panel.levels[multiplier]), same_fit=(multiplier,))


def _raw(panel: Panel, controls: pd.DataFrame | None) -> Reference:
    """Lay out the raw data: the panel's own m = 0, or the fit of others where that is thinned or off the grid."""
    if panel.raw_at_zero and FIXED["m=0"] in panel.levels.columns:
        return _fixed(panel, "m=0", FIXED["m=0"])
    level = panel.raw
    if controls is not None:
        level = level.fillna(_level(_rows(panel, controls, NONE), panel))
    if level.isna().all():
        other = "m = 0 to the grid" if panel.raw_at_zero else "the strategy oversample"
        missing = f"the raw data were not fitted: add the control none, or {other}"
        return Reference("m=0", _nowhere(panel), shortcoming=missing)
    return Reference("m=0", _everywhere(panel, level))


def _constant(panel: Panel, controls: pd.DataFrame, name: str) -> Reference:
    rows = _rows(panel, controls, name)
    if rows.empty:
        return _absent(panel, controls, name)
    return Reference(name, _everywhere(panel, _level(rows, panel)))


def _level(rows: pd.DataFrame, panel: Panel) -> pd.Series[float]:
    return rows.set_index("split")[panel.metric].reindex(panel.levels.index)


def _weights(panel: Panel, controls: pd.DataFrame) -> Reference:
    rows = _rows(panel, controls, WEIGHTS)
    if rows.empty:
        return _absent(panel, controls, WEIGHTS)
    aligned = split_by_multiplier(rows, panel.metric).reindex(
        index=panel.levels.index, columns=panel.levels.columns
    )
    return Reference(WEIGHTS, aligned, same_fit=(0.0,))


def _rows(panel: Panel, controls: pd.DataFrame, name: str) -> pd.DataFrame:
    cell = panel.cell
    return controls[
        (controls["task"] == cell["task"])
        & (controls["classifier"] == cell["classifier"])
        & (controls["control"] == CONTROLS.get(name, name))
    ]


def _absent(panel: Panel, controls: pd.DataFrame, name: str) -> Reference:
    """Distinguish a control that was not run from one that this classifier cannot have."""
    control, classifier = CONTROLS[name], panel.cell["classifier"]
    if (controls["control"] == control).any() and (controls["classifier"] == classifier).any():
        return Reference(
            name,
            _nowhere(panel),
            shortcoming=f"control {control} does not apply to {classifier}",
            applies=False,
        )
    return Reference(name, _nowhere(panel), shortcoming=f"control {control} was not run")


def _everywhere(panel: Panel, level: pd.Series[float]) -> pd.DataFrame:
    return pd.DataFrame(dict.fromkeys(panel.levels.columns, level))


def _nowhere(panel: Panel) -> pd.DataFrame:
    return pd.DataFrame(np.nan, index=panel.levels.index, columns=panel.levels.columns)
