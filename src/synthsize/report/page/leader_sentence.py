"""Which learner gains most over the reference learner in a task, and which are shown to be better."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report.content import unsigned_zero
from synthsize.report.page.recommendation import EVERYBODY, Span, classed, first_upper
from synthsize.report.tables.leading_learners import EACH_WITH, GAIN, PER_1000, Leading, leading_learners
from synthsize.report.wording import in_a_row, splits_in_words


def leader_sentences(differences: pd.DataFrame | None, names: Names) -> dict[str, str]:
    """State for each task which learner discriminates best.

    Parameters
    ----------
    differences : DataFrame or None
        Columns `statistics.learner_comparison.LEARNER_COLUMNS`; None in a run of one learner.
    names : Names
        Of the run.

    Returns
    -------
    dict of str to str
        Up to three sentences by task.
    """
    if differences is None or differences.empty:
        return {}
    return {
        found.task: f"Of {len(found.learners) + 1} classifiers, each with {EACH_WITH[found.recipe]}, "
        f"{(_shown if found.better else _none_shown)(found, names)}"
        for found in leading_learners(differences)
    }


def _shown(found: Leading, names: Names) -> str:
    """Name the one shown to be better that gains most, the others shown, and one that gains more unshown."""
    best, *others = found.better
    learner, reference = names.in_sentence(best["classifier"]), names.in_sentence(found.reference)
    counted = classed(Span(*(best[name] for name in PER_1000)), names.people)
    if found.learners[0] is best:
        lead = f"{learner} gains most AUROC over {reference} and is shown to be better"
    else:
        lead = f"{learner} is shown to have a better AUROC than {reference}"
    sentences = [f"{lead}: {_aurocs(best, found)}; {counted}."]
    if others:
        also = in_a_row([names.in_sentence(row["classifier"]) for row in others])
        verb = "is" if len(others) == 1 else "are"
        sentences.append(
            f"{first_upper(also)} {verb} also shown to be better than {reference}, and not tested against {learner}."
        )
    if found.learners[0] is not best:
        leader = found.learners[0]
        sentences.append(
            f"The highest mean gain is that of {names.in_sentence(leader['classifier'])}, which is not shown: "
            f"{_aurocs(leader, found)}."
        )
    return " ".join(sentences)


def _none_shown(found: Leading, names: Names) -> str:
    leader = found.learners[0]
    learner, reference = names.in_sentence(leader["classifier"]), names.in_sentence(found.reference)
    gain, aurocs = _gain(leader), _aurocs(leader, found)
    if Span(*(EVERYBODY * value for value in gain)).settles_nothing:
        return (
            f"the data do not settle which is best; the highest mean difference to {reference} is that of {learner}: "
            f"{aurocs}."
        )
    if gain.mean > 0:
        return f"none is shown to have a better AUROC than {reference}; {learner} has the highest mean gain: {aurocs}."
    if len(found.worse) == len(found.learners):
        return f"{reference} is best by AUROC; next is {learner}: {aurocs}."
    return f"none gains AUROC over {reference} on average; next is {learner}: {aurocs}."


def _gain(row: Mapping[Hashable, Any]) -> Span:
    return Span(*(row[name] for name in GAIN))


def _aurocs(row: Mapping[Hashable, Any], found: Leading) -> str:
    """Set both means side by side, over the splits that both have; how many is said where learners differ."""
    gain = _gain(row)
    limits = "" if pd.isna(gain.low) else f" [{gain.low:+.3f} to {gain.high:+.3f}]"
    difference = unsigned_zero(f"{gain.mean:+.3f}{limits}")
    splits = f" in {splits_in_words([row['n_splits']])}" if found.splits_differ else ""
    return f"{row['mean']:.3f} against {row['reference_mean']:.3f}{splits} ({difference})"
