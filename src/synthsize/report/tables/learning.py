"""The learning curve in words: at which numbers of minority rows a generator gains or loses, or neither is shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report.rows import in_words, of_first_criterion, of_risk, select
from synthsize.report.wording import in_a_row

LOWER, HIGHER, OPEN = "lower", "higher", "not resolved"  # risk
FEWEST = 25  # minority training rows: with fewer the curve says little
CELL = ["task", "classifier", "generator"]
RAW = "m=0"
UNTOLD = (
    "whether {whose} helps is unknown, because the raw data were not fitted to the same parts of the training rows "
    "(add none to experiment.controls)"
)


def of_validated_size(curve: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Rows of the risk at the size that validation chose, by the first criterion that was run."""
    return of_first_criterion(select(of_risk(curve, names), {"subject": "vtss"}))


def judged(row: pd.Series) -> str:
    """State what a point shows: a test that Holm's adjustment leaves significant, or nothing."""
    if not row["significant"]:
        return OPEN
    return LOWER if row["mean_difference"] < 0 else HIGHER


def learning_table(curve: pd.DataFrame, *, names: Names) -> pd.DataFrame:
    """Tabulate for each generator and reference at which numbers of minority training rows its risk is lower or higher.

    Parameters
    ----------
    curve : DataFrame
        Columns of `contracts.summaries.SUMMARIES` ``learning_curve``.
    names : Names
        Of the run.

    Returns
    -------
    DataFrame
        Columns task, classifier, generator, reference, n_splits, lower, higher, open (numbers of rows in words),
        largest (the largest mean gain, as a difference below 0), largest_at and level, in display names.
    """
    shown = of_validated_size(curve, names).dropna(subset=["mean_difference"])
    rows = []
    for keys, cell in shown.groupby([*CELL, "reference"], sort=False):
        found = cell.sort_values("n_minority_mean").assign(verdict=cell.apply(judged, axis=1))
        counts = found["n_minority_mean"]
        best = found.iloc[int(found["mean_difference"].argmin())]
        rows.append(
            {
                **dict(zip([*CELL, "reference"], keys, strict=True)),
                "n_splits": found["n_splits"].iloc[0],
                **{
                    name: numbers_in_words(counts, found["verdict"] == verdict)
                    for name, verdict in (("lower", LOWER), ("higher", HIGHER), ("open", OPEN))
                },
                "largest": best["mean_difference"],
                "largest_at": best["n_minority_mean"],
                "level": best["level"],
            }
        )
    columns = [*CELL, "reference", "n_splits", "lower", "higher", "open", "largest", "largest_at", "level"]
    table = pd.DataFrame(rows, columns=columns)
    return in_words(
        table,
        task=names.tasks,
        classifier=names.learner_labels,
        generator=names.generator_labels,
        reference=names.references,
    )


def numbers_in_words(counts: Sequence[float] | pd.Series, marked: Iterable[Any]) -> str:
    """Name the marked numbers of an increasing list: neighbours as a range, others one by one.

    Parameters
    ----------
    counts : sequence of float
    marked : iterable of bool
    """
    runs: list[list[int]] = []
    before = False
    for count, own in zip(counts, marked, strict=True):
        if own and before:
            runs[-1].append(round(count))
        elif own:
            runs.append([round(count)])
        before = own
    return ", ".join(f"{run[0]:,}" if len(run) == 1 else f"{run[0]:,} to {run[-1]:,}" for run in runs)


def learning_sentences(curve: pd.DataFrame, *, names: Names) -> list[str]:
    """State in a sentence per task and classifier where generators help, and from when on no difference is resolved.

    A generator helps at a number of minority training rows if it is better there than the raw data and every other
    reference of the run; where one of these differences is missing, no gain is reported.

    Parameters
    ----------
    curve : DataFrame
        Columns of `contracts.summaries.SUMMARIES` ``learning_curve``.
    names : Names
        Of the run.
    """
    shown = of_validated_size(curve, names).dropna(subset=["mean_difference"])
    sentences = []
    for classifier in names.learner_order(shown["classifier"]):
        for task in names.tasks:
            rows = select(shown, {"classifier": classifier, "task": task})
            if len(rows):
                place = f"{names.task(task)}, {names.in_sentence(classifier)}"
                sentences.append(f"{place}: {_sentence(rows, classifier, names)}")
    return sentences


def _sentence(rows: pd.DataFrame, classifier: str, names: Names) -> str:
    points = sorted(rows["n_minority_mean"].unique())
    if len(points) == 1:
        return f"one number of minority training rows ({points[0]:.0f}) makes no curve."
    if rows["nadeau_bengio_p"].isna().all():
        return "no difference can be tested, which takes two splits that differ."
    named = [name for name in names.references if (rows["reference"] == name).any()]
    against = in_a_row([names.short(name) for name in named])
    helps: dict[str, list[str]] = {}
    untold: list[str] = []
    for generator in names.generator_order(rows["generator"]):
        own = select(rows, {"generator": generator})
        if not (own["reference"] == RAW).any():
            untold.append(names.generator(generator))
            continue
        lower = (own.apply(judged, axis=1) == LOWER).groupby(own["n_minority_mean"]).sum()
        better = lower == len(named)
        rest = numbers_in_words(list(better.index), ~better)
        found = numbers_in_words(list(better.index), better)
        said = f"helps at {found} minority training rows" if found else ""
        if found and rest:
            said += f"; at {rest} no such gain is resolved"
        helps.setdefault(said, []).append(names.generator(generator))
    gains = [f"{' and '.join(who)} {said}" for said, who in helps.items() if said]
    none = helps.get("", [])
    span = f"{points[0]:,.0f} to {points[-1]:,.0f}"
    if none:
        who = "no generator" if len(helps) == 1 else f"for {', '.join(none)} no gain"
        verb = "beats" if len(helps) == 1 else "over"
        end = "" if len(helps) == 1 else " is resolved"
        gains.append(f"{who} {verb} {against} alike{end} at any number from {span} minority training rows")
    if untold:
        gains.append(UNTOLD.format(whose="any generator" if not helps else " and ".join(untold)))
    strongest = rows[rows["reference"] == named[-1]]
    best = strongest.iloc[int(strongest["mean_difference"].argmin())]
    unit = names.loss_unit(classifier)
    return (
        f"{'; '.join(gains)}. The mean difference most in favour of a generator against {names.short(named[-1])}, "
        f"picked out of {len(strongest)}, is {best['mean_difference']:+.3f} {unit} "
        f"({names.generator(best['generator'])} at {best['n_minority_mean']:,.0f})."
    )


def not_fitted(curve: pd.DataFrame, *, names: Names) -> list[str]:
    """Name the numbers of minority training rows that tasks cannot fill, a sentence per task."""
    lost = curve[curve["mean_difference"].isna() & (curve["positives"] > 0) & curve["reference"].isna()]
    sentences = []
    for task, rows in lost.groupby("task", sort=False):
        numbers = ", ".join(f"{number:,}" for number in sorted(rows["positives"].unique()))
        sentences.append(
            f"{names.task(str(task))}: not every split has {numbers} minority training rows that can be "
            "cross-validated, so that these points are left out (learning_curve.positives)."
        )
    return sentences
