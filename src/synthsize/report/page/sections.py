"""The sections of the page, in reading order. A new section is a function here and a line in `standard_sections`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from synthsize.catalogue.names import Names
from synthsize.report.content import Column, Figure, Section, Table, make_table
from synthsize.report.missing import (
    classifier_of,
    impossible_in_words,
    missing_in_words,
    missing_note,
    of_controls,
    of_diagnosis,
    of_fidelity,
    whole_tasks,
)
from synthsize.report.page.checks_section import checks_section
from synthsize.report.page.cohort_section import cohort_section
from synthsize.report.page.comparison_sections import choices_section
from synthsize.report.page.curve_sections import benefit_section, learning_section
from synthsize.report.page.fidelity_section import fidelity_section
from synthsize.report.page.joint_section import joint_section
from synthsize.report.page.learners_section import learners_section
from synthsize.report.page.own_section import own_tables_section
from synthsize.report.page.price_section import price_section
from synthsize.report.page.result_sections import controls_section, metrics_section, results_section
from synthsize.report.page.run_sections import events_section, resources_section
from synthsize.report.page.sensitivity_sections import imputations_section, subgroups_section
from synthsize.report.page.transport_section import transport_section
from synthsize.report.page.verdict_section import answer_tables, in_short_tables, verdicts_section
from synthsize.report.suppression import suppress
from synthsize.report.tables.regimes import cost_in_words, describe_regimes, regime_table, size_in_words
from synthsize.report.wording import splits_in_words

# Of what is left out, what tables of a section can lack; of others everything.
LACKED_BY: dict[str, Callable[[Mapping[str, str]], dict[str, str]]] = {
    "cohort": whole_tasks,
    "controls": of_controls,
    "data": whole_tasks,
    "diagnosis": of_diagnosis,
    "fidelity": of_fidelity,
}
TASK_SECTIONS = (
    "joint",
    "headline",
    "verdicts",
    "results",
    "learners",
    "choices",
    "controls",
    "learning",
    "metrics",
    "benefit",
    "diagnosis",
    "fidelity",
    "transport",
    "subgroups",
    "imputations",
    "shortcuts",
    "cohort",
    "data",
    "events",
)  # hold a row or more per task
_DELTA = "95% delta-method interval"
_REGIME = {
    "task": Column("Task"),
    "generator": Column("Generator"),
    "regime": Column("Regime"),
    "asymmetry": Column(
        "Asymmetry (s.e.)", "{:.3f}", ("asymmetry_se",), " ({:.3f})", ("Asymmetry", "Asymmetry, s.e.")
    ),
    "mismatch": Column(
        "Mismatch (s.e.)", "{:.3f}", ("mismatch_se",), " ({:.3f})", ("Mismatch", "Mismatch, s.e.")
    ),
    "cosine": Column("Cosine", "{:.2f}"),
    "slopes_p_holm": Column("p, equal slopes, Holm-adjusted", "{:.2g}"),
    "slopes_cost": Column(
        "Cost of the raw slopes, nats (95% limits)",
        also=("slopes_cost_low", "slopes_cost_high"),
        names=("Cost of the raw slopes, nats", "Cost, low", "Cost, high"),
        words=cost_in_words,
    ),
    "theory_multiplier": Column(
        f"Theory's m ({_DELTA})",
        also=("multiplier_low", "multiplier_high"),
        names=(
            "Theory's m",
            "Theory's m, 95% delta-method interval, low",
            "Theory's m, 95% delta-method interval, high",
        ),
        words=size_in_words,
    ),
    "remarks": Column("Remarks"),
}


def standard_sections(
    run: Mapping[str, str],
    tables: Mapping[str, pd.DataFrame],
    figures: list[Figure],
    names: Names,
    *,
    interval: str,
    suppress_below: int,
    reading: Sequence[str] = (),
    left_out: Mapping[str, str] | None = None,
    impossible: Mapping[str, str] | None = None,
    headline: Sequence[str] = (),
) -> list[Section]:
    """All sections for the tables that are there, each with its figures; see `page.write_report`."""
    tables = suppress(tables, suppress_below)
    left_out, impossible = left_out or {}, impossible or {}
    sections = [
        _incomplete(left_out, names),
        Section(
            "headline",
            "In short",
            list(headline),
            tables=[
                *in_short_tables(tables.get("in_short"), names),
                *answer_tables(tables.get("answers"), names),
            ],
        ),
        _run({**run, **impossible_in_words(impossible, names)}),
        Section("reading", "How to read the results", list(reading)),
        results_section(tables, names),
        joint_section(tables.get("recommendations"), tables.get("recipes"), names, interval),
        verdicts_section(tables.get("verdicts"), names),
        learners_section(tables, names, interval),
        choices_section(tables, names, interval),
        controls_section(tables, names, interval),
        learning_section(tables.get("learning_curve"), names),
        metrics_section(tables, names, interval),
        benefit_section(tables.get("net_benefit"), names, interval),
        _diagnosis(tables, names),
        fidelity_section(tables.get("fidelity"), names),
        transport_section(tables, names, interval),
        subgroups_section(tables.get("subgroups"), names, interval, suppress_below),
        imputations_section(tables.get("imputations"), names, interval),
        price_section(tables.get("shortcuts"), names, interval),
        own_tables_section(tables, names),
        cohort_section({} if "own_tables" in tables else tables, names),
        checks_section(tables),
        events_section(tables),
        resources_section(tables),
    ]
    unknown = {figure.section for figure in figures} - {section.anchor for section in sections}
    if unknown:
        raise ValueError(f"the page has no section {', '.join(sorted(unknown))} to hold a figure")
    filled = [
        replace(
            section,
            tables=_with_note(section, {**left_out, **impossible}, names),
            figures=[figure for figure in figures if figure.section == section.anchor],
        )
        for section in sections
    ]
    return [
        section
        for section in filled
        if section.paragraphs or section.facts or section.tables or section.figures
    ]


def _incomplete(left_out: Mapping[str, str], names: Names) -> Section:
    """Show nothing where the run is complete."""
    if not left_out:
        return Section("incomplete", "Incomplete run")
    text = (
        "The following parts gave no result and are missing below. The reason is the last line of its log; a "
        "cell of which some splits failed is left out as a whole. The same run, repeated when the cause is fixed, "
        "fits what is missing and makes this page again."
    )
    return Section("incomplete", "Incomplete run", [text], facts=missing_in_words(left_out, names))


def _with_note(section: Section, left_out: Mapping[str, str], names: Names) -> list[Table]:
    """Tables of a section, each of those about tasks with what it lacks itself."""
    if section.anchor not in TASK_SECTIONS:
        return section.tables
    lacking = LACKED_BY.get(section.anchor, dict)(left_out)
    noted = (
        (table, missing_note(lacking, names, classifier_of(table.name, names))) for table in section.tables
    )
    return [replace(table, text=f"{table.text} {note}".strip()) for table, note in noted]


def _run(run: Mapping[str, str]) -> Section:
    return Section("run", "What was run", facts=run)


def _diagnosis(tables: Mapping[str, pd.DataFrame], names: Names) -> Section:
    """Show nothing where no classifier was diagnosed."""
    diagnosis = tables.get("diagnosis")
    if diagnosis is None or diagnosis.empty:
        return Section("diagnosis", "Regime diagnosis")
    text = (
        "At the unpenalised logistic fit in which the classes count as in the balanced risk: how far they pull the "
        "model apart (asymmetry), "
        "how far the generator's rows pull it from real minority rows that the generator did not see (mismatch), and "
        "the cosine between the two. The theory's size is the m at which the mismatch cancels what is left of the "
        "asymmetry; it is exact where the cosine is 1 or -1 and first-order advice elsewhere; its interval is carried "
        "over from the standard errors. With an intercept the classes always pull at least that apart; the test of "
        "equal slopes asks whether balancing moves anything else, adjusted by Holm over the tasks. The cost of "
        "the raw slopes is the balanced log-loss that they lose to the balanced ones once the intercept is right, with "
        "its limits: only where the upper one is at most 0.01 nats is the intercept said to be all, and where neither "
        "is shown the regime is not resolved. "
        "Means (medians for p and m) over the training rows "
        f"of the run's first splits ({splits_in_words(diagnosis['n_splits'])}); training sets overlap, and more would "
        "say little more. The hinge has no second derivative to build standard errors from, so the support "
        "vector machine is not diagnosed; nor are generators whose training is slow, a command, or rows made "
        "beforehand, which would have to learn anew a hundred times."
    )
    regimes = regime_table(diagnosis, names)
    if not regimes["remarks"].any():
        regimes = regimes.drop(columns="remarks")
    table = make_table(
        regimes,
        name="diagnosis",
        title="Asymmetry and mismatch",
        text=text,
        columns=_REGIME,
    )
    return Section("diagnosis", "Regime diagnosis", describe_regimes(diagnosis, names), tables=[table])
