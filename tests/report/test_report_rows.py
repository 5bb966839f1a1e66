import pandas as pd

from synthsize.report.rows import by_classifier, in_words, of_first_criterion, one_row_per_key


def test_words_stand_in_their_order_and_unknown_ones_behind():
    rows = pd.DataFrame({"a": ["z_z", "two", "one", "two"], "b": [1, 2, 3, 4]}, index=[7, 7, 8, 9])
    said = in_words(rows, a={"one": "First", "two": "Second"})
    assert said.to_dict("list") == {"a": ["First", "Second", "Second", "z z"], "b": [3, 2, 4, 1]}


def test_the_first_criterion_that_was_run_is_taken():
    rows = pd.DataFrame({"criterion": ["balanced_accuracy", "balanced_loss"]})
    assert of_first_criterion(rows)["criterion"].tolist() == ["balanced_loss"]
    assert of_first_criterion(rows[:1])["criterion"].tolist() == ["balanced_accuracy"]
    assert of_first_criterion(rows[:0]).empty


def test_parts_have_the_name_of_their_classifier(names):
    rows = pd.DataFrame({"classifier": ["Linear SVM", "Logistic regression", "Own Model"], "x": [1, 2, 3]})
    parts = by_classifier(rows, names)
    assert [name for name, _ in parts] == ["svm", "logistic", "own_model"]
    assert parts[0][1].to_dict("list") == {"x": [1]}
    assert by_classifier(None, names) == []


def test_metrics_stand_side_by_side_even_where_a_key_is_missing():
    values = pd.DataFrame(
        {"key": [None, None, "k"], "metric": ["auroc", "brier", "auroc"], "mean": [1.0, 2.0, 3.0]}
    ).assign(low=0.0, high=9.0)
    table = one_row_per_key(values, ["key"], ["auroc", "brier"])
    assert table["auroc"].tolist() == [1.0, 3.0]
    assert table["brier"].isna().tolist() == [False, True]
    assert list(table) == ["key", "auroc", "auroc_low", "auroc_high", "brier", "brier_low", "brier_high"]
