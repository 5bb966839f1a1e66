"""An adversarial random forest: leaves in which real and synthetic rows are alike, with a simple distribution each."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.random import Generator as Stream
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri
from sklearn.ensemble import RandomForestClassifier

from synthsize.balance.checks import check_count
from synthsize.balance.generators.discrete import discrete_features
from synthsize.balance.generators.leaves import Leaves
from synthsize.balance.generators.model import ModelGenerator, logger

ENTRY = {
    "class": "AdversarialForest",
    "label": "Adversarial random forest",
    "words": "draws a leaf of a forest that no longer separates real from synthetic rows, each feature by itself",
    "settings": "{trees:tree/trees}",
    "order": 54,
    "cost": "seconds per fit: some forests of 2 n1 rows each",
    "parameters": {
        "trees": {"type": "integer", "minimum": 1, "default": 30, "description": "trees of each forest"},
        "min_leaf": {
            "type": "integer",
            "minimum": 2,
            "default": 5,
            "description": "rows, real and made, in a leaf at least",
        },
        "max_rounds": {
            "type": "integer",
            "minimum": 1,
            "default": 10,
            "description": "forests grown at most, each against rows drawn from the one before",
        },
        "random_state": {
            "type": "integer",
            "minimum": 0,
            "default": 0,
            "description": "seed of the training",
        },
    },
}


@dataclass(eq=False)
class AdversarialForest(ModelGenerator):
    """Draws from the density that an adversarial random forest [1]_ estimates of the minority rows.

    A forest learns to separate the rows from as many synthetic ones, drawn feature by feature, later within its own
    leaves, until its out-of-bag accuracy is no better than chance or no longer falls. In a leaf of the last forest the
    features are independent: one with few values is drawn from the leaf's rows, any other from a normal law with
    their mean and spread, cut off at the leaf's borders. A tree is drawn evenly, a leaf by the real rows it holds.

    Parameters
    ----------
    trees : int
    min_leaf : int
        Rows, real and made, in a leaf at least.
    max_rounds : int
        Forests at most; if the last still beats a coin and its predecessor, that is recorded.

    Attributes
    ----------
    accuracies_ : list of float
        Out-of-bag accuracy of each forest.

    References
    ----------
    .. [1] Watson, Blesch, Kapar and Wright (2023), AISTATS, PMLR 206, 5357-5375.
    """

    least_rows: ClassVar[int] = 10
    trees: int = 30
    min_leaf: int = 5
    max_rounds: int = 10

    def __post_init__(self) -> None:
        """Reject impossible settings."""
        super().__post_init__()
        check_count("trees", self.trees, 1)
        check_count("min_leaf", self.min_leaf, 2)
        check_count("max_rounds", self.max_rounds, 1)

    def _train(self, rows: NDArray[np.float64], stream: Stream) -> None:
        made = np.take_along_axis(rows, stream.integers(0, len(rows), size=rows.shape), axis=0)
        self.accuracies_: list[float] = []
        while not self._settled():
            forest, accuracy = self._grow(rows, made, int(stream.integers(2**31)))
            self._leaves = Leaves(forest, rows)
            self.accuracies_.append(accuracy)
            logger.info("adversarial forest %d: out-of-bag accuracy %.3f", len(self.accuracies_), accuracy)
            made = self._leaves.resample(*self._leaves.draw(len(rows), stream), stream)
        if len(self.accuracies_) == self.max_rounds and not self._settled_early():
            self._record(
                "not_converged",
                f"the forest still separates synthetic from real rows ({accuracy:.2f}) after {self.max_rounds} rounds",
            )
        self._discrete = discrete_features(rows)

    def _settled(self) -> bool:
        return len(self.accuracies_) == self.max_rounds or self._settled_early()

    def _settled_early(self) -> bool:
        found = self.accuracies_
        return bool(found) and (found[-1] <= 0.5 or found[-1] > min(found[:-1], default=1.0))

    def _grow(
        self, rows: NDArray[np.float64], made: NDArray[np.float64], seed: int
    ) -> tuple[RandomForestClassifier, float]:
        X, y = np.concatenate([rows, made]), np.repeat([1, 0], len(rows))
        forest = RandomForestClassifier(
            self.trees, min_samples_leaf=self.min_leaf, oob_score=True, random_state=seed
        )
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Some inputs do not have OOB scores")
            forest.fit(X, y)
        return forest, _out_of_bag_accuracy(forest, y)

    def _draw_block(self, n: int, stream: Stream) -> NDArray[np.float64]:
        trees, members = self._leaves.draw(n, stream)
        discrete = self._leaves.resample(trees, members, stream)[:, self._discrete]
        law = self._leaves.laws(trees, members)
        found = cut_normal(law.mean, law.spread, law.low, law.high, stream)
        found[:, self._discrete] = discrete
        return found


def cut_normal(
    mean: NDArray[np.float64],
    spread: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    stream: Stream,
) -> NDArray[np.float64]:
    """Draw from normal laws cut off at borders; the mean, kept within them, where there is no spread."""
    wide = np.where(spread > 0, spread, 1.0)
    below, above = ndtr((low - mean) / wide), ndtr((high - mean) / wide)
    drawn = mean + spread * ndtri(below + stream.random(mean.shape) * (above - below))
    return np.asarray(np.clip(drawn, low, high))


def _out_of_bag_accuracy(forest: RandomForestClassifier, y: NDArray[np.intp]) -> float:
    """Return the accuracy of the trees that have not seen a row; rows that all trees have seen are left out."""
    votes = forest.oob_decision_function_
    judged = votes.sum(axis=1) > 0
    return float(np.mean((votes[judged, 1] > 0.5) == y[judged])) if judged.any() else 1.0
