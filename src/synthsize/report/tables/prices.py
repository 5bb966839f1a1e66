"""The price of each shortcut at the size that validation chooses."""

from __future__ import annotations

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report import style
from synthsize.report.rows import in_words, of_first_criterion, of_risk, with_limits

KEYS = ["task", "classifier", "generator", "shortcut"]
METRICS = {"excess_risk": "excess", "balanced_risk": "risk", "multiplier": "multiplier"}
PAIRINGS = {"rows": "same rows", "number": "separate splits"}


def price_table(prices: pd.DataFrame, *, names: Names, interval: str = "nadeau_bengio") -> pd.DataFrame:
    """One row per task, classifier, generator and shortcut, in display names.

    Parameters
    ----------
    prices : DataFrame
        Columns shortcut, task, classifier, generator, subject, criterion, metric, leak_free_mean, mean_difference, the
        limits of the interval (such as nadeau_bengio_low), level, n_splits, holm_p, pairing and note.
    names : Names
        Of the run.
    interval : str
        Which interval to show.

    Returns
    -------
    DataFrame
        `KEYS`, then start (risk without the shortcut), excess, risk and multiplier (what the shortcut changes in
        each), their limits (_low, _high), holm_p (of start's metric: excess risk, or balanced risk where no oracle is
        known), pairing, level and note; of the first
        criterion of VTSS that was run. A shortcut that was not turned has one row without a task, and a note.
    """
    chosen = of_first_criterion(prices[prices["subject"] == "vtss"])
    judged = of_risk(chosen, names).rename(columns={"leak_free_mean": "start"})
    table = judged[[*KEYS, "n_splits", "start", "holm_p", "pairing", "level", "note"]]
    for metric, name in METRICS.items():
        own = with_limits(chosen[chosen["metric"] == metric], "mean_difference", name, interval)
        table = table.merge(own[[*KEYS, name, f"{name}_low", f"{name}_high"]], on=KEYS, how="left")
    return in_words(
        table.assign(pairing=table["pairing"].map(PAIRINGS)),
        task=names.tasks,
        classifier=names.learner_labels,
        generator=names.generator_labels,
        shortcut=style.SHORTCUTS,
    )


def unpriced_shortcuts(prices: pd.DataFrame) -> list[str]:
    """Tabulate which shortcuts were not priced, and why."""
    rows = prices[prices["task"].isna() | (prices["task"] == "")]
    return [
        f"{style.display(name, style.SHORTCUTS)}: {reason}."
        for name, reason in zip(rows["shortcut"], rows["note"], strict=True)
    ]
