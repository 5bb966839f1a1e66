"""Time, objective gap and peak memory of a fit: the path solvers against scikit-learn's, in one run.

    python performance/engine.py --rows 31000 --features 10 40 --multipliers 41

simulates an imbalanced training set, draws one SMOTE stream up to twice the class gap and fits real rows plus a
prefix for every multiplier from 0 to 2. The path solvers fit all of them, from the stream (through its structure, where
its rows have more than a few features) and on its rows made; so does the published way (lbfgs, warm-started along
prefixes of one pool, tolerance 1e-3), against which `faster` counts.
scikit-learn's solvers, which start afresh each time, fit a few spread evenly over the path (`--sampled`). Each
contender works in a process of its own, on one thread, `--repeats` times in turn with the others; the median counts.
Times are processor time of the fits alone, so that a busy machine shifts them little; memory is what the fits, and the
synthetic rows where they must be made, add to the process's peak. The gap is (objective - lowest) / lowest, the lowest
known from a converged reference. The hinge is also compared on `--small-rows`, because SVC's time grows with the square
of the rows and would take minutes a fit.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC, LinearSVC
from threadpoolctl import threadpool_limits

from synthsize.balance import fit_path, make_generator, n_synthetic
from synthsize.balance.solvers.logistic import Logistic
from synthsize.balance.solvers.svm import Svm

IMBALANCE = 11.0
LARGEST_MULTIPLIER = 2.0


@dataclass(frozen=True)
class Size:
    """One training set and its path."""

    rows: int
    features: int
    multipliers: int


@dataclass(frozen=True)
class Measured:
    """What one contender did."""

    name: str
    milliseconds: float
    wall_milliseconds: float
    megabytes: float
    objectives: dict[int, float] = field(default_factory=dict)  # by place on the path


Fits = dict[int, tuple[np.ndarray, float]]


def simulate(size: Size) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[int]]:
    """Two overlapping classes with correlated, heavy-tailed features, standardised, and their SMOTE stream."""
    rng = np.random.default_rng(0)
    n_minority = round(size.rows / (1.0 + IMBALANCE))
    y = np.zeros(size.rows, dtype=np.int8)
    y[rng.choice(size.rows, n_minority, replace=False)] = 1
    mixing = np.eye(size.features) + 0.3 * rng.normal(size=(size.features,) * 2) / np.sqrt(size.features)
    X = rng.standard_t(5, size=(size.rows, size.features)) @ mixing
    X[y == 1] += 1.3 / np.sqrt(size.features) * rng.normal(size=size.features)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    gap = size.rows - 2 * n_minority
    grid = np.linspace(0.0, LARGEST_MULTIPLIER, size.multipliers)
    sizes = [n_synthetic(float(multiplier), gap) for multiplier in grid]
    return X, y, make_generator("smote").fit(X, y).stream(sizes[-1], 0), sizes


def rows_at(X: np.ndarray, y: np.ndarray, synthetic: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    return np.r_[X, synthetic[:size]], np.r_[y, np.ones(size, dtype=np.int8)]


def by_path(classifier: str) -> Callable[..., Fits]:
    def fit(X, y, synthetic, sizes, _places):
        coef, intercept = fit_path(classifier, X, y, synthetic, sizes)
        return {place: (coef[place], intercept[place]) for place in range(len(sizes))}

    return fit


def by_solver(classifier) -> Callable[..., Fits]:
    def fit(X, y, synthetic, sizes, _places):
        solver = classifier.start(X, y, 1.0, added=synthetic)
        fits = [solver.fit(len(y) + size) for size in sizes]
        return {place: (each.coef, each.intercept) for place, each in enumerate(fits)}

    return fit


def by_published_way(X, y, synthetic, sizes, _places):
    model = LogisticRegression(tol=1e-3, warm_start=True, max_iter=1000)
    found = {}
    for place, size in enumerate(sizes):
        model.fit(*rows_at(X, y, synthetic, size))
        found[place] = model.coef_[0].copy(), float(model.intercept_[0])
    return found


def by_estimator(make: Callable[[], object]) -> Callable[..., Fits]:
    def fit(X, y, synthetic, sizes, places):
        found = {}
        for place in places:
            model = make().fit(*rows_at(X, y, synthetic, sizes[place]))
            found[place] = model.coef_[0], float(np.ravel(model.intercept_)[0])
        return found

    return fit


def by_close_svm(X, y, synthetic, sizes, places):
    rows, labels = rows_at(X, y, synthetic, sizes[-1])
    solver = Svm(tolerance=1e-7).start(rows, labels, 1.0)
    fits = {place: solver.fit(len(y) + sizes[place]) for place in places}
    return {place: (fit.coef, fit.intercept) for place, fit in fits.items()}


PUBLISHED = "published way (lbfgs, tol 1e-3)"
STRUCTURED = ("fit_path", "path solver at a gap of 1e-8")  # of the others the synthetic rows must be made

CONTENDERS: dict[str, dict[str, Callable[..., Fits]]] = {
    "logistic": {
        "fit_path": by_path("logistic"),
        "path solver at a gap of 1e-8": by_solver(Logistic(1e-8)),
        "fit_path on rows made": by_path("logistic"),
        PUBLISHED: by_published_way,
        "LogisticRegression (default lbfgs)": by_estimator(lambda: LogisticRegression()),
        "LogisticRegression newton-cholesky": by_estimator(
            lambda: LogisticRegression(solver="newton-cholesky")
        ),
        "reference": by_estimator(
            lambda: LogisticRegression(solver="newton-cholesky", tol=1e-12, max_iter=1000)
        ),
    },
    "svm": {
        "fit_path": by_path("svm"),
        "fit_path on rows made": by_path("svm"),
        "LinearSVC hinge (LIBLINEAR)": by_estimator(lambda: LinearSVC(loss="hinge")),
        "SVC linear (LIBSVM)": by_estimator(lambda: SVC(kernel="linear")),
        "reference": by_close_svm,
    },
}


def objective(classifier: str, coef: np.ndarray, intercept: float, X: np.ndarray, y: np.ndarray) -> float:
    margin = (2.0 * y - 1.0) * (X @ coef + intercept)
    loss = np.logaddexp(0.0, -margin) if classifier == "logistic" else np.maximum(0.0, 1.0 - margin)
    return float(0.5 * coef @ coef + loss.sum())


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def measure(classifier: str, name: str, size: Size, places: list[int]) -> Measured:
    """Run one contender; what it is timed on is its fits alone."""
    fit = CONTENDERS[classifier][name]
    with threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        X, y, stream, sizes = simulate(size)
        fit(
            X[:500], y[:500], np.asarray(stream[:100]), [0, 100], [0, 1]
        )  # the first call also loads libraries
        before = peak_megabytes()
        synthetic = stream if name in STRUCTURED else np.asarray(stream)
        wall, cpu = time.perf_counter(), time.process_time()
        fits = fit(X, y, synthetic, sizes, places)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        added = peak_megabytes() - before
    objectives = {
        place: objective(classifier, *fits[place], *rows_at(X, y, np.asarray(synthetic), sizes[place]))
        for place in places
    }
    return Measured(name, 1e3 * cpu / len(fits), 1e3 * wall / len(fits), added, objectives)


def measure_apart(classifier: str, name: str, size: Size, places: list[int]) -> Measured:
    """Measure in a new process, so that peaks do not add up."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measure, (classifier, name, size, places))


def worst_gap(found: Measured, reference: Measured) -> float:
    """Largest relative distance to the lowest objective known at each place."""
    gaps = []
    for place, value in found.objectives.items():
        lowest = min(value, reference.objectives[place])
        gaps.append((value - lowest) / lowest)
    return max(gaps)


def median(runs: list[Measured]) -> Measured:
    """Return what repeated runs of one contender took in the middle."""
    middle = {
        part: float(np.median([getattr(run, part) for run in runs]))
        for part in ("milliseconds", "wall_milliseconds", "megabytes")
    }
    return replace(runs[0], **middle)


def compare(classifier: str, names: list[str], size: Size, sampled: int, repeats: int) -> None:
    places = np.unique(np.linspace(0, size.multipliers - 1, sampled).round().astype(int)).tolist()
    reference = measure_apart(classifier, "reference", size, places)
    turns = [[measure_apart(classifier, name, size, places) for name in names] for _ in range(repeats)]
    found = [median([turn[i] for turn in turns]) for i in range(len(names))]
    title = f"{classifier}, {size.rows:,} real rows, {size.features} features, {size.multipliers} multipliers"
    print(
        f"\n{title}\n{'':40s}{'ms/fit':>10s}{'wall ms':>10s}{'ratio':>8s}{'worst gap':>12s}{'MB added':>10s}"
        + (f"{'faster':>8s}" if PUBLISHED in names else "")
    )
    published = next((each.milliseconds for each in found if each.name == PUBLISHED), None)
    for each in found:
        ratio, gap = each.milliseconds / found[0].milliseconds, worst_gap(each, reference)
        print(
            f"{each.name:40s}{each.milliseconds:10.2f}{each.wall_milliseconds:10.2f}{ratio:8.1f}{gap:12.1e}"
            f"{each.megabytes:10.1f}"
            + ("" if published is None else f"{published / each.milliseconds:8.1f}"),
            flush=True,
        )


def scaling(base: Size) -> None:
    """Print how the path solvers' time for a fit grows, one size at a time."""
    print(
        f"\nfit_path, ms/fit, around {base.rows:,} rows, {base.features} features, {base.multipliers} multipliers"
    )
    print(f"{'':20s}{'':>10s}{'logistic':>10s}{'svm':>10s}")
    tried = {
        "rows": [base.rows // 10, base.rows // 3, base.rows],
        "features": [5, 10, 20, 40],
        "multipliers": [6, 11, 21, 41, 81],
    }
    for name, values in tried.items():
        for value in values:
            size = replace(base, **{name: value})
            times = [measure(classifier, "fit_path", size, [0]).milliseconds for classifier in CONTENDERS]
            print(f"{name:20s}{value:10,d}" + "".join(f"{each:10.2f}" for each in times), flush=True)


def fold_start(size: Size) -> None:
    """Print what a fold of four fifths of the rows gains from the whole training set's path."""
    X, y, synthetic, sizes = simulate(size)
    kept = np.arange(len(y)) % 5 != 0
    fold_sizes = [round(0.8 * each) for each in sizes]
    print(f"\nfit_path on a fold, ms/fit{'cold':>24s}{'warm':>10s}")
    for classifier in CONTENDERS:
        whole = fit_path(classifier, X, y, synthetic, sizes)
        # Another part of the stream than the whole set used: a fold draws its own.
        drawn = synthetic[np.arange(len(synthetic))[::-1]]
        times = []
        for start in (None, whole):
            began = time.process_time()
            fit_path(classifier, X[kept], y[kept], drawn, fold_sizes, start=start)
            times.append(1e3 * (time.process_time() - began) / len(sizes))
        print(f"{classifier:40s}" + "".join(f"{each:10.2f}" for each in times))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=31_000, help="real training rows")
    parser.add_argument("--features", type=int, nargs="+", default=[10, 40])
    parser.add_argument("--multipliers", type=int, default=41, help="grid points from 0 to 2")
    parser.add_argument("--sampled", type=int, default=5, help="places on the path that scikit-learn fits")
    parser.add_argument(
        "--repeats", type=int, default=3, help="runs of each contender, of which the median counts"
    )
    parser.add_argument("--small-rows", type=int, default=3_000, help="real rows where SVC joins")
    given = parser.parse_args()
    for features in given.features:
        size = Size(given.rows, features, given.multipliers)
        logistic = [name for name in CONTENDERS["logistic"] if name != "reference"]
        compare("logistic", logistic, size, given.sampled, given.repeats)
        quick = [name for name in CONTENDERS["svm"] if name not in ("reference", "SVC linear (LIBSVM)")]
        compare("svm", quick, size, given.sampled, given.repeats)
        print(f"{'SVC linear (LIBSVM)':40s}   skipped: minutes a fit at this size; see below")
        compare(
            "svm",
            [name for name in CONTENDERS["svm"] if name != "reference"],
            replace(size, rows=given.small_rows),
            given.sampled,
            given.repeats,
        )
    base = Size(given.rows, given.features[0], given.multipliers)
    with threadpool_limits(limits=1):
        scaling(base)
        fold_start(base)


if __name__ == "__main__":
    main()
