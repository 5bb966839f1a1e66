"""What repeats, other generators and class weights are worth on real data, as balanced log-loss on held-out rows.

    python performance/repeats.py --folder keel/imbalanced/raw --clinical open-data

measures on the two-class problems of scikit-learn's bundled data, on every table of `--folder` (files .csv or .dat
without a header, the label last; text columns become indicators) and on three tables of critical care in `--clinical`:
the sets a and b of the PhysioNet challenge 2012 (means of each variable over 48 hours) and the eICU demo (APACHE
variables of the first stay), both with death in hospital as the outcome. The rarest label is the minority and the rest
the majority; sets with fewer than 20 minority rows are left out and named.

Each set is split `--splits` times into two thirds for training and one third for testing, stratified. Logistic
regression (C = 1, standardised features) is trained

- vtss N: with SMOTE at the multiplier that VTSSClassifier chooses with `n_repeats=N`. Its repeats are nested: the folds
  of one repeat are the first of ten with the same seed, so one run of ten says what fewer would have chosen.
- copies: the same with bootstrap and one repeat.
- m = 0, m = 1: without synthetic rows, and with SMOTE to balance.
- weights: class_weight="balanced".

Every fit of one generator takes its rows from one stream, so that differences are those of the sizes. Tables that come
from one source (yeast1 and yeast3) are no independent witnesses: at most `--per-source` of them are taken, spread over
their names, and the paired summary is over sources, each the mean of its tables, with a 95 % interval by the t
distribution and Wilcoxon's signed-rank test.
"""

from __future__ import annotations

import argparse
import re
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.stats import t, wilcoxon
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from synthsize.balance import VTSSClassifier, balanced_risk, fit_path, make_generator, n_synthetic

REPEATS = (1, 2, 5, 10)
MULTIPLIERS = np.linspace(0.0, 2.0, 41)
LEAST_MINORITY = 20
COMPARED = (
    *((f"vtss {n}", f"vtss {REPEATS[-1]}") for n in REPEATS[:-1]),
    ("vtss 10", "m = 0"),
    ("vtss 10", "m = 1"),
    ("weights", "vtss 10"),
    ("copies", "vtss 1"),
    ("weights", "copies"),
)


@dataclass(frozen=True)
class Problem:
    """Two classes of rows from one source."""

    name: str
    source: str
    X: NDArray[np.float64]
    y: NDArray[np.int8]


def bundled() -> Iterator[Problem]:
    for name, load, rare in (
        ("breast_cancer", load_breast_cancer, [0]),
        ("wine", load_wine, [0, 1, 2]),
        ("iris", load_iris, [1, 2]),
        ("digits", load_digits, [1, 3, 8, 9]),
    ):
        X, y = load(return_X_y=True)
        for label in rare:
            yield Problem(f"{name}-{label}", name, X, (y == label).astype(np.int8))


def from_folder(folder: Path) -> Iterator[Problem]:
    for file in sorted([*folder.glob("*.csv"), *folder.glob("*.dat")]):
        table = pd.read_csv(file, header=None, skipinitialspace=True, na_values=["?", "<null>"])
        labels = table.pop(table.columns[-1]).astype(str).str.strip()
        source = re.split(r"[-_\d]", file.stem)[0]
        yield Problem(
            file.stem,
            source,
            np.asarray(pd.get_dummies(table, dtype=float), dtype=np.float64),
            (labels == labels.value_counts().index[-1]).to_numpy(np.int8),
        )


def clinical(folder: Path) -> Iterator[Problem]:
    challenge = folder / "physionet-challenge-2012"
    for part in "ab":
        rows = pd.read_csv(challenge / f"set-{part}.csv.gz")
        rows = rows[
            (rows["Value"] >= 0) & ~rows["Parameter"].isin(["RecordID", "ICUType"])
        ]  # -1 stands for unknown
        means = rows.pivot_table(index="RecordID", columns="Parameter", values="Value")
        died = pd.read_csv(challenge / f"Outcomes-{part}.txt", index_col="RecordID")["In-hospital_death"]
        yield Problem(f"challenge-2012-{part}", "challenge", means.to_numpy(), _as_labels(died[means.index]))
    eicu = folder / "eicu-crd-demo-2.0.1"
    stay = "patientunitstayid"
    variables = pd.read_csv(eicu / "apacheApsVar.csv.gz", index_col=stay).drop(columns="apacheapsvarid")
    results = pd.read_csv(eicu / "apachePatientResult.csv.gz")
    outcome = results.drop_duplicates(stay).set_index(stay)["actualhospitalmortality"]
    patients = pd.read_csv(eicu / "patient.csv.gz").sort_values([stay]).drop_duplicates("uniquepid")
    first = variables.index.intersection(outcome.index).intersection(patients[stay])
    known = variables.loc[first].where(variables.loc[first] != -1)
    yield Problem("eicu-demo", "eicu", known.to_numpy(float), _as_labels(outcome[first] == "EXPIRED"))


def _as_labels(values: pd.Series) -> NDArray[np.int8]:
    return values.to_numpy().astype(np.int8)


def measure(problem: Problem, n_splits: int) -> pd.DataFrame:
    """Balanced log-loss on the test rows of each split, one column per way of training."""
    splitter = StratifiedShuffleSplit(n_splits, test_size=1 / 3, random_state=0)
    with threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # collinear columns may stop a fit short of its tight tolerance
        rows = [
            _measure_split(problem, train, test, seed)
            for seed, (train, test) in enumerate(splitter.split(problem.X, problem.y))
        ]
    return pd.DataFrame(rows).assign(name=problem.name, source=problem.source)


def _measure_split(
    problem: Problem, train: NDArray[np.intp], test: NDArray[np.intp], seed: int
) -> dict[str, float]:
    X, X_test = _prepared(problem.X[train], problem.X[test])
    y, y_test = problem.y[train], problem.y[test]
    gap = int((y == 0).sum() - (y == 1).sum())
    sizes = [n_synthetic(multiplier, gap) for multiplier in MULTIPLIERS]
    by_size = partial(_test_losses, (X, y), (X_test, y_test), sizes, seed)
    smote, copies = by_size("smote"), by_size("bootstrap")
    model = VTSSClassifier(n_repeats=REPEATS[-1], random_state=seed).fit(X, y)
    by_fold = model.validation_curve_["by_fold"]
    per_repeat = len(by_fold) // REPEATS[-1]
    chosen = {n: int(np.argmin(by_fold[: n * per_repeat].mean(axis=0))) for n in REPEATS}
    found = {f"vtss {n}": float(smote[index]) for n, index in chosen.items()}
    found |= {f"vtss {n} chose": float(MULTIPLIERS[index]) for n, index in chosen.items()}
    found |= {"m = 0": float(smote[0]), "m = 1": float(smote[20]), "best m": float(smote.min())}
    model = VTSSClassifier(generator="bootstrap", n_repeats=1, random_state=seed).fit(X, y)
    found["copies"] = float(copies[model.best_index_])
    weighted = LogisticRegression(class_weight="balanced", max_iter=1000).fit(X, y)
    found["weights"] = float(balanced_risk("logistic", weighted.decision_function(X_test), y_test))
    return found


def _test_losses(
    training: tuple[NDArray[np.float64], NDArray[np.int8]],
    testing: tuple[NDArray[np.float64], NDArray[np.int8]],
    sizes: list[int],
    seed: int,
    generator: str,
) -> NDArray[np.float64]:
    rows = make_generator(generator).fit(*training).sample(max(sizes), seed)
    coef, intercept = fit_path("logistic", *training, rows, sizes, events=[])
    return balanced_risk("logistic", testing[0] @ coef.T + intercept, testing[1])


def _prepared(
    X: NDArray[np.float64], X_test: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Impute by the training medians, drop what does not vary, standardise."""
    varies = [len(np.unique(column[~np.isnan(column)])) > 1 for column in X.T]
    X, X_test = X[:, varies], X_test[:, varies]
    median = np.nanmedian(X, axis=0)
    X, X_test = (np.where(np.isnan(part), median, part) for part in (X, X_test))
    scaler = StandardScaler().fit(X)
    return scaler.transform(X), scaler.transform(X_test)


def compare(losses: pd.DataFrame) -> pd.DataFrame:
    """Summarise differences of mean losses between ways of training over the sources."""
    ways = [column for column in losses if column not in ("name", "source")]
    sets = losses.groupby(["source", "name"])[ways].mean()
    rows = []
    for way, other in COMPARED:
        difference = sets[way] - sets[other]
        by_source = difference.groupby("source").mean()
        half = t.ppf(0.975, len(by_source) - 1) * by_source.std() / np.sqrt(len(by_source))
        rows.append(
            {
                "difference": f"{way} - {other}",
                "mean": by_source.mean(),
                "low": by_source.mean() - half,
                "high": by_source.mean() + half,
                "median": by_source.median(),
                "largest": by_source.max(),
                "sources lower": f"{(by_source < 0).sum()} of {len(by_source)}",
                "tables lower": f"{(difference < 0).sum()} of {len(difference)}",
                "p": wilcoxon(by_source).pvalue,
            }
        )
    return pd.DataFrame(rows)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, help="tables without a header, the label last")
    parser.add_argument("--clinical", type=Path, help="folder of the challenge 2012 and the eICU demo")
    parser.add_argument("--splits", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--per-source", type=int, default=3, help="most tables taken from one source")
    parser.add_argument("--csv", type=Path, help="where to write the losses of every split, table by table")
    options = parser.parse_args()
    problems = list(bundled())
    problems += from_folder(options.folder) if options.folder else []
    problems += clinical(options.clinical) if options.clinical else []
    taken = spread(problems, options.per_source)
    run = delayed(partial(measure, n_splits=options.splits))
    done = []
    for one in Parallel(options.jobs, return_as="generator_unordered")(run(one) for one in taken):
        done.append(one)
        print(f"{len(done)} of {len(taken)}: {one['name'].iloc[0]}", file=sys.stderr, flush=True)
        if options.csv:
            pd.concat(done).to_csv(options.csv, index=False)
    report(pd.concat(done, ignore_index=True), {one.name: one for one in taken})


def spread(problems: list[Problem], most: int) -> list[Problem]:
    """Leave out problems with few minority rows, and of each source with many problems all but some, evenly spread."""
    enough = [one for one in problems if one.y.sum() >= LEAST_MINORITY]
    few = sorted(one.name for one in problems if one.y.sum() < LEAST_MINORITY)
    print(f"left out, fewer than {LEAST_MINORITY} minority rows: {', '.join(few) or 'none'}")
    kept: list[Problem] = []
    for source in sorted({one.source for one in enough}):
        of_source = [one for one in enough if one.source == source]
        places = np.unique(np.linspace(0, len(of_source) - 1, min(most, len(of_source))).round().astype(int))
        kept += [of_source[place] for place in places]
    return kept


def report(losses: pd.DataFrame, problems: dict[str, Problem]) -> None:
    table = losses.groupby("name").mean(numeric_only=True)
    table.insert(0, "rows", [len(problems[name].y) for name in table.index])
    table.insert(1, "minority", [int(problems[name].y.sum()) for name in table.index])
    shown = ["rows", "minority", "m = 0", "m = 1", "best m", "weights", "copies"]
    shown += [f"vtss {n}" for n in REPEATS]
    with pd.option_context("display.width", 250, "display.max_rows", None, "display.max_columns", None):
        print(table[shown].round(4))
        print(compare(losses).round(5).to_string(index=False))
        same = {n: (losses[f"vtss {n} chose"] == losses["vtss 10 chose"]).mean() for n in REPEATS}
        print("share of splits that choose as ten repeats do:", {n: round(v, 2) for n, v in same.items()})


if __name__ == "__main__":
    main()
