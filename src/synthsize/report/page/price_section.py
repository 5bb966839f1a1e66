"""The section about the price of each shortcut."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report import style
from synthsize.report.content import COUNT, Column, Section, Table, estimate, make_table
from synthsize.report.page.comparison_sections import risk_in_short
from synthsize.report.rows import by_classifier
from synthsize.report.tables.prices import METRICS, price_table, unpriced_shortcuts

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


def price_section(prices: pd.DataFrame | None, names: Names, interval: str) -> Section:
    """Show what each shortcut changes; nothing where the run does not measure it."""
    if prices is None:
        return Section("shortcuts", "Price of each shortcut")
    tables = _tables(price_table(prices, names=names, interval=interval), names, interval)
    return Section("shortcuts", "Price of each shortcut", unpriced_shortcuts(prices), tables=list(tables))


def _tables(prices: pd.DataFrame, names: Names, interval: str) -> Iterator[Table]:
    text = (
        "The benchmark once more with one switch turned, minus the benchmark itself, at the size that VTSS chose: a "
        "risk below zero means that results look better with the shortcut. With the same rows in every split "
        "the variation between splits cancels; separate splits share their number alone, and the excess risk then also "
        "moves with its oracle, which the balanced risk does not. The undersampled oracle thins the test rows of both "
        "risks and changes no fit. p: corrected resampled t-test of the {risk}, adjusted by Holm within the "
        "shortcut."
    )
    for classifier, rows in by_classifier(prices, names):
        words = style.interval_label(interval, float(rows["level"].iloc[0]))
        risk, excess = (
            names.with_unit(what, classifier) for what in ("Change of balanced risk", "Change of excess risk")
        )
        shown = [name for name in SHOWN if name != "excess" or names.has_oracle(classifier)]
        limits = [f"{name}_{end}" for name in METRICS.values() if name in shown for end in ("low", "high")]
        notes = ["note"] if rows["note"].fillna("").ne("").any() else []
        yield make_table(
            rows[[*shown, *notes, *limits]],
            name=f"shortcuts_{classifier}",
            title=f"Price of each shortcut: {names.learner(classifier)}",
            text=text.format(risk=risk_in_short(classifier, names).lower()),
            columns={
                "task": Column("Task"),
                "generator": Column("Generator"),
                "shortcut": Column("Shortcut"),
                "start": Column(
                    names.with_unit(f"{risk_in_short(classifier, names)} without it", classifier), "{:.4f}"
                ),
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
