"""A block of the simulated hospital: what was drawn, before anything is written or judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

MIN_AGE = 16  # years completed at admission


@dataclass(frozen=True)
class Block:
    """A block of the simulated hospital: everything drawn, nothing written.

    Attributes
    ----------
    admissions, stays, diagnoses, charts, labs : pandas.DataFrame
        As returned by the functions that draw them; `admission` columns hold row positions in `admissions`.
    """

    admissions: pd.DataFrame
    stays: pd.DataFrame
    diagnoses: pd.DataFrame
    charts: pd.DataFrame
    labs: pd.DataFrame

    @property
    def eligible(self) -> np.ndarray:
        """Which admissions belong to the default cohort."""
        frame = self.admissions
        return ((frame["age"] >= MIN_AGE) & ~frame["organ_donor"] & (frame["los_s"] >= 0)).to_numpy()

    @property
    def charted_adults(self) -> dict[str, np.ndarray]:
        """Row positions of eligible admissions with charts and laboratory results, by charting system."""
        frame = self.admissions
        plain = self.eligible & frame["charted"].to_numpy() & frame["has_labs"].to_numpy()
        return {
            system: np.flatnonzero(plain & (frame["system"] == system).to_numpy())
            for system in ("carevue", "metavision")
        }
