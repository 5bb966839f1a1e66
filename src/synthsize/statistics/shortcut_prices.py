"""The price of each shortcut of the published protocol: the same splits under the leak-free protocol and with it.

A price is a paired difference: what a split gives with the shortcut minus what it gives without. Where the shortcut
leaves the admissions of a split alone, pairing removes the variation between splits. Where it draws other splits
(grouping) or drops admissions, only the numbers of the splits match; the interval is then that of two separate runs,
and the excess risk also moves because the oracle fits fewer or other test rows, which is why the balanced risk, from
which no oracle is subtracted, stands beside it. The undersampled oracle takes its thinned test rows into both risks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthsize.contracts.results import NOT_RUN
from synthsize.statistics.differences import adjust_families, difference_statistics
from synthsize.statistics.paired_levels import CELL, shortcomings
from synthsize.statistics.raw_fits import fixed_sizes

RISKS = ("excess_risk", "balanced_risk")
KEYS = [*CELL, "subject", "criterion"]
# The events' own text holds small counts of patients, which the page must not show.
CANNOT_RUN = "cannot be run with this shortcut; events.parquet in its folder says why"

PRICE_COLUMNS = {
    "shortcut": "imputation, grouping, item_ids, oracle, admissions or landmark",
    "task": "as in config.yaml",
    "classifier": "as in config.yaml",
    "generator": "of the synthetic rows",
    "subject": "m=0 or m=1: that multiplier in every split; vtss: the multiplier that validation chose in each split",
    "criterion": "what VTSS optimised; empty for a fixed multiplier",
    "metric": "excess_risk or balanced_risk (nats for logistic, hinge loss for svm; lower is better), or multiplier: "
    "the one that VTSS chose, of the class gap",
    "leak_free_mean": "over the splits of this run",
    "shortcut_mean": "over the splits of the same numbers with the shortcut",
    "mean_difference": "with the shortcut minus without: below 0 in a risk, results look better with the shortcut",
    "normal_low": "lower end of the normal interval over splits (Monte Carlo error given this cohort)",
    "normal_high": "its upper end",
    "nadeau_bengio_low": "lower end of the Nadeau-Bengio interval (allows for new patients)",
    "nadeau_bengio_high": "its upper end",
    "level": "nominal coverage of both intervals",
    "n_splits": "outer splits of the run",
    "pairing": "rows: both see the same admissions in each split; number: the splits share their number alone",
    "nadeau_bengio_p": "two-sided p-value of the corrected resampled t-test",
    "family": "tests that Holm's adjustment takes together, over all tasks, classifiers and generators",
    "family_size": "planned tests of the family, those that could not be made included",
    "holm_p": "nadeau_bengio_p adjusted within the family",
    "significant": "holm_p is at most 1 - level",
    "note": "what is missing and why; empty if nothing is",
}


@dataclass(frozen=True)
class Variant:
    """A run with one shortcut: rows of `SWEEP`, `VTSS` and `EVENTS`, and how its splits relate to the run's."""

    sweep: pd.DataFrame
    vtss: pd.DataFrame
    events: pd.DataFrame
    same_rows: bool


def price_shortcuts(
    sweep: pd.DataFrame,
    vtss: pd.DataFrame,
    variants: Mapping[str, Variant],
    *,
    unpriced: Mapping[str, str],
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Set every shortcut's risks and chosen multipliers against those of the run.

    Parameters
    ----------
    sweep, vtss : DataFrame
        Rows of `contracts.results.SWEEP` and `contracts.results.VTSS` of the run itself.
    variants : dict of str to Variant
        By shortcut.
    unpriced : dict of str to str
        Why each of the other shortcuts could not be turned; each gets one row that says so.
    alpha : float
        Error rate of each family of tests, and 1 - level of the intervals.

    Returns
    -------
    DataFrame
        Columns `PRICE_COLUMNS`, where each is described; one row per shortcut, cell and quantity of the run. What a
        shortcut could not be run for is NaN, with a note.
    """
    start = _quantities(sweep, vtss)
    by_task = sweep.drop_duplicates(["task", "split"]).sort_values("split").groupby("task")
    sizes = {str(task): rows for task, rows in by_task}
    blocks = [
        block
        for shortcut, variant in variants.items()
        for block in _prices(shortcut, variant, start, sizes, alpha)
    ]
    nowhere = dict.fromkeys([*KEYS, "metric", "pairing"], "")
    rows = [{**nowhere, "shortcut": shortcut, "note": reason} for shortcut, reason in unpriced.items()]
    table = pd.concat([*blocks, pd.DataFrame(rows, columns=list(PRICE_COLUMNS))], ignore_index=True)
    family = table["shortcut"] + ", " + table["metric"]
    return adjust_families(table, family, alpha)[list(PRICE_COLUMNS)]


def _quantities(sweep: pd.DataFrame, vtss: pd.DataFrame) -> pd.DataFrame:
    """Lay out what is compared: splits down; task, classifier, generator, subject, criterion and metric across."""
    fixed = fixed_sizes(sweep).assign(criterion="")
    parts = [
        fixed.melt([*KEYS, "split"], list(RISKS), var_name="metric"),
        vtss.assign(subject="vtss").melt([*KEYS, "split"], [*RISKS, "multiplier"], var_name="metric"),
    ]
    # pivot refuses two values of one split; pivot_table would average them.
    wide = pd.concat(parts).pivot(index="split", columns=[*KEYS, "metric"], values="value").sort_index(axis=1)  # noqa: PD010
    return wide.dropna(axis=1, how="all")  # no excess risk without an oracle


def _prices(
    shortcut: str, variant: Variant, start: pd.DataFrame, sizes: Mapping[str, pd.DataFrame], alpha: float
) -> Iterator[pd.DataFrame]:
    """Yield the rows of each cell, which may have fewer splits than others; a task's splits have sizes of their own."""
    turned = _quantities(variant.sweep, variant.vtss).reindex(index=start.index, columns=start.columns)
    for cell, keys in start.columns.to_frame(index=False).groupby(CELL):
        own = start.iloc[:, keys.index].notna().any(axis=1).to_numpy()
        before, after = (frame.iloc[own, keys.index].to_numpy(dtype=float) for frame in (start, turned))
        rows, size = keys.reset_index(drop=True), sizes[str(cell[0])]
        size = size[size["split"].isin(start.index[own])]
        yield rows.assign(
            shortcut=shortcut,
            leak_free_mean=before.mean(axis=0),
            shortcut_mean=after.mean(axis=0),
            **difference_statistics(after - before, size["n_train"], size["n_test"], alpha),
            pairing="rows" if variant.same_rows else "number",
            note=_notes(variant, rows, after - before),
        )


def _notes(variant: Variant, keys: pd.DataFrame, differences: NDArray[np.float64]) -> list[str]:
    """Return what is missing; that a block was not run comes before the count of splits that lack a value."""
    failed = variant.events[variant.events["event"] == NOT_RUN].drop_duplicates(CELL)
    not_run = keys.merge(failed, how="left", on=CELL)["event"].notna()
    found = zip(not_run, shortcomings(differences), strict=True)
    return [CANNOT_RUN if without else note for without, note in found]
