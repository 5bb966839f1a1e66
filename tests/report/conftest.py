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
                                    "n_train_mean": 2742.3,
                                    "n_test_mean": 695.7,
                                    "n_synthetic_mean": 1000 * mi,
                                    "n_requested_mean": 1000 * mi,
                                    "realised_multiplier": mi,
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
                                    "best_at_edge": bool(best in (0, len(m) - 1)),
                                }
                                for criterion in ("balanced_loss", "balanced_accuracy")
                            ]
        return pd.DataFrame(curves), pd.DataFrame(vtss)

    return make


@pytest.fixture
def fake_controls() -> pd.DataFrame:
    """Summary of controls for every task, classifier and metric, in the columns that the benchmark writes."""
    levels = {
        "none": 0.5,
        "prior_shift": 0.03,
        "class_weight": 0.02,
        "random_undersample": 0.06,
        "threshold": np.nan,
    }
    rows = [(control, np.nan, level) for control, level in levels.items()]
    rows += [
        (control, m, start + 0.5 * np.exp(-6 * m))
        for control, start in (("weights", 0.02), ("random_oversample", 0.04))
        for m in (0.0, 0.5, 1.0, 1.5, 2.0)
    ]
    return pd.DataFrame(
        [
            {
                "task": task,
                "classifier": classifier,
                "control": control,
                "multiplier": m,
                "metric": metric,
                "mean": 0.8 - 0.5 * np.nan_to_num(level) if metric == "balanced_accuracy" else level,
                "low": level - 0.01,
                "high": level + 0.01,
                "interval": interval,
                "n_splits": 20,
            }
            for task in TASKS
            for classifier in ("logistic", "svm")
            for control, m, level in rows
            if (classifier, control) != ("svm", "prior_shift")
            for metric in ("excess_risk", "balanced_accuracy")
            for interval in ("normal", "nadeau_bengio")
        ]
    )


@pytest.fixture
def fake_diagnosis() -> pd.DataFrame:
    """Summary of the diagnosis of one task per regime."""
    regimes = {
        "mortality": ("symmetric", 0.4, 0.5),
        "sepsis": ("intercept", 0.0, 0.31),
        "septic_shock": ("asymmetric", 0.0, 0.00004),
    }
    sizes = {"jitter": (np.inf, 2.5, np.inf), "smote": (1.3, 1.1, 1.7)}
    return pd.DataFrame(
        [
            {
                "task": task,
                "classifier": "logistic",
                "generator": generator,
                "n_splits": 5,
                "asymmetry": 0.8,
                "asymmetry_se": 0.03,
                "mismatch": 0.1,
                "mismatch_se": 0.02,
                "cosine": 0.25,
                "symmetry_p": symmetry,
                "slopes_p": slopes,
                "theory_multiplier": size,
                "multiplier_low": low,
                "multiplier_high": high,
                "regime": regime,
                "remarks": np.nan,
            }
            for task, (regime, symmetry, slopes) in regimes.items()
            for generator, (size, low, high) in sizes.items()
        ]
    )


@pytest.fixture
def task_labels() -> dict[str, str]:
    return dict(TASKS)
