"""Outer splits that test on a stratum (charting system, unit type, hospital) of which no patient is trained on.

Internal-external cross-validation: each stratum is held out in turn and the others are trained on [1]_. The splits of
the run are assigned to the strata in turn. Where each stratum gets two or more, a split trains on a random share of the
patients elsewhere and tests on a random share of the stratum's, in the sizes of `experiment.test_size`, so that means
over a stratum's splits have intervals; where there are more strata than that, each is held out once, and all patients
on either side are used.

References
----------
.. [1] Steyerberg and Harrell (2016), Journal of Clinical Epidemiology 69, 245-247.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import SeedSequence
from numpy.typing import NDArray

from synthsize.benchmark.splits import Rows, split_train_test

FEWEST_STRATA = 2  # with one there is nowhere else to train
NO_OTHER = "fewer than two strata have enough patients of both classes, so that none can be held out"
TOO_SMALL = "too few patients of a class (experiment.transport.least_positives); trained on, never tested on"
TOO_SMALL_ELSEWHERE = "too few patients of a class in all other strata (experiment.transport.least_positives)"
BEYOND = "experiment.splits is less than the number of strata, and others have more positive patients"


@dataclass(frozen=True)
class Dealing:
    """Which stratum each split holds out.

    Attributes
    ----------
    held_out : tuple of str
        Strata to test on, those with most positive patients first; empty if there are fewer than two.
    refused : dict of str to str
        Why each other stratum is not held out.
    splits : int
        Of the run.
    """

    held_out: tuple[str, ...]
    refused: dict[str, str]
    splits: int

    @property
    def whole(self) -> bool:
        """Whether each stratum is held out once and as a whole."""
        return self.splits < 2 * len(self.held_out)

    @property
    def n_splits(self) -> int:
        """Splits that hold out a stratum: those numbered below this."""
        if not self.held_out:
            return 0
        return len(self.held_out) if self.whole else self.splits

    def stratum(self, number: int) -> str:
        """Name the stratum that split `number` holds out."""
        return self.held_out[number % len(self.held_out)]


def deal_splits(
    strata: NDArray[Any],
    groups: NDArray[np.int64],
    y: NDArray[np.int8],
    *,
    splits: int,
    least_positives: int,
) -> Dealing:
    """Choose the strata that can be held out and assign the splits to them.

    Parameters
    ----------
    strata : ndarray of str of shape (n,)
        The stratum of each row.
    groups : ndarray of shape (n,)
        The unit (patient or admission) of each row.
    y : ndarray of shape (n,)
    splits : int
        Of the run.
    least_positives : int
        Fewest units of either class within a stratum to be held out, and elsewhere.
    """
    rows = pd.DataFrame({"stratum": strata, "unit": groups, "y": y.astype(np.int64)})
    ever = rows.groupby("unit")["y"].max()
    inside = rows.groupby(["stratum", "unit"])["y"].max().reset_index()
    inside["elsewhere"] = inside["unit"].map(ever)
    counts = inside.groupby("stratum").agg(
        units=("y", "size"), positives=("y", "sum"), lost=("elsewhere", "sum")
    )
    negatives = counts["units"] - counts["positives"]
    # Units of the stratum are never trained on, even if they occur in other strata too.
    other_positives = ever.sum() - counts["lost"]
    other_negatives = (len(ever) - counts["units"]) - other_positives
    small = np.minimum(counts["positives"], negatives) < least_positives
    small_elsewhere = np.minimum(other_positives, other_negatives) < least_positives
    refused = {
        **{str(name): TOO_SMALL_ELSEWHERE for name in counts.index[small_elsewhere]},
        **{str(name): TOO_SMALL for name in counts.index[small]},
    }
    fit = counts[~(small | small_elsewhere)]
    ordered = [str(name) for name in fit.sort_values("positives", ascending=False, kind="stable").index]
    if len(ordered) < FEWEST_STRATA:
        return Dealing((), {str(name): refused.get(str(name), NO_OTHER) for name in counts.index}, splits)
    refused |= dict.fromkeys(ordered[splits:], BEYOND)
    return Dealing(tuple(ordered[:splits]), dict(sorted(refused.items())), splits)


def split_by_stratum(
    dealing: Dealing,
    number: int,
    strata: NDArray[Any],
    groups: NDArray[np.int64],
    y: NDArray[np.int8],
    *,
    test_size: float,
    seed: SeedSequence,
    task: str,
) -> tuple[Rows, Rows]:
    """Train elsewhere, test on the stratum of split `number`; units with rows on both sides are tested on.

    Returns
    -------
    train, test : ndarray of int
        Row numbers, increasing.

    Raises
    ------
    TooFewRows
        If either side would lack a class.
    """
    inside = strata == dealing.stratum(number)
    here, elsewhere = np.flatnonzero(inside), np.flatnonzero(~np.isin(groups, groups[inside]))
    if dealing.whole:
        return elsewhere, here
    first, second = seed.spawn(2)
    train, _ = split_train_test(groups[elsewhere], y[elsewhere], test_size, first, task)
    _, test = split_train_test(groups[here], y[here], test_size, second, task)
    return elsewhere[train], here[test]


def describe_dealing(dealing: Dealing, task: str) -> pd.DataFrame:
    """Tabulate which stratum each split holds out, and why other strata are not: `contracts.transport.HELD_OUT`."""
    return pd.DataFrame(list(_rows(dealing, task)), columns=["task", "stratum", "split", "whole", "note"])


def _rows(dealing: Dealing, task: str) -> Iterator[dict[str, Any]]:
    for split in range(dealing.n_splits):
        yield {
            "task": task,
            "stratum": dealing.stratum(split),
            "split": split,
            "whole": dealing.whole,
            "note": "",
        }
    for stratum, reason in dealing.refused.items():
        yield {"task": task, "stratum": stratum, "split": -1, "whole": dealing.whole, "note": reason}
