"""Choice of the strongest of several rivals."""

import pandas as pd
import pytest
from recipe_pairs import BEATEN, VTSS, pairs

from synthsize.statistics.answers import answers
from synthsize.statistics.rivals import strongest_rival


def strongest(chances, means, level=0.95):
    rivals = pd.DataFrame({"probability_better": chances, "mean_difference": means, "level": level})
    return strongest_rival(rivals).name


def test_the_likeliest_to_be_better_is_the_strongest_whatever_its_mean():
    assert strongest([0.02, 0.30, 0.0], [-0.004, 0.001, -0.005]) == 1


def test_chances_far_in_the_tail_leave_the_choice_to_the_mean():
    # A wide interval puts 4e-9 beyond the margin, a narrow one around a lower risk 8e-21.
    assert strongest([7.5e-21, 4.4e-9], [-0.0003, 0.0044]) == 0
    assert strongest([0.009, 0.0], [0.0044, -0.0003]) == 1


def test_a_chance_that_leaves_the_answer_open_is_never_passed_over():
    assert strongest([0.006, 0.0], [0.0044, -0.0003], level=0.995) == 0


def test_certainty_is_that_about_the_likeliest_rival_though_another_is_named():
    found = pairs(BEATEN)
    rows = found["alternative"] == "prior_shift"
    found.loc[rows & (found["recipe"] == "jitter"), ["probability_better", "mean_difference"]] = [
        0.008,
        0.004,
    ]
    found.loc[rows & (found["recipe"] == "smote"), ["probability_better", "mean_difference"]] = [1e-9, -0.03]
    (row,) = answers(found, VTSS).to_dict("records")
    assert (row["recipe"], row["alternative"], row["settled"]) == ("prior_shift", "smote", True)
    assert row["certainty"] == pytest.approx(1 - 0.008)
    assert row["chance_of_more_work"] == 1e-9
