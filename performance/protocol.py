"""Cost of one protocol cell (task x classifier x generator) against what a user would write, and of the whole protocol.

    python performance/protocol.py --rows 8000 --multipliers 11

runs, one after another and each in a process of its own on one thread, the same work three ways: on one train/test
split, every multiplier scored on the test rows, and one chosen by cross-validated balanced loss on the same folds.

- ours: `synthsize.benchmark.run_block`, as the pipeline calls it.
- plain: an imbalanced-learn Pipeline (impute, scale, oversample, fit) in GridSearchCV over sampling_strategy.
- careful: one pool of synthetic rows per fold, shuffled, whose prefixes serve all multipliers; lbfgs warm-started.

imbalanced-learn's ADASYN rounds each row's share, so at small multipliers it makes other numbers of rows than
asked; its validation curve then differs from ours, which has exactly as many.

For the linear SVM both others use LinearSVC with hinge loss, which stops at 1000 iterations; one fit of
SVC(kernel="linear"), which solves the stated problem, is timed beside them. Then come the neighbours of a fold
(inherited against searched), the cost against rows, features, multipliers and folds, and a full-size split, scaled
to the protocol of config.yaml. Times are processor time without imports. Data are made up: skewed, correlated,
partly missing.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
from imblearn.over_sampling import ADASYN, SMOTE, BorderlineSMOTE
from imblearn.pipeline import Pipeline
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC
from threadpoolctl import threadpool_limits

from synthsize.balance.neighbours import NeighbourTable
from synthsize.balance.preprocessing import Preprocessor
from synthsize.balance.risk import balanced_risk
from synthsize.benchmark.block import run_block
from synthsize.benchmark.seeds import folds_seed, split_seed
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.splits import split_folds, split_train_test

TASK, SEED, K = "benchmark", 1, 10
SAMPLERS = {
    "smote": partial(SMOTE, k_neighbors=K),
    "adasyn": partial(ADASYN, n_neighbors=K),
    "borderline_smote": partial(BorderlineSMOTE, k_neighbors=K, m_neighbors=K),
}
PROTOCOL = {"tasks": 3, "splits": 100, "folds": 5, "repeats": 10, "multipliers": 41}
GENERATORS = ("smote", "adasyn", "borderline_smote", "jitter")
FULL_TRAINING_ROWS = 31_000


@dataclass(frozen=True)
class Cell:
    """One split of one cell: what is timed."""

    classifier: str
    generator: str
    rows: int = 8000
    features: int = 10
    ratio: float = 11.0
    multipliers: int = 11
    folds: int = 5
    repeats: int = 1

    @property
    def grid(self) -> tuple[float, ...]:
        """The multipliers."""
        return tuple(np.linspace(0, 2, self.multipliers).round(6).tolist())


@dataclass(frozen=True)
class Outcome:
    """What a program took and chose."""

    seconds: float
    chosen: float
    peak_mib: float
    curve: np.ndarray


def make_patients(rows: int, features: int, ratio: float) -> tuple[np.ndarray, np.ndarray]:
    """Make labels at 1:`ratio` and features driven by a hidden severity.

    Every third feature is log-normal like a laboratory value, the others have the tails of Student's t; one fifth of
    the cells is missing.
    """
    stream = np.random.default_rng(SEED)
    severity = stream.normal(size=rows)
    noise = stream.standard_t(5, size=(rows, features))
    noise[:, ::3] = stream.normal(size=noise[:, ::3].shape)
    X = noise + np.outer(severity, stream.uniform(0, 0.8, features))
    X[:, ::3] = np.exp(X[:, ::3] / 2)
    X[stream.random(X.shape) < 0.2] = np.nan
    score = severity + 0.7 * stream.normal(size=rows)
    return X, (score > np.quantile(score, ratio / (ratio + 1))).astype(np.int8)


def settings_of(cell: Cell) -> Settings:
    return Settings(
        seed=SEED,
        multipliers=cell.grid,
        folds=cell.folds,
        repeats=cell.repeats,
        criteria=("balanced_loss",),
    )


def run_ours(cell: Cell) -> tuple[float, np.ndarray]:
    X, y = make_patients(cell.rows, cell.features, cell.ratio)
    ids = np.arange(cell.rows)
    table = pd.DataFrame({"admission_id": ids, "patient_id": ids, "stratum": "all", "label": y})
    table = pd.concat([table, pd.DataFrame(X).add_prefix("feature_")], axis=1)
    block = run_block(
        table,
        task=TASK,
        classifier=cell.classifier,
        generator=cell.generator,
        splits=[0],
        settings=settings_of(cell),
    )
    chosen = block.vtss.iloc[0]
    return float(chosen["multiplier"]), np.asarray(chosen["validation_mean"])


def splits_of(cell: Cell) -> tuple[np.ndarray, ...]:
    """Return the split and folds that our program uses, for the other programs to use too."""
    X, y = make_patients(cell.rows, cell.features, cell.ratio)
    groups = np.arange(cell.rows)
    train, test = split_train_test(groups, y, 0.2, split_seed(SEED, TASK, 0), TASK)
    return X[train], y[train], X[test], y[test], groups[train]


def folds_of(cell: Cell, y: np.ndarray, groups: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    return [
        parts
        for repeat in range(cell.repeats)
        for parts in split_folds(groups, y, cell.folds, folds_seed(SEED, TASK, 0, repeat), TASK)
    ]


def minority_target(y: np.ndarray, multiplier: float) -> dict[int, int]:
    minority = int((y == 1).sum())
    return {1: minority + round(multiplier * (len(y) - 2 * minority))}


def plain_estimator(classifier: str) -> LogisticRegression | LinearSVC:
    return LogisticRegression() if classifier == "logistic" else LinearSVC(loss="hinge")


def negative_risk(classifier: str, model: Pipeline, X: np.ndarray, y: np.ndarray) -> float:
    return -float(balanced_risk(classifier, model.decision_function(X), y))


def run_plain(cell: Cell) -> tuple[float, np.ndarray]:
    X, y, X_test, y_test, groups = splits_of(cell)
    pipeline = Pipeline(
        [
            ("impute", SimpleImputer()),
            ("scale", StandardScaler()),
            ("sample", SAMPLERS[cell.generator](random_state=SEED)),
            ("fit", plain_estimator(cell.classifier)),
        ]
    )
    sizes = [partial(minority_target, multiplier=m) for m in cell.grid]
    score = partial(negative_risk, cell.classifier)
    grid = {"sample__sampling_strategy": sizes}
    search = GridSearchCV(pipeline, grid, scoring=score, cv=folds_of(cell, y, groups), refit=False)
    curve = -search.fit(X, y).cv_results_["mean_test_score"]
    for size in sizes:
        score(pipeline.set_params(sample__sampling_strategy=size).fit(X, y), X_test, y_test)
    return cell.grid[int(curve.argmin())], curve


def careful_risks(
    cell: Cell, X: np.ndarray, y: np.ndarray, X_test: np.ndarray, y_test: np.ndarray
) -> np.ndarray:
    """Fit every multiplier on one shuffled pool of synthetic rows, and score the test rows."""
    scaler = make_pipeline(SimpleImputer(), StandardScaler()).fit(X)
    rows, tests = scaler.transform(X), scaler.transform(X_test)
    largest = minority_target(y, cell.grid[-1])
    sampler = SAMPLERS[cell.generator](sampling_strategy=largest, random_state=SEED)
    pool = np.random.default_rng(SEED).permutation(sampler.fit_resample(rows, y)[0][len(rows) :])
    rows, labels = np.concatenate([rows, pool]), np.concatenate([y, np.ones(len(pool), np.int8)])
    model = plain_estimator(cell.classifier)
    if cell.classifier == "logistic":
        model.set_params(warm_start=True)
    risks = []
    for multiplier in cell.grid:
        size = len(y) + minority_target(y, multiplier)[1] - int(y.sum())
        model.fit(rows[:size], labels[:size])
        risks.append(balanced_risk(cell.classifier, model.decision_function(tests), y_test))
    return np.array(risks)


def run_careful(cell: Cell) -> tuple[float, np.ndarray]:
    X, y, X_test, y_test, groups = splits_of(cell)
    careful_risks(cell, X, y, X_test, y_test)
    parts = folds_of(cell, y, groups)
    curve = np.mean([careful_risks(cell, X[a], y[a], X[b], y[b]) for a, b in parts], axis=0)
    return cell.grid[int(curve.argmin())], curve


def run_one_svc(cell: Cell) -> tuple[float, np.ndarray]:
    """Fit SVC(kernel="linear") once, at the size that balances the classes."""
    X, y, *_ = splits_of(cell)
    rows = make_pipeline(SimpleImputer(), StandardScaler()).fit_transform(X)
    rows, labels = SMOTE(k_neighbors=K, random_state=SEED).fit_resample(rows, y)
    SVC(kernel="linear").fit(rows, labels)
    return 1.0, np.array([])


PROGRAMS: dict[str, Callable[[Cell], tuple[float, np.ndarray]]] = {
    "ours": run_ours,
    "careful": run_careful,
    "plain": run_plain,
    "one SVC fit": run_one_svc,
}


def measure_here(program: str, cell: Cell) -> Outcome:
    warnings.simplefilter("ignore", ConvergenceWarning)
    with threadpool_limits(limits=1):
        started = time.process_time()
        chosen, curve = PROGRAMS[program](cell)
        seconds = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Outcome(seconds, chosen, peak, curve)


def measure(program: str, cell: Cell) -> Outcome:
    """Run a program in a fresh process, so that its peak memory is its own."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(measure_here, program, cell).result()


def compare(cell: Cell) -> None:
    fits = cell.multipliers * (1 + cell.folds * cell.repeats)
    print(
        f"\n{cell.classifier} x {cell.generator}: {cell.rows} rows, {cell.multipliers} multipliers, {fits} fits"
    )
    print(f"{'program':12} {'CPU s':>8} {'ms/fit':>8} {'times ours':>11} {'chosen m':>9} {'peak MiB':>9}")
    ours = measure("ours", cell)
    for program in ("ours", "careful", "plain"):
        found = ours if program == "ours" else measure(program, cell)
        print(
            f"{program:12} {found.seconds:8.2f} {1000 * found.seconds / fits:8.2f} "
            f"{found.seconds / ours.seconds:11.1f} {found.chosen:9.2f} {found.peak_mib:9.0f}"
        )
        if program != "ours":
            print(f"{'':12} validation curves differ by at most {np.abs(found.curve - ours.curve).max():.4f}")
    if cell.classifier == "svm":
        one = measure("one SVC fit", cell)
        times = one.seconds * fits / ours.seconds
        print(
            f"one SVC(kernel='linear') fit at m = 1: {one.seconds:.1f} CPU s; {fits} such fits: {times:.0f} times ours"
        )


def timed(action: Callable[[], object]) -> float:
    started = time.process_time()
    action()
    return 1000 * (time.process_time() - started)


def compare_neighbours(n_folds: int = 5) -> None:
    print(f"\nneighbours of a fold, {FULL_TRAINING_ROWS} training rows, 10 features, k = {K}, CPU ms")
    print(f"{'minority':>9} {'table':24} {'whole set':>10} {'searched':>9} {'inherited':>10} {'ratio':>6}")
    for ratio in (14.5, 5.9):
        X, y = make_patients(FULL_TRAINING_ROWS, 10, ratio)
        for name in ("partners", "count_majority"):
            table = NeighbourTable(Preprocessor().fit(X).transform(X), y)
            whole = timed(partial(getattr(table, name), K))
            searched, inherited = [], []
            for fold in range(n_folds):
                rows = np.flatnonzero(np.random.default_rng(fold).random(len(y)) < 0.8)
                inner = Preprocessor().fit(X[rows]).transform(X[rows])
                fresh, cut = NeighbourTable(inner, y[rows]), table.restrict(rows, inner)
                searched.append(timed(partial(getattr(fresh, name), K)))
                inherited.append(timed(partial(getattr(cut, name), K)))
                assert np.array_equal(getattr(fresh, name)(K), getattr(cut, name)(K))
            label = {"partners": "among minority rows", "count_majority": "among all rows"}[name]
            direct, ours = float(np.median(searched)), float(np.median(inherited))
            print(
                f"{int(y.sum()):9} {label:24} {whole:10.0f} {direct:9.0f} {ours:10.1f} {direct / ours:6.1f}"
            )


def show_scaling(base: Cell) -> None:
    print(
        f"\nCPU ms per fit of {base.generator} (neighbours and scoring included), one setting changed at a time"
    )
    changes: Sequence[dict[str, int]] = [
        {},
        *({"rows": rows} for rows in (4000, 16_000, 32_000)),
        *({"features": features} for features in (5, 20, 40)),
        *({"multipliers": multipliers} for multipliers in (21, 41)),
        *({"folds": folds} for folds in (2, 10)),
    ]
    print(f"{'':22} {'fits':>6} {'logistic':>9} {'svm':>9}")
    for change in changes:
        label = ", ".join(f"{name} {value}" for name, value in change.items()) or "as above"
        cells = [replace(base, classifier=name, **change) for name in ("logistic", "svm")]
        fits = cells[0].multipliers * (1 + cells[0].folds)
        costs = [1000 * measure_here("ours", cell).seconds / fits for cell in cells]
        print(f"{label:22} {fits:6} {costs[0]:9.2f} {costs[1]:9.2f}")


def extrapolate() -> None:
    """Measure one split of each cell at full size with one and two repeats, and scale both parts by their counts."""
    rows = round(FULL_TRAINING_ROWS / 0.8)
    fold_count = PROTOCOL["folds"] * PROTOCOL["repeats"]
    grid = PROTOCOL["multipliers"]
    print(f"\nCPU s of a full-size split: {FULL_TRAINING_ROWS} training rows at 1:11, {grid} multipliers")
    print(f"{'classifier':10} {'generator':18} {'outer':>7} {'fold':>7} {'split':>7} {'ms/fit in fold':>15}")
    total = 0.0
    for classifier in ("logistic", "svm"):
        for generator in GENERATORS:
            cell = Cell(classifier, generator, rows=rows, multipliers=grid)
            one, two = (measure_here("ours", replace(cell, repeats=repeats)).seconds for repeats in (1, 2))
            fold = (two - one) / cell.folds
            outer = one - cell.folds * fold
            split = outer + fold_count * fold
            total += split
            print(
                f"{classifier:10} {generator:18} {outer:7.2f} {fold:7.3f} {split:7.1f} "
                f"{1000 * fold / cell.multipliers:15.2f}"
            )
    cells = PROTOCOL["tasks"] * PROTOCOL["splits"]
    fits = cells * 2 * len(GENERATORS) * grid * (1 + fold_count)
    hours = total * cells / 3600
    print(
        f"whole protocol: {fits / 1e6:.1f} million fits, {hours:.1f} CPU hours, {hours / 2:.1f} hours on two cores"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=8000)
    parser.add_argument("--features", type=int, default=10)
    parser.add_argument("--ratio", type=float, default=11.0, help="majority rows per minority row")
    parser.add_argument("--multipliers", type=int, default=11)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--classifiers", nargs="+", choices=("logistic", "svm"), default=("logistic", "svm"))
    parser.add_argument("--generators", nargs="+", choices=tuple(SAMPLERS), default=("smote",))
    parser.add_argument(
        "--parts",
        nargs="+",
        choices=("cell", "neighbours", "scaling", "full"),
        default=("cell", "neighbours", "scaling", "full"),
    )
    asked = parser.parse_args()
    base = Cell("logistic", "smote", asked.rows, asked.features, asked.ratio, asked.multipliers, asked.folds)
    if "cell" in asked.parts:
        for classifier in asked.classifiers:
            for generator in asked.generators:
                compare(replace(base, classifier=classifier, generator=generator))
    with threadpool_limits(limits=1):
        if "neighbours" in asked.parts:
            compare_neighbours()
        if "scaling" in asked.parts:
            show_scaling(base)
        if "full" in asked.parts:
            extrapolate()


if __name__ == "__main__":
    main()
