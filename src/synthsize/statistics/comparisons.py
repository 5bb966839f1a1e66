"""Paired differences: the same splits fitted with one synthetic size and with another, or with a control."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from synthsize.statistics.differences import adjust_families, difference_statistics
from synthsize.statistics.paired_levels import CELL, Panel, panels
from synthsize.statistics.references import CONSTANT, FIXED, WEIGHTS, Reference, references
from synthsize.statistics.significance import rope_probabilities

SUBJECT = ["subject", "criterion", "multiplier"]

PAIRED_COLUMNS = {
    "task": "as in config.yaml",
    "classifier": "as in config.yaml",
    "generator": "of the synthetic rows",
    "metric": "excess_risk (balanced_risk without an oracle; nats or hinge loss, lower is better) or balanced_accuracy",
    "subject": "fixed: one multiplier in every split; vtss: the multiplier that validation chose in each split",
    "criterion": "what VTSS optimised; empty for a fixed multiplier",
    "multiplier": "of the class gap; empty for VTSS",
    "reference": "m=1 (same generator), m=0 (the raw data), prior_shift, class_weight, weights_vtss (weights of the "
    "size that validation chose for weights), or weights(m): reweighting at the subject's own multiplier",
    "mean_difference": "subject minus reference, mean over splits, unit of the metric",
    "normal_low": "lower end of the normal interval over splits (Monte Carlo error given this cohort)",
    "normal_high": "its upper end",
    "nadeau_bengio_low": "lower end of the Nadeau-Bengio interval (allows for new patients)",
    "nadeau_bengio_high": "its upper end",
    "level": "nominal coverage of both intervals",
    "n_splits": "outer splits of the run",
    "n_train_mean": "rows of a training set, mean over splits",
    "n_test_mean": "rows of a test set, mean over splits",
    "nadeau_bengio_p": "two-sided p-value of the corrected resampled t-test",
    "family": "tests that Holm's adjustment takes together, over all tasks, classifiers and generators",
    "family_size": "planned tests of the family, those that could not be made included, those against a control that "
    "does not apply to the classifier left out; the raw fit (m = 0) against a control without sizes is the same for "
    "every generator and counts once",
    "holm_p": "nadeau_bengio_p adjusted within the family",
    "significant": "holm_p is at most 1 - level",
    "rope": "half-width of the region of practical equivalence, unit of the metric",
    "probability_better": "posterior probability that the subject is better by more than rope",
    "probability_equivalent": "that the difference is within rope",
    "probability_worse": "that the subject is worse by more than rope",
    "note": "what is missing and why; empty if nothing is",
}


def paired_differences(
    sweep: pd.DataFrame,
    vtss: pd.DataFrame,
    controls: pd.DataFrame | None = None,
    *,
    rope: float = 0.01,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Compare every fixed multiplier, and VTSS, with m = 1, m = 0 and the controls, split by split.

    Two fits of one split share its rows, so much of what differs between splits cancels, and so does the inflation of
    the excess risk by the oracle's own fit. A multiplier is not compared with itself, nor m = 0 with weights(0), which
    is the same fit.

    Parameters
    ----------
    sweep, vtss : DataFrame
        Rows of `contracts.results.SWEEP` and `contracts.results.VTSS` from the same run.
    controls : DataFrame, optional
        Columns task, classifier, control, split, multiplier and the metrics.
    rope : float
        Half-width of the region of practical equivalence, in nats (or hinge loss) and in balanced accuracy.
    alpha : float
        Error rate of each family of tests, and 1 - level of the intervals.

    Returns
    -------
    DataFrame
        Columns `PAIRED_COLUMNS`, where each is described. Statistics that cannot be had are NaN, with a note.

    Raises
    ------
    InputError
        If the tables are of different runs.
    """
    blocks = [
        block
        for panel in panels(sweep, vtss)
        for reference in references(panel, controls)
        for block in compare(panel, reference, rope, alpha)
    ]
    rows = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame(columns=list(PAIRED_COLUMNS))
    return _adjust(rows, alpha)[list(PAIRED_COLUMNS)]


def compare(panel: Panel, reference: Reference, rope: float, alpha: float) -> Iterator[pd.DataFrame]:
    """Yield the rows of fixed multipliers, then those of VTSS, with two further columns.

    ``planned`` says whether the test applies, ``of_all`` what the fit without synthetic rows is of: it is the same for
    all generators.

    Parameters
    ----------
    panel : Panel
    reference : Reference
        Of the panel.
    rope, alpha : float
        As in `paired_differences`.
    """
    of_all = "" if panel.raw_at_zero else panel.strategy  # what is one fit for all generators at m = 0
    for subjects, differences in (_fixed(panel, reference), _vtss(panel, reference)):
        if len(subjects):
            keys = {**panel.cell, "metric": panel.metric, "reference": reference.name}
            values = differences.to_numpy(dtype=float)
            yield subjects.assign(
                **keys,
                **_statistics(panel, values, rope, alpha),
                note=reference.notes(values),
                planned=reference.applies,
                of_all=of_all,
            )


def _fixed(panel: Panel, reference: Reference) -> tuple[pd.DataFrame, pd.DataFrame]:
    kept = [m for m in panel.multipliers if m not in reference.same_fit]
    subjects = pd.DataFrame({"subject": "fixed", "criterion": "", "multiplier": kept}, columns=SUBJECT)
    return subjects, panel.levels[kept] - reference.levels[kept]


def _vtss(panel: Panel, reference: Reference) -> tuple[pd.DataFrame, pd.DataFrame]:
    differences = {
        criterion: rows[panel.metric] - reference.at(rows["multiplier"])
        for criterion, rows in panel.by_criterion()
    }
    subjects = pd.DataFrame(
        {"subject": "vtss", "criterion": list(differences), "multiplier": np.nan}, columns=SUBJECT
    )
    return subjects, pd.DataFrame(differences)


def _statistics(panel: Panel, values: np.ndarray, rope: float, alpha: float) -> dict[str, Any]:
    found = difference_statistics(values, panel.n_train, panel.n_test, alpha)
    below, within, above = rope_probabilities(values, panel.n_train, panel.n_test, rope)
    return {
        **found,
        "n_train_mean": panel.n_train.mean(),
        "n_test_mean": panel.n_test.mean(),
        "rope": rope,
        "probability_better": below if panel.lower_is_better else above,
        "probability_equivalent": within,
        "probability_worse": above if panel.lower_is_better else below,
    }


def _adjust(rows: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """Adjust within families: one question about one metric.

    Do fixed multipliers, or does VTSS with one criterion, differ from one reference? Whether full balance by synthetic
    rows differs from equal weights is the primary question, and a family of its own.
    """
    primary = (rows["reference"] == WEIGHTS) & (rows["multiplier"] == FIXED["m=1"])
    subject = rows["subject"].mask(primary, "m=1") + (" by " + rows["criterion"]).where(
        rows["criterion"] != "", ""
    )
    family = subject + " against " + rows["reference"] + ", " + rows["metric"]
    planned = rows.get("planned", pd.Series(dtype=bool)).astype(bool)
    adjusted = adjust_families(rows[planned], family[planned], alpha, _tests(rows)[planned])
    sizes = adjusted.groupby("family")["family_size"].first()
    others = rows[~planned].assign(
        family=family[~planned],
        family_size=family[~planned].map(sizes).fillna(0).astype(int),
        holm_p=np.nan,
        significant=False,
    )
    return pd.concat([adjusted, others]).sort_index() if len(others) else adjusted


def _tests(rows: pd.DataFrame) -> pd.Series[int]:
    """Give each test its number; without synthetic rows all generators are one fit, tested once."""
    raw = rows["reference"].isin(CONSTANT) & (rows["multiplier"] == FIXED["m=0"])
    keys = [*CELL, "metric", "reference", *SUBJECT]
    return (
        rows.assign(generator=rows["generator"].mask(raw, rows.get("of_all")))
        .groupby(keys, dropna=False, sort=False)
        .ngroup()
    )
