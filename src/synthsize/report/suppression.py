"""Suppression of small counts, and of every number from which one could be derived.

The rule is that of statistical offices for tables of counts (cell suppression; Hundepool et al., Statistical Disclosure
Control, Wiley 2012, chapter 4), with the threshold ``reporting.suppress_below``:

- Primary: a count from 1 up to the threshold is shown as ``<10``. Zero is shown, because it describes no patient.
- Secondary: a number from which a primary one follows, by subtraction from a total or as a share of it, is shown as
  ``hidden``. Where a total and its parts are shown together, further parts are hidden, the smallest first, until those
  hidden together are no small count themselves. Shares of neighbouring parts are rounded instead where that will do.
- Tasks may contain each other, as sepsis contains septic shock: where the counts of two differ by few, that of the
  smaller one is ``hidden``. Counts do not show which tasks are nested, so this holds for any two.

The tables in `results/tables/` stay exact; these functions prepare what leaves that folder: page, formatted tables
and figures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthsize.contracts.variables import ALL_STRATA
from synthsize.report.hidden import SECONDARY, Mask, hide, is_few, primary, too_near, with_partners
from synthsize.report.rates import classes_given_away, suppress_metrics, suppress_net_benefit
from synthsize.report.strata import has_many_strata, strata_spread

JOINT = "; "  # between the names of steps that share a row
POSITIVE = "of these positive: "  # how the attrition names the positives of a task
PREVALENCE = "_prevalence_percent"  # how the coverage ends the name of a task's column


def suppress(tables: Mapping[str, pd.DataFrame], below: int) -> dict[str, pd.DataFrame]:
    """Hide small counts in all tables that count admissions, patients or source rows; others pass unchanged.

    Parameters
    ----------
    tables : dict of str to DataFrame
        Aggregates by name, as `page.write_report` takes them.
    below : int
        Smallest count that may be shown, apart from 0; 0 and 1 hide nothing.

    Returns
    -------
    dict of str to DataFrame
        Columns with hidden numbers hold `Hidden` objects in their place. Of many strata, coverage holds the row of all
        admissions alone, beside the percentiles in coverage_spread (`strata.strata_spread`).
    """
    rules: dict[str, Callable[[pd.DataFrame, int], pd.DataFrame]] = {
        "attrition": suppress_attrition,
        "table1": suppress_class_sizes,
        "coverage": suppress_coverage,
        "missingness": suppress_missingness,
        "expected": suppress_totals,
        "audit": suppress_rows,
        "preflight": suppress_rows,
        "learning_curve": suppress_few_positives,
        "own_tables": suppress_own_tables,
    }
    shown = {name: rules[name](frame, below) if name in rules else frame for name, frame in tables.items()}
    if "coverage" in tables and has_many_strata(tables["coverage"]):
        everyone = shown["coverage"]["stratum"] == ALL_STRATA
        shown["coverage"] = shown["coverage"][everyone]
        shown["coverage_spread"] = strata_spread(tables["coverage"], below)
    for name, rule in {"metrics": suppress_metrics, "net_benefit": suppress_net_benefit}.items():
        if "table1" in tables and name in tables:
            shown[name] = rule(tables[name], tables["table1"], below)
    if "attrition" in tables and "preflight" in tables:
        start = tables["attrition"].iloc[0]
        told = shown["attrition"]["admissions"].iloc[0] == start["admissions"]
        totals = [] if told else [start["admissions"], start["patients"]]
        given_away = tables["preflight"]["rows"].isin(totals).to_numpy()
        shown["preflight"] = hide(shown["preflight"], "rows", given_away, SECONDARY)
    return shown


def suppress_rows(table: pd.DataFrame, below: int) -> pd.DataFrame:
    """Hide few source rows: they may come from fewer people still.

    Parameters
    ----------
    table : DataFrame
        Counts of source rows in column rows; no sum of these is shown anywhere.
    below : int
    """
    return hide(table, "rows", is_few(table["rows"], below), primary(below))


def suppress_totals(expected: pd.DataFrame, below: int) -> pd.DataFrame:
    """Hide few people, and totals that differ from another by few, beside those that are published.

    The published number is hidden too: with the verdict, it reveals the one that was counted.

    Parameters
    ----------
    expected : DataFrame
        Columns check, expected, observed, difference and relative_difference. A check whose name ends in a unit in
        brackets is no count.
    below : int
    """
    counts = expected["observed"].where(~expected["check"].str.endswith(")"))
    people = counts.where(~expected["check"].str.startswith("rows of "))
    given_away = is_few(counts, below) | too_near(people.where(people >= below), below)
    shown = expected
    for name in ("expected", "observed", "difference", "relative_difference"):
        shown = hide(shown, name, given_away, SECONDARY)
    return shown


def suppress_class_sizes(table1: pd.DataFrame, below: int) -> pd.DataFrame:
    """Hide the small class of a task, or one that differs from another task's by few, and what it would follow from.

    That is the other class, ratio and prevalence: the total is shown.

    Parameters
    ----------
    table1 : DataFrame
        As `synthsize.tasks.table1.table_1` returns it.
    below : int
    """
    classes = ("positives", "negatives")
    given_away, shown = classes_given_away(table1, below), table1
    for name in (*classes, "ratio", "prevalence"):
        shown = hide(shown, name, given_away, SECONDARY)
    for name in (*classes, "admissions", "patients"):
        shown = hide(shown, name, is_few(table1[name], below), primary(below))
    return shown


def suppress_own_tables(facts: pd.DataFrame, below: int) -> pd.DataFrame:
    """Hide how many groups have the outcome where few have it or few lack it, and a share of few missing cells.

    Parameters
    ----------
    facts : DataFrame
        As `synthsize.tasks.own_table.read_own_table` returns them; missing cells are shown as a share.
    below : int
    """
    cells = facts["rows"] * facts["features"]
    shown = facts.assign(missing_percent=100 * facts["missing_cells"] / cells).drop(columns="missing_cells")
    shown = hide(shown, "missing_percent", is_few(facts["missing_cells"], below), SECONDARY)
    having = facts["groups_with_outcome"]
    given_away = is_few(facts["groups"] - having, below) | too_near(having, below)
    shown = hide(shown, "groups_with_outcome", given_away, SECONDARY)
    for name in ("groups_with_outcome", "groups", "rows"):
        shown = hide(shown, name, is_few(facts[name], below), primary(below))
    return shown


def suppress_few_positives(curve: pd.DataFrame, below: int) -> pd.DataFrame:
    """Drop the points of a learning curve whose number of minority training rows may not be shown.

    Those are few, or all that a task has where another has nearly as many.

    Parameters
    ----------
    curve : DataFrame
        As `synthsize.statistics.learning_curve.learning_curve` returns it.
    below : int
    """
    whole = curve[curve["positives"] == 0].groupby("task")["n_minority_mean"].max()
    near = whole.index[too_near(whole, below)]
    few = (curve["n_minority_mean"] < below) | ((curve["positives"] == 0) & curve["task"].isin(near))
    shown = curve.copy()
    for name in ("n_minority_mean", "n_train_mean", "mean_difference"):
        shown[name] = shown[name].mask(few)
    return shown


def suppress_missingness(missingness: pd.DataFrame, below: int) -> pd.DataFrame:
    """Hide variables that few admissions have, or that few lack.

    Parameters
    ----------
    missingness : DataFrame
        As `synthsize.tasks.missingness.missingness` returns it.
    below : int
    """
    measured = missingness["admissions"]
    share = missingness["admissions_percent"].where(measured > 0)
    everybody = (100 * measured / share).round()
    few = is_few(measured, below)
    given_away = few | is_few(everybody - measured, below)
    shown = missingness
    for name in ("admissions", "admissions_percent", "missing_cells_percent"):
        shown = hide(shown, name, given_away, SECONDARY)
    shown = hide(shown, "bins_percent", few, SECONDARY)
    return hide(shown, "admissions", few, primary(below))


def suppress_coverage(coverage: pd.DataFrame, below: int) -> pd.DataFrame:
    """Hide small strata, and shares that few admissions of a stratum make up or are left out of.

    Shares are rounded to one decimal, or to whole percents where one decimal would let a hidden share follow from the
    others. Where not even that protects it, other shares of the same line are hidden too.

    Parameters
    ----------
    coverage : DataFrame
        As `synthsize.tasks.coverage.coverage` returns it: strata, and their sum in the row ``all``.
    below : int
    """
    if below <= 1:
        return coverage
    few = is_few(coverage["admissions"], below)
    small = _hidden_shares(coverage, below, few, decimals=None)
    fine, whole = (_hidden_shares(coverage, below, few, decimals=decimals) for decimals in (1, 0))
    decimals, hidden = (1, fine) if fine.equals(small) else (0, whole)
    shown = coverage.round(dict.fromkeys(hidden, decimals))
    for name in hidden:
        shown = hide(shown, str(name), hidden[name].to_numpy(), SECONDARY)
    sizes = coverage["admissions"].to_numpy(dtype=float)
    sized = with_partners(few, [sizes], sizes, _is_part(coverage), below, np.zeros_like(sizes))
    shown = hide(shown, "admissions", sized, SECONDARY)
    return hide(shown, "admissions", few, primary(below))


def _hidden_shares(coverage: pd.DataFrame, below: int, few: Mask, *, decimals: int | None) -> pd.DataFrame:
    """Which shares to hide if the others are rounded to `decimals`; the small ones alone if it is None."""
    sizes = coverage["admissions"].to_numpy(dtype=float)
    hidden = {}
    for name in coverage.filter(like="_percent"):
        counts = np.round(sizes * coverage[name].to_numpy(dtype=float) / 100)
        rest = sizes - counts
        mask = few | is_few(counts, below) | is_few(rest, below)
        if decimals is not None:
            doubt = sizes * 10.0**-decimals / 100
            mask = with_partners(mask, [counts, rest], sizes, _is_part(coverage), below, doubt)
        hidden[name] = mask
    for larger, smaller in _pairs_of_tasks(coverage):
        counts = np.round(sizes * (coverage[larger] - coverage[smaller]).to_numpy(dtype=float) / 100)
        if (counts < 0).any():
            continue  # neither contains the other
        mask = is_few(counts, below)
        if decimals is not None:
            doubt = sizes * 10.0**-decimals / 100
            mask = with_partners(mask, [counts], sizes, _is_part(coverage), below, doubt)
        hidden[smaller] = hidden[smaller] | mask
    return pd.DataFrame(hidden)


def _pairs_of_tasks(coverage: pd.DataFrame) -> list[tuple[str, str]]:
    """Columns of any two tasks, the one with more positives first; Table 1 hides the second one of the two."""
    everyone = coverage.loc[coverage["stratum"] == ALL_STRATA].iloc[0]
    tasks = [str(name) for name in coverage if str(name).endswith(PREVALENCE)]
    return list(combinations(sorted(tasks, key=lambda name: -everyone[name]), 2))


def _is_part(coverage: pd.DataFrame) -> Mask:
    parts: Mask = (coverage["stratum"] != ALL_STRATA).to_numpy()
    return parts


def suppress_attrition(attrition: pd.DataFrame, below: int) -> pd.DataFrame:
    """Put steps that remove few admissions or patients into one row with their neighbours; hide small parts.

    Parameters
    ----------
    attrition : DataFrame
        As `synthsize.tasks.attrition.attrition` returns it; parts of the last step have no value in column removed.
    below : int

    Returns
    -------
    DataFrame
        The same columns. Names of steps that share a row are joined by `JOINT`. If all steps together remove few, a
        single row is left, and the number that the extract began with is not shown.
    """
    is_part = attrition["removed"].isna().to_numpy()
    steps, parts = attrition[~is_part], attrition[is_part]
    shown = pd.concat([_joined_steps(steps, below), parts.astype({"removed": object})], ignore_index=True)
    for name in ("admissions", "patients"):
        counts, total = attrition.loc[is_part, name].to_numpy(dtype=float), float(steps[name].iloc[-1])
        rest = np.concatenate([np.zeros(len(shown) - len(parts)), total - counts])
        few = is_few(shown[name], below)
        positives = shown[name].where(shown["step"].str.startswith(POSITIVE))
        shown = hide(shown, name, few | is_few(rest, below) | too_near(positives, below), SECONDARY)
        shown = hide(shown, name, few, primary(below))
        if name == "admissions":
            shown = hide(shown, "removed", few & shown["removed"].notna().to_numpy(), SECONDARY)
    return shown


def _joined_steps(steps: pd.DataFrame, below: int) -> pd.DataFrame:
    levels = steps[["admissions", "patients"]].to_numpy(dtype=float)
    rows, start = [], 0
    for end in _told_steps(levels, below):
        row: dict[str, object] = {"step": JOINT.join(steps["step"].iloc[start : end + 1])}
        row |= {name: steps[name].iloc[end] for name in ("admissions", "patients")}
        removed = int(steps["removed"].iloc[start : end + 1].sum())
        if start == 0 < end:  # the row begins with the raw extract, whose size would follow
            row["removed"] = primary(below) if 0 < removed < below else SECONDARY
        else:
            row["removed"] = removed
        rows.append(row)
        start = end + 1
    return pd.DataFrame(rows).astype({"removed": object})


def _told_steps(levels: NDArray[np.float64], below: int) -> list[int]:
    """Positions of the steps whose counts may stand below each other: neighbours differ by none or by many.

    Parameters
    ----------
    levels : ndarray of shape (steps, 2)
        Admissions and patients left; the last are always shown.
    below : int
    """
    last = len(levels) - 1

    def too_close(first: int, second: int) -> bool:
        return bool(is_few(levels[first] - levels[second], below).any())

    told = [0]
    for step in range(1, last + 1):
        if not too_close(told[-1], step):
            told.append(step)
    while told and too_close(told[-1], last):
        told.pop()
    known = {tuple(levels[step]) for step in [*told, last]}
    return [step for step in range(last + 1) if tuple(levels[step]) in known]
