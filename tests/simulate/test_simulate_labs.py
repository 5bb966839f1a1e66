"""Blood draws: when, what, and what is missing in whom."""

import pandas as pd
import pytest


@pytest.fixture(scope="module")
def labs(small) -> pd.DataFrame:
    frame = small.raw("LABEVENTS")
    for name in ("ITEMID", "HADM_ID", "VALUENUM"):
        frame[name] = pd.to_numeric(frame[name])
    return frame


@pytest.mark.parametrize(
    ("variable", "mean"),
    # Means of adult MIMIC-III from MIMIC_Extract; of INR, lactate and bilirubin the middle of the ranges in use.
    [
        ("wbc", 11.94),
        ("platelets", 204.99),
        ("creatinine", 1.394),
        ("inr", 1.5),
        ("lactate", 2.75),
        ("bilirubin", 3.0),
    ],
)
def test_laboratory_values_have_the_published_means(large, variable, mean):
    measurements = large.truth("corrected/measurements")
    values = measurements.loc[measurements["variable"] == variable, "value"]
    assert values.mean() == pytest.approx(
        mean, rel=0.05 if variable not in ("lactate", "bilirubin") else 0.15
    )


def test_lactate_and_bilirubin_are_missing_in_the_well(large):
    measurements = large.truth("corrected/measurements")
    labels = large.truth("labels").set_index("admission_id")
    died = labels["mortality"]
    for variable in ("lactate", "bilirubin"):
        has = measurements.loc[measurements["variable"] == variable, "admission_id"].unique()
        reached = pd.Series(labels.index.isin(has), index=labels.index).groupby(died).mean()
        assert reached[False] < 0.45
        assert reached[True] > 1.3 * reached[False]


def test_blood_counts_and_creatinine_are_almost_always_there(large):
    measurements = large.truth("corrected/measurements")
    n = len(large.truth("labels"))
    reached = measurements.groupby("variable")["admission_id"].nunique() / n
    assert reached[["wbc", "platelets", "creatinine"]].min() > 0.97
    assert 0.85 < reached["inr"] < 0.99


def test_emergency_room_draws_precede_the_admission(labs, small):
    admissions = small.raw("ADMISSIONS")
    admit = pd.Series(
        admissions["ADMITTIME"].astype("datetime64[s]").to_numpy(), index=admissions["HADM_ID"].astype(float)
    )
    since = labs["CHARTTIME"].astype("datetime64[s]") - labs["HADM_ID"].map(admit)
    before = since < pd.Timedelta(0)
    # In the open demo 5,172 of 61,812 rows with an admission lie before it.
    assert 0.03 < before.sum() / labs["HADM_ID"].notna().sum() < 0.13
    assert since.min() > pd.Timedelta(hours=-12.5)


def test_outpatient_rows_carry_no_admission(labs):
    assert 0 < labs["HADM_ID"].isna().mean() < 0.05


def test_low_lactate_is_a_text(labs):
    lactate = labs[labs["ITEMID"] == 50813]
    assert lactate["VALUENUM"].min() >= 0.5
    assert (lactate.loc[lactate["VALUENUM"].isna(), "VALUE"] == "<0.5").all()


def test_flag_marks_values_out_of_normal_range(labs):
    creatinine = labs[(labs["ITEMID"] == 50912) & labs["VALUENUM"].notna()]
    abnormal = creatinine["FLAG"] == "abnormal"
    assert abnormal.eq((creatinine["VALUENUM"] > 1.2) | (creatinine["VALUENUM"] < 0.4)).all()
    assert 0.1 < abnormal.mean() < 0.7
