"""Patients and their stays: ids, time lines, ages."""

import numpy as np
import pandas as pd
import pytest

from synthsize.simulate.model import calibrated_law
from synthsize.simulate.patients import MASKED_AGE, draw_admissions, list_stays


@pytest.fixture(scope="module")
def admissions() -> pd.DataFrame:
    blocks = [
        draw_admissions(np.random.default_rng([5, number]), 500, number, calibrated_law())
        for number in range(12)
    ]
    return pd.concat(blocks, ignore_index=True)


def test_ids_are_unique_and_admission_ids_rise_from_block_to_block(admissions):
    assert admissions["hadm_id"].is_unique
    assert admissions["hadm_id"].between(100_001, 199_999).all()
    per_block = admissions["hadm_id"].to_numpy().reshape(12, 500)
    assert (per_block[:-1].max(axis=1) < per_block[1:].min(axis=1)).all()


def test_ids_of_the_last_block_of_a_full_extract_stay_in_range():
    last = draw_admissions(np.random.default_rng(0), 476, 117, calibrated_law())
    stays = list_stays(np.random.default_rng(0), last, 117)
    assert last["hadm_id"].max() <= 199_999
    assert last["subject_id"].max() <= 99_999
    assert stays["icustay_id"].max() <= 299_999


def test_death_ends_a_patients_admissions(admissions):
    last = ~admissions.duplicated("subject_id", keep="last")
    assert last[admissions["died"]].all()


def test_admissions_of_a_patient_do_not_overlap(admissions):
    leaves = admissions["admit"] + pd.to_timedelta(admissions["los_s"], unit="s")
    same = admissions["subject_id"].eq(admissions["subject_id"].shift(-1))
    # 60 s: an admission time may carry stray seconds.
    gap = (admissions["admit"].shift(-1) - leaves)[same]
    assert same.sum() > 500
    assert (gap > pd.Timedelta(seconds=-60)).all()


def test_ages_are_those_of_adult_mimic(admissions):
    first = admissions.drop_duplicates("subject_id")
    adults = first.loc[first["age"] >= 16, "age"]
    # Johnson et al. 2016, adult admissions: median 65.8, quartiles 52.8 and 77.8 years.
    assert np.abs(adults.quantile([0.25, 0.5, 0.75]).to_numpy() - [52.8, 65.8, 77.8]).max() < 2
    assert adults.max() == MASKED_AGE
    assert set(first.loc[first["age"] < 16, "age"]) == {0}
    assert abs((admissions["age"] == 0).mean() - 7870 / 58976) < 0.02


def test_births_of_the_very_old_are_masked_at_all_their_admissions(admissions):
    masked = admissions["age"] == MASKED_AGE
    years_back = admissions["admit"].dt.year - admissions["birth"].dt.year
    assert (years_back[masked] >= 300).all()
    assert (years_back[~masked] <= 90).all()
    assert masked.groupby(admissions["subject_id"]).nunique().eq(1).all()


def test_length_of_stay_is_long_tailed_around_six_to_seven_days(admissions):
    days = admissions.loc[admissions["age"] >= 16, "los_s"] / 86400
    # Johnson et al. 2016: median 6.9, quartiles 4.1 and 11.9 days.
    low, middle, high = days.quantile([0.25, 0.5, 0.75])
    assert abs(middle - 6.9) < 0.5
    assert abs(low - 4.1) < 0.5
    assert abs(high - 11.9) < 1.2
    assert days.mean() > 1.25 * middle


def test_stays_lie_in_the_admission(admissions):
    stays = list_stays(np.random.default_rng(1), admissions.head(500), 0)
    los = admissions["los_s"].to_numpy()[stays["admission"]]
    assert (stays["out_s"] > stays["in_s"]).all()
    assert (stays["out_s"] <= los).all()
    assert stays["icustay_id"].is_unique
    assert (stays["in_s"] < 0).any()  # some transfers are entered before the admission
    assert (stays["in_s"] > 120 * 3600).any()  # some patients reach intensive care late
    assert stays["admission"].nunique() < 500  # some never


def test_charting_systems_split_as_in_mimic(admissions):
    assert set(admissions.loc[admissions["newborn"], "system"]) == {"carevue"}
    shares = admissions["system"].value_counts(normalize=True)
    assert abs(shares["carevue"] - 35632 / 57678) < 0.03
    assert 0 < shares["both"] < 0.01
