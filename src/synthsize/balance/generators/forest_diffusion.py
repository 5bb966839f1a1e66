"""Flow matching by boosted trees: noise is moved, step by step, to where minority rows lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.random import Generator as Stream
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor

from synthsize.balance.checks import check_count
from synthsize.balance.generators.discrete import discrete_features
from synthsize.balance.generators.model import ModelGenerator, logger

ENTRY = {
    "class": "ForestDiffusion",
    "label": "Forest diffusion",
    "words": "moves noise to where minority rows lie, along velocities that boosted trees have learned",
    "settings": "{levels:noise level/noise levels}, {duplicates:noise/noises} per row, {trees:tree/trees}",
    "order": 56,
    "cost": "minutes per fit: levels x features boosted models of duplicates x n1 rows each",
    "parameters": {
        "levels": {
            "type": "integer",
            "minimum": 2,
            "default": 10,
            "description": "noise levels, each with a model per feature, and steps from noise to row",
        },
        "duplicates": {
            "type": "integer",
            "minimum": 1,
            "default": 10,
            "description": "noises that each row is mixed with at each level",
        },
        "trees": {"type": "integer", "minimum": 1, "default": 30, "description": "trees of each model"},
        "random_state": {
            "type": "integer",
            "minimum": 0,
            "default": 0,
            "description": "seed of the training",
        },
    },
}


@dataclass(eq=False)
class ForestDiffusion(ModelGenerator):
    """Draws by flow matching with boosted trees [1]_, without a neural network.

    With x a minority row, each feature scaled to -1 to 1, and z normal noise, the mixture (1 - t) z + t x moves at
    velocity x - z. At each of `levels` times t one boosted model per feature learns the mean velocity given the
    mixture. A synthetic row starts as noise and takes a step of Heun's method per time: ten lose less of the spread
    than fifty of Euler's, which the authors take. At the end it is kept within the range of the minority rows, and a
    feature with few values goes to the nearest.

    The published settings (50 levels, 100 noises per row, 100 trees) cost some 170 times as much as the defaults.

    Parameters
    ----------
    levels : int
        Times at which velocities are learned, and steps.
    duplicates : int
        Noises that each row is mixed with at each time.
    trees : int
        Of each boosted model, of at most 31 leaves, at a learning rate of 0.3.

    References
    ----------
    .. [1] Jolicoeur-Martineau, Fatras and Kachman (2024), AISTATS, PMLR 238, 1288-1296.
    """

    block_rows: ClassVar[int] = 2048
    least_rows: ClassVar[int] = 20
    levels: int = 10
    duplicates: int = 10
    trees: int = 30

    def __post_init__(self) -> None:
        """Reject impossible settings."""
        super().__post_init__()
        check_count("levels", self.levels, 2)
        check_count("duplicates", self.duplicates, 1)
        check_count("trees", self.trees, 1)

    def _train(self, rows: NDArray[np.float64], stream: Stream) -> None:
        self._low, self._high = rows.min(axis=0), rows.max(axis=0)
        self._discrete = {int(j): np.unique(rows[:, j]) for j in discrete_features(rows)}
        real = np.repeat(2 * (rows - self._low) / (self._high - self._low) - 1, self.duplicates, axis=0)
        self._velocities = []
        for step in range(self.levels):
            noise, time = stream.standard_normal(real.shape), step / self.levels
            mixture, velocity = (1 - time) * noise + time * real, real - noise
            self._velocities.append([self._learn(mixture, target) for target in velocity.T])
            logger.info("forest diffusion: %d of %d noise levels learned", step + 1, self.levels)

    def _learn(
        self, mixture: NDArray[np.float64], velocity: NDArray[np.float64]
    ) -> HistGradientBoostingRegressor:
        model = HistGradientBoostingRegressor(
            learning_rate=0.3, max_iter=self.trees, early_stopping=False, random_state=0
        )
        return model.fit(mixture, velocity)

    def _draw_block(self, n: int, stream: Stream) -> NDArray[np.float64]:
        rows: NDArray[np.float64] = stream.standard_normal((n, len(self._low)))
        for step in range(self.levels):
            slope = self._velocity(step, rows)
            ahead = self._velocity(step + 1, rows + slope / self.levels)
            rows = rows + (slope + ahead) / (2 * self.levels)
        rows = self._low + (np.clip(rows, -1, 1) + 1) / 2 * (self._high - self._low)
        for feature, values in self._discrete.items():
            rows[:, feature] = nearest(values, rows[:, feature])
        return np.asarray(rows)

    def _velocity(self, step: int, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        if step == self.levels:
            return rows  # the mixture is the row itself by now, and of its noise the mean is 0
        return np.asarray(np.column_stack([model.predict(rows) for model in self._velocities[step]]))


def nearest(values: NDArray[np.float64], found: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each number found the nearest of some values, which are sorted."""
    return np.asarray(values[np.searchsorted((values[1:] + values[:-1]) / 2, found)])
