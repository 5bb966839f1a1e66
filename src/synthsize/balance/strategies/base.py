"""What a strategy is: how synthetic rows of a given number are brought together with the real ones."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray

from synthsize.balance.events import Event
from synthsize.balance.learners.base import Array, Fits, Learner


class Strategy(ABC):
    """What is fitted for a number of synthetic rows: which real rows are kept, and what each row weighs.

    Attributes
    ----------
    name : str
        Name in configurations.
    largest : float
        Largest multiplier that it supports.
    raw_at_zero : bool
        Whether its fit without synthetic rows is that to the raw data.
    """

    name: ClassVar[str]
    largest: ClassVar[float] = float("inf")
    raw_at_zero: ClassVar[bool] = True

    @abstractmethod
    def fit_sizes(
        self,
        learner: Learner,
        X: Array,
        y: NDArray[np.int8],
        synthetic: Any,
        sizes: Sequence[int],
        *,
        random_state: int | SeedSequence,
        events: list[Event],
        near: Fits | None = None,
    ) -> Fits:
        """Fit once per size.

        Parameters
        ----------
        learner : Learner
        X : ndarray of shape (n, d)
            Real training rows, preprocessed.
        y : ndarray of shape (n,)
            1 marks the minority; both classes occur.
        synthetic : array of shape (n_max, d)
            A stream of synthetic minority rows.
        sizes : sequence of int
            From 0 to n_max, in any order.
        random_state : int or SeedSequence
            Of learners that draw, and of what the strategy draws.
        events : list of Event
            Receives fits that did not converge.
        near : Fits, optional
            Fits of the same sizes to a similar training set, to start from where that saves time.

        Raises
        ------
        InputError
            If the strategy does not support one of the sizes, or the learner fails or lacks what the strategy
            needs.
        """
