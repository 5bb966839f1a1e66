"""How often the verdicts are right, wrong or undecided, by simulation.

    python performance/verdicts.py --cohorts 40 --rows 2000 8000 38750

draws cohorts from populations, runs the pipeline's own splits, controls, sweep and VTSS on each, and sets every verdict
of `statistics.verdicts` and every answer of `statistics.answers` against the truth. 38,750 rows, a tenth of them
positive, are a cohort of MIMIC-III's size: 31,000 training rows.

The true difference between two recipes is the expected one between fits to fresh training sets of that size, on fresh
rows. A split of a fresh cohort is such a pair of sets, so the mean over all cohorts estimates it; its Monte Carlo error
is shown. A verdict is wrong if what it claims is false, and so is a settled answer that is not the true recipe: the
first, from the least work to the most, than which no other is better by more than the practical limit. Where the truth
lies within two Monte Carlo errors of the limit, the recipes on either side of it both count as true.

`all fits` is the rule that was in force before: a verdict on a task had to hold for each generator by itself.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthsize.benchmark.block import run_block
from synthsize.benchmark.controls import run_controls
from synthsize.benchmark.settings import Settings
from synthsize.recipes import NONE, PLAIN_CONTROLS
from synthsize.statistics.answers import answers
from synthsize.statistics.verdicts import BETTER, NO_BETTER, SAME, SAME_FIT, UNDECIDED, WORSE, verdicts

Array = NDArray[np.float64]
Draw = Callable[[int, int, np.random.Generator], tuple[Array, Array]]  # rows of either class

GRID = (0.0, 0.5, 1.0, 1.5)
FOLDS = 2
ROPE, ALPHA = 0.01, 0.05
NOT_BETTER = frozenset({SAME, NO_BETTER, WORSE})
TASK, LEARNER = "task", "logistic"
PAIR = ["recipe", "alternative"]
SIZES = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, np.inf)  # of the true difference, in practical limits


@dataclass(frozen=True)
class Population:
    """Where cohorts come from.

    Attributes
    ----------
    name : str
    draw : callable
        Takes numbers of majority and minority rows and a generator.
    generators : dict of str to dict
        Name to parameters.
    share : float
        Of positive rows.
    """

    name: str
    draw: Draw
    generators: dict[str, dict[str, float]]
    share: float = 0.1


def gaussian(
    majority: int, minority: int, rng: np.random.Generator, *, shift: float, features: int
) -> tuple[Array, Array]:
    """Two normal classes with one covariance: the logistic model is right, and the raw fit lacks its prior alone."""
    return rng.normal(size=(majority, features)), rng.normal(size=(minority, features)) + shift


def heavy_tailed(
    majority: int, minority: int, rng: np.random.Generator, *, shift: float, features: int
) -> tuple[Array, Array]:
    """Two classes of Student's t with 3 degrees of freedom."""
    first, second = (rng.standard_t(3, size=(n, features)) for n in (majority, minority))
    return first, second + shift


def wide(
    majority: int,
    minority: int,
    rng: np.random.Generator,
    *,
    spread: float,
    features: int = 3,
    shift: float = 1.0,
) -> tuple[Array, Array]:
    """Draw a rare class of larger spread: the wider, the more do plain and balanced slopes differ."""
    return rng.normal(size=(majority, features)), spread * rng.normal(size=(minority, features)) + shift


def populations() -> dict[str, Population]:
    """Every population by name."""
    usual: dict[str, dict[str, float]] = {"gaussian": {}, "jitter": {}}
    normal = partial(gaussian, shift=0.7, features=3)
    found = [
        Population("normal classes", normal, usual),
        Population("heavy tails", partial(heavy_tailed, shift=1.0, features=3), usual),
        Population("far apart", partial(gaussian, shift=4.0, features=3), usual),
        *(
            Population(f"rare class {spread:g} times as wide", partial(wide, spread=spread), usual)
            for spread in (2.0, 3.0, 4.0)
        ),
        Population("coarse jitter", normal, {"gaussian": {}, "jitter": {"scale": 1.6}}),
        Population("many features", partial(gaussian, shift=0.3, features=20), usual),
        Population("few positives", partial(gaussian, shift=0.3, features=30), usual, share=0.02),
        Population(
            "few positives, wide", partial(wide, spread=2.5, features=30, shift=0.5), usual, share=0.02
        ),
    ]
    return {population.name: population for population in found}


def cohort(population: Population, rows: int, seed: int) -> pd.DataFrame:
    """Draw an analysis table."""
    rng = np.random.default_rng(seed)
    minority = round(rows * population.share)
    X = np.vstack(population.draw(rows - minority, minority, rng))
    table = pd.DataFrame(X, columns=[f"x{i}" for i in range(X.shape[1])])
    names = np.arange(rows)
    label = (names >= rows - minority).astype(int)
    return table.assign(admission_id=names, patient_id=names, stratum="", label=label)


def benchmark(table: pd.DataFrame, population: Population, splits: int) -> list[pd.DataFrame]:
    """Run sweep, VTSS and controls on one cohort."""
    cell = {"task": TASK, "classifier": LEARNER, "splits": range(splits)}
    blocks = [
        run_block(table, **cell, generator=name, settings=_settings({"params": params}))
        for name, params in population.generators.items()
    ]
    controls = run_controls(table, **cell, controls=PLAIN_CONTROLS, settings=_settings({}))
    return [
        pd.concat([block.sweep for block in blocks]),
        pd.concat([block.vtss for block in blocks]),
        controls.controls,
    ]


def _settings(generator: dict[str, dict[str, float]]) -> Settings:
    return Settings(
        seed=1, multipliers=GRID, folds=FOLDS, repeats=1, criteria=("balanced_loss",), generator=generator
    )


def judge_cohort(name: str, rows: int, splits: int, seed: int) -> pd.DataFrame:
    """Verdicts and answers on one cohort, by both rules: a row per pair of recipes, the answers on each of them."""
    population = populations()[name]
    sweep, vtss, controls = benchmark(cohort(population, rows, seed), population, splits)
    found = verdicts(sweep, vtss, controls, rope=ROPE, alpha=ALPHA)
    answer = answers(found, vtss).iloc[0]
    return found.assign(
        population=name,
        rows=rows,
        cohort=seed,
        answer=answer["recipe"],
        settled=answer["settled"],
        all_fits=all_fits(found),
    )


def all_fits(found: pd.DataFrame) -> str:
    """Name the recipe that the rule before would have named; empty where it was undecided."""

    def said(alternatives: list[str]) -> str:
        rows = found[found["alternative"].isin(alternatives) & ~found["recipe"].isin(PLAIN_CONTROLS)]
        order = [WORSE, NO_BETTER, SAME, UNDECIDED, BETTER]
        fits = {min(map(_alone, part.itertuples()), key=order.index) for _, part in rows.groupby("recipe")}
        if len(fits) == 1:
            return fits.pop()
        return NO_BETTER if fits <= NOT_BETTER else UNDECIDED

    for alternatives in ([NONE], ["prior_shift"], ["class_weight", "weights_vtss"]):
        verdict = said(alternatives)
        if verdict in NOT_BETTER:
            return alternatives[0]
        if verdict != BETTER:
            return ""
    return "generator"


def _alone(row: Any) -> str:
    """Verdict on one pair without any adjustment."""
    for verdict, name in ((BETTER, "better"), (WORSE, "worse"), (SAME, "equivalent")):
        if getattr(row, f"probability_{name}") >= 1 - ALPHA:
            return verdict
    return NO_BETTER if row.probability_better <= ALPHA else UNDECIDED


def with_truth(found: pd.DataFrame) -> pd.DataFrame:
    """Add the true difference of each pair, its Monte Carlo error, and whether the verdict is right."""
    groups = found.groupby(["population", "rows", *PAIR])["mean_difference"]
    found = found.assign(truth=groups.transform("mean"), truth_se=groups.transform("sem"))
    made = [_is_true(*row) for row in zip(found["verdict"], found["truth"], found["truth_se"], strict=True)]
    decided = ~found["verdict"].isin([UNDECIDED, SAME_FIT])
    return found.assign(decided=decided, right=np.array(made) & decided, wrong=~np.array(made) & decided)


def _is_true(verdict: str, truth: float, error: float) -> bool:
    """Whether a claim holds, or holds within two Monte Carlo errors of the truth."""
    slack = 2 * error
    return {
        BETTER: truth < -ROPE + slack,
        WORSE: truth > ROPE - slack,
        SAME: abs(truth) <= ROPE + slack,
        NO_BETTER: truth >= -ROPE - slack,
    }.get(verdict, False)


def true_recipes(pairs: pd.DataFrame) -> set[str]:
    """Recipes that may be called the answer: one, or those on either side of the limit where the truth lies on it.

    Parameters
    ----------
    pairs : DataFrame
        Columns recipe, alternative, truth and truth_se, a row per pair.
    """
    found: set[str] = set()
    for alternative in PLAIN_CONTROLS:
        rivals = pairs[pairs["alternative"] == alternative]
        if rivals.empty:
            continue
        slack = 2 * rivals["truth_se"]
        if (rivals["truth"] >= -ROPE - slack).all():
            found.add(alternative)
        if (rivals["truth"] >= -ROPE + slack).all():
            return found
    return found | set(pairs["recipe"]) - set(PLAIN_CONTROLS)


def pair_table(found: pd.DataFrame) -> pd.DataFrame:
    """Shares of verdicts by rows and by the size of the true difference."""
    limits = pd.cut(found["truth"].abs() / ROPE, SIZES, right=False)
    named = found["verdict"].isin([BETTER, WORSE])
    kinds = found.assign(size=limits, named=named)
    groups = kinds.groupby(["rows", "size"], observed=True)
    return groups.agg(
        pairs=("truth", "size"), right=("right", "mean"), wrong=("wrong", "mean"), found=("named", "mean")
    ).reset_index()


def answer_table(found: pd.DataFrame) -> pd.DataFrame:
    """Shares of answers that are settled and right, settled and wrong, or open, by both rules, per population."""
    rows = []
    for (name, size), part in found.groupby(["population", "rows"], sort=False):
        true = true_recipes(part.drop_duplicates(PAIR))
        cohorts = part.drop_duplicates("cohort")
        named = cohorts["answer"].isin(true)
        before = cohorts["all_fits"].map(
            lambda said, true=true: said in true or (said == "generator" and bool(true - set(PLAIN_CONTROLS)))
        )
        rows.append(
            {
                "population": name,
                "rows": size,
                "cohorts": len(cohorts),
                "truth": " or ".join(sorted(true)),
                "right": (named & cohorts["settled"]).mean(),
                "wrong": (~named & cohorts["settled"]).mean(),
                "open": (~cohorts["settled"]).mean(),
                "best guess right": named.mean(),
                "any verdict wrong": part.groupby("cohort")["wrong"].any().mean(),
                "all fits: right": (before & (cohorts["all_fits"] != "")).mean(),
                "all fits: wrong": (~before & (cohorts["all_fits"] != "")).mean(),
            }
        )
    return pd.DataFrame(rows)


def measure(
    names: list[str], rows: list[int], cohorts: int, splits: int, jobs: int, kept: Path | None
) -> pd.DataFrame:
    """Judge every cohort, `jobs` at a time; those of an earlier call with the same splits are read from `kept`."""
    found = [pd.read_csv(kept, keep_default_na=False)] if kept and kept.exists() else []
    done = {
        key for part in found for key in zip(part["population"], part["rows"], part["cohort"], strict=True)
    }
    planned = [
        (name, size, splits, seed) for seed in range(1, cohorts + 1) for size in rows for name in names
    ]
    tasks = [task for task in planned if (task[0], task[1], task[3]) not in done]
    with ProcessPoolExecutor(jobs) as pool:
        for judged in pool.map(judge_cohort, *zip(*tasks, strict=True)) if tasks else ():
            if kept:
                judged.to_csv(kept, mode="a", header=not kept.exists(), index=False)
            found.append(judged)
    return pd.concat(found, ignore_index=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cohorts", type=int, default=40)
    parser.add_argument("--splits", type=int, default=10)
    parser.add_argument("--rows", type=int, nargs="+", default=[2000, 8000, 38750])
    parser.add_argument("--populations", nargs="+", choices=list(populations()), default=list(populations()))
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument(
        "--keep", type=Path, help="CSV file that cohorts are added to, and not judged again from"
    )
    given = parser.parse_args()
    started = time.perf_counter()
    found = with_truth(
        measure(given.populations, given.rows, given.cohorts, given.splits, given.jobs, given.keep)
    )
    shown: dict[str, Any] = {"index": False, "float_format": "{:.3f}".format}
    truths = found.drop_duplicates(["population", "rows", *PAIR])
    print("True differences in balanced log-loss, recipe minus alternative\n")
    print(truths[["population", "rows", *PAIR, "truth", "truth_se"]].to_string(**shown))
    print("\nVerdicts on pairs, by the true difference in practical limits\n")
    print(pair_table(found).to_string(**shown))
    print("\nAnswers\n")
    print(answer_table(found).to_string(**shown))
    print(f"\n{given.splits} splits, limit {ROPE}; {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
