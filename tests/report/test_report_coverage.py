import numpy as np
import pandas as pd
import pytest

from synthsize.report.coverage import coverage_caption, draw_coverage, plot_coverage
from synthsize.schemas import VARIABLES

NAMES = [variable.name for variable in VARIABLES]


@pytest.fixture
def coverage():
    sizes = {"both": 9, "carevue": 40, "metavision": 51, "all": 100}
    table = pd.DataFrame({"stratum": list(sizes), "admissions": list(sizes.values())})
    for i, name in enumerate(NAMES):
        table[f"{name}_percent"] = [50.0, 10.0 * i, 99.0, 5.0 * i]
    return table


@pytest.fixture
def missingness():
    return pd.DataFrame({"variable": NAMES, "missing_cells_percent": np.arange(10.0) * 7})


def marks(panel):
    return {line.get_label(): line.get_xdata().tolist() for line in panel.lines}


def test_marks_hold_the_shares_of_each_system(coverage, missingness):
    left, _ = draw_coverage(coverage, missingness).axes
    assert marks(left) == {
        "CareVue (n = 40)": [10.0 * i for i in range(10)],
        "MetaVision (n = 51)": [99.0] * 10,
        "all admissions (n = 100)": [5.0 * i for i in range(10)],
    }
    assert [label.get_text() for label in left.get_yticklabels()] == [v.label for v in VARIABLES]


def test_bars_hold_the_cells_to_impute_whatever_the_order_of_rows(coverage, missingness):
    _, right = draw_coverage(coverage, missingness[::-1]).axes
    assert [bar.get_width() for bar in right.patches] == [7.0 * i for i in range(10)]
    assert [text.get_text() for text in right.texts][:2] == ["0.0", "7.0"]


def test_a_small_stratum_is_left_out_and_the_caption_says_so(coverage, missingness):
    left, _ = draw_coverage(coverage, missingness).axes
    assert not [label for label in marks(left) if "both" in label]
    assert "Strata of fewer than 10 admissions are not shown (1)." in coverage_caption(coverage)
    large = coverage.assign(admissions=10)
    assert "both systems (n = 10)" in marks(draw_coverage(large, missingness).axes[0])
    assert "not shown" not in coverage_caption(large)


def test_strata_of_another_source_keep_their_names(coverage, missingness):
    other = coverage.replace({"stratum": {"carevue": "ward_a", "metavision": "2010"}})
    assert list(marks(draw_coverage(other, missingness).axes[0]))[:2] == ["ward a (n = 40)", "2010 (n = 51)"]


def test_a_variable_without_a_number_says_so(coverage, missingness):
    missingness.loc[3, "missing_cells_percent"] = np.nan
    _, right = draw_coverage(coverage, missingness).axes
    assert right.texts[3].get_text() == "no result"


def test_a_cohort_too_small_to_show(coverage, missingness, tmp_path):
    tiny = coverage.assign(admissions=3)
    left, _ = draw_coverage(tiny, missingness).axes
    assert [text.get_text() for text in left.texts] == ["no result"]
    plot_coverage(tiny, missingness, output=[tmp_path / "coverage.png"])
    assert (tmp_path / "coverage.png").stat().st_size > 0
