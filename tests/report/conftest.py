"""Made-up benchmark summaries with the columns that the benchmark writes."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

TASKS = {"mortality": "In-hospital death", "sepsis": "Sepsis", "septic_shock": "Septic shock"}
RAW = {"mortality": 0.31, "sepsis": 0.52, "septic_shock": 0.66}


def _curve(task: str, position: int, m: np.ndarray, metric: str) -> np.ndarray:
    """Falls steeply from the raw level, is lowest below balance, then rises slowly."""
    excess = 0.012 + RAW[task] * np.exp(-6 * m) + 0.008 * (1 + position) * (m - 0.9) ** 2
    return 0.80 - 0.5 * excess if metric == "balanced_accuracy" else excess


@pytest.fixture
def fake_results() -> Callable[..., tuple[pd.DataFrame, pd.DataFrame]]:
    def make(multipliers=None, tasks=tuple(TASKS), n_splits=20):
        m = np.arange(0, 2.01, 0.05).round(2) if multipliers is None else np.array(multipliers, float)
        widths = {"normal": 0.003, "nadeau_bengio": 0.011}
        if n_splits == 1:
            widths = dict.fromkeys(widths, np.nan)
        curves, vtss = [], []
        for task in tasks:
            for classifier in ("logistic", "svm"):
                for position, generator in enumerate(("smote", "adasyn", "borderline_smote", "jitter")):
                    cell = {"task": task, "classifier": classifier, "generator": generator}
                    for metric in ("excess_risk", "balanced_accuracy"):
                        mean = _curve(task, position, m, metric)
                        best = (np.argmax if metric == "balanced_accuracy" else np.argmin)(mean)
                        for interval, width in widths.items():
                            common = {**cell, "metric": metric, "interval": interval, "n_splits": n_splits}
                            curves += [
                                {
                                    **common,
                                    "multiplier": mi,
                                    "mean": value,
                                    "low": value - width,
                                    "high": value + width,
                                    "n_synthetic_mean": 1000 * mi,
                                    "n_requested_mean": 1000 * mi,
                                }
                                for mi, value in zip(m, mean, strict=True)
                            ]
                            vtss += [
                                {
                                    **common,
                                    "criterion": criterion,
                                    "mean": mean[best],
                                    "low": mean[best] - width,
                                    "high": mean[best] + width,
                                    "multiplier_mean": 0.82,
                                    "multiplier_median": 0.8,
                                    "edge_share": 0.05,
                                    "naive_mean": mean[np.argmin(abs(m - 1))],
                                    "raw_mean": mean[0],
                                    "best_multiplier": m[best],
                                    "best_mean": mean[best],
                                }
                                for criterion in ("balanced_loss", "balanced_accuracy")
                            ]
        return pd.DataFrame(curves), pd.DataFrame(vtss)

    return make


@pytest.fixture
def task_labels() -> dict[str, str]:
    return dict(TASKS)
