"""Answers and verdicts as readers meet them."""

import numpy as np
import pandas as pd
import pytest

from synthsize.report.page.verdict_section import answer_tables, verdicts_section
from synthsize.report.tables.verdicts import answers_table, verdicts_table
from synthsize.statistics.answers import answers
from synthsize.statistics.verdicts import VERDICT_COLUMNS


def pair(recipe, alternative, verdict, difference, task="sepsis", classifier="logistic"):
    numbers = {
        "mean_difference": difference,
        "low": difference - 0.004,
        "high": difference + 0.004,
        "level": 0.95,
        "n_splits": 100,
        "rope": 0.01,
        "probability_better": 0.999 if verdict == "better" else 0.001,
        "p_better": 0.001 if verdict == "better" else 1.0,
        "p_no_better": 1.0 if verdict == "better" else 0.001,
        "smallest_difference": 0.0141,
        "smallest_any_splits": 0.0139,
        "correct_per_1000": -500 * difference,
        "correct_low": -500 * difference - 2,
        "correct_high": -500 * difference + 2,
        "note": "",
    }
    keys = {"task": task, "classifier": classifier, "recipe": recipe, "alternative": alternative}
    return dict.fromkeys(VERDICT_COLUMNS, np.nan) | keys | numbers | {"verdict": verdict}


@pytest.fixture
def judged():
    pairs = [
        ("prior_shift", "none", "better", -0.3),
        ("smote", "none", "better", -0.299),
        ("smote", "prior_shift", "same", 0.001),
    ]
    return pd.DataFrame([pair(*one, classifier=name) for one in pairs for name in ("logistic", "svm")])


@pytest.fixture
def vtss():
    return pd.DataFrame(columns=["task", "classifier", "generator", "criterion", "multiplier", "edge"])


def test_verdicts_stand_side_by_side_in_display_names(judged, names):
    table = verdicts_table(judged, names=names)
    one = table[table["classifier"] == "Logistic regression"]
    assert one["recipe"].tolist() == ["Shifted prior", "SMOTE"]
    assert one["none"].tolist() == ["better", "better"]
    assert one["prior_shift"].tolist() == [np.nan, "same"]
    assert one["alternative"].tolist() == ["Raw data", "Shifted prior"]  # where each does worst
    assert one["difference"].tolist() == [-0.3, 0.001]


def test_a_table_per_learner_has_its_own_unit(judged, vtss, names):
    tables = list(answer_tables(answers_table(answers(judged, vtss), names=names), names))
    assert [table.name for table in tables] == ["answers_logistic", "answers_svm"]
    assert len(tables[0].headers) <= 8  # the first table is to be read without scrolling
    section = verdicts_section(verdicts_table(judged, names=names), names)
    logistic, svm = (" ".join(table.headers) for table in section.tables)
    assert "Difference in balanced risk (nats)" in logistic
    assert "Difference in balanced risk (hinge loss)" in svm
    cells = [cell.text for cell in tables[0].rows[0]]
    assert cells[:4] == ["Sepsis", "Shifted prior", "more than 99%, settled", "SMOTE"]
    assert "0 (-2 to +2)" in cells


def test_what_validation_chose_stands_beside_the_answer_and_does_not_decide(judged, vtss, names):
    found = answers(judged, vtss)
    joint = pd.DataFrame(
        {"task": ["sepsis"], "classifier": "logistic", "method": "smote", "multiplier": 0.8, "C": np.nan}
    ).assign(share=0.4)
    first, second = answer_tables(answers_table(found, names=names, recommendations=joint), names)
    cells = dict(zip(first.headers, (cell.text for cell in first.rows[0]), strict=True))
    assert (cells["Recipe"], cells["Validation's choice (chosen in)"]) == (
        "Shifted prior",
        "SMOTE at m = 0.8 (40%)",
    )
    assert "does not decide what is recommended" in first.text
    assert "Validation's choice (chosen in)" not in second.headers
    assert "does not decide" not in second.text


def test_the_number_of_patients_that_it_takes_is_a_column(judged, vtss, names):
    found = answers(judged.assign(patients_factor=2.44), vtss)
    (first, _) = answer_tables(answers_table(found, names=names), names)
    cells = dict(zip(first.headers, (cell.text for cell in first.rows[0]), strict=True))
    assert cells["Times as many patients"] == "2.4"


def test_notes_have_a_column_where_one_says_something(judged, vtss, names):
    found = answers_table(answers(judged, vtss), names=names)
    noted = found.assign(note=found["classifier"].map({names.learner("svm"): "no comparison"}))
    first, second = answer_tables(noted, names)
    assert "What is missing" not in first.headers
    assert second.headers[-1] == "What is missing"


def test_the_section_of_verdicts_has_a_table_per_learner(judged, names):
    section = verdicts_section(verdicts_table(judged, names=names), names)
    assert [table.name for table in section.tables] == ["verdicts_logistic", "verdicts_svm"]
    assert "Against shifted prior" in section.tables[0].headers
    assert verdicts_section(None, names).tables == []
