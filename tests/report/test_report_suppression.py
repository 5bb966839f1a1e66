"""Nothing that is hidden can be had by subtraction, by a percentage, or from the value behind a cell."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthsize.contracts.summaries import SUMMARIES
from synthsize.report.content import Column, make_table
from synthsize.report.hidden import SECONDARY, Hidden
from synthsize.report.rates import NOT_SHOWN
from synthsize.report.suppression import (
    suppress,
    suppress_attrition,
    suppress_class_sizes,
    suppress_coverage,
    suppress_missingness,
)

BELOW = 10
FEW = Hidden("<10", "fewer than 10")


def texts(table):
    """What a reader sees, row by row, with numbers left as they are."""
    return [[v.text if isinstance(v, Hidden) else v for v in row] for row in table.to_numpy().tolist()]


def class_sizes(positives, negatives):
    total = positives + negatives
    return pd.DataFrame(
        {
            "task": ["sepsis"],
            "label": ["Sepsis"],
            "positives": [positives],
            "negatives": [negatives],
            "ratio": [negatives / max(positives, 1)],
            "admissions": [total],
            "patients": [total],
            "prevalence": [positives / total],
        }
    )


@pytest.mark.parametrize(
    ("positives", "negatives", "shown"),
    [
        (10, 90, [10, 90, 9.0, 100, 100, 0.1]),
        (9, 91, ["<10", "hidden", "hidden", 100, 100, "hidden"]),
        (95, 5, ["hidden", "<10", "hidden", 100, 100, "hidden"]),
        (0, 100, [0, 100, 100.0, 100, 100, 0.0]),
    ],
)
def test_a_small_class_takes_the_other_class_and_the_ratios_with_it(positives, negatives, shown):
    assert texts(suppress_class_sizes(class_sizes(positives, negatives), BELOW))[0][2:] == shown


@pytest.mark.parametrize("below", [0, 1])
def test_the_setting_switches_everything_off(below):
    table = class_sizes(1, 2)
    pd.testing.assert_frame_equal(suppress_class_sizes(table, below), table)
    steps = attrition([(5, 5), (4, 4), (3, 3)])
    assert texts(suppress_attrition(steps, below)) == texts(steps)


def test_a_threshold_of_its_own():
    assert texts(suppress_class_sizes(class_sizes(4, 20), 5))[0][2] == "<5"
    assert texts(suppress_class_sizes(class_sizes(5, 20), 5))[0][2] == 5


def missingness(measured, total):
    share = 100 * measured / total
    return pd.DataFrame(
        {
            "variable": ["inr"],
            "admissions": [measured],
            "admissions_percent": [share],
            "bins_percent": [share / 2],
            "measurements_median": [1.0],
            "missing_cells_percent": [100 - share],
        }
    )


def test_few_with_a_value_and_few_without_are_hidden_with_their_shares():
    told = missingness(50, 100)
    pd.testing.assert_frame_equal(suppress_missingness(told, BELOW), told)
    few_with = texts(suppress_missingness(missingness(3, 100), BELOW))[0]
    assert few_with == ["inr", "<10", "hidden", "hidden", 1.0, "hidden"]
    few_without = texts(suppress_missingness(missingness(97, 100), BELOW))[0]
    assert few_without == ["inr", "hidden", "hidden", 48.5, 1.0, "hidden"]
    nobody = missingness(0, 100)
    pd.testing.assert_frame_equal(suppress_missingness(nobody, BELOW), nobody)


def coverage(sizes, counts):
    table = pd.DataFrame({"stratum": [f"s{i}" for i in range(len(sizes))], "admissions": sizes})
    table["inr_percent"] = 100 * np.array(counts) / sizes
    table.loc[len(sizes)] = ["all", sum(sizes), 100 * sum(counts) / sum(sizes)]
    return table


def test_the_smallest_neighbour_hides_the_size_of_a_small_stratum():
    table = suppress_coverage(coverage([9, 1885, 1473, 71], [9, 1800, 1400, 0]), BELOW)
    assert texts(table) == [
        ["s0", "<10", "hidden"],
        ["s1", 1885, 95.0],
        ["s2", 1473, 95.0],
        ["s3", "hidden", 0.0],
        ["all", 3438, 93.0],
    ]


def test_where_rounding_is_too_fine_another_share_is_hidden():
    table = suppress_coverage(coverage([40, 60, 80], [3, 30, 40]), BELOW)
    assert texts(table)[:3] == [["s0", 40, "hidden"], ["s1", 60, "hidden"], ["s2", 80, 50.0]]
    assert table["inr_percent"].iloc[3] == 41.0


def test_shares_of_a_large_cohort_keep_a_decimal():
    table = suppress_coverage(coverage([4000, 7000], [1236, 999]), BELOW)
    assert table["inr_percent"].tolist() == [30.9, 14.3, 20.3]


@settings(deadline=None)
@given(
    st.lists(st.integers(1, 400), min_size=1, max_size=6).flatmap(
        lambda sizes: st.tuples(st.just(sizes), st.tuples(*(st.integers(0, size) for size in sizes)))
    )
)
def test_no_share_of_a_stratum_follows_from_the_others(cohort):
    sizes, counts = cohort
    shown = suppress_coverage(coverage(list(sizes), list(counts)), BELOW)
    *parts, whole = [not isinstance(value, Hidden) for value in shown["inr_percent"]]
    secret = [i for i, told in enumerate(parts) if not told]
    for size, count, told in zip(sizes, counts, parts, strict=True):
        assert not told or not (0 < count < BELOW or 0 < size - count < BELOW)
    if secret and whole:
        doubt = sum(size for size, told in zip(sizes, parts, strict=True) if told) / 100
        sums = [sum(counts[i] for i in secret), sum(sizes[i] - counts[i] for i in secret)]
        safe = len(secret) > 1 and not any(0 < value < BELOW for value in sums)
        assert safe or doubt >= BELOW or len(secret) == len(parts)


def attrition(levels, parts=()):
    rows = [(f"step {i}", *level) for i, level in enumerate(levels)]
    table = pd.DataFrame([*rows, *parts], columns=["step", "admissions", "patients"])
    removed = [0, *(-np.diff([level[0] for level in levels])), *([None] * len(parts))]
    return table.assign(removed=pd.array(removed, dtype="Int64"))


def test_steps_that_remove_few_share_a_row():
    table = attrition([(100, 90), (80, 70), (79, 69), (50, 40), (50, 40)])
    assert texts(suppress_attrition(table, BELOW)) == [
        ["step 0", 100, 90, 0],
        ["step 1", 80, 70, 20],
        ["step 2; step 3", 50, 40, 30],
        ["step 4", 50, 40, 0],
    ]


def test_a_step_that_loses_few_patients_is_no_better():
    table = attrition([(100, 90), (80, 88), (50, 40)])
    assert texts(suppress_attrition(table, BELOW))[1] == ["step 1; step 2", 50, 40, 50]


def test_when_all_steps_remove_few_the_start_is_not_shown():
    tables = {
        "attrition": attrition([(100, 90), (98, 89), (97, 88)]),
        "preflight": pd.DataFrame({"table": ["admissions", "patients", "icustays"], "rows": [100, 90, 300]}),
    }
    shown = suppress(tables, BELOW)
    assert texts(shown["attrition"]) == [["step 0; step 1; step 2", 97, 88, "<10"]]
    assert texts(shown["preflight"]) == [["admissions", "hidden"], ["patients", "hidden"], ["icustays", 300]]


def test_parts_hide_themselves_and_what_is_left():
    parts = [("few", 3, 2), ("all but few", 95, 80), ("many", 50, 5), ("nobody", 0, 0)]
    shown = texts(suppress_attrition(attrition([(100, 90), (100, 90)], parts), BELOW))[2:]
    assert [row[:3] for row in shown] == [
        ["few", "<10", "<10"],
        ["all but few", "hidden", 80],
        ["many", 50, "<10"],
        ["nobody", 0, 0],
    ]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=8))
def test_no_two_rows_of_the_attrition_differ_by_few(removals):
    gone = np.cumsum([(0, 0), *removals], axis=0)
    levels = (np.array([[400, 350]]) - gone).tolist()
    shown = suppress_attrition(attrition(levels), BELOW)
    counts = shown[["admissions", "patients"]].to_numpy(dtype=float)
    differences = counts[:, None, :] - counts[None, :, :]
    assert not ((differences > 0) & (differences < BELOW)).any()
    assert counts[-1].tolist() == [float(n) for n in levels[-1]]
    assert sum(len(step.split("; ")) for step in shown["step"]) == len(levels)


def nested_tasks(*strata):
    """Tables of a cohort of 100 per stratum, given the positives of each task in each stratum."""
    counts = np.array(strata)
    sizes, names = [100] * len(counts), [f"t{i}" for i in range(counts.shape[1])]
    shares = pd.DataFrame(counts, columns=[f"{name}_prevalence_percent" for name in names]).astype(float)
    whole = shares.mean().to_frame().T
    parts = [(f"of these positive: {name}", n, n) for name, n in zip(names, counts.sum(axis=0), strict=True)]
    table1 = [
        class_sizes(n, sum(sizes) - n).assign(task=name) for name, (_, n, _) in zip(names, parts, strict=True)
    ]
    strata_names = [*(f"s{i}" for i in range(len(sizes))), "all"]
    return {
        "table1": pd.concat(table1, ignore_index=True),
        "attrition": attrition([(sum(sizes), sum(sizes))], parts),
        "coverage": pd.concat([shares, whole], ignore_index=True).assign(
            stratum=strata_names, admissions=[*sizes, sum(sizes)]
        ),
    }


def told_positives(tables, below=BELOW):
    """Positives of each task that a reader finds or computes, by table; NaN where nothing is told."""
    shown = suppress(tables, below)

    def numbers(values):
        return [np.nan if isinstance(value, Hidden) else float(value) for value in values]

    coverage = shown["coverage"].filter(like="_prevalence_percent")
    return {
        "table1": numbers(shown["table1"]["positives"]),
        "prevalence": numbers(shown["table1"]["prevalence"]),
        "attrition": numbers(shown["attrition"]["admissions"].iloc[1:]),
        "coverage": [numbers(coverage[name]) for name in coverage],
    }


def test_of_two_tasks_that_differ_by_few_the_smaller_one_is_hidden_everywhere():
    told = told_positives(nested_tasks([17, 10], [20, 20]))
    assert told["table1"] == pytest.approx([37, np.nan], nan_ok=True)
    assert told["prevalence"] == pytest.approx([0.185, np.nan], nan_ok=True)
    assert told["attrition"] == pytest.approx([37, np.nan], nan_ok=True)
    assert told["coverage"] == [[17, 20, 18.5], pytest.approx([np.nan, 20, np.nan], nan_ok=True)]


def test_patients_of_nested_tasks_are_no_way_round():
    parts = [("of these positive: Sepsis", 26, 17), ("of these positive: Septic shock", 16, 10)]
    assert texts(suppress_attrition(attrition([(129, 100)], parts), BELOW))[1:] == [
        ["of these positive: Sepsis", 26, 17, pd.NA],
        ["of these positive: Septic shock", 16, "hidden", pd.NA],
    ]


def test_a_stratum_in_which_nested_tasks_differ_by_few_does_not_follow_from_the_others():
    few, many, whole = told_positives(nested_tasks([40, 35], [60, 30]))["coverage"][1]
    assert np.isnan([few, many]).all()  # the difference of 5 in the first follows from whole and second
    assert whole == 32


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.integers(0, 60), min_size=3, max_size=3).map(lambda row: sorted(row, reverse=True)),
        min_size=1,
        max_size=4,
    )
)
def test_no_two_tasks_shown_differ_by_few(strata):
    told = told_positives(nested_tasks(*strata))
    whole = np.sum(strata, axis=0)
    for values in (told["table1"], told["attrition"]):
        differences = np.abs(np.subtract.outer(values, values))
        assert not ((differences > 0) & (differences < BELOW)).any()
        if whole.max() >= BELOW:
            assert np.nanmax(values) == whole.max()
    for stratum in range(len(strata)):
        shown = [column[stratum] for column in told["coverage"]]
        for first, second in ((0, 1), (0, 2), (1, 2)):
            difference = strata[stratum][first] - strata[stratum][second]
            assert not (0 < difference < BELOW) or np.isnan([shown[first], shown[second]]).any()


def test_few_source_rows_are_hidden():
    audit = pd.DataFrame({"item": ["a", "b", "c"], "rows": [3, 0, 10]})
    assert texts(suppress({"audit": audit}, BELOW)["audit"]) == [["a", "<10"], ["b", 0], ["c", 10]]


def test_tables_without_people_pass():
    summary = pd.DataFrame({"n_splits": [3]})
    assert suppress({"summary": summary}, BELOW)["summary"] is summary


def test_a_hidden_number_leaves_no_value_behind_its_cell():
    frame = pd.DataFrame({"positives": [FEW, SECONDARY, 1234], "negatives": [1.0, 2.0, np.nan]})
    table = make_table(
        frame, name="t", title="t", text="", columns={"positives": Column("Positive", "{:,.0f}")}
    )
    assert [(row[0].text, row[0].value) for row in table.rows] == [
        ("<10", None),
        ("hidden", None),
        ("1,234", 1234),
    ]
    assert table.numeric == [True, True]


def test_totals_beside_published_ones_reveal_no_more_than_the_class_sizes():
    """Sepsis contains septic shock: 17 and 12 side by side tell that five are septic without shock."""
    observed = {"admissions": 128.0, "sepsis": 17.0, "septic shock": 12.0, "newborns": 4.0, "none": 0.0}
    others = {"median age (years)": 7.0, "rows of ADMISSIONS": 120.0, "rows of CALLOUT": 3.0}
    totals = pd.DataFrame({"check": [*observed, *others], "observed": [*observed.values(), *others.values()]})
    totals = totals.assign(
        expected=totals["observed"], difference=0.0, relative_difference=0.0, verdict="equal"
    )
    shown = suppress({"expected": totals}, 10)["expected"]
    hidden = ["septic shock", "newborns", "rows of CALLOUT"]
    for column in ("expected", "observed", "difference", "relative_difference"):
        assert shown.loc[shown[column].map(lambda cell: isinstance(cell, Hidden)), "check"].tolist() == hidden
    assert suppress({"expected": totals}, 0)["expected"].equals(totals)


def rates(tasks):
    """Metrics in display names, and net benefit, of tasks by their positives among 1,000."""
    metrics, benefit = [], []
    for task, positives in tasks.items():
        share = positives / 1000
        metrics.append(
            {"task": task.title(), "sensitivity": 0.7, "specificity": 0.6, "f1": 0.3, "auprc": share}
        )
        for recipe in ("raw", "treat_all"):
            row = dict.fromkeys(SUMMARIES["net_benefit"].columns) | {
                "task": task,
                "recipe": recipe,
                "note": "",
            }
            benefit.append(row | {"mean": share - (1 - share) / 9, "difference": -0.01, "brier": 0.1})
    return {"metrics": pd.DataFrame(metrics), "net_benefit": pd.DataFrame(benefit)}


def test_no_rate_tells_a_class_size_that_is_hidden():
    tasks = {"sepsis": 37, "shock": 32, "death": 150, "arrest": 4}
    sizes = [class_sizes(n, 1000 - n).assign(task=name, label=name.title()) for name, n in tasks.items()]
    shown = suppress(rates(tasks) | {"table1": pd.concat(sizes, ignore_index=True)}, BELOW)
    hidden = [isinstance(value, Hidden) for value in shown["table1"]["prevalence"]]
    assert hidden == [False, True, False, True]
    for name in ("f1", "auprc"):
        assert [isinstance(value, Hidden) for value in shown["metrics"][name]] == hidden
    assert shown["metrics"]["sensitivity"].tolist() == [0.7] * 4
    levels = shown["net_benefit"]
    assert levels["mean"].isna().tolist() == [value for value in hidden for _ in range(2)]
    assert (levels["note"] == NOT_SHOWN).tolist() == levels["mean"].isna().tolist()
    of_fits = levels["recipe"] == "raw"
    assert (levels.loc[of_fits, "difference"] == -0.01).all()
    assert levels.loc[~of_fits, "difference"].isna().tolist() == hidden
    assert levels.loc[of_fits, "brier"].isna().tolist() == hidden


def test_the_last_points_of_two_learning_curves_do_not_differ_by_few():
    curve = pd.DataFrame(
        {
            "task": ["sepsis", "sepsis", "shock", "shock", "death"],
            "positives": [100, 0, 100, 0, 0],
            "n_minority_mean": [100.0, 400.0, 100.0, 396.2, 900.0],
            "n_train_mean": 3000.0,
            "mean_difference": 0.01,
        }
    )
    shown = suppress({"learning_curve": curve}, BELOW)["learning_curve"]
    assert shown["n_minority_mean"].isna().tolist() == [False, False, False, True, False]
    assert shown["mean_difference"].isna().tolist() == [False, False, False, True, False]
