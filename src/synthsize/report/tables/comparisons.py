"""Tables made from the comparisons of synthetic sizes: differences within a split, regret, and the sizes chosen."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.contracts.results import NAIVE
from synthsize.report.rows import in_words, of_first_criterion, of_risk, select, with_limits

METHODS = ("naive", "split_half")
LIMITS = ("low", "high")
CELL = ["task", "classifier", "generator"]
EDGES = ["lower_edge_share", "upper_edge_share"]
PROBABILITIES = ["probability_better", "probability_equivalent", "probability_worse"]


def generator_gains(paired: pd.DataFrame, *, names: Names, interval: str = "nadeau_bengio") -> pd.DataFrame:
    """Compare each generator at m = 1 with minority weights of the same size: what its rows add beyond their weight.

    Parameters
    ----------
    paired : DataFrame
        Columns task, classifier, generator, metric, subject, multiplier, reference, mean_difference, the limits of
        the interval (such as nadeau_bengio_low), level, n_splits, holm_p and note.
    names : Names
        Of the run.
    interval : str
        Which interval to show.

    Returns
    -------
    DataFrame
        Columns task, classifier, generator, n_splits, difference, difference_low, difference_high, holm_p, level and
        note, in display names.
    """
    shown = select(of_risk(paired, names), {"subject": "fixed", "reference": "weights(m)"})
    shown = shown[np.isclose(shown["multiplier"].astype(float), NAIVE)]
    columns = [*CELL, "n_splits", *_named("difference"), "holm_p", "level", "note"]
    return _in_words(with_limits(shown, "mean_difference", "difference", interval), names)[columns]


def vtss_differences(paired: pd.DataFrame, *, names: Names, interval: str = "nadeau_bengio") -> pd.DataFrame:
    """Compare VTSS with m = 1, m = 0 and the controls, split by split.

    Parameters
    ----------
    paired : DataFrame
        As for `generator_gains`, with criterion, rope, probability_better, probability_equivalent and
        probability_worse.
    names, interval
        As for `generator_gains`.

    Returns
    -------
    DataFrame
        A row per cell and reference: columns task, classifier, generator, reference, n_splits, difference,
        difference_low, difference_high, holm_p, the three probabilities, rope, level and note, in display names; of
        the first criterion of VTSS that was run. An interval without width is left out: where every split chose the
        reference's own size, it would say that new patients cannot differ.
    """
    shown = of_first_criterion(select(of_risk(paired, names), {"subject": "vtss"}))
    shown = _without_empty_limits(with_limits(shown, "mean_difference", "difference", interval), "difference")
    keys = ["task", "classifier", "generator", "reference", "n_splits"]
    columns = [*keys, *_named("difference"), "holm_p", *PROBABILITIES, "rope", "level", "note"]
    return _in_words(shown, names, reference=names.references)[columns]


def regret_table(regret: pd.DataFrame, *, names: Names, interval: str = "nadeau_bengio") -> pd.DataFrame:
    """Set the two readings of what VTSS loses to the best fixed size side by side.

    Parameters
    ----------
    regret : DataFrame
        Columns task, classifier, generator, criterion, metric, method, best_multiplier, regret, the limits of the
        interval, level, n_splits and note.
    names, interval
        As for `generator_gains`.

    Returns
    -------
    DataFrame
        Columns task, classifier, generator, n_splits, best_multiplier, naive, naive_low, naive_high, split_half,
        split_half_low, split_half_high, level and note, in display names. Note and best multiplier are those of the
        naive reading, or the note of the other where that has none. An interval without width is left out.
    """
    shown = of_first_criterion(of_risk(regret, names))
    naive, halves = (
        _without_empty_limits(
            with_limits(shown[shown["method"] == method], "regret", method, interval), method
        )
        for method in METHODS
    )
    table = naive.merge(halves[[*CELL, *_named("split_half"), "note"]], on=CELL, suffixes=("", "_halves"))
    table["note"] = table["note"].fillna(table["note_halves"])
    columns = [*CELL, "n_splits", "best_multiplier", *_named("naive"), *_named("split_half"), "level", "note"]
    return _in_words(table, names)[columns]


def choices_table(choices: pd.DataFrame, *, names: Names) -> pd.DataFrame:
    """Sum up which sizes VTSS chose, by the best validation mean and by the one-standard-error rule.

    Parameters
    ----------
    choices : DataFrame
        Columns task, classifier, generator, criterion, rule, multiplier, count, lower_edge_share, upper_edge_share,
        n_splits and note.
    names
        As for `generator_gains`.

    Returns
    -------
    DataFrame
        Columns task, classifier, generator, n_splits, chosen, chosen_low, chosen_high (median, smallest and largest
        over the splits), lower_edge_share, upper_edge_share, one_se, one_se_low, one_se_high and note.
    """
    shown = of_first_criterion(choices)
    rows = [
        {
            **dict(zip(CELL, keys, strict=True)),
            **_chosen(cell[cell["rule"] == "argmin"], "chosen"),
            **_chosen(cell[cell["rule"] == "1se"], "one_se"),
            **cell[["n_splits", *EDGES, "note"]].to_dict("records")[0],
        }
        for keys, cell in shown.sort_values("rule", key=lambda rules: rules != "argmin").groupby(CELL)
    ]
    columns = [*CELL, "n_splits", *_named("chosen"), *EDGES, *_named("one_se"), "note"]
    return _in_words(pd.DataFrame(rows, columns=columns), names)


def _named(key: str) -> list[str]:
    return [key, *(f"{key}_{limit}" for limit in LIMITS)]


def _without_empty_limits(rows: pd.DataFrame, key: str) -> pd.DataFrame:
    """Lose limits that coincide: equal values in all splits are no certainty."""
    low, high = (f"{key}_{limit}" for limit in LIMITS)
    return rows.assign(**{name: rows[name].where(rows[low] != rows[high]) for name in (low, high)})


def _chosen(rows: pd.DataFrame, key: str) -> dict[str, float]:
    sizes = np.repeat(rows["multiplier"].to_numpy(dtype=float), rows["count"].to_numpy(dtype=int))
    if len(sizes) == 0:
        return dict.fromkeys(_named(key), np.nan)
    return dict(zip(_named(key), (np.median(sizes), sizes.min(), sizes.max()), strict=True))


def _in_words(rows: pd.DataFrame, names: Names, **further: Mapping[str, str]) -> pd.DataFrame:
    return in_words(
        rows, task=names.tasks, classifier=names.learner_labels, generator=names.generator_labels, **further
    )
