"""Which of several rivals comes closest to being better than a recipe."""

from __future__ import annotations

import pandas as pd

NEGLIGIBLE_CHANCE = 0.01


def strongest_rival(rivals: pd.DataFrame) -> pd.Series:
    """Return the rival likeliest to be better by an amount that matters, or the one with the lowest mean risk.

    The mean decides between equal chances, and where no rival has a chance of 1 % (or of 1 minus the level, if that is
    less). So far in the tail, a chance says how wide an interval is rather than which rival has the lower risk.

    Parameters
    ----------
    rivals : DataFrame
        Verdicts on one recipe, none of them missing: probability_better, mean_difference (rival minus recipe) and
        level of `statistics.verdicts.VERDICT_COLUMNS`.
    """
    floor = min(NEGLIGIBLE_CHANCE, 1 - float(rivals["level"].max()))
    chance = rivals["probability_better"].where(rivals["probability_better"] >= floor, 0.0)
    ordered = rivals.assign(chance=chance).sort_values(["chance", "mean_difference"], ascending=[False, True])
    return ordered.drop(columns="chance").iloc[0]
