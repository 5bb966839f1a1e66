from synthsize.report.missing import missing_in_words, missing_note, whole_tasks

LEFT_OUT = {
    "sepsis": "no patient is positive",
    "mortality/svm/smote": "ValueError: broken",
    "mortality/logistic/controls": "MemoryError",
    "mortality/diagnosis/jitter": "late",
}


def test_parts_have_the_words_of_figures_and_tables(task_labels):
    assert missing_in_words(LEFT_OUT, task_labels) == {
        "Sepsis": "no patient is positive",
        "In-hospital death: linear SVM, SMOTE": "ValueError: broken",
        "In-hospital death: logistic regression, controls": "MemoryError",
        "In-hospital death: regime diagnosis, Gaussian jitter": "late",
    }


def test_the_note_of_one_classifier_leaves_out_cells_of_others(task_labels):
    assert missing_note(LEFT_OUT, task_labels, "svm") == (
        "Missing, because no result came out: Sepsis (no patient is positive); "
        "In-hospital death: linear SVM, SMOTE (ValueError: broken)."
    )
    assert missing_note(LEFT_OUT, task_labels).count(";") == 3


def test_the_price_of_the_shortcuts_is_named_but_not_at_what_shows_tasks(task_labels):
    left_out = {"shortcuts": "MemoryError"}
    assert missing_in_words(left_out, task_labels) == {"Price of the shortcuts": "MemoryError"}
    assert missing_note(left_out, task_labels) == ""


def test_nothing_missing_needs_no_note(task_labels):
    assert missing_note({}, task_labels) == ""
    assert missing_note({"mortality/svm/smote": "broken"}, task_labels, "logistic") == ""


def test_a_cohort_lacks_whole_tasks_only():
    assert whole_tasks(LEFT_OUT) == {"sepsis": "no patient is positive"}
