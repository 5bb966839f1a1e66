"""From verdicts on pairs to the recipe of a task and learner."""

import pandas as pd
import pytest
from recipe_pairs import BEATEN, SIMPLE, VTSS, pairs

from synthsize.statistics.answers import ANSWER_COLUMNS, answers


def answer(said, **options):
    (row,) = answers(pairs(said, **options), VTSS).to_dict("records")
    assert list(row) == list(ANSWER_COLUMNS)
    return row


def test_nothing_is_the_answer_where_nothing_beats_it():
    row = answer({})
    assert (row["recipe"], row["settled"], row["certainty"]) == ("none", True, pytest.approx(0.997))


def test_the_least_work_that_nothing_beats_is_the_answer():
    assert answer(BEATEN)["recipe"] == "prior_shift"
    assert answer(BEATEN | {("class_weight", "prior_shift"): "better"})["recipe"] == "class_weight"


def test_a_generator_has_to_beat_every_remedy_without_new_rows():
    said = BEATEN | {("smote", name): "better" for name in SIMPLE}
    row = answer(said)
    assert (row["recipe"], row["settled"]) == ("smote", True)
    assert (row["multiplier_median"], row["edge_share"]) == (1.0, 0.25)
    assert row["mean_difference"] == -0.02
    row = answer(said | {("smote", "class_weight"): "same"})
    assert (row["recipe"], row["alternative"]) == ("class_weight", "jitter")


def test_an_open_claim_leaves_the_answer_open_and_names_the_best_guess():
    row = answer(BEATEN | {("smote", "prior_shift"): "undecided"})
    assert (row["recipe"], row["settled"], row["alternative"]) == ("prior_shift", False, "smote")
    assert (row["chance_of_more_work"], row["certainty"]) == (0.2, pytest.approx(0.8))
    assert row["rival_open"]
    assert pd.isna(row["passed_over"])


def test_what_is_likelier_than_not_to_be_better_is_the_best_guess():
    row = answer(BEATEN | {("class_weight", "prior_shift"): "likely better"})
    assert (row["recipe"], row["settled"], row["certainty"]) == ("class_weight", False, pytest.approx(0.5))
    # What is open is that class weights beat a shifted prior, not that anything beats class weights.
    assert (row["passed_over"], row["passed_over_for"]) == ("prior_shift", "class_weight")
    assert (row["passed_over_chance"], row["rival_open"]) == (0.8, False)


def test_patients_are_counted_for_the_claim_that_is_open():
    found = pairs(BEATEN | {("class_weight", "prior_shift"): "likely better"})
    of_likely = (found["recipe"] == "class_weight") & (found["alternative"] == "prior_shift")
    found.loc[of_likely, "patients_factor"] = 2.5
    assert answers(found, VTSS)["patients_factor"].tolist() == [2.5]
    found.loc[found["alternative"] == "class_weight", "probability_better"] = 0.2
    assert answers(found, VTSS)["patients_factor"].tolist() == [0.0]


def test_a_generator_that_is_likely_best_is_reported_once():
    said = BEATEN | {("smote", "prior_shift"): "better", ("smote", "class_weight"): "likely better"}
    row = answer(said)
    assert (row["recipe"], row["alternative"], row["rival_open"]) == ("smote", "class_weight", True)
    assert pd.isna(row["passed_over"])


def test_the_same_fit_supports_no_claim_and_opens_none():
    row = answer({("smote", "none"): "same fit"})
    assert (row["recipe"], row["settled"], row["same_fit"]) == ("none", True, "smote")
    everything = {(name, "none"): "same fit" for name in (*SIMPLE[1:], "jitter", "smote")}
    row = answer(everything | {("jitter", "none"): "undecided"})
    assert (row["alternative"], row["settled"]) == ("jitter", False)


def test_numbers_are_those_of_the_verdict_on_the_pair():
    for said in (
        {},
        BEATEN | {("smote", name): "better" for name in SIMPLE},
    ):  # the recipe has less work, or more
        row = answer(said)
        found = pairs(said).set_index(["recipe", "alternative"])
        pair = tuple(
            sorted((row["recipe"], row["alternative"]), key=[*SIMPLE, "jitter", "smote"].index, reverse=True)
        )
        numbers = ["mean_difference", "low", "high", "correct_per_1000", "correct_low", "correct_high"]
        assert [row[name] for name in numbers] == found.loc[pair, numbers].tolist()


def test_a_comparison_that_is_missing_settles_nothing():
    row = answer({("jitter", "none"): "not compared"})
    assert (row["recipe"], row["settled"]) == ("none", False)
    assert (row["not_compared"], row["rival_open"]) == ("jitter", False)


def test_without_any_comparison_there_is_no_recipe():
    said = {(recipe, name): "not compared" for recipe in (*SIMPLE, "jitter", "smote") for name in SIMPLE}
    row = answer(said)
    assert pd.isna(row["recipe"])
    assert not row["settled"]


def test_without_generators_the_last_remedy_is_left():
    said = {("prior_shift", "none"): "better", ("class_weight", "none"): "better"}
    row = answer(said | {("class_weight", "prior_shift"): "better"}, generators=())
    assert (row["recipe"], row["settled"]) == ("class_weight", True)
