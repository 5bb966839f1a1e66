import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthsize.contracts.analysis import FEATURES
from synthsize.contracts.variables import VARIABLES
from synthsize.errors import InputError
from synthsize.tasks import summarise_bins
from synthsize.tasks.features import SUMMARIES

WINDOW = {"window_hours": 120.0, "bin_hours": {"vital": 6.0, "lab": 24.0}}
ALL = ["mean", "std", "last", "trend"]


def test_one_row_per_admission_and_ordered_columns(bins, admissions, tmp_path):
    features = summarise_bins(bins, admissions.sample(frac=1, random_state=0), summaries=ALL, **WINDOW)
    names = [f"{variable.name}_{summary}" for variable in VARIABLES for summary in ALL]
    assert list(features) == ["admission_id", "patient_id", "stratum", *names]
    assert features["admission_id"].tolist() == [10, 11, 20, 30]
    assert features.loc[[1, 3], names].isna().all(axis=None)
    FEATURES.write(features, tmp_path / "features.parquet")


def test_values_by_hand(bins, admissions):
    features = summarise_bins(bins, admissions, summaries=ALL, **WINDOW).set_index("admission_id")
    # Bins 0 and 2 hold 10 and 20; a vital's bins are 12 h apart, a laboratory value's 48 h.
    wanted = {"mean": 15, "std": np.sqrt(50), "last": 20, "trend": 10 / 12}
    for summary, value in wanted.items():
        assert features.loc[10, f"heart_rate_{summary}"] == pytest.approx(value, rel=1e-14)
    assert features.loc[10, "lactate_trend"] == pytest.approx(10 / 48, rel=1e-14)
    assert features.loc[20, ["heart_rate_mean", "heart_rate_last"]].tolist() == [90, 90]
    assert features.loc[20, ["heart_rate_std", "heart_rate_trend"]].isna().all()


gappy = st.lists(st.one_of(st.none(), st.floats(0.1, 300)), min_size=20, max_size=20)


@settings(max_examples=60, deadline=None)
@given(st.lists(gappy, min_size=1, max_size=4))
def test_summaries_agree_with_numpy_row_by_row(rows):
    values = np.array(rows, dtype=float)
    hours = np.arange(20) * 6.0 + 3.0
    found = {name: summary(values, hours) for name, summary in SUMMARIES.items()}
    for i, row in enumerate(values):
        seen = ~np.isnan(row)
        expected = dict.fromkeys(SUMMARIES, np.nan)
        if seen.any():
            expected |= {"mean": row[seen].mean(), "last": row[seen][-1]}
        if seen.sum() > 1:
            expected |= {"std": row[seen].std(ddof=1), "trend": np.polyfit(hours[seen], row[seen], 1)[0]}
        for name, value in expected.items():
            np.testing.assert_allclose(found[name][i], value, rtol=1e-9, atol=1e-10, err_msg=name)


def test_a_variable_never_measured_names_its_item_table(bins, admissions):
    with pytest.raises(
        InputError, match=r"'lactate_mean'.*audit\.csv.*rows of 'lactate', check its item ids"
    ):
        summarise_bins(bins[bins["variable"] != "lactate"], admissions, summaries=["mean"], **WINDOW)


def test_a_summary_no_admission_can_have(bins, admissions):
    single = bins[bins["bin"] == 0]
    assert len(summarise_bins(single, admissions, summaries=["mean"], **WINDOW)) == 4
    with pytest.raises(InputError, match=r"'heart_rate_trend' has no value"):
        summarise_bins(single, admissions, summaries=["mean", "trend"], **WINDOW)


@pytest.mark.parametrize("summaries", [[], ["median"], ["mean", "mean"]])
def test_rejects_unknown_summaries(bins, admissions, summaries):
    with pytest.raises(InputError, match=r"features\.summaries is .* mean, std, last, trend"):
        summarise_bins(bins, admissions, summaries=summaries, **WINDOW)


def test_rejects_bins_of_other_admissions(bins, admissions):
    with pytest.raises(InputError, match="1 bins of admissions that table 'admissions' lacks"):
        summarise_bins(bins, admissions[admissions["admission_id"] != 20], summaries=["mean"], **WINDOW)


def test_rejects_bins_beyond_the_window(bins, admissions):
    with pytest.raises(InputError, match=r"beyond cohort\.window_hours"):
        summarise_bins(bins, admissions, summaries=["mean"], window_hours=24.0, bin_hours=WINDOW["bin_hours"])


def test_rejects_repeated_admissions(bins, admissions):
    with pytest.raises(InputError, match="an admission_id more than once"):
        summarise_bins(bins, pd.concat([admissions, admissions[:1]]), summaries=["mean"], **WINDOW)
