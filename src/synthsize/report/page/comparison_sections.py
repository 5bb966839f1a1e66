"""The section about what VTSS chose and what that gains, and the tables of paired differences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report import style
from synthsize.report.content import COUNT, Column, Section, Table, estimate, make_table
from synthsize.report.rows import by_classifier

SIZE = "{:g}"
SHARE = "{:.0%}"
DIFFERENCE = "{:+.4f}"
CELL_COLUMNS = {
    "task": Column("Task"),
    "generator": Column("Generator"),
    "n_splits": Column("Splits", COUNT),
}
_P_VALUE = Column("p, Holm-adjusted", "{:.2g}")
_PROBABILITY = "{:.2f}"
_NOTE = {"note": Column("What is missing")}


def choices_section(tables: Mapping[str, pd.DataFrame], names: Names, interval: str) -> Section:
    """Show what VTSS chose, and what that gains or loses."""
    return Section(
        "choices",
        "What validation chose",
        tables=[
            *_choices(tables.get("choices"), names),
            *_regret(tables.get("regret"), names, interval),
            *_differences(tables.get("differences"), names, interval),
        ],
    )


def _choices(choices: pd.DataFrame | None, names: Names) -> Iterator[Table]:
    text = (
        "Median over the splits of the m with the best validation mean, how often it was the first or the last of the "
        "grid, where a wider grid might hold a better one (nothing lies below m = 0), and the smallest m within one "
        "standard error of the best (1-SE), which adds fewer rows for a risk that validation can hardly tell apart."
    )
    ends = ("smallest", "largest")
    columns = {
        **CELL_COLUMNS,
        **{
            key: Column(
                f"{name}, median (smallest to largest)",
                SIZE,
                (f"{key}_low", f"{key}_high"),
                f" ({SIZE} to {SIZE})",
                (f"{name}, median", *(f"{name}, {end}" for end in ends)),
            )
            for key, name in (("chosen", "m chosen"), ("one_se", "m by 1-SE"))
        },
        "lower_edge_share": Column(
            "On the lower edge", SHARE, names=("Chosen on the lower edge (share of splits)",)
        ),
        "upper_edge_share": Column(
            "On the upper edge", SHARE, names=("Chosen on the upper edge (share of splits)",)
        ),
        **_NOTE,
    }
    for classifier, rows in by_classifier(choices, names):
        yield make_table(
            _noted(rows),
            name=f"choices_{classifier}",
            title=f"Sizes chosen by validation: {names.learner(classifier)}",
            text=text,
            columns=columns,
        )


def _regret(regret: pd.DataFrame | None, names: Names, interval: str) -> Iterator[Table]:
    text = (
        "{risk} of VTSS minus that of the best fixed m, which no one knows beforehand. Naive: the best m is "
        "picked and read on the same splits, which counts chance against VTSS. Split halves: picked on one half and "
        "read on the other, which favours VTSS a little. In expectation the truth for this cohort lies between. The "
        "interval holds for a best m that was fixed in advance; for one picked from the same splits it is too narrow. "
        "Where every split shows the same difference there is none. Near zero, validation finds the size as well as "
        "anyone could."
    )
    for classifier, rows in by_classifier(regret, names):
        words = _interval_of(rows, interval)
        yield make_table(
            _noted(rows),
            name=f"regret_{classifier}",
            title=f"Regret of VTSS: {names.learner(classifier)}",
            text=text.format(risk=risk_in_short(classifier, names)),
            columns={
                **CELL_COLUMNS,
                "best_multiplier": Column("Best fixed m", SIZE),
                "naive": estimate(names.with_unit("Regret, naive", classifier), "naive", DIFFERENCE, words),
                "split_half": estimate(
                    names.with_unit("Regret, split halves", classifier), "split_half", DIFFERENCE, words
                ),
                **_NOTE,
            },
        )


def _differences(differences: pd.DataFrame | None, names: Names, interval: str) -> Iterator[Table]:
    for classifier, rows in by_classifier(differences, names):
        words = _interval_of(rows, interval)
        rope = f"{rows['rope'].iloc[0]:g}"
        text = (
            f"{risk_in_short(classifier, names)} at the size that VTSS chose, minus that of a reference fitted to the "
            "same split; below zero, VTSS is better. p: corrected resampled t-test, adjusted by Holm over all "
            f"tasks, classifiers and generators. The probabilities come from the Bayesian correlated t-test: "
            f"better by more than {rope}, within {rope}, worse by more than {rope}. Where every split chose the "
            "reference's own size, as on a coarse grid they may all choose m = 1, both are one fit: there is no "
            "interval, and the probabilities hold for these splits alone."
        )
        yield make_table(
            _noted(rows),
            name=f"differences_{classifier}",
            title=f"VTSS against its alternatives: {names.learner(classifier)}",
            text=text,
            columns={
                **CELL_COLUMNS,
                "reference": Column("Against"),
                "difference": estimate(
                    names.with_unit("Difference", classifier), "difference", DIFFERENCE, words
                ),
                "holm_p": _P_VALUE,
                "probability_better": Column("P(better)", _PROBABILITY),
                "probability_equivalent": Column(f"P(within {rope})", _PROBABILITY),
                "probability_worse": Column("P(worse)", _PROBABILITY),
                **_NOTE,
            },
            folded=True,
        )


def gains_tables(gains: pd.DataFrame | None, names: Names, interval: str) -> Iterator[Table]:
    """Compare each generator at m = 1 with weights of the same size."""
    text = (
        "At m = 1, in the same splits: what the generator's rows add to the mere weight that they give the minority. "
        "Above zero, the generator costs more than it brings. p: corrected resampled t-test, adjusted by Holm over "
        "these comparisons of all tasks, classifiers and generators."
    )
    for classifier, rows in by_classifier(gains, names):
        words = _interval_of(rows, interval)
        yield make_table(
            _noted(rows),
            name=f"gains_{classifier}",
            title=f"Generators against equal weights: {names.learner(classifier)}",
            text=text,
            columns={
                **CELL_COLUMNS,
                "difference": estimate(
                    names.with_unit(f"{risk_in_short(classifier, names)} minus that of weights", classifier),
                    "difference",
                    DIFFERENCE,
                    words,
                ),
                "holm_p": _P_VALUE,
                **_NOTE,
            },
        )


def risk_in_short(classifier: str, names: Names) -> str:
    """Name the risk that judges a classifier, as briefly as tables do."""
    return "Excess risk" if names.has_oracle(classifier) else "Balanced risk"


def _interval_of(rows: pd.DataFrame, interval: str) -> str:
    """Name the interval at the level that the rows hold."""
    return style.interval_label(interval, float(rows["level"].iloc[0]))


def _noted(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out the notes where there is nothing to say, and what headers and text say already."""
    said = ["level", "rope"] + (["note"] if rows["note"].isna().all() else [])
    return rows.drop(columns=said, errors="ignore").fillna({"note": ""})
