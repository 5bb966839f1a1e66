"""Made-up benchmark summaries with the columns that the benchmark writes."""

from collections.abc import Callable
from pathlib import Path

import matplotlib.image
import numpy as np
import pandas as pd
import pytest
from run_names import names_of

from synthsize.catalogue.names import Names
from synthsize.report.content import Figure, make_table
from synthsize.report.page.writing import write_report
from synthsize.report.tables.summary import controls_table, count_events, summary_table

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
                                    "naive_low": mean[np.argmin(abs(m - 1))] - width,
                                    "naive_high": mean[np.argmin(abs(m - 1))] + width,
                                    "raw_mean": mean[0],
                                    "raw_low": mean[0] - width,
                                    "raw_high": mean[0] + width,
                                    "best_multiplier": m[best],
                                    "best_mean": mean[best],
                                    "best_at_edge": bool(best == len(m) - 1),
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
        "mortality": ("unresolved", 0.5, (0.004, 0.0, 0.031)),
        "sepsis": ("intercept", 0.31, (0.001, 0.0, 0.006)),
        "septic_shock": ("asymmetric", 0.00004, (0.04, 0.02, 0.07)),
    }
    sizes = {"jitter": (np.inf, 2.5, np.inf), "smote": (1.3, 1.1, 1.7)}
    return pd.DataFrame(
        [
            {
                "task": task,
                "classifier": "logistic",
                "generator": generator,
                "n_splits": 5,
                "n_minority": 600.0,
                "symmetry_df": 27.0,
                "asymmetry": 0.8,
                "asymmetry_se": 0.03,
                "mismatch": 0.1,
                "mismatch_se": 0.02,
                "cosine": 0.25,
                "slopes_p_holm": slopes,
                **dict(zip(("slopes_cost", "slopes_cost_low", "slopes_cost_high"), cost, strict=True)),
                "theory_multiplier": size,
                "multiplier_low": low,
                "multiplier_high": high,
                "regime": regime,
                "remarks": np.nan,
            }
            for task, (regime, slopes, cost) in regimes.items()
            for generator, (size, low, high) in sizes.items()
        ]
    )


@pytest.fixture
def names() -> Names:
    """A run of three tasks with everything that the catalogue holds."""
    return names_of(TASKS)


@pytest.fixture
def png_of(tmp_path) -> Callable[..., Path]:
    """Make a picture of a figure's width at 300 dots per inch."""

    def make(inches: float) -> Path:
        path = tmp_path / f"{inches}.png"
        matplotlib.image.imsave(path, np.ones((300, round(300 * inches))))
        return path

    return make


@pytest.fixture
def tables(fake_results, fake_controls, fake_diagnosis, names):
    events = pd.DataFrame(
        columns=["task", "classifier", "generator", "split", "repeat", "fold", "event", "detail"]
    )
    return {
        "summary": summary_table(fake_results([0, 1, 2])[1], names=names),
        "controls": controls_table(fake_controls, names=names),
        "diagnosis": fake_diagnosis,
        "attrition": pd.DataFrame(
            {"step": ["all"], "admissions": [58976], "patients": [46520], "removed": [0]}
        ),
        "table1": pd.DataFrame(
            {
                "task": ["sepsis"],
                "label": ["Sepsis"],
                "positives": [1000],
                "negatives": [11085],
                "ratio": [11.085],
                "admissions": [12085],
                "patients": [9000],
                "prevalence": [1000 / 12085],
            }
        ),
        "coverage": pd.DataFrame(
            {"stratum": ["carevue", "all"], "admissions": [1200, 2000], "lactate_percent": [50.04, 40.0]}
        ),
        "missingness": pd.DataFrame(
            {
                "variable": ["inr"],
                "label": ["INR"],
                "admissions": [500],
                "admissions_percent": [25.0],
                "bins_percent": [12.34],
                "missing_cells_percent": [75.0],
            }
        ),
        "preflight": pd.DataFrame(
            {"table": ["chartevents"], "file": ["/data/here/C.csv.gz"], "bytes": [4_200_000_000], "rows": [7]}
        ),
        "expected": pd.DataFrame(
            {
                "check": ["adults"],
                "expected": [330712483.0],
                "observed": [320394253.0],
                "difference": [-10318230.0],
                "relative_difference": [-0.0312],
                "verdict": ["differs"],
            }
        ),
        "audit": pd.DataFrame(
            {
                "variable": ["inr", "inr", None],
                "source_table": ["labevents"] * 3,
                "item": [51237, 51237, None],
                "outcome": ["out_of_range", "kept", "scanned"],
                "rows": [3, 4711, 9000],
            }
        ),
        "events": count_events(events, names),
    }


@pytest.fixture
def write(tmp_path, names, png_of):
    """Write a report of the tables given, with one figure, and return its text."""

    def call(tables, suppress_below=10, left_out=None):
        settings = {"title": "A <run> & more", "run": {"Seed": "7"}, "names": names}
        settings |= {"interval": "nadeau_bengio", "suppress_below": suppress_below, "left_out": left_out}
        numbers = make_table(tables["summary"], name="n", title="Numbers", text="Means.", columns={})
        figures = [Figure(png_of(inches=7.2), "Risk", "What the figure shows.", "results", numbers)]
        write_report(tmp_path / "report.html", tables=tables, figures=figures, **settings)
        return (tmp_path / "report.html").read_text(encoding="utf-8")

    return call
