"""Sections about places, groups and missing values."""

import made_up_places
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from run_names import names_of

from synthsize.report.hidden import Hidden
from synthsize.report.page.sensitivity_sections import imputations_section, subgroups_section
from synthsize.report.page.transport_section import transport_section
from synthsize.report.subgroup_suppression import group_sizes

NAMES = names_of({"mortality": "In-hospital death", "sepsis": "Sepsis"})
INTERVAL = "nadeau_bengio"


def rows(table):
    return [[cell.text for cell in row] for row in table.rows]


def test_nothing_is_shown_of_what_was_not_asked_for():
    sections = (
        transport_section({}, NAMES, INTERVAL),
        subgroups_section(None, NAMES, INTERVAL, 10),
        imputations_section(None, NAMES, INTERVAL),
    )
    for section in sections:
        assert not section.tables
        assert not section.paragraphs


def test_random_splits_come_first_and_small_strata_are_named_without_counts():
    tables = {"transport": made_up_places.transport(), "transport_strata": made_up_places.strata()}
    results, refused = transport_section(tables, NAMES, INTERVAL).tables
    assert [row[2] for row in rows(results)[:3]] == ["random splits", "CareVue", "MetaVision"]
    assert rows(results)[1][4:6] == ["0.0100 (-0.0900 to 0.1100)", "+0.0100 (-0.0900 to +0.1100)"]
    assert rows(refused) == [["In-hospital death", "no ICU stay", "too few"]]


def test_the_section_says_how_often_an_interval_separates():
    table = made_up_places.transport()
    weights = (table["reference"] == "weights_vtss") & (table["stratum"] == "carevue")
    table.loc[weights & (table["generator"] == "smote"), ["nadeau_bengio_low", "nadeau_bengio_high"]] = [
        -0.2,
        -0.1,
    ]
    tables = {"transport": table, "transport_strata": made_up_places.strata()}
    prior, weighted = transport_section(tables, NAMES, INTERVAL).paragraphs
    assert "against a shifted prior: on random splits" in prior
    assert "on random splits the interval lies below zero (better) in 0 of 2 comparisons" in weighted
    assert (
        "not trained on the interval lies below zero (better) in 1 of 4 comparisons, above (worse) in 0."
        in weighted
    )


def test_strata_held_out_whole_are_said_to_have_no_interval():
    tables = {"transport": made_up_places.transport(), "transport_strata": made_up_places.strata(whole=True)}
    assert "single strata have no interval" in transport_section(tables, NAMES, INTERVAL).tables[0].text


def test_of_many_strata_that_are_not_tested_on_the_number_is_reported():
    one = made_up_places.strata().query("splits == 0").iloc[:1]
    many = pd.concat([one.assign(stratum=f"hospital {number}") for number in range(30)], ignore_index=True)
    strata = pd.concat([made_up_places.strata(), many], ignore_index=True)
    _, refused = transport_section(
        {"transport": made_up_places.transport(), "transport_strata": strata}, NAMES, INTERVAL
    ).tables
    assert rows(refused) == [["In-hospital death", "31", "too few"]]


def test_a_task_without_two_strata_is_named():
    table = pd.concat(
        [made_up_places.transport(strata=()), made_up_places.transport(tasks=("sepsis",))], ignore_index=True
    )
    held = pd.concat(
        [made_up_places.strata(tested=(), refused=("carevue",)), made_up_places.strata(tasks=("sepsis",))],
        ignore_index=True,
    )
    section = transport_section({"transport": table, "transport_strata": held}, NAMES, INTERVAL)
    assert "Not run for In-hospital death" in section.paragraphs[0]


def test_what_few_people_decide_is_a_dash():
    sizes = {("sex", "F"): (200, 40), ("sex", "M"): (220, 5), ("stratum", "both"): (300, 45)}
    counted, results = subgroups_section(made_up_places.subgroups(sizes), NAMES, INTERVAL, 10).tables
    assert rows(counted) == [
        ["In-hospital death", "Sex", "F", "200", "hidden"],
        ["In-hospital death", "Sex", "M", "220", "<10"],
    ]  # strata stand in the table of coverage
    men = [row for row in rows(results) if row[2] == "M"]
    assert len(men) == 2 + 2 * 2  # what needs no synthetic rows stands once
    assert {row[6] for row in men} == {"\N{EN DASH}"}
    assert {row[7] for row in men} == {"0.500 (0.400 to 0.600)"}
    assert {row[6] for row in rows(results) if row[2] == "F"} == {"0.500 (0.400 to 0.600)"}


@given(
    sizes=st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 40), st.integers(0, 25)), min_size=2, max_size=6
    )
)
@settings(max_examples=25, deadline=None)
def test_no_hidden_count_follows_from_the_total_or_from_another_task(sizes):
    below = 10
    groups = {("sex", f"g{i}"): (more + rest + few, few + more) for i, (rest, more, few) in enumerate(sizes)}
    nested = {("sex", f"g{i}"): (more + rest + few, few) for i, (rest, more, few) in enumerate(sizes)}
    table = pd.concat([made_up_places.subgroups(groups), made_up_places.subgroups(nested, tasks=("sepsis",))])
    shown = group_sizes(table, below)
    for _, part in shown.groupby("task"):
        for column in ("admissions", "positives"):
            known = [0 if isinstance(v, Hidden) else int(v) for v in part[column]]
            hidden = [isinstance(v, Hidden) for v in part[column]]
            true = [
                (groups if part["task"].iloc[0] == "mortality" else nested)[("sex", g)] for g in part["group"]
            ]
            counts = [pair[column == "positives"] for pair in true]
            assert all(k == 0 or k >= below for k in known)
            rest = sum(counts) - sum(known)
            if any(hidden) and not all(hidden):
                assert sum(hidden) > 1
                assert rest == 0 or rest >= below
    positives = {task: part["positives"] for task, part in shown.groupby("task")}
    for outer, inner in zip(positives["mortality"], positives["sepsis"], strict=True):
        if not isinstance(outer, Hidden) and not isinstance(inner, Hidden):
            assert outer == inner or outer - inner >= below


@pytest.mark.parametrize("below", [0, 1])
def test_the_setting_switches_suppression_off(below):
    sizes = {("sex", "F"): (20, 4), ("sex", "M"): (3, 1)}
    counted, results = subgroups_section(made_up_places.subgroups(sizes), NAMES, INTERVAL, below).tables
    assert [row[3:] for row in rows(counted)] == [["20", "4"], ["3", "1"]]
    assert "\N{EN DASH}" not in {row[6] for row in rows(results)}


def test_multiple_imputation_shows_changes_and_what_oversampling_gains():
    (table,) = imputations_section(made_up_places.imputations(), NAMES, INTERVAL).tables
    raw, balanced, _ = rows(table)[:3]
    assert raw[2] == "m = 0"
    assert raw[-1] == "\N{EN DASH}"
    assert balanced[3:] == ["5", "5", "0.5000", *["+0.0100 (-0.0900 to +0.1100)"] * 3]


def test_without_missing_values_the_section_says_so():
    section = imputations_section(made_up_places.imputations(missing=False), NAMES, INTERVAL)
    assert section.paragraphs == ["In-hospital death: no value is missing."]
    assert not section.tables
    assert np.isnan(made_up_places.imputations(missing=False)["mean_difference"]).all()
