"""A small analysis table and a block of its splits, for the tests of several rooms."""

import numpy as np
import pandas as pd

from synthsize.benchmark.block import run_block
from synthsize.benchmark.settings import Settings

SETTINGS = Settings(seed=5, multipliers=(0.0, 0.5, 1.0, 1.5), folds=3, repeats=2)


def analysis_table(n=240, patients=170, positives=0.2, seed=0):
    rng = np.random.default_rng(seed)
    label = rng.random(n) < positives
    X = rng.normal(size=(n, 4)) + 0.8 * label[:, None]
    X[rng.random(X.shape) < 0.1] = np.nan
    table = pd.DataFrame(X, columns=["heart_rate_mean", "wbc_mean", "inr_mean", "lactate_mean"])
    table.insert(0, "admission_id", np.arange(n) + 1000)
    table.insert(1, "patient_id", rng.integers(0, patients, n))
    table.insert(2, "stratum", "a")
    table.insert(3, "label", label)
    return table


def run(table=None, splits=(0, 1), settings=SETTINGS, classifier="logistic", generator="smote"):
    table = analysis_table() if table is None else table
    return run_block(
        table, task="t", classifier=classifier, generator=generator, splits=splits, settings=settings
    )
