from synthsize.report.missing import missing_in_words, missing_note, of_fidelity, whole_tasks

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
