import numpy as np
import pandas as pd
import pytest

from synthsize.contracts.variables import VARIABLES
from synthsize.report.figures import missingness_coverage
from synthsize.report.figures.save import save_figure

NAMES = [variable.name for variable in VARIABLES]


@pytest.fixture
def coverage():
    sizes = {"both": 9, "carevue": 4000, "metavision": 8091, "no_icu": 900, "all": 13000}
    table = pd.DataFrame({"stratum": list(sizes), "admissions": list(sizes.values())})
    for i, name in enumerate(NAMES):
        table[f"{name}_percent"] = [50.0, 10.0 * i, 90.0, 0.0, 5.0 * i]
    return table


@pytest.fixture
def missingness():
    missing = np.arange(10.0) * 7
    return pd.DataFrame(
        {
            "variable": NAMES,
            "admissions": (13000 * (1 - missing / 100)).astype(int),
            "admissions_percent": 100 - missing,
            "bins_percent": 10.0,
            "missing_cells_percent": missing,
        }
    )


def draw(coverage, missingness, suppress_below=10):
    return missingness_coverage.draw(coverage, missingness, suppress_below=suppress_below)


def marks(panel):
    return {line.get_label(): line.get_xdata().tolist() for line in panel.lines}


def test_marks_hold_the_shares_of_each_system(coverage, missingness):
    left, _ = draw(coverage, missingness).axes
    assert marks(left) == {
        "CareVue (n = 4,000)": [10.0 * i for i in range(10)],
        "MetaVision (n = 8,091)": [90.0] * 10,
        "no ICU stay (n hidden)": [0.0] * 10,  # or the size of the small stratum could be had by subtraction
        "all admissions (n = 13,000)": [5.0 * i for i in range(10)],
    }
    assert [label.get_text() for label in left.get_yticklabels()] == [v.label for v in VARIABLES]


def test_bars_hold_the_cells_to_impute_whatever_the_order_of_rows(coverage, missingness):
    _, right = draw(coverage, missingness[::-1]).axes
    assert [bar.get_width() for bar in right.patches] == [7.0 * i for i in range(10)]
    assert [text.get_text() for text in right.texts][:2] == ["0.0", "7.0"]


def test_a_small_stratum_is_left_out_and_the_caption_says_so(coverage, missingness):
    left, _ = draw(coverage, missingness).axes
    assert not [label for label in marks(left) if "both" in label]
    assert "or of all but so few; stratum both systems." in missingness_coverage.caption(
        coverage, suppress_below=10
    )
    all_shown = marks(draw(coverage, missingness, suppress_below=0).axes[0])
    assert all_shown["both systems (n = 9)"] == [50.0] * 10
    assert "Hidden" not in missingness_coverage.caption(coverage, suppress_below=0)


def test_shares_that_describe_few_are_not_drawn(coverage, missingness):
    coverage.loc[1, "heart_rate_percent"] = 99.9  # all but 4 of 4,000
    missingness.loc[0, ["admissions", "admissions_percent", "missing_cells_percent"]] = [
        12996,
        100 * 12996 / 13000,
        0.03,
    ]
    left, right = draw(coverage, missingness).axes
    assert np.isnan(marks(left)["CareVue (n = 4,000)"][0])
    assert right.texts[0].get_text() == "hidden"
    assert right.patches[0].get_width() == 0.0


def test_strata_of_another_source_keep_their_names(coverage, missingness):
    other = coverage.replace({"stratum": {"carevue": "ward_a", "metavision": "2010"}})
    assert list(marks(draw(other, missingness).axes[0]))[:2] == ["ward a (n = 4,000)", "2010 (n = 8,091)"]


def test_a_variable_without_a_number_says_so(coverage, missingness):
    missingness.loc[3, "missing_cells_percent"] = np.nan
    _, right = draw(coverage, missingness).axes
    assert right.texts[3].get_text() == "no result"


def test_a_cohort_too_small_to_show(coverage, missingness, tmp_path):
    tiny = coverage.assign(admissions=3)
    left, _ = draw(tiny, missingness).axes
    assert [text.get_text() for text in left.texts] == ["no result"]
    save_figure(draw(tiny, missingness, suppress_below=10), [tmp_path / "coverage.png"])
    assert (tmp_path / "coverage.png").stat().st_size > 0
