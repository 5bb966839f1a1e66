import pandas as pd

from synthsize.report.content import Column, Section, make_table
from synthsize.report.missing import (
    classifier_of,
    missing_in_words,
    missing_note,
    of_controls,
    of_diagnosis,
    of_fidelity,
    whole_tasks,
)
from synthsize.report.page.sections import _with_note

LEFT_OUT = {
    "sepsis": "no patient is positive",
    "mortality/svm/smote": "ValueError: broken",
    "mortality/logistic/controls": "MemoryError",
    "mortality/diagnosis/jitter": "late",
}


def test_parts_have_the_words_of_figures_and_tables(names):
    assert missing_in_words(LEFT_OUT, names) == {
        "Sepsis": "no patient is positive",
        "In-hospital death: linear SVM, SMOTE": "ValueError: broken",
        "In-hospital death: logistic regression, controls": "MemoryError",
        "In-hospital death: regime diagnosis, Gaussian jitter": "late",
    }


def test_the_note_of_one_classifier_leaves_out_cells_of_others(names):
    assert missing_note(LEFT_OUT, names, "svm") == (
        "Missing, because no result came out: Sepsis (no patient is positive); "
        "In-hospital death: linear SVM, SMOTE (ValueError: broken)."
    )
    assert missing_note(LEFT_OUT, names).count(";") == 3


def test_the_price_of_the_shortcuts_is_named_but_not_at_what_shows_tasks(names):
    left_out = {"shortcuts": "MemoryError", "penalties": "broken"}
    assert missing_in_words(left_out, names) == {
        "Price of the shortcuts": "MemoryError",
        "Further penalties of the choice among recipes": "broken",
    }
    assert missing_note(left_out, names) == ""


def test_nothing_missing_needs_no_note(names):
    assert missing_note({}, names) == ""
    assert missing_note({"mortality/svm/smote": "broken"}, names, "logistic") == ""


def test_a_cohort_lacks_whole_tasks_only():
    assert whole_tasks(LEFT_OUT) == {"sepsis": "no patient is positive"}


def test_a_table_of_fidelity_lacks_no_cells_of_classifiers():
    left_out = LEFT_OUT | {"mortality/fidelity/arf": "late"}
    assert list(of_fidelity(left_out)) == ["sepsis", "mortality/fidelity/arf"]


def test_tables_of_controls_and_of_the_diagnosis_lack_their_own_parts():
    assert list(of_controls(LEFT_OUT)) == ["sepsis", "mortality/logistic/controls"]
    assert list(of_diagnosis(LEFT_OUT)) == ["sepsis", "mortality/diagnosis/jitter"]


def noted(anchor, table, names):
    """Text of a table of a section of an incomplete run."""
    made = make_table(pd.DataFrame({"a": [1]}), name=table, title="", text="", columns={"a": Column("A")})
    return _with_note(Section(anchor, "", tables=[made]), LEFT_OUT, names)[0].text


def test_the_note_of_a_table_names_what_that_table_lacks(names):
    assert classifier_of("summary_svm", names) == "svm"
    assert classifier_of("diagnosis", names) is None
    svm = noted("results", "summary_svm", names)
    assert "linear SVM, SMOTE" in svm
    assert "logistic regression" not in svm
    assert "regime diagnosis" not in svm
    logistic = noted("controls", "controls_logistic", names)
    assert "logistic regression, controls" in logistic
    assert "linear SVM" not in logistic
    assert "linear SVM" not in noted("diagnosis", "diagnosis", names)
