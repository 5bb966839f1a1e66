"""The price of each shortcut at the size that validation chooses, as a table to read."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from synthsize.report import style

KEYS = ["task", "classifier", "generator", "shortcut"]
METRICS = {"excess_risk": "excess", "balanced_risk": "risk", "multiplier": "multiplier"}
PAIRINGS = {"rows": "same admissions", "number": "separate splits"}
STATISTICS = {"mean_difference": "", "nadeau_bengio_low": "_low", "nadeau_bengio_high": "_high"}


def price_table(
    prices: pd.DataFrame, *, task_labels: Mapping[str, str], criterion: str = "balanced_loss"
) -> pd.DataFrame:
    """One row per task, classifier, generator and shortcut, in display names.

    Parameters
    ----------
    prices : DataFrame
        Columns shortcut, task, classifier, generator, subject, criterion, metric, leak_free_mean, mean_difference,
        nadeau_bengio_low, nadeau_bengio_high, n_splits, holm_p, pairing and note.
    task_labels : dict of str to str
        Task name to the words a reader sees, in the order of the rows.
    criterion : str
        By which VTSS chose; without rows of it, the first there is.

    Returns
    -------
    DataFrame
        `KEYS`, then start (excess risk without the shortcut), excess, risk and multiplier (what the shortcut changes
        in each), their limits (_low, _high), holm_p (of the excess risk), pairing and note. Shortcuts that were not
        turned at all have no row; see `unpriced`.
    """
    chosen = prices[prices["subject"] == "vtss"]
    known = sorted(chosen["criterion"].unique(), key=lambda name: (name != criterion, name))
    chosen = chosen[chosen["criterion"].isin(known[:1])]
    excess = chosen[chosen["metric"] == "excess_risk"]
    table = excess[[*KEYS, "n_splits", "leak_free_mean", "holm_p", "pairing", "note"]]
    for metric, name in METRICS.items():
        own = chosen.loc[chosen["metric"] == metric, [*KEYS, *STATISTICS]]
        named = {column: name + suffix for column, suffix in STATISTICS.items()}
        table = table.merge(own.rename(columns=named), on=KEYS, how="left")
    return _in_words(table.rename(columns={"leak_free_mean": "start"}), task_labels)


def unpriced(prices: pd.DataFrame) -> list[str]:
    """Say which shortcuts were not turned, and why."""
    rows = prices[prices["task"].isna() | (prices["task"] == "")]
    return [
        f"{style.display(name, style.SHORTCUTS)}: {note}"
        for name, note in zip(rows["shortcut"], rows["note"], strict=True)
    ]


def _in_words(table: pd.DataFrame, task_labels: Mapping[str, str]) -> pd.DataFrame:
    words = {
        "task": task_labels,
        "classifier": style.CLASSIFIERS,
        "generator": style.GENERATORS,
        "shortcut": style.SHORTCUTS,
    }
    for column, names in words.items():
        table[column] = pd.Categorical(table[column], categories=list(names)).rename_categories(dict(names))
    table = table.sort_values(KEYS, ignore_index=True).astype(dict.fromkeys(KEYS, object))
    table["pairing"] = table["pairing"].map(PAIRINGS)
    return table
