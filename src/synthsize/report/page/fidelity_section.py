"""The section about how near synthetic rows are to real ones."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.contracts.variables import VARIABLES
from synthsize.report.content import PERCENT, Column, Section, make_table
from synthsize.report.rows import in_words
from synthsize.report.wording import splits_in_words

TITLE = "Fidelity of the synthetic rows"
TEST_ROWS = "test_rows"
LABELS = {TEST_ROWS: "Real test rows"}
SHARES = ("outlying_share", "copies_share", "repeats_share")
_MARGINS_TEXT = (
    "Synthetic rows against the minority rows of the training set, imputed and standardised, with as many synthetic"
    " rows as the test set has minority rows: the line of the real test rows is about what a perfect generator "
    "would reach. Means over the run's first splits ({splits}). Difference of means: in standard deviations of the "
    "training minority, averaged over the features. KS: Kolmogorov-Smirnov distance of a feature's margins, from 0 "
    "to 1. Correlations: absolute difference over the pairs of features."
)
_DISTANCES_TEXT = (
    "Of the rows that balance the classes (2,000 at most). Distance: of the median row to its nearest training "
    "minority row, over that of these rows to their nearest other; 1 is as near as real rows are, 0 a copy. "
    "Outlying: farther from every training minority row than any of these is from its nearest. Collapsed: more than"
    " half of the rows copies of training rows or of one another, or a distance below 0.1. Exploded: a distance "
    "above 3, or more than 10% outlying. Rows near to real ones need not help a classifier, nor rows far from them "
    "harm it: the tables of results say what they do."
)
_KEYS = {"task": Column("Task"), "generator": Column("Generator")}
_MARGINS = {
    **_KEYS,
    "mean_difference": Column("Difference of means (s.d.)", "{:.2f}"),
    "ks_mean": Column("KS, mean", "{:.2f}"),
    "ks_worst": Column(
        "KS, worst feature", "{:.2f}", ("worst_feature",), " ({})", ("KS, worst feature", "Worst feature")
    ),
    "correlation_mean": Column("Correlations, mean", "{:.2f}"),
    "correlation_worst": Column("Correlations, worst pair", "{:.2f}"),
}
_DISTANCES = {
    **_KEYS,
    "distance_ratio": Column("Distance", "{:.2f}"),
    "outlying_share": Column("Outlying", PERCENT),
    "copies_share": Column("Copies of real rows", PERCENT),
    "repeats_share": Column("Copies of one another", PERCENT),
    "verdict": Column("Found"),
}
_FLAGS = {"collapsed_splits": "collapsed", "exploded_splits": "exploded"}


def fidelity_section(fidelity: pd.DataFrame | None, names: Names) -> Section:
    """Show how near synthetic rows are to real ones; nothing where the run does not measure it."""
    if fidelity is None or fidelity.empty:
        return Section("fidelity", TITLE)
    shown = fidelity.assign(
        **{name: 100 * fidelity[name] for name in SHARES},
        worst_feature=[_feature(name, names) for name in fidelity["worst_feature"].fillna("")],
        verdict=[_verdict(row) for row in fidelity.to_dict("records")],
    )
    rows = in_words(shown, task=names.tasks, generator={**LABELS, **names.generator_labels})
    margins = make_table(
        rows[[*_MARGINS, "worst_feature"]],
        name="fidelity_margins",
        title=f"{TITLE}: margins and correlations",
        text=_MARGINS_TEXT.format(splits=splits_in_words(fidelity["n_splits"])),
        columns=_MARGINS,
    )
    distances = make_table(
        rows[[*_DISTANCES]],
        name="fidelity_distances",
        title=f"{TITLE}: distances and copies",
        text=_DISTANCES_TEXT,
        columns=_DISTANCES,
    )
    return Section("fidelity", TITLE, _warnings(fidelity, names), tables=[margins, distances])


def _feature(column: str, names: Names) -> str:
    """Name a feature as the tables of variables do; columns of the user's own tables keep their names."""
    for variable in () if names.has_own_tables else VARIABLES:
        summary = column.removeprefix(f"{variable.name}_")
        if summary != column:
            return f"{variable.label}, {summary}"
    return column


def _verdict(row: Mapping[Hashable, Any]) -> str:
    if row["generator"] == TEST_ROWS:
        return ""
    found = [f"{word} in {row[key]} of {row['n_splits']}" for key, word in _FLAGS.items() if row[key]]
    return ", ".join(found)


def _warnings(fidelity: pd.DataFrame, names: Names) -> list[str]:
    """Name the generators that collapsed or exploded anywhere."""
    of_generators = fidelity[fidelity["generator"] != TEST_ROWS]
    what = {
        "collapsed_splits": "made little but copies",
        "exploded_splits": "made rows where no real one is",
    }
    said = []
    for key, words in what.items():
        found = of_generators[of_generators[key] > 0]
        if len(found):
            labels = [names.generator(name) for name in names.generator_order(found["generator"])]
            said.append(f"In some splits {', '.join(labels)} {words}.")
    return said
