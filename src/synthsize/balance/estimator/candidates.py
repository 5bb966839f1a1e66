"""The multipliers that VTSSClassifier compares: a grid, or those that the theory of the training set suggests."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import ArrayLike, NDArray

from synthsize.balance.diagnosis import Diagnosis, diagnose_regime, theory_guided_multipliers
from synthsize.balance.estimator.folds import make_folds
from synthsize.balance.estimator.labelled import LabelledRows
from synthsize.balance.events import Event
from synthsize.balance.generators import Generator
from synthsize.errors import InputError

DIAGNOSIS_FOLDS = 3
LARGEST_GUIDED = 10.0  # beyond it the synthetic rows would fill memory before they answered anything


def grid_multipliers(multipliers: ArrayLike | None) -> NDArray[np.float64]:
    """Return the grid as an array of shape (M,), by default 0.00, 0.05, ..., 2.00.

    Raises
    ------
    InputError
        If it is empty, not finite, negative or not increasing.
    """
    if multipliers is None:
        return np.linspace(0.0, 2.0, 41)
    grid = np.asarray(multipliers, dtype=np.float64)
    if grid.ndim != 1 or len(grid) == 0:
        raise InputError(f"multipliers must list at least one number, not {multipliers!r}")
    if not np.isfinite(grid).all() or grid.min() < 0:
        raise InputError(f"multipliers must be finite and not negative, not {multipliers!r}; 0 adds nothing")
    if (np.diff(grid) <= 0).any():
        raise InputError(f"multipliers must increase, not {multipliers!r}; give numpy.unique of them")
    return grid


def check_candidates(candidates: Any, multipliers: ArrayLike | None) -> None:
    """Reject an unknown kind of candidates, an impossible grid, and a grid that would go unused.

    Raises
    ------
    InputError
    """
    if candidates not in ("grid", "theory_guided"):
        raise InputError(f"there are no candidates {candidates!r}; choose grid or theory_guided")
    if candidates == "theory_guided" and multipliers is not None:
        raise InputError(
            "candidates='theory_guided' finds its own multipliers; leave multipliers at None, or choose 'grid'"
        )
    grid_multipliers(multipliers)


def guided_multipliers(
    rows: LabelledRows, generator: Generator, groups: Any, majority_weight: float, seed: SeedSequence
) -> tuple[NDArray[np.float64], Diagnosis, list[Event]]:
    """Diagnose the training set by the theory of logistic regression, and list the sizes worth trying.

    Parameters
    ----------
    rows : LabelledRows
        All real training rows, standardised if the classifier does that.
    generator : Generator
    groups : array of shape (n,) or None
        Kept together by the folds of the diagnosis.
    majority_weight : float
    seed : SeedSequence

    Returns
    -------
    multipliers : ndarray of shape (M,)
    diagnosis : Diagnosis
    events : list of Event
    """
    folds_seed, stream = seed.spawn(2)
    folds, events = make_folds(DIAGNOSIS_FOLDS, 1, rows, groups, folds_seed)
    diagnosis = diagnose_regime(
        rows.X,
        rows.is_minority,
        generator,
        [(fold.train, fold.validation) for fold in folds],
        majority_weight=majority_weight,
        random_state=stream,
        events=events,
    )
    guided = np.array(theory_guided_multipliers(diagnosis))
    if guided[-1] > LARGEST_GUIDED:
        detail = f"the theory's size is {diagnosis.theory_multiplier:.3g}: only multipliers to {LARGEST_GUIDED:g} tried"
        events.append(Event("theory_size_out_of_reach", detail))
    return guided[guided <= LARGEST_GUIDED], diagnosis, events
