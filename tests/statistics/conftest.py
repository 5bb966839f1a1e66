"""Result rows with known numbers."""

import numpy as np
import pandas as pd
import pytest

GRID = (0.0, 0.5, 1.0, 1.5)


class Results:
    """Tidy sweep, vtss and controls rows of one run, made from arrays."""

    def __init__(self, risk, chosen, grid=GRID, generator="smote", task="t", strategy="oversample"):
        """`risk` is splits by multipliers; `chosen` holds the column that VTSS chose in each split."""
        risk = np.asarray(risk, dtype=float)
        cell = {"task": task, "classifier": "logistic", "generator": generator}
        sizes = [(80 + j % 2, 20 - j % 2) for j in range(len(risk))]
        self.ratio = np.mean([n_test / n_train for n_train, n_test in sizes])
        self.sweep = pd.DataFrame(
            [
                {
                    **cell,
                    "strategy": strategy,
                    "split": split,
                    "multiplier": m,
                    "n_train": sizes[split][0],
                    "n_test": sizes[split][1],
                    "balanced_risk": risk[split, i] + 0.5,
                    "excess_risk": risk[split, i],
                    "balanced_accuracy": 1 - risk[split, i] / 2,
                }
                for split in range(len(risk))
                for i, m in enumerate(grid)
            ]
        )
        self.vtss = pd.DataFrame(
            [
                {
                    **cell,
                    "strategy": strategy,
                    "split": split,
                    "criterion": "balanced_loss",
                    "multiplier": grid[column],
                    "multiplier_1se": grid[max(column - 1, 0)],
                    "balanced_risk": risk[split, column] + 0.5,
                    "excess_risk": risk[split, column],
                    "balanced_accuracy": 1 - risk[split, column] / 2,
                    "multipliers": list(grid),
                }
                for split, column in enumerate(chosen)
            ]
        )

    def controls(self, class_weight, weights, grid=GRID, **constant):
        """Rows of controls: one level per split of `class_weight` and `constant`, and splits by multipliers."""
        rows = [
            {"control": name, "split": split, "multiplier": np.nan, "excess_risk": level}
            for name, levels in {"class_weight": class_weight, **constant}.items()
            for split, level in enumerate(levels)
        ] + [
            {"control": "weights", "split": split, "multiplier": m, "excess_risk": weights[split][i]}
            for split in range(len(weights))
            for i, m in enumerate(grid)
        ]
        frame = pd.DataFrame(rows).assign(task="t", classifier="logistic")
        return frame.assign(balanced_accuracy=1 - frame["excess_risk"] / 2)


@pytest.fixture
def results():
    return Results
