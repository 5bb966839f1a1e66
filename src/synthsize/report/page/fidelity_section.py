"""The section about how near synthetic rows are to real ones."""

from __future__ import annotations

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report.content import PERCENT, Column, Section, make_table
from synthsize.report.rows import in_words
from synthsize.report.wording import splits_in_words

TITLE = "Fidelity of the synthetic rows"
TEST_ROWS = "test_rows"
LABELS = {TEST_ROWS: "Real test rows"}
SHARES = ("outlying_share", "copies_share", "repeats_share")
_TEXT = (
    "Synthetic rows of the size that balances the classes, against the minority rows of the training set, imputed and "
    "standardised; means over the run's first splits ({splits}). Margins and correlations are read off as many "
    "synthetic rows as the test set has minority rows, so that the line of the real test rows is about what a perfect "
    "generator would reach. Distance: of the median row to its nearest training minority row, over that of these rows "
    "to their nearest other; 1 is as near as real rows are, 0 a copy. Outlying: farther from every training minority "
    "row than any of these is from its nearest. Collapsed: more than half of the rows copies of training rows or of "
    "one another, or a distance below 0.1. Exploded: a distance above 3, or more than 10% outlying. Rows near to real "
    "ones need not help a classifier, nor rows far from them harm it: the tables of results say what they do."
)
_FLAGS = {"collapsed_splits": "collapsed", "exploded_splits": "exploded"}


def fidelity_section(fidelity: pd.DataFrame | None, names: Names) -> Section:
    """Show how near synthetic rows are to real ones; nothing where the run was not asked for it."""
    if fidelity is None or fidelity.empty:
        return Section("fidelity", TITLE)
    shown = fidelity.assign(
        **{name: 100 * fidelity[name] for name in SHARES},
        worst_feature=fidelity["worst_feature"].fillna(""),
        verdict=[_verdict(row) for row in fidelity.to_dict("records")],
    )
    rows = in_words(
        shown.drop(columns=["n_splits", *_FLAGS]),
        task=names.tasks,
        generator={**LABELS, **names.generator_labels},
    )
    table = make_table(
        rows,
        name="fidelity",
        title="Synthetic against real minority rows",
        text=_TEXT.format(splits=splits_in_words(fidelity["n_splits"])),
        columns={
            "task": Column("Task"),
            "generator": Column("Generator"),
            "mean_difference": Column("Difference of means (s.d.)", "{:.2f}"),
            "ks_mean": Column("Kolmogorov-Smirnov distance, mean", "{:.2f}"),
            "ks_worst": Column(
                "Worst feature",
                "{:.2f}",
                ("worst_feature",),
                " ({})",
                ("Kolmogorov-Smirnov distance, worst feature", "Worst feature"),
            ),
            "correlation_mean": Column("Difference of correlations, mean", "{:.2f}"),
            "correlation_worst": Column("Worst pair", "{:.2f}"),
            "distance_ratio": Column("Distance, real = 1", "{:.2f}"),
            "outlying_share": Column("Outlying", PERCENT),
            "copies_share": Column("Copies of real rows", PERCENT),
            "repeats_share": Column("Copies of one another", PERCENT),
            "verdict": Column("Found"),
        },
    )
    return Section("fidelity", TITLE, _warnings(fidelity, names), tables=[table])


def _verdict(row: dict[str, object]) -> str:
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
