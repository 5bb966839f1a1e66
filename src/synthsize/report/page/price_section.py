"""The section about the price of each shortcut."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from synthsize.report import style
from synthsize.report.page.content import COUNT, Column, Section, Table, estimate, make_table
from synthsize.report.rows import by_classifier
from synthsize.report.tables.prices import METRICS, price_table, unpriced_shortcuts

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
                "n_splits": Column("Splits", COUNT),
                "excess": estimate(excess, "excess", DIFFERENCE, words),
                "holm_p": Column("p, Holm-adjusted", "{:.2g}"),
                "risk": estimate(risk, "risk", DIFFERENCE, words),
                "multiplier": estimate("Change of m chosen", "multiplier", "{:+.2f}", words),
                "pairing": Column("Pairs"),
                "note": Column("What is missing"),
            },
            folded=True,
        )
