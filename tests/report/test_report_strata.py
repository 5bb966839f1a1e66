"""Coverage of many strata: what figure and page tell in place of each hospital."""

import numpy as np
import pandas as pd
import pytest
from run_names import names_of

from synthsize.contracts.variables import VARIABLES
from synthsize.report.figures import missingness_coverage
from synthsize.report.page.cohort_section import cohort_section
from synthsize.report.strata import FEWEST, MANY, has_many_strata, strata_spread
from synthsize.report.suppression import suppress

NAMES = [variable.name for variable in VARIABLES]


@pytest.fixture
def coverage():
    """Forty hospitals, six of them small, whose shares of lactate rise in steps of a fortieth."""
    sizes = [4] * 6 + [20 + i for i in range(34)]
    table = pd.DataFrame({"stratum": [f"hospital {i}" for i in range(40)], "admissions": sizes})
    for name in NAMES:
        table[f"{name}_percent"] = 100.0
    table["lactate_percent"] = np.arange(40) * 2.5
    everyone = {"stratum": "all", "admissions": sum(sizes)}
    means = {
        name: np.average(table[name], weights=sizes) for name in table.columns if name.endswith("_percent")
    }
    return pd.concat([table, pd.DataFrame([everyone | means])], ignore_index=True)


@pytest.fixture
def missingness():
    return pd.DataFrame(
        {
            "variable": NAMES,
            "admissions": 1000,
            "admissions_percent": 75.0,
            "bins_percent": 10.0,
            "missing_cells_percent": 40.0,
        }
    )


def test_percentiles_are_those_of_the_large_strata(coverage):
    spread = strata_spread(coverage, 10).set_index("stratum")
    shares = np.arange(6, 40) * 2.5
    assert spread["lactate_percent"].tolist() == np.percentile(shares, [10, 25, 50, 75, 90]).round().tolist()
    assert spread[["counted", "left_out"]].to_numpy().tolist() == [[34, 6]] * 5


def test_few_large_strata_have_no_percentiles(coverage):
    small = coverage.assign(admissions=coverage["admissions"].where(coverage.index >= 40 - FEWEST + 1, 5))
    assert strata_spread(small, 10).filter(like="_percent").isna().all(axis=None)


def test_a_few_strata_are_shown_one_by_one(coverage):
    few = pd.concat([coverage.iloc[:MANY], coverage.iloc[-1:]])
    assert not has_many_strata(few)
    assert "coverage_spread" not in suppress({"coverage": few}, 10)


def test_no_hospital_leaves_the_tables(coverage):
    shown = suppress({"coverage": coverage}, 10)
    assert shown["coverage"]["stratum"].tolist() == ["all"]
    assert "hospital" not in shown["coverage_spread"].to_csv()


def test_page_has_a_column_for_each_percentile(coverage):
    [table] = cohort_section(suppress({"coverage": coverage}, 10), names_of({})).tables
    assert table.headers == [
        "Share of admissions",
        "all admissions (n\u00a0=\u00a01,265)",
        *("10th percentile", "25th percentile", "median", "75th percentile", "90th percentile"),
    ]
    shares = {row[0].text: [cell.text for cell in row[2:]] for row in table.rows}
    assert shares["Lactate"] == ["23%", "36%", "56%", "77%", "89%"]
    assert shares["Heart rate"] == ["100%"] * 5


def test_figure_and_caption(coverage, missingness):
    left, _ = missingness_coverage.draw(coverage, missingness, suppress_below=10).axes
    legend = [text.get_text() for text in left.figure.legends[0].get_texts()]
    assert legend == [
        "10th to 90th percentile of 34 strata",
        "middle half",
        "median stratum",
        "all admissions (n = 1,265)",
    ]
    assert not [line for line in left.lines if "hospital" in str(line.get_label())]
    caption = missingness_coverage.caption(coverage, suppress_below=10)
    assert "Percentiles over 34 strata (6 of few admissions are left out)" in caption
