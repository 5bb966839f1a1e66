"""The tables that describe the cohort, on four admissions checked by hand."""

import pandas as pd
import pytest

from synthsize.errors import InputError
from synthsize.tasks import attrition, build_task, coverage, missingness, summarise_bins, table_1

WINDOW = {"window_hours": 120.0, "bin_hours": {"vital": 6.0, "lab": 24.0}}


@pytest.fixture
def features(bins, admissions):
    return summarise_bins(bins, admissions, summaries=["mean", "trend"], **WINDOW)


@pytest.fixture
def analysis(features, admissions, diagnoses):
    common = {"fewest": 1, "icd10": []}
    tables = (features, admissions, diagnoses)
    return {
        "mortality": build_task(*tables, name="mortality", outcome="died_in_hospital", icd9=[], **common),
        "septic_shock": build_task(*tables, name="septic_shock", outcome=None, icd9=["78552"], **common),
    }


def test_table_1(analysis):
    table = table_1(analysis, labels={"mortality": "In-hospital death"}).set_index("task")
    assert list(table) == [
        *("label", "positives", "negatives", "ratio", "admissions", "patients", "prevalence")
    ]
    assert table.loc["mortality"].tolist() == ["In-hospital death", 2, 2, 1.0, 4, 3, 0.5]
    assert table.loc["septic_shock"].tolist() == ["Septic shock", 1, 3, 3.0, 4, 3, 0.25]


def test_missingness(features, bins, admissions):
    table = missingness(features, bins, admissions, **WINDOW).set_index("variable")
    heart = table.loc["heart_rate"]
    assert (heart["admissions"], heart["admissions_percent"]) == (2, 50)
    assert heart["bins_percent"] == pytest.approx(100 * 3 / (4 * 20))
    assert heart["measurements_median"] == 0.5  # of 6, 0, 1 and 0
    assert heart["missing_cells_percent"] == pytest.approx(100 * (2 + 3) / 8)  # means, then trends
    lactate = table.loc["lactate"]
    assert (lactate["admissions"], lactate["unit"], lactate["measurements_median"]) == (1, "mmol/L", 0)
    assert lactate["bins_percent"] == pytest.approx(100 * 2 / (4 * 5))


def test_coverage_separates_the_strata(features, bins, admissions, analysis):
    table = coverage(features, bins, admissions, analysis).set_index("stratum")
    assert table["admissions"].to_dict() == {"carevue": 3, "metavision": 1, "all": 4}
    assert table["heart_rate_percent"].to_dict() == pytest.approx(
        {"carevue": 200 / 3, "metavision": 0, "all": 50}
    )
    assert table["mortality_prevalence_percent"].to_dict() == pytest.approx(
        {"carevue": 100 / 3, "metavision": 100, "all": 50}
    )


def test_attrition_continues_the_extraction(features, bins, analysis):
    steps = pd.DataFrame(
        {"step": ["in the source", "adults"], "admissions": [6, 4], "patients": [5, 3], "removed": [0, 2]}
    )
    table = attrition(steps, features, bins, analysis, labels={"mortality": "in-hospital death"})
    assert table["step"].tolist() == [
        "in the source",
        "adults",
        "in the analysis tables",
        "of these without any measurement (kept, imputed)",
        "of these positive: in-hospital death",
        "of these positive: septic shock",
    ]
    assert table["admissions"].tolist() == [6, 4, 4, 2, 2, 1]
    assert table["patients"].tolist() == [5, 3, 3, 2, 2, 1]
    assert table["removed"].tolist()[:3] == [0, 2, 0]
    assert table["removed"].isna().tolist() == [False, False, False, True, True, True]


def test_attrition_of_another_run(features, bins, analysis):
    steps = pd.DataFrame({"step": ["adults"], "admissions": [5], "patients": [3], "removed": [0]})
    with pytest.raises(InputError, match="ends with 5 admissions and table 'features' holds 4"):
        attrition(steps, features, bins, analysis)


def test_a_variable_that_the_concept_set_lacks_is_left_out(features, bins, admissions, analysis):
    without = features[[name for name in features if not name.startswith("lactate_")]]
    assert "lactate" not in set(missingness(without, bins, admissions, **WINDOW)["variable"])
    assert "lactate_percent" not in coverage(without, bins, admissions, analysis)
