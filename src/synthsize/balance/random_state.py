"""What a caller may give as the seed of a draw."""

from __future__ import annotations

import numbers
from typing import Any, TypeAlias

import numpy as np
from numpy.random import RandomState, SeedSequence
from sklearn.utils import check_random_state

from synthsize.errors import InputError

Seed: TypeAlias = int | SeedSequence | np.random.Generator | RandomState

_WORDS = 4  # of 32 bits, as many as a SeedSequence takes from the operating system


def as_seed(random_state: Seed) -> SeedSequence:
    """Return the seed that `random_state` stands for.

    A number or a SeedSequence names the same draw at every call. A numpy Generator or RandomState is read: 128 bits are
    drawn from it, so that equal states give equal draws, and the same object gives another draw at its next use.

    Parameters
    ----------
    random_state : int, SeedSequence, Generator or RandomState

    Raises
    ------
    InputError
        If it is none of these, or a number below 0.
    """
    if isinstance(random_state, SeedSequence):
        return random_state
    if isinstance(random_state, np.random.Generator):
        return SeedSequence(random_state.integers(2**32, size=_WORDS, dtype=np.uint64).tolist())
    if isinstance(random_state, RandomState):
        return SeedSequence(random_state.randint(2**32, size=_WORDS, dtype=np.uint64).tolist())
    if isinstance(random_state, numbers.Integral) and random_state >= 0:
        return SeedSequence(int(random_state))
    raise InputError(
        "random_state must be a whole number of at least 0, or a SeedSequence, Generator or RandomState of numpy, "
        f"not {random_state!r}"
    )


def first_seed(random_state: Any) -> SeedSequence:
    """Return the seed of a whole fit, read as scikit-learn does for the kinds that it accepts."""
    if isinstance(random_state, SeedSequence):
        return SeedSequence(
            random_state.entropy, spawn_key=random_state.spawn_key
        )  # spawning counts on the object
    if isinstance(random_state, np.random.Generator):
        return as_seed(random_state)
    draws = check_random_state(random_state).randint(np.iinfo(np.int32).max, size=4)
    return SeedSequence(draws.tolist())
