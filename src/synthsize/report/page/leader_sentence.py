"""Which learner is best in a task, in one sentence."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report.page.recommendation import EVERYBODY, Span, classed, first_upper
from synthsize.report.tables.leading_learners import EACH_WITH, GAIN, PER_1000, leading_learners
from synthsize.report.wording import in_a_row


def leader_sentences(differences: pd.DataFrame | None, names: Names) -> dict[str, str]:
    """Say for each task which learner tells those with the outcome from those without it best.

    Parameters
    ----------
    differences : DataFrame or None
        Columns `statistics.learner_comparison.LEARNER_COLUMNS`; None in a run of one learner.
    names : Names
        Of the run.

    Returns
    -------
    dict of str to str
        One sentence by task.
    """
    if differences is None or differences.empty:
        return {}
    return {row["task"]: _said(row, names) for row in leading_learners(differences).to_dict("records")}


def _said(row: Mapping[Hashable, Any], names: Names) -> str:
    learner, reference = (names.in_sentence(row[name]) for name in ("classifier", "reference"))
    gain = Span(*(row[name] for name in GAIN))
    compared = f"Of {row['learners']}, each with {EACH_WITH[row['recipe']]},"
    aurocs = f"{row['mean']:.3f} against {row['reference_mean']:.3f}{_limits(gain)}"
    if Span(*(EVERYBODY * value for value in gain)).settles_nothing:
        return (
            f"{compared} the data do not settle which is best: {learner} has the highest mean AUROC, which may differ "
            f"from that of {reference} by {gain.low:+.3f} to {gain.high:+.3f}."
        )
    if gain.mean > 0 and row["significant"]:
        counted = classed(Span(*(row[name] for name in PER_1000)), names.people)
        return (
            f"{compared} {learner} has the highest AUROC and is shown to be better than {reference}: {aurocs}; "
            f"{counted}.{_also(row, names)}"
        )
    if gain.mean > 0:
        return (
            f"{compared} none is shown to have a better AUROC than {reference}; the highest is that of {learner}: "
            f"{aurocs}."
        )
    if row["worse"] == row["learners"] - 1:
        return f"{compared} {reference} is best by AUROC; next is {learner}: {aurocs}."
    return f"{compared} none has a higher mean AUROC than {reference}; next is {learner}: {aurocs}."


def _also(row: Mapping[Hashable, Any], names: Names) -> str:
    """Name others that are better than the reference: they are not tested against the best."""
    if not row["others"]:
        return ""
    others = in_a_row([names.in_sentence(name) for name in row["others"]])
    verb = "is" if len(row["others"]) == 1 else "are"
    return (
        f" {first_upper(others)} {verb} also shown to be better than {names.in_sentence(row['reference'])}, and not "
        f"tested against {names.in_sentence(row['classifier'])}."
    )


def _limits(gain: Span) -> str:
    if pd.isna(gain.low):
        return f" ({gain.mean:+.3f})"
    return f" ({gain.mean:+.3f} [{gain.low:+.3f} to {gain.high:+.3f}])"
