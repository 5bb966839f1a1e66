"""The price of each shortcut at the size that validation chooses, as tables to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from synthsize.report import style
from synthsize.report.content import Column, Section, Table, estimate, make_table
from synthsize.report.rows import by_classifier, in_words, of_first_criterion

KEYS = ["task", "classifier", "generator", "shortcut"]
METRICS = {"excess_risk": "excess", "balanced_risk": "risk", "multiplier": "multiplier"}
PAIRINGS = {"rows": "same admissions", "number": "separate splits"}
LIMITS = [f"{name}_{limit}" for name in METRICS.values() for limit in ("low", "high")]
SHOWN = [
    "task",
    "generator",
    "shortcut",
    "n_splits",
    "start",
    "excess",
    "holm_p",
    "risk",
    "multiplier",
    "pairing",
]
DIFFERENCE = "{:+.4f}"


def price_table(
    prices: pd.DataFrame, *, task_labels: Mapping[str, str], interval: str = "nadeau_bengio"
) -> pd.DataFrame:
    """One row per task, classifier, generator and shortcut, in display names.

    Parameters
    ----------
    prices : DataFrame
        Columns shortcut, task, classifier, generator, subject, criterion, metric, leak_free_mean, mean_difference, the
        limits of the interval (such as nadeau_bengio_low), level, n_splits, holm_p, pairing and note.
    task_labels : mapping of str to str
        Task name to the words a reader sees, in the order of the rows.
    interval : str
        Which interval to show.

    Returns
    -------
    DataFrame
        `KEYS`, then start (excess risk without the shortcut), excess, risk and multiplier (what the shortcut changes
        in each), their limits (_low, _high), holm_p (of the excess risk), pairing, level and note; of the first
        criterion of VTSS that was run. A shortcut that was not turned has one row without a task, and a note.
    """
    chosen = of_first_criterion(prices[prices["subject"] == "vtss"])
    excess = chosen[chosen["metric"] == "excess_risk"].rename(columns={"leak_free_mean": "start"})
    table = excess[[*KEYS, "n_splits", "start", "holm_p", "pairing", "level", "note"]]
    for metric, name in METRICS.items():
        limits = {f"{interval}_{limit}": f"{name}_{limit}" for limit in ("low", "high")}
        named = {"mean_difference": name, **limits}
        own = chosen.loc[chosen["metric"] == metric, [*KEYS, *named]]
        table = table.merge(own.rename(columns=named), on=KEYS, how="left")
    return in_words(
        table.assign(pairing=table["pairing"].map(PAIRINGS)),
        task=task_labels,
        classifier=style.CLASSIFIERS,
        generator=style.GENERATORS,
        shortcut=style.SHORTCUTS,
    )


def unpriced_shortcuts(prices: pd.DataFrame) -> list[str]:
    """Say which shortcuts were not turned, and why."""
    rows = prices[prices["task"].isna() | (prices["task"] == "")]
    return [
        f"{style.display(name, style.SHORTCUTS)}: {reason}."
        for name, reason in zip(rows["shortcut"], rows["note"], strict=True)
    ]


def price_section(prices: pd.DataFrame | None, task_labels: Mapping[str, str], interval: str) -> Section:
    """Show what each shortcut changes; nothing where the run was not asked for it."""
    if prices is None:
        return Section("shortcuts", "Price of each shortcut")
    tables = _tables(price_table(prices, task_labels=task_labels, interval=interval), interval)
    return Section("shortcuts", "Price of each shortcut", unpriced_shortcuts(prices), tables=list(tables))


def _tables(prices: pd.DataFrame, interval: str) -> Iterator[Table]:
    text = (
        "The benchmark once more with one switch turned, minus the benchmark itself, at the size that VTSS chose: a "
        "risk below zero means that results look better with the shortcut. With the same admissions in every split "
        "the luck of the split cancels; separate splits share their number alone, and the excess risk then also moves "
        "with its oracle, which the balanced risk does not. p: corrected resampled t-test of the excess risk, "
        "adjusted by Holm within the shortcut."
    )
    for classifier, rows in by_classifier(prices):
        words = style.interval_label(interval, float(rows["level"].iloc[0]))
        risk, excess = (
            style.with_unit(what, classifier) for what in ("Change of balanced risk", "Change of excess risk")
        )
        notes = ["note"] if rows["note"].fillna("").ne("").any() else []
        yield make_table(
            rows[[*SHOWN, *notes, *LIMITS]],
            name=f"shortcuts_{classifier}",
            title=f"Price of each shortcut: {style.display(classifier, style.CLASSIFIERS)}",
            text=text,
            columns={
                "task": Column("Task"),
                "generator": Column("Generator"),
                "shortcut": Column("Shortcut"),
                "start": Column(style.with_unit("Excess risk without it", classifier), "{:.4f}"),
                "n_splits": Column("Splits", "{:,.0f}"),
                "excess": estimate(excess, "excess", DIFFERENCE, words),
                "holm_p": Column("p, Holm-adjusted", "{:.2g}"),
                "risk": estimate(risk, "risk", DIFFERENCE, words),
                "multiplier": estimate("Change of m chosen", "multiplier", "{:+.2f}", words),
                "pairing": Column("Pairs"),
                "note": Column("What is missing"),
            },
            folded=True,
        )
