"""The main result of a run in at most five lines, each claim with the interval that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report import style
from synthsize.report.missing import missing_in_words
from synthsize.report.rows import of_first_criterion, of_risk, select
from synthsize.report.wording import splits_in_words

RAW, BALANCED = "m=0", "m=1"
WEIGHTS = ("weights(m)", "class_weight")  # the first that was run speaks for reweighting
MANY_NAMES = 3
ALL_RAW = "the grid holds m = 0 alone, so that no row was added; raise experiment.multipliers.stop"
NOTABLE = 0.1  # share of splits whose choice lies on an edge of the grid

GAIN, SAME, NO_GAIN, LOSS = "better", "no difference that matters", "no better", "worse"
MIXED, OPEN, MISSING = "better in some fits only", "undecided", "not compared"
VERDICTS = (GAIN, MIXED, SAME, NO_GAIN, LOSS, OPEN, MISSING)
NOT_BETTER = frozenset({SAME, NO_GAIN, LOSS})
ANSWERS = (
    OVERSAMPLE := "Oversample: it beats raw data and mere weights",
    NOT_RAW := "Do not oversample: the raw data do as well or better",
    NOT_WEIGHTS := "Do not oversample: weighting the rare class does as well or better",
    REBALANCE := "Balance the classes, by rows or by weights: which is better is undecided",
    NO_WEIGHTS := "Oversampling beats the raw data; mere weights were not compared",
    DEPENDS := "It depends on generator and classifier",
    UNDECIDED := "Undecided whether oversampling helps",
    NO_ANSWER := "No answer",
)

Said = dict[str, str]  # task to a verdict or an answer


def headline(
    paired: pd.DataFrame,
    vtss: pd.DataFrame,
    *,
    names: Names,
    simulated: bool,
    left_out: Mapping[str, str],
) -> list[str]:
    """Say what oversampling by a validated size gains over raw data, full balance and mere weights.

    A verdict holds for a task if it holds for each generator and classifier. Verdicts rest on the Bayesian correlated
    t-test in the table of paired differences: better, worse or no difference that matters where the probability of that
    reaches the table's level; no better where that of being better is at most 1 - level.

    Parameters
    ----------
    paired : DataFrame
        Columns task, classifier, generator, metric, subject, criterion, multiplier, reference, mean_difference,
        nadeau_bengio_low, nadeau_bengio_high, level, n_splits, rope, probability_better, probability_equivalent,
        probability_worse and note.
    vtss : DataFrame
        Columns metric, criterion, multiplier_median and edge_share.
    names : Names
        Of the run.
    simulated : bool
        Whether the data are made up.
    left_out : mapping of str to str
        Parts of the benchmark that gave no result, each with the reason.

    Returns
    -------
    list of str
        At most five lines.
    """
    rows = of_first_criterion(select(of_risk(paired, names), {"subject": "vtss"}))
    caution = _caution(rows, simulated, missing_in_words(left_out, names))
    reason = _nothing_compared(paired, rows)
    if reason:
        return [line for line in (f"{NO_ANSWER}: {reason}.", caution) if line]
    weights = _weights(rows)
    said = {reference: _verdicts(rows, reference) for reference in (RAW, BALANCED, weights)}
    answers = {task: _answer(said[RAW][task], said[weights][task]) for task in said[RAW]}
    comparisons = {
        RAW: "Oversampling against raw data (m = 0)",
        BALANCED: f"At the chosen m ({_sizes(vtss, names)}) against full balance (m = 1)",
        weights: "Oversampling against mere weights",
    }
    return [
        f"{'. '.join(_in_groups(answers, ANSWERS, names))}.",
        *(
            f"{title}: {_comparison(select(rows, {'reference': reference}), said[reference], names)}."
            for reference, title in comparisons.items()
        ),
        f"{_reading(rows, names)} {caution}".strip(),
    ]


def _nothing_compared(paired: pd.DataFrame, rows: pd.DataFrame) -> str:
    """Say why no comparison says anything about oversampling; empty if one does."""
    if rows["probability_better"].isna().all():
        return _notes(rows)
    sizes = paired.loc[paired["subject"] == "fixed", "multiplier"]
    if len(sizes) and not (sizes > 0).any():
        return ALL_RAW
    return ""


def _weights(rows: pd.DataFrame) -> str:
    known = set(rows.dropna(subset=["probability_better"])["reference"])
    return next((name for name in WEIGHTS if name in known), WEIGHTS[0])


def _verdicts(rows: pd.DataFrame, reference: str) -> Said:
    return {
        str(task): _verdict(cell[cell["reference"] == reference])
        for task, cell in rows.groupby("task", sort=False)
    }


def _verdict(fits: pd.DataFrame) -> str:
    found = {_of_fit(row) for _, row in fits.dropna(subset=["probability_better"]).iterrows()}
    if len(found) <= 1:
        return next(iter(found), MISSING)
    if found <= NOT_BETTER:
        return NO_GAIN
    return MIXED if GAIN in found else OPEN


def _of_fit(row: pd.Series) -> str:
    level = row["level"]
    for verdict, probability in ((GAIN, "better"), (LOSS, "worse"), (SAME, "equivalent")):
        if row[f"probability_{probability}"] >= level:
            return verdict
    return NO_GAIN if row["probability_better"] <= 1 - level else OPEN


def _answer(raw: str, weights: str) -> str:
    """Say what to do, given the verdicts against raw data and against mere weights."""
    if raw in NOT_BETTER:
        return NOT_RAW
    if raw != GAIN:
        return {MIXED: DEPENDS, OPEN: UNDECIDED}.get(raw, NO_ANSWER)
    if weights in NOT_BETTER:
        return NOT_WEIGHTS
    return {GAIN: OVERSAMPLE, MIXED: DEPENDS, OPEN: REBALANCE}.get(weights, NO_WEIGHTS)


def _comparison(rows: pd.DataFrame, verdicts: Said, names: Names) -> str:
    whole = rows.dropna(subset=["probability_better"])
    if whole.empty:
        return f"{MISSING} ({_notes(rows)})"
    changes = [_changes(str(name), part, names) for name, part in whole.groupby("classifier", sort=False)]
    lost = len(rows) - len(whole)
    gap = f"; {lost} of {len(rows)} comparisons missing ({_notes(rows)})" if lost else ""
    verdict = "; ".join(_in_groups(verdicts, VERDICTS, names))
    return f"{verdict}; {', '.join(changes)}{gap}"


def _changes(classifier: str, rows: pd.DataFrame, names: Names) -> str:
    means = _span(rows["mean_difference"].min(), rows["mean_difference"].max())
    limits = _span(rows["nadeau_bengio_low"].min(), rows["nadeau_bengio_high"].max())
    quantity = " ".join(filter(None, (means, names.loss_unit(classifier))))
    return f"{names.in_sentence(classifier)} {quantity} [{limits}]"


def _span(low: float, high: float) -> str:
    ends = [f"{round(float(value), 3) + 0.0:+.3f}" for value in (low, high)]  # no minus before a zero
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def _sizes(vtss: pd.DataFrame, names: Names) -> str:
    """Say which sizes were chosen, and whether the grid may have been too narrow."""
    shown = of_first_criterion(of_risk(vtss, names))
    ends = sorted({f"{value:.2f}" for value in shown["multiplier_median"].agg(["min", "max"])})
    edge = shown["edge_share"].max()
    narrow = f", on the grid's edge in up to {edge:.0%} of splits" if edge >= NOTABLE else ""
    return f"median {' to '.join(ends)}{narrow}"


def _in_groups(said: Said, order: Iterable[str], names: Names) -> list[str]:
    """Put the tasks that each verdict holds for behind it."""
    found = [words for words in order if words in said.values()]
    if len(found) == 1:
        return found
    return [f"{words} ({_names(said, words, names)})" for words in found]


def _names(said: Said, words: str, names: Names) -> str:
    tasks = [label for task, label in names.tasks.items() if said.get(task) == words]
    return ", ".join(tasks) if len(tasks) <= MANY_NAMES else f"{len(tasks)} of {len(said)} tasks"


def _reading(rows: pd.DataFrame, names: Names) -> str:
    interval = style.interval_label("nadeau_bengio", float(rows["level"].iloc[0]))
    rope = f"; up to {rows['rope'].iloc[0]:g} does not matter" if rows["rope"].iloc[0] else ""
    risks = {names.risk_metric(name) for name in rows["classifier"]}
    risk = names.metric(
        risks.pop() if len(risks) == 1 else "balanced_risk"
    ).lower()  # changes of both are equal
    return f"Numbers: change of {risk} [outermost limits of the {interval}s]{rope}."


def _caution(rows: pd.DataFrame, simulated: bool, missing: Iterable[str]) -> str:
    lacks = ", ".join(missing)
    warnings = {
        f"Incomplete run, without {lacks}.": bool(lacks),
        f"Only {splits_in_words(rows['n_splits'])}: provisional.": bool(
            (rows["n_splits"] < style.FEW_SPLITS).any()
        ),
        "Simulated data: no clinical conclusion.": simulated,
    }
    return " ".join(words for words, holds in warnings.items() if holds)


def _notes(rows: pd.DataFrame) -> str:
    return "; ".join(sorted(set(rows["note"].dropna()))) or "no comparison was made"
