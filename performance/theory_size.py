"""Standard error of the theory's size against the spread over cohorts, by simulation.

    python performance/theory_size.py --cohorts 200

draws cohorts from a known population, diagnoses each with every generator, and sets the standard error of the alignment
(the one number that the theory's size is computed from) against its standard deviation over the cohorts. A ratio of 1
is right; above 1 intervals are too wide. `independent` is the error with minority and synthetic means taken for
independent, `half samples` the one that the diagnosis reports, and `coverage` how often its 95 % interval holds the
mean over the cohorts.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.random import SeedSequence
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from synthsize.balance.cross_fitting import cross_fitted
from synthsize.balance.diagnosis import diagnose, diagnose_regime
from synthsize.balance.generators import make_generator
from synthsize.balance.gradients import LOGISTIC, gradient_moments
from synthsize.balance.risk import fit_balanced

Array = NDArray[np.float64]

FOLDS = 3
GENERATORS = ("smote", "adasyn", "borderline_smote", "jitter", "bootstrap", "gaussian")


@dataclass(frozen=True)
class Setting:
    """Rows and features of a cohort; about one row in six is minority."""

    rows: int = 900
    features: int = 4


def draw_cohort(setting: Setting, rng: np.random.Generator) -> tuple[Array, NDArray[np.int8]]:
    """Draw rows whose log odds bend along the second feature, so that a linear model is not right."""
    X = rng.normal(size=(setting.rows, setting.features))
    score = X[:, 0] - 2.5 + 0.5 * X[:, 1] ** 2
    return X, (rng.random(setting.rows) < expit(score)).astype(np.int8)


def measure(setting: Setting, generator: str, cohorts: int, seed: int = 1) -> dict[str, float]:
    """Compare standard errors with the standard deviation over cohorts.

    Returns
    -------
    dict of str to float
        deviation; independent and half_samples, root mean square errors as shares of the deviation; coverage.
    """
    found, independent = [], []
    for cohort in range(cohorts):
        X, y = draw_cohort(setting, np.random.default_rng([seed, cohort]))
        folds = [*StratifiedKFold(FOLDS, shuffle=True, random_state=cohort).split(X, y)]
        found.append(diagnose_regime(X, y, generator, folds, random_state=cohort, events=[]))
        independent.append(_independent(X, y, generator, folds, cohort))
    values = np.array([one.alignment for one in found])
    errors = np.array([one.alignment_se for one in found])
    deviation = values.std(ddof=1)
    return {
        "deviation": float(deviation),
        "independent": float(np.sqrt(np.mean(np.square(independent))) / deviation),
        "half_samples": float(np.sqrt(np.mean(errors**2)) / deviation),
        "coverage": float(np.mean(np.abs(values - values.mean()) <= 1.96 * errors)),
    }


def _independent(
    X: Array,
    y: NDArray[np.int8],
    generator: str,
    folds: list[tuple[NDArray[np.intp], NDArray[np.intp]]],
    seed: int,
) -> float:
    """Return the standard error without the covariance of minority and synthetic means."""
    fit = fit_balanced("logistic", X, y)
    theta, Z = np.append(fit.coef, fit.intercept), np.column_stack([X, np.ones(len(X))])
    synthetic = cross_fitted(X, y, make_generator(generator), folds, SeedSequence(seed))
    rows = np.column_stack([synthetic, np.ones(len(synthetic))])
    groups = ((Z[y == 0], 0), (Z[y == 1], 1), (rows, 1))
    return diagnose(
        *(gradient_moments(LOGISTIC, group, label, theta) for group, label in groups)
    ).alignment_se


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Standard error of the theory's size, by simulation.")
    parser.add_argument("--cohorts", type=int, default=200)
    parser.add_argument("--rows", type=int, default=Setting.rows)
    parser.add_argument("--features", type=int, default=Setting.features)
    parser.add_argument("--generators", nargs="+", default=list(GENERATORS))
    asked = parser.parse_args()
    setting = Setting(asked.rows, asked.features)
    with threadpool_limits(limits=1):
        table = pd.DataFrame({name: measure(setting, name, asked.cohorts) for name in asked.generators}).T
    print(table.round(3).to_string())


if __name__ == "__main__":
    main()
