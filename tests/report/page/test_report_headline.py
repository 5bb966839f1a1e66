import numpy as np
import pandas as pd
import pytest
from run_names import names_of

from synthsize.balance import GENERATORS
from synthsize.report.page.headline import headline, recommendations
from synthsize.report.page.recommendation import Recommendation, Span, sentence, size_in_words, sure
from synthsize.statistics.answers import ANSWER_COLUMNS

READING = (
    "Of the 1,000 patients half have the outcome, and the model's own cut classes them [95% Nadeau-Bengio interval]; a "
    "change of balanced risk matters above 0.01 nats. The smallest change of it that could have been shown: logistic "
    "regression 0.014 nats (0.012 with any number of splits); beyond that, patients are the limit. To shift the prior "
    "is to add one number to the log odds of the plain fit, as if both classes were as frequent."
)


def answers_of(tasks, classifiers=("logistic",), **changed):
    row = {
        "recipe": "prior_shift",
        "alternative": "smote",
        "settled": True,
        "certainty": 0.978,
        "rival_open": False,
        "chance_of_more_work": 0.004,
        "mean_difference": -0.001,
        "low": -0.004,
        "high": 0.002,
        "level": 0.95,
        "metric": "excess_risk",
        "rope": 0.01,
        "correct_per_1000": 1.2,
        "correct_low": -2.6,
        "correct_high": 4.9,
        "smallest_difference": 0.014,
        "smallest_any_splits": 0.012,
        "patients_factor": 0.1,
        "multiplier_median": np.nan,
        "edge_share": np.nan,
        "n_splits": 100,
        "note": np.nan,
    }
    rows = [{"task": task, "classifier": name, **row, **changed} for task in tasks for name in classifiers]
    return pd.DataFrame(rows, columns=list(ANSWER_COLUMNS))


@pytest.fixture
def say(names):
    def call(answers, simulated=False, left_out=None, names=names):
        lines = headline(answers, names=names, simulated=simulated, left_out=left_out or {})
        assert not any("nan" in line for line in lines)
        return lines

    return call


def test_each_task_has_its_line_and_the_last_says_how_to_read_them(say, names):
    lines = say(answers_of(reversed(names.tasks)))
    assert lines == [
        f"{label}. Logistic regression: do not oversample; shift the prior of the plain fit (97% sure). Nothing is "
        "better by an amount that matters; against oversampling by SMOTE, the strongest rival, 1 more of 1,000 "
        "patients is classed correctly [-3 to +5]."
        for label in names.tasks.values()
    ] + [READING]


def test_learners_share_the_line_of_their_task(say):
    answers = answers_of(["sepsis"], ["svm", "logistic"])
    answers.loc[answers["classifier"] == "svm", "recipe"] = "class_weight"
    first = say(answers)[0]
    assert first.startswith("Sepsis. Logistic regression: do not oversample; shift the prior")
    assert " Linear SVM: do not oversample; weight the rare class up to balance (97% sure)." in first


def test_oversampling_that_wins_names_its_size_and_what_it_beats(say):
    won = {"recipe": "jitter", "alternative": "class_weight", "certainty": 0.999, "multiplier_median": 0.8}
    won |= {"correct_per_1000": 14.0, "correct_low": 6.0, "correct_high": 22.0, "edge_share": 0.25}
    assert say(answers_of(["sepsis"], **won))[0] == (
        "Sepsis. Logistic regression: oversample by Gaussian jitter, median m = 0.80, on the grid's edge in 25% of "
        "splits (more than 99% sure). It is better by an amount that matters than class weights, the strongest remedy "
        "without new rows; 14 more of 1,000 patients are classed correctly [+6 to +22]."
    )


def test_an_open_answer_says_what_may_be_better_and_how_many_patients_it_takes(say):
    left_open = {"settled": False, "rival_open": True, "chance_of_more_work": 0.22, "patients_factor": 2.44}
    assert say(answers_of(["sepsis"], **left_open))[0] == (
        "Sepsis. Logistic regression: not settled; for now do not oversample; shift the prior of the plain fit. "
        "Oversampling by SMOTE may be better by an amount that matters (chance 22%); against that, 1 more of 1,000 "
        "patients is classed correctly [-3 to +5]; to show a difference in balanced risk of 0.03 nats takes 2.4 times "
        "as many patients."
    )
    left_open |= {"recipe": "smote", "alternative": "class_weight", "patients_factor": 0.4}
    assert say(answers_of(["sepsis"], **left_open))[0] == (
        "Sepsis. Logistic regression: not settled; for now oversample by SMOTE. It may be better than class weights by "
        "an amount that matters (chance 22%); against that, 1 more of 1,000 patients is classed correctly [-3 to +5]; "
        "with enough splits, these patients can show a difference in balanced risk of 0.03 nats."
    )


def test_a_recipe_passed_over_on_likelihood_is_what_the_line_names(say):
    """Nothing beats what is named; that it beats what was passed over is open, and no rival is blamed for it."""
    likely = {"passed_over": "prior_shift", "passed_over_for": "class_weight", "passed_over_chance": 0.8}
    likely |= {"recipe": "class_weight", "settled": False, "patients_factor": 2.44}
    assert say(answers_of(["sepsis"], **likely))[0] == (
        "Sepsis. Logistic regression: not settled; for now do not oversample; weight the rare class up to balance. "
        "That class weights are better than a shifted prior is likely (chance 80%) and not shown; to show a difference "
        "in balanced risk of 0.03 nats takes 2.4 times as many patients. Nothing is better than class weights by an "
        "amount that matters; against oversampling by SMOTE, the strongest rival, 1 more of 1,000 patients is classed "
        "correctly [-3 to +5]."
    )
    both = say(answers_of(["sepsis"], **likely | {"rival_open": True, "chance_of_more_work": 0.22}))[0]
    assert "is likely (chance 80%) and not shown. Oversampling by SMOTE may be better" in both


def test_a_missing_comparison_and_a_same_fit_are_said(say):
    line = say(answers_of(["sepsis"], settled=False, not_compared="jitter smote", same_fit="class_weight"))[0]
    assert (
        "A comparison is missing of oversampling by Gaussian jitter and oversampling by SMOTE. Nothing"
        in line
    )
    assert line.endswith(
        "Class weights are the same fit in every split, of which nothing is known for new patients."
    )


def test_another_penalty_that_validation_prefers_is_a_warning(names):
    joint = pd.DataFrame({"task": ["sepsis", "mortality"], "classifier": "logistic", "C": [0.1, np.nan]})
    answers = answers_of(["sepsis", "mortality"])
    last = headline(answers, names=names, simulated=False, left_out={}, joint=joint)[-1]
    assert last.endswith(
        "These lines keep each classifier's own penalty; validation over all recipes prefers another (Sepsis, logistic "
        "regression: C = 0.1), see Choice among all recipes."
    )
    own = headline(answers, names=names, simulated=False, left_out={}, joint=joint.assign(C=np.nan))[-1]
    assert own == READING


def test_a_recommendation_can_come_from_elsewhere(names):
    said = Recommendation("sepsis", "boosting", "none", "weights_vtss", Span(0.2, np.nan, np.nan), 0.96, True)
    assert sentence(said, names) == (
        "Gradient boosting: leave the data as they are (96% sure). Nothing is better by an amount that matters; "
        "against tuned weights, the strongest rival, no more and no fewer of 1,000 patients are classed correctly."
    )


@pytest.mark.parametrize(
    ("certainty", "words"),
    [(0.956, "95% sure"), (0.9999, "more than 99% sure"), (np.nan, "certainty unknown")],
)
def test_no_more_certainty_is_claimed_than_there_is(certainty, words):
    assert sure(certainty) == words


def test_a_recipe_without_a_size_has_none_to_tell():
    assert size_in_words(np.nan, np.nan) == ""
    assert size_in_words(1.0, 0.05) == "median m = 1.00"


def test_what_could_have_been_shown_is_a_range_over_the_tasks_of_each_learner(say):
    answers = answers_of(["sepsis", "mortality"], ["logistic", "svm"])
    answers.loc[0, ["smallest_difference", "smallest_any_splits"]] = [0.05, 0.04]
    last = say(answers)[-1]
    assert "matters above 0.01 nats or hinge loss." in last
    assert (
        "logistic regression 0.014 to 0.050 nats (0.012 to 0.040 with any number of splits), linear SVM"
        in last
    )
    assert "linear SVM 0.014 hinge loss (0.012 with any number of splits); beyond" in last
    alike = answers.assign(smallest_difference=np.nan, smallest_any_splits=np.nan)
    assert "nats or hinge loss. Patients, not splits, limit what can be shown. To shift" in say(alike)[-1]


def test_answers_without_a_comparison_are_left_out(say, names):
    answers = answers_of(["sepsis"], ["logistic", "svm"])
    answers.loc[1, ["recipe", "alternative"]] = np.nan
    assert [said.learner for said in recommendations(answers, names)] == ["logistic"]
    assert "Linear SVM" not in say(answers)[0]


def test_one_split_gives_no_claim(say):
    answers = answers_of(["sepsis"], note="one split: no interval, no test", n_splits=1, settled=False)
    answers["recipe"] = pd.Series([np.nan], dtype=object)
    assert say(answers, simulated=True) == [
        "No answer: one split: no interval, no test.",
        "Only 1 split: provisional. Simulated data: no clinical conclusion.",
    ]


def test_few_splits_missing_parts_and_made_up_data_are_told(say):
    lines = say(answers_of(["sepsis"], n_splits=5), simulated=True, left_out={"septic_shock": "no row"})
    assert lines[-1].endswith(
        "Incomplete run, without Septic shock. Only 5 splits: provisional. Simulated data: no clinical conclusion."
    )


def test_many_missing_parts_are_counted(say):
    parts = {f"sepsis/logistic/{name}": "made to fail" for name in GENERATORS}
    lines = say(answers_of(["sepsis"], n_splits=5), left_out=parts)
    assert f"Incomplete run, without {len(parts)} parts that the report names." in lines[-1]


def test_many_tasks_have_a_line_each(say):
    labels = {f"task{i}": f"Task {i}" for i in range(12)}
    assert len(say(answers_of(labels), names=names_of(labels))) == 13
