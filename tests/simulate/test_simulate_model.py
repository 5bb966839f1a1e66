"""The calibration by quadrature, against a Monte Carlo run of the patients themselves."""

import numpy as np
import pandas as pd
import pytest

from synthsize.simulate.model import (
    ADMISSIONS_PER_ADULT,
    DEATH_SHARE,
    SEPSIS_SHARE,
    SHOCK_SHARE,
    calibrated_law,
)
from synthsize.simulate.patients import draw_admissions

BLOCKS = 80


@pytest.fixture(scope="module")
def adults() -> pd.DataFrame:
    blocks = [
        draw_admissions(np.random.default_rng([3, number]), 500, number, calibrated_law())
        for number in range(BLOCKS)
    ]
    everyone = pd.concat(blocks, ignore_index=True)
    return everyone[everyone["age"] >= 16]


@pytest.mark.parametrize(
    ("outcome", "share"),
    [
        (lambda frame: frame["died"], DEATH_SHARE),
        (lambda frame: frame["code_sepsis"] | frame["code_shock"], SEPSIS_SHARE),
        (lambda frame: frame["code_shock"], SHOCK_SHARE),
    ],
    ids=["death", "sepsis", "septic shock"],
)
def test_prevalences_meet_the_published_ones(adults, outcome, share):
    # Admissions of a patient are correlated, so the error is taken over the independent blocks.
    by_block = outcome(adults).groupby(np.arange(len(adults)) * BLOCKS // len(adults)).mean()
    error = by_block.std(ddof=1) / np.sqrt(BLOCKS)
    assert abs(by_block.mean() - share) < 4 * error
    assert error < 0.003


def test_imbalance_is_near_the_papers():
    odds = [1 / share - 1 for share in (DEATH_SHARE, SEPSIS_SHARE, SHOCK_SHARE)]
    assert np.round(odds, 1).tolist() == [5.7, 11.1, 18.1]


def test_admissions_per_adult(adults):
    visits = adults.groupby("subject_id").size()
    assert abs(visits.mean() - ADMISSIONS_PER_ADULT) < 4 * visits.std() / np.sqrt(len(visits))


def test_shock_lies_within_sepsis_but_for_a_few_coded_alone(adults):
    shocked = adults[adults["code_shock"]]
    assert shocked["septic"].all()
    alone = ~shocked["code_sepsis"]
    assert 0 < alone.mean() < 0.08


def test_sicker_patients_die_more(adults):
    law = calibrated_law()
    low, high = (law.p_death(np.array([s]), np.array([65.0]), 0.0, 0.0)[0] for s in (-1.0, 1.0))
    assert low < high
    by_third = adults.groupby(pd.qcut(adults["severity"], 3))["died"].mean()
    assert by_third.is_monotonic_increasing


def test_severity_spread_is_one(adults):
    first = adults.drop_duplicates("subject_id")
    assert abs(first["severity"].mean()) < 4 / np.sqrt(len(first))
    assert abs(first["severity"].std() - 1) < 4 / np.sqrt(2 * len(first))
