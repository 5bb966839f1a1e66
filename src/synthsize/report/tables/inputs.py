"""From the files of a run to the tables that page and files show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.contracts.results import EVENTS
from synthsize.contracts.summaries import SUMMARIES
from synthsize.report.tables.comparisons import (
    choices_table,
    generator_gains,
    regret_table,
    vtss_differences,
)
from synthsize.report.tables.in_short import in_short_table
from synthsize.report.tables.joint_choice import recipes_table, recommendations_table
from synthsize.report.tables.metrics import metrics_table
from synthsize.report.tables.summary import controls_table, count_events
from synthsize.report.tables.verdicts import answers_table, verdicts_table

AS_THEY_ARE = (
    "summary",
    "diagnosis",
    "table1",
    "preflight",
)
OF_AN_EXTRACT = (
    "attrition",
    "missingness",
    "coverage",
    "expected",
    "audit",
)  # of runs that extract their tasks
ASKED_FOR = (
    "own_tables",
    "shortcuts",
    "transport",
    "transport_strata",
    "subgroups",
    "imputations",
    "fidelity",
    "learning_curve",
    "net_benefit",
    "learner_differences",
    "learner_answers",
    "learner_effort",
)  # of runs that make them
PUT_IN_WORDS = ("curves", "vtss", "controls", "paired", "regret", "choices", "verdicts", "answers")
WHERE_CHOSEN = ("recommendations", "recipes")  # there where the run chose among recipes


def read_tables(
    files: Mapping[str, str], events: Sequence[str], *, names: Names, interval: str
) -> dict[str, pd.DataFrame]:
    """Read what a run wrote and make it the tables of its report.

    Parameters
    ----------
    files : mapping of str to str
        CSV file of each name in `AS_THEY_ARE` and `PUT_IN_WORDS`, and of those of `OF_AN_EXTRACT`, `ASKED_FOR` and
        `WHERE_CHOSEN` that the run makes.
    events : sequence of str
        Parquet files of degenerate cases, in `contracts.results.EVENTS`.
    names : Names
        Of the run.
    interval : str
        Which interval to show: ``normal`` or ``nadeau_bengio``.

    Returns
    -------
    dict of str to DataFrame
        The tables of `AS_THEY_ARE`, and ``metrics``, ``controls``, ``gains``, ``differences``, ``regret``,
        ``choices``, ``verdicts``, ``answers``, ``in_short`` and ``events``; those of `OF_AN_EXTRACT` and `ASKED_FOR`
        as they are; those of `WHERE_CHOSEN` in words.
    """
    asked_for = {
        name: SUMMARIES[name].read(files[name]) for name in (*OF_AN_EXTRACT, *ASKED_FOR) if name in files
    }
    chosen = [name for name in WHERE_CHOSEN if name in files]
    read = {name: SUMMARIES[name].read(files[name]) for name in (*AS_THEY_ARE, *PUT_IN_WORDS, *chosen)}
    return {
        **{name: read[name] for name in AS_THEY_ARE},
        **result_tables({**read, **asked_for}, names=names, interval=interval),
        "events": count_events(EVENTS.read_all(events), names),
        **asked_for,
    }


def result_tables(
    summaries: Mapping[str, pd.DataFrame], *, names: Names, interval: str
) -> dict[str, pd.DataFrame]:
    """Make the tables of a run's results that are put in words, by the names that `read_tables` gives them.

    Parameters
    ----------
    summaries : mapping of str to DataFrame
        Those of `PUT_IN_WORDS`, and of `WHERE_CHOSEN` and the learners' differences as far as they are there.
    names, interval
        See `read_tables`.
    """
    choosing = dict(zip(WHERE_CHOSEN, (recommendations_table, recipes_table), strict=True))
    return {
        **{
            name: make(summaries[name], names=names, interval=interval)
            for name, make in choosing.items()
            if name in summaries
        },
        "metrics": metrics_table(
            *(summaries[name] for name in ("curves", "vtss", "controls")), names=names, interval=interval
        ),
        "controls": controls_table(summaries["controls"], names=names, interval=interval),
        "gains": generator_gains(summaries["paired"], names=names, interval=interval),
        "differences": vtss_differences(summaries["paired"], names=names, interval=interval),
        "regret": regret_table(summaries["regret"], names=names, interval=interval),
        "choices": choices_table(summaries["choices"], names=names),
        "verdicts": verdicts_table(summaries["verdicts"], names=names),
        "answers": answers_table(
            summaries["answers"], names=names, recommendations=summaries.get("recommendations")
        ),
        "in_short": in_short_table(
            *(summaries[name] for name in ("answers", "verdicts")),
            names=names,
            learner_differences=summaries.get("learner_differences"),
        ),
    }
