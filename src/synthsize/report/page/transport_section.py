"""The section about models that are tested on another stratum than they were trained on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report import style
from synthsize.report.content import COUNT, Column, Section, Table, estimate, make_table
from synthsize.report.rows import by_classifier, in_words
from synthsize.report.strata import MANY
from synthsize.report.tables.transport import PLACES, RANDOM, transport_rows

TITLE = "Transport between strata"
LEVEL, DIFFERENCE = "{:.4f}", "{:+.4f}"
_TEXT = (
    "Each stratum is held out in turn: models, and the size that VTSS chose, come from {people} of the other "
    "strata, and "
    "{those} in both are not trained on. Random splits, which test on {people} of the places trained on, "
    "come first. Differences are taken within a split: below zero the synthetic rows do better than the raw fit, its "
    "shifted prior, or weights whose size was validated. Strata differ in case mix, so their levels are no ranking of "
    "places; what carries over is the sign and size of the differences. The interval within a stratum applies to its "
    "new {people}, that of the mean over strata to another stratum of the kind."
)
_WHOLE = (
    " There are more strata than half the splits, so that each is held out once, with all its {people}: single strata "
    "have no interval."
)


def transport_section(tables: Mapping[str, pd.DataFrame], names: Names, interval: str) -> Section:
    """Show the results on strata not trained on; nothing where the run has none."""
    if "transport" not in tables:
        return Section("transport", TITLE)
    strata = tables["transport_strata"]
    rows = transport_rows(tables["transport"], names=names, interval=interval)
    shown = list(_tables(rows, names, interval, whole=bool((strata["whole"] & (strata["splits"] > 0)).any())))
    words = [*_not_run(strata, names), *_in_short(rows, names)]
    return Section("transport", TITLE, words, tables=[*shown, *_refused(strata, names)])


def _not_run(strata: pd.DataFrame, names: Names) -> Iterator[str]:
    tested = strata.groupby("task", sort=False)["splits"].sum()
    tasks = [names.task(str(task)) for task in tested.index[tested == 0]]
    if tasks:
        yield (
            f"Not run for {', '.join(tasks)}: fewer than two strata have enough {names.people} of both classes to be "
            "trained on and tested on."
        )


def _in_short(rows: pd.DataFrame, names: Names) -> Iterator[str]:
    """State how often an interval separates VTSS from its rivals, on random splits and elsewhere."""
    random = rows["tested_on"] == PLACES[RANDOM]
    elsewhere = ~rows["tested_on"].isin(PLACES.values())
    for classifier, part in by_classifier(rows, names):
        for key, rival in {"to_prior": "a shifted prior", "to_weights": "tuned weights"}.items():
            told = [_told(part[where.loc[part.index]], key) for where in (random, elsewhere)]
            if all(told):
                yield (
                    f"{names.learner(classifier)}, VTSS against {rival}: on random splits {told[0]}; on strata that "
                    f"were not trained on {told[1]}."
                )


def _told(rows: pd.DataFrame, key: str) -> str:
    """Count the intervals on either side of zero; empty where there is none."""
    known = rows.dropna(subset=[f"{key}_low", f"{key}_high"])
    if known.empty:
        return ""
    better, worse = int((known[f"{key}_high"] < 0).sum()), int((known[f"{key}_low"] > 0).sum())
    return f"the interval lies below zero (better) in {better} of {len(known)} comparisons, above (worse) in {worse}"


def _tables(rows: pd.DataFrame, names: Names, interval: str, *, whole: bool) -> Iterator[Table]:
    for classifier, part in by_classifier(rows, names):
        words = style.interval_label(interval, float(part["level"].iloc[0]))
        risk = names.with_unit(f"{names.risk(classifier)} with VTSS", classifier)
        headers = {
            "risk": (risk, LEVEL),
            "to_raw": (names.with_unit("Minus raw data", classifier), DIFFERENCE),
            "to_prior": (names.with_unit("Minus shifted prior", classifier), DIFFERENCE),
            "to_weights": (names.with_unit("Minus tuned weights", classifier), DIFFERENCE),
            "auroc": ("AUROC", "{:.3f}"),
            "slope": ("Calibration slope", "{:.2f}"),
        }
        known = {key: header for key, header in headers.items() if part[key].notna().any()}
        limits = [f"{key}_{end}" for key in known for end in ("low", "high")]
        yield make_table(
            part[["task", "generator", "tested_on", "n_splits", *known, *limits]],
            name=f"transport_{classifier}",
            title=f"{TITLE}: {names.learner(classifier)}",
            text=(_TEXT + _WHOLE * whole).format(
                people=names.people,
                those="groups that occur" if names.has_own_tables else "patients who occur",
            ),
            columns={
                "task": Column("Task"),
                "generator": Column("Generator"),
                "tested_on": Column("Tested on"),
                "n_splits": Column("Splits", COUNT),
                **{key: estimate(what, key, form, words) for key, (what, form) in known.items()},
            },
            folded=True,
        )


def _refused(strata: pd.DataFrame, names: Names) -> Iterator[Table]:
    """Name the strata that are trained on alone, without their counts, which may be small; of many, say how many."""
    refused = strata[strata["splits"] == 0][["task", "stratum", "note"]]
    if refused.empty:
        return
    refused = in_words(refused.fillna({"note": ""}), task=names.tasks, stratum=style.STRATA)
    columns = {"task": Column("Task"), "stratum": Column("Stratum"), "note": Column("Why")}
    if strata["stratum"].nunique() > MANY:
        refused = refused.groupby(["task", "note"], sort=False).size().rename("strata").reset_index()
        columns = {"task": Column("Task"), "strata": Column("Strata", COUNT), "note": Column("Why")}
    yield make_table(
        refused[list(columns)],
        name="transport_strata",
        title="Strata that are not tested on",
        text="They are part of the training sets alone.",
        columns=columns,
        folded=True,
    )
