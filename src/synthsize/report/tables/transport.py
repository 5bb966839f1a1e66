"""What VTSS reaches on strata that were not trained on, beside the random splits."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report import style
from synthsize.report.rows import in_words, of_first_criterion, with_limits

KEYS = ["task", "classifier", "generator", "place", "stratum"]
# Columns of the table: metric (None: the one that judges the classifier) and reference.
QUANTITIES = {
    "risk": (None, ""),
    "to_raw": (None, "m=0"),
    "to_prior": (None, "prior_shift"),
    "to_weights": (None, "weights_vtss"),
    "auroc": ("auroc", ""),
    "slope": ("calibration_slope", ""),
}
RANDOM, STRATUM, STRATA = "random", "stratum", "strata"
PLACES = {RANDOM: "random splits", STRATA: "mean over strata", "none": "nowhere"}


def transport_rows(transport: pd.DataFrame, *, names: Names, interval: str) -> pd.DataFrame:
    """One row per task, classifier, generator and place, in display names.

    Parameters
    ----------
    transport : DataFrame
        Columns of `statistics.transport.TRANSPORT_COLUMNS`.
    names : Names
        Of the run.
    interval : str
        Which interval to show.

    Returns
    -------
    DataFrame
        Task, classifier, generator, tested_on, n_splits, level and `QUANTITIES` with their limits (_low, _high); of the
        first criterion of VTSS that was run.
    """
    filled = transport.fillna(dict.fromkeys(("generator", "stratum", "criterion", "reference"), ""))
    chosen = of_first_criterion(filled[filled["subject"] == "vtss"])
    table = chosen[[*KEYS, "n_splits", "level"]].drop_duplicates(KEYS)
    judged = chosen["classifier"].map({name: names.risk_metric(name) for name in set(chosen["classifier"])})
    for key, (metric, reference) in QUANTITIES.items():
        wanted = (chosen["metric"] == (judged if metric is None else metric)) & (
            chosen["reference"] == reference
        )
        own = with_limits(chosen[wanted], "mean", key, interval)
        table = table.merge(own[[*KEYS, key, f"{key}_low", f"{key}_high"]], on=KEYS, how="left")
    table = table.assign(tested_on=place_words(table["place"], table["stratum"]))
    places = dict.fromkeys([PLACES[RANDOM], *sorted(set(table["tested_on"]) - set(PLACES.values()))])
    ordered = in_words(
        table,
        task=names.tasks,
        classifier=names.learner_labels,
        generator=names.generator_labels,
        tested_on={name: name for name in [*places, PLACES[STRATA]]},
    )
    return ordered.drop(columns=["place", "stratum"])


def place_words(places: Iterable[str], strata: Iterable[str]) -> list[str]:
    """Describe where a model was tested."""
    return [
        style.display(stratum, style.STRATA) if place == STRATUM else PLACES[place]
        for place, stratum in zip(places, strata, strict=True)
    ]
