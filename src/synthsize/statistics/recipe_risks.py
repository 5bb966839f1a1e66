"""Risk and accuracy of each recipe in each split, from the least work to the most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from synthsize.recipes import NONE, PLAIN_CONTROLS
from synthsize.statistics.paired_levels import check_same_run, judged_by
from synthsize.statistics.raw_fits import raw_fits

CRITERION = "balanced_loss"  # of VTSS, where it was run
ACCURACY = "balanced_accuracy"


@dataclass(frozen=True)
class Recipes:
    """The recipes of one task and learner.

    Attributes
    ----------
    task, classifier : str
    metric : str
        That judges them, lower is better: excess_risk, or balanced_risk where no oracle is known.
    risk, accuracy : DataFrame
        Index split, a column per recipe from the least work to the most; NaN where a split has no value. Accuracy is
        the balanced accuracy.
    sizes : DataFrame
        Index split, columns n_train and n_test.
    planned : dict of str to Index
        Splits that each recipe was run on: an entry may have fewer of its own.
    """

    task: str
    classifier: str
    metric: str
    risk: pd.DataFrame
    accuracy: pd.DataFrame
    sizes: pd.DataFrame
    planned: Mapping[str, pd.Index]

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield each recipe with each that is less work; generators are equal work and not paired."""
        for place, alternative in enumerate(self.risk.columns):
            if alternative in PLAIN_CONTROLS:
                for recipe in self.risk.columns[place + 1 :]:
                    yield str(recipe), str(alternative)

    def shared_splits(self, recipe: str, alternative: str) -> pd.Index:
        """Return the splits that both were run on."""
        both = self.planned[recipe].intersection(self.planned[alternative])
        return self.sizes.index.intersection(both)


def recipes(
    sweep: pd.DataFrame, vtss: pd.DataFrame, controls: pd.DataFrame, generators: Sequence[str] = ()
) -> Iterator[Recipes]:
    """Yield the recipes of each task and learner, in order.

    A generator is scored at the size that VTSS chose for it in each split, by balanced loss where that was run.

    Parameters
    ----------
    sweep, vtss : DataFrame
        Rows of `contracts.results.SWEEP` and `contracts.results.VTSS` from the same run.
    controls : DataFrame
        Columns task, classifier, control, split and the metrics; without the control ``none`` the sweep's m = 0 is it.
    generators : sequence of str
        In the order of the run, by which the first is the simplest; others follow by name.

    Raises
    ------
    InputError
        If the tables are of different runs.
    """
    check_same_run(sweep, vtss)
    for (task, classifier), rows in sweep.groupby(["task", "classifier"], sort=True):
        cell = {"task": str(task), "classifier": str(classifier)}
        parts = recipe_rows(rows, _of_cell(vtss, cell), _of_cell(controls, cell), generators)
        metric = judged_by(rows, "excess_risk")
        yield Recipes(
            **cell,
            metric=metric,
            risk=_levels(parts, metric),
            accuracy=_levels(parts, ACCURACY),
            sizes=rows.drop_duplicates("split").set_index("split").sort_index()[["n_train", "n_test"]],
            planned={name: found.index for name, found in parts.items()},
        )


def recipe_rows(
    sweep: pd.DataFrame, vtss: pd.DataFrame, controls: pd.DataFrame, generators: Sequence[str] = ()
) -> dict[str, pd.DataFrame]:
    """Give each recipe of one task and learner its rows, indexed by split, from the least work to the most."""
    found = {name: controls[controls["control"] == name] for name in PLAIN_CONTROLS}
    if found[NONE].empty:
        found[NONE] = raw_fits(sweep)
    chosen = vtss[vtss["criterion"] == criterion_shown(vtss)]
    run = set(chosen["generator"])
    ordered = [*(name for name in generators if name in run), *sorted(run - set(generators))]
    found |= {name: chosen[chosen["generator"] == name] for name in ordered}
    return {name: rows.set_index("split") for name, rows in found.items() if len(rows)}


def criterion_shown(vtss: pd.DataFrame) -> str:
    """Name the criterion whose choices are judged: balanced loss, or the first that was run."""
    run = sorted(set(vtss["criterion"]), key=lambda name: (name != CRITERION, name))
    return run[0] if run else ""


def _levels(parts: dict[str, pd.DataFrame], metric: str) -> pd.DataFrame:
    return pd.DataFrame({name: rows[metric] for name, rows in parts.items()})


def _of_cell(rows: pd.DataFrame, cell: dict[str, str]) -> pd.DataFrame:
    return rows[(rows["task"] == cell["task"]) & (rows["classifier"] == cell["classifier"])]
