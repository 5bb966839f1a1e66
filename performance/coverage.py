"""Nominal against measured coverage of the intervals, by simulation.

    python performance/coverage.py --cohorts 150 --splits 30

draws cohorts from a known population (two normal classes, one of them rare), splits each cohort again and again, fits
a logistic regression with minority weights 1 + m gap / n1 to every training set, and scores it by balanced log-loss on
the test set. There are two truths to cover: `new patients`, the expected loss of a fit to a fresh training set of that
size, which all cohorts share; and `this cohort`, the mean that a cohort's own splits tend to. Coverage is the share of
cohorts whose interval holds the truth; of a curve, whose intervals hold it at every multiplier at once.

The excess risk is the loss minus that of an oracle fitted to the test rows, which is too good: the level is estimated
with a surplus that no interval knows of, and differences without it. Its truth for new patients is the expected loss
minus the lowest that the population allows; the truth of a cohort has the surplus too.

Validation losses inside the training sets are measured apart. Two splits have most of their validation rows in
common, so there the Nadeau-Bengio interval exchanges the sizes of the training and the test set.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, StratifiedShuffleSplit
from threadpoolctl import threadpool_limits

from synthsize.balance.risk import oracle_risk
from synthsize.statistics.bands import simultaneous_band
from synthsize.statistics.intervals import nadeau_bengio_interval, normal_interval

Array = NDArray[np.float64]
Bounds = tuple[Array, Array]

FOLDS = 5  # of the validation inside a training set
SHIFT = 0.5  # distance of the class means in every feature, in standard deviations
EXCESS_LEVEL = "excess risk at m = 1, level"
EXCESS_DIFFERENCE = "excess risk, m = 0 minus m = 1, paired"


@dataclass(frozen=True)
class Setting:
    """A population, a cohort and how it is split."""

    rows: int = 600
    minority_share: float = 0.1
    features: int = 10
    splits: int = 30
    test_size: float = 0.2
    multipliers: tuple[float, ...] = (0.0, 0.5, 1.0, 1.5, 2.0)

    @property
    def counts(self) -> tuple[int, int]:
        """Majority and minority rows of a cohort."""
        minority = round(self.rows * self.minority_share)
        return self.rows - minority, minority

    @property
    def n_test(self) -> int:
        """Rows of a test set."""
        return round(self.rows * self.test_size)

    @property
    def n_train(self) -> int:
        """Rows of a training set."""
        return self.rows - self.n_test


def draw_rows(majority: int, minority: int, features: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draw rows of both classes from the population."""
    y = np.repeat([0.0, 1.0], [majority, minority])
    return rng.normal(size=(len(y), features)) + SHIFT * y[:, None], y


def fit_and_score(
    train: tuple[Array, Array], test: tuple[Array, Array], multipliers: tuple[float, ...]
) -> Array:
    """Balanced log-loss of the fit at each multiplier."""
    X, y = train
    positives = y.sum()
    gap = len(y) - 2 * positives
    losses = []
    for multiplier in multipliers:
        weights = np.where(y == 1, 1 + multiplier * gap / positives, 1.0)
        model = LogisticRegression(solver="newton-cholesky").fit(X, y, sample_weight=weights)
        margins = (2 * test[1] - 1) * model.decision_function(test[0])
        row_losses = np.logaddexp(0.0, -margins)
        losses.append(0.5 * (row_losses[test[1] == 0].mean() + row_losses[test[1] == 1].mean()))
    return np.array(losses)


def split_losses(
    cohort: tuple[Array, Array], splits: int, setting: Setting, seed: int
) -> tuple[Array, Array]:
    """Losses of shape (splits, M) over repeated splits of one cohort, and the oracle's of shape (splits,)."""
    X, y = cohort
    splitter = StratifiedShuffleSplit(splits, test_size=setting.n_test, random_state=seed)
    losses, oracles = [], []
    for train, test in splitter.split(X, y):
        losses.append(fit_and_score((X[train], y[train]), (X[test], y[test]), setting.multipliers))
        oracles.append(oracle_risk("logistic", X[test], y[test]))
    return np.array(losses), np.array(oracles)


def lowest_loss(features: int) -> float:
    """Lowest balanced log-loss that the population allows; the margin of its best model is normal."""
    variance = features * SHIFT**2
    points, weights = np.polynomial.hermite_e.hermegauss(60)
    losses = np.logaddexp(0.0, -(variance / 2 + np.sqrt(variance) * points))
    return float(losses @ weights / weights.sum())


def validation_losses(cohort: tuple[Array, Array], setting: Setting, seed: int) -> Array:
    """Mean losses of shape (splits, M) over the validation folds inside each split's training set."""
    X, y = cohort
    splitter = StratifiedShuffleSplit(setting.splits, test_size=setting.n_test, random_state=seed)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    losses = []
    for rows, _ in splitter.split(X, y):
        parts = [(rows[inner], rows[scored]) for inner, scored in folds.split(X[rows], y[rows])]
        found = [fit_and_score((X[a], y[a]), (X[b], y[b]), setting.multipliers) for a, b in parts]
        losses.append(np.mean(found, axis=0))
    return np.array(losses)


def expected_losses(setting: Setting, share: float, training_sets: int, rng: np.random.Generator) -> Array:
    """Losses of shape (M,) that fresh training sets of a share of a cohort's size have on fresh rows, on average."""
    train_counts = [round(share * count) for count in setting.counts]
    losses = [
        fit_and_score(
            draw_rows(*train_counts, setting.features, rng),
            draw_rows(1000, 1000, setting.features, rng),
            setting.multipliers,
        )
        for _ in range(training_sets)
    ]
    return np.mean(losses, axis=0)


def interval_makers(setting: Setting, rng: np.random.Generator) -> dict[str, Callable[[Array], Bounds]]:
    """Every interval under test, by name."""
    sizes = np.full(setting.splits, float(setting.n_train)), np.full(setting.splits, float(setting.n_test))
    return {
        "normal": normal_interval,
        "nadeau_bengio": lambda values: nadeau_bengio_interval(values, *sizes),
        "simultaneous": lambda values: simultaneous_band(values, *sizes, rng)[:2],
    }


def quantities(losses: Array, oracles: Array | float, multipliers: tuple[float, ...]) -> dict[str, Array]:
    """Lay out what is estimated, multipliers last: single numbers have one column, curves one per multiplier."""
    losses = np.atleast_2d(losses)
    excess = losses - np.atleast_1d(oracles)[:, None]
    at = {multiplier: losses[:, [i]] for i, multiplier in enumerate(multipliers)}
    others = [i for i, multiplier in enumerate(multipliers) if multiplier != 1.0]
    return {
        "loss at m = 1": at[1.0],
        EXCESS_LEVEL: excess[:, [multipliers.index(1.0)]],
        EXCESS_DIFFERENCE: excess[:, [multipliers.index(0.0)]] - excess[:, [multipliers.index(1.0)]],
        "m = 0 minus m = 1, paired": at[0.0] - at[1.0],
        "m = 0.5 minus m = 1, paired": at[0.5] - at[1.0],
        "whole curve": losses,
        "whole curve minus m = 1, paired": losses[:, others] - at[1.0],
    }


@threadpool_limits.wrap(limits=1)  # fits this small only lose time to threads
def measure(
    setting: Setting, cohorts: int, limit_splits: int, training_sets: int, seed: int = 1
) -> pd.DataFrame:
    """Coverage of each quantity by each interval.

    Parameters
    ----------
    setting : Setting
        Its multipliers include 0, 0.5 and 1.
    cohorts : int
        Cohorts to average over.
    limit_splits : int
        Further splits of each cohort, whose mean stands for that cohort's own truth; 0 leaves that truth out.
    training_sets : int
        Fresh training sets behind the truth for new patients.
    seed : int

    Returns
    -------
    DataFrame
        One row per truth, quantity and interval: coverage, its simulation error, and the mean half-width.
    """
    rng = np.random.default_rng(seed)
    makers = interval_makers(setting, rng)
    share = setting.n_train / setting.rows
    expected = expected_losses(setting, share, training_sets, rng)
    truth = quantities(expected, lowest_loss(setting.features), setting.multipliers)
    found = []
    for _ in range(cohorts):
        cohort = draw_rows(*setting.counts, setting.features, rng)
        number = setting.splits + limit_splits
        losses, oracles = split_losses(cohort, number, setting, int(rng.integers(2**31)))
        truths = {"new patients": truth}
        if limit_splits:
            own = losses[setting.splits :].mean(axis=0), oracles[setting.splits :].mean()
            truths["this cohort"] = quantities(*own, setting.multipliers)
        shown = losses[: setting.splits], oracles[: setting.splits]
        estimated = quantities(*shown, setting.multipliers)
        found += _judge(estimated, truths, makers)
    return _tabulate(found, cohorts)


@threadpool_limits.wrap(limits=1)
def measure_validation(setting: Setting, cohorts: int, training_sets: int, seed: int = 1) -> pd.DataFrame:
    """Coverage of the mean validation loss at m = 1, for new patients; parameters and columns as for `measure`.

    The interval ``sizes not exchanged`` shows what the correction for test losses would do here.
    """
    rng = np.random.default_rng(seed)
    setting = replace(setting, multipliers=(1.0,))
    share = setting.n_train / setting.rows * (FOLDS - 1) / FOLDS
    quantity = "validation loss at m = 1"
    truths = {"new patients": {quantity: expected_losses(setting, share, training_sets, rng)[None]}}
    makers: dict[str, Callable[[Array], Bounds]] = {
        "normal": normal_interval,
        "nadeau_bengio": lambda values: nadeau_bengio_interval(values, setting.n_test, setting.n_train),
        "sizes not exchanged": lambda values: nadeau_bengio_interval(values, setting.n_train, setting.n_test),
    }
    found = []
    for _ in range(cohorts):
        cohort = draw_rows(*setting.counts, setting.features, rng)
        estimated = {quantity: validation_losses(cohort, setting, int(rng.integers(2**31)))}
        found += _judge(estimated, truths, makers)
    return _tabulate(found, cohorts)


def _tabulate(found: list[tuple[str, str, str, bool, float]], cohorts: int) -> pd.DataFrame:
    rows = pd.DataFrame(found, columns=["truth", "quantity", "interval", "covered", "half_width"])
    groups = rows.groupby(["truth", "quantity", "interval"], sort=False)
    table = groups.agg(coverage=("covered", "mean"), half_width=("half_width", "mean")).reset_index()
    table["error"] = np.sqrt(table["coverage"] * (1 - table["coverage"]) / cohorts)
    return table.sort_values("truth", kind="stable", ignore_index=True)


def _judge(
    estimated: dict[str, Array],
    truths: dict[str, dict[str, Array]],
    makers: dict[str, Callable[[Array], Bounds]],
) -> list[tuple[str, str, str, bool, float]]:
    rows = []
    for quantity, values in estimated.items():
        for interval, make in makers.items():
            if interval == "simultaneous" and values.shape[1] == 1:
                continue  # the band of one number is its Nadeau-Bengio interval
            low, high = make(values)
            for name, truth in truths.items():
                covered = bool(((low <= truth[quantity][0]) & (truth[quantity][0] <= high)).all())
                rows.append((name, quantity, interval, covered, float((high - low).mean() / 2)))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cohorts", type=int, default=80)
    parser.add_argument("--splits", type=int, default=30)
    parser.add_argument("--rows", type=int, default=600)
    parser.add_argument("--minority-share", type=float, default=0.1)
    parser.add_argument("--features", type=int, default=10)
    parser.add_argument(
        "--limit-splits", type=int, default=150, help="further splits for a cohort's own truth"
    )
    parser.add_argument("--training-sets", type=int, default=2000, help="for the truth of new patients")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    setting = Setting(given.rows, given.minority_share, given.features, given.splits)
    started = time.perf_counter()
    table = pd.concat(
        [
            measure(setting, given.cohorts, given.limit_splits, given.training_sets, given.seed),
            measure_validation(setting, given.cohorts, given.training_sets, given.seed),
        ]
    )
    print(
        f"{given.cohorts} cohorts of {given.rows} rows, {setting.counts[1]} of them positive, {given.features} "
        f"features; {given.splits} splits, {1 - setting.test_size:.0%} for training; nominal coverage 95 %\n"
    )
    print(table.to_string(index=False, float_format="{:.4f}".format))
    if given.limit_splits:
        reach = norm.ppf(0.975) / np.sqrt(1 + given.splits / given.limit_splits)
        print(
            f"\nThe truth of a cohort is itself a mean of {given.limit_splits} splits: an interval that is right for "
            f"it holds it in {2 * norm.cdf(reach) - 1:.1%} of cohorts."
        )
    print(f"\n{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
