"""Sensitivity, specificity and calibration by sex, age band and stratum, as counts per split."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit
from threadpoolctl import threadpool_limits

from synthsize.balance.calibration import calibration_intercept, calibration_slope
from synthsize.balance.controls.prior_shift import prior_shift_of
from synthsize.benchmark.chosen import CHOSEN, Choice, Choices, Entries
from synthsize.benchmark.recipe_scores import fit_recipe
from synthsize.benchmark.refits import Refits
from synthsize.benchmark.settings import Settings
from synthsize.benchmark.split_data import SplitRows, draw_split, read_rows
from synthsize.contracts.results import EVENTS, WHOLE_SPLIT
from synthsize.contracts.subgroups import OTHERS, SUBGROUPS, UNKNOWN
from synthsize.errors import InputError

logger = logging.getLogger("synthsize.benchmark")

AGE_BANDS = {"under 45": 45, "45 to 64": 65, "65 to 74": 75, "75 to 84": 85}  # upper ends, excluded
OLDEST = "85 and over"
MOST_STRATA = 12  # further ones, those with fewest admissions, are taken together
SHIFTED = "prior_shift"
ONE_GROUP = "one_subgroup"  # event of a dimension that does not divide the task
WITHOUT_CLASS = "subgroup_without_class"  # event of a group whose test rows are of one class

Row = dict[str, Any]
Groups = dict[str, NDArray[Any]]  # by dimension, the group of each row


@dataclass(frozen=True)
class SubgroupResult:
    """Tidy rows, in the columns and order of `contracts.subgroups.SUBGROUPS` and `contracts.results.EVENTS`."""

    subgroups: pd.DataFrame
    events: pd.DataFrame


def run_subgroups(
    table: pd.DataFrame,
    admissions: pd.DataFrame | None,
    vtss: pd.DataFrame,
    chosen: Choices | None = None,
    *,
    task: str,
    classifier: str,
    generator: str,
    generators: Entries,
    dimensions: Sequence[str],
    splits: Sequence[int],
    settings: Settings,
) -> SubgroupResult:
    """Fit each split at m = 0, m = 1, VTSS's choice and the chosen recipe once more, and count decisions by subgroup.

    Parameters
    ----------
    table : DataFrame
        An analysis table (`contracts.analysis.ANALYSIS` and one column per feature).
    admissions : DataFrame or None
        Columns admission_id, sex and age_years; None where rows are grouped by stratum alone.
    vtss : DataFrame
        The cell's rows of `contracts.results.VTSS`.
    chosen : Choices, optional
        Among all recipes, of the task and classifier; without them there is no such subject.
    task, classifier, generator : str
    generators : mapping of str to mapping
        ``class`` and ``params`` of each generator that was chosen.
    dimensions : sequence of {"sex", "age", "stratum"}
    splits : sequence of int
    settings : Settings
        Of the cell's blocks.

    Raises
    ------
    InputError
        If an admission of the task is not in `admissions`, or a dimension is unknown.
    """
    rows = read_rows(table, task, settings)
    refits = Refits(rows, classifier, generator, settings, vtss)
    groups = group_rows(table, admissions, dimensions, task)
    keys = {"task": task, "classifier": classifier, "generator": generator}
    found: list[Row] = []
    events = [{**keys, "split": splits[0], **event} for event in _undivided(groups)] if splits else []
    with threadpool_limits(limits=1):
        for done, number in enumerate(splits, start=1):
            split = draw_split(rows, settings, number)
            scores = _scores(split, refits)
            noted: list[Row] = []
            if chosen is not None:
                choice = chosen.by_split.get(number)
                scores |= _chosen_scores(split, choice, refits, generators, noted)
            own = list(_split_rows(split, scores, refits, groups))
            found += [{**keys, "split": number, **row} for row in own]
            events += [{**keys, "split": number, **event} for event in (*noted, *_one_class(own))]
            logger.info("split %d of %d", done, len(splits))
    return SubgroupResult(_tidy(found, SUBGROUPS), _tidy(events, EVENTS))


def group_rows(
    table: pd.DataFrame, admissions: pd.DataFrame | None, dimensions: Sequence[str], task: str
) -> Groups:
    """Name the group of each row of an analysis table, in the order of the admission ids.

    Returns
    -------
    dict of str to ndarray of str of shape (n,)
        By dimension.

    Raises
    ------
    InputError
        See `run_subgroups`.
    """
    rows = table[["admission_id", "stratum"]].sort_values("admission_id", kind="stable")
    if admissions is not None:
        known = admissions[["admission_id", "sex", "age_years"]]
        rows = rows.merge(known, on="admission_id", how="left", indicator=True)
        if (rows["_merge"] != "both").any():
            raise InputError(
                f"task {task!r} has admissions that the admissions table lacks; delete both tables so that they are "
                "made again"
            )
    makers = {"sex": _sexes, "age": _age_bands, "stratum": _strata}
    unknown = [name for name in dimensions if name not in makers]
    if unknown:
        raise InputError(
            f"experiment.subgroups names {unknown[0]!r}, by which patients cannot be grouped; choose from "
            f"{', '.join(makers)}"
        )
    return {name: makers[name](rows).to_numpy(dtype=str) for name in dimensions}


def _sexes(rows: pd.DataFrame) -> pd.Series[str]:
    return rows["sex"].fillna(UNKNOWN)


def _age_bands(rows: pd.DataFrame) -> pd.Series[str]:
    ends = [-np.inf, *AGE_BANDS.values(), np.inf]
    ages = rows["age_years"].astype(float)
    bands = pd.cut(ages, ends, labels=[*AGE_BANDS, OLDEST], right=False)
    return bands.astype(object).where(ages.notna(), UNKNOWN)


def _strata(rows: pd.DataFrame) -> pd.Series[str]:
    strata = rows["stratum"].fillna(UNKNOWN)
    sizes = strata.value_counts()
    ordered = sorted(sizes.index, key=lambda name: (-sizes[name], name))
    kept = ordered if len(ordered) <= MOST_STRATA else ordered[: MOST_STRATA - 1]
    return strata.where(strata.isin(kept), OTHERS)


def _scores(split: SplitRows, refits: Refits) -> dict[str, NDArray[np.float64]]:
    """Scores of the test rows by subject."""
    sizes = refits.sizes(split.number)
    fits = refits.fit(split, list(sizes.values()))
    scores = dict(zip(sizes, fits.scores(split.rows.X[split.test]).T, strict=True))
    if refits.procedure.learner.estimates_risk and "m=0" in scores:
        scores[SHIFTED] = scores["m=0"] + prior_shift_of(split.y_train, refits.settings.majority_weight)
    return scores


def _chosen_scores(
    split: SplitRows, choice: Choice | None, refits: Refits, generators: Entries, events: list[Row]
) -> dict[str, NDArray[np.float64]]:
    if choice is None:
        events.append(_event("no_choice", "validation chose no recipe in this split: not fitted"))
        return {}
    procedure = choice.procedure(refits.rows, refits.classifier, generators, refits.settings)
    fit = fit_recipe(split, procedure, choice.multiplier, choice.stream(generators), refits.settings)
    return {CHOSEN: fit.scores(split.rows.X[split.test])[:, 0]}


def _split_rows(
    split: SplitRows, scores: Mapping[str, NDArray[np.float64]], refits: Refits, groups: Groups
) -> Iterator[Row]:
    estimates = refits.procedure.learner.estimates_risk
    for dimension, names in groups.items():
        for group in np.unique(names):
            whole = names == group
            here = whole[split.test]
            common = {
                "dimension": dimension,
                "group": str(group),
                "admissions": int(whole.sum()),
                "cohort_positives": int(split.rows.y[whole].sum()),
                "n_train": len(split.train),
                "n_test": len(split.test),
            }
            for subject, values in scores.items():
                counts = count_decisions(values[here], split.y_test[here], estimates=estimates)
                yield {"subject": subject, **common, **counts}


def count_decisions(scores: NDArray[np.float64], y: NDArray[np.int8], *, estimates: bool) -> Row:
    """Count right decisions at score 0 (risk 1/2), sum the estimated risks and recalibrate them.

    Parameters
    ----------
    scores, y : ndarray of shape (n,)
        n may be 0.
    estimates : bool
        Whether the scores are log odds that claim to estimate risks.

    Returns
    -------
    dict
        n, positives, true_positives, true_negatives, expected, calibration_intercept and calibration_slope, the last
        three NaN where no risk is estimated, the last two also where a class is missing.
    """
    both = 0 < y.sum() < len(y)
    return {
        "n": len(y),
        "positives": int(y.sum()),
        "true_positives": int((scores[y == 1] > 0).sum()),
        "true_negatives": int((scores[y == 0] <= 0).sum()),
        "expected": float(expit(scores).sum()) if estimates else float("nan"),
        "calibration_intercept": calibration_intercept(scores, y) if estimates and both else float("nan"),
        "calibration_slope": calibration_slope(scores, y) if estimates and both else float("nan"),
    }


def _undivided(groups: Groups) -> Iterator[Row]:
    for dimension, names in groups.items():
        if len(np.unique(names)) < 2:
            yield _event(ONE_GROUP, f"all rows are of one group of {dimension}")


def _one_class(rows: list[Row]) -> Iterator[Row]:
    """Name the groups once, not for each subject."""
    named = dict.fromkeys(
        (row["dimension"], row["group"]) for row in rows if not 0 < row["positives"] < row["n"]
    )
    for dimension, group in named:
        yield _event(WITHOUT_CLASS, f"{dimension} {group!r}: the test rows lack a class")


def _event(event: str, detail: str) -> Row:
    return {"repeat": WHOLE_SPLIT, "fold": WHOLE_SPLIT, "event": event, "detail": detail}


def _tidy(rows: Sequence[Mapping[str, Any]], table: Any) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(table.columns))
    return frame.sort_values(list(table.sort_by), kind="stable", ignore_index=True)
