"""Bedside charting: systems, items, times, values."""

import pandas as pd
import pytest

from synthsize.simulate.items import (
    CAREVUE_DISTRACTORS,
    METAVISION_DISTRACTORS,
    NEONATAL_DISTRACTORS,
)

DISTRACTORS = {
    entry.item for entry in (*CAREVUE_DISTRACTORS, *METAVISION_DISTRACTORS, *NEONATAL_DISTRACTORS)
} | {679}


@pytest.fixture(scope="module")
def charts(small) -> pd.DataFrame:
    frame = small.raw("CHARTEVENTS")
    for name in ("ITEMID", "HADM_ID", "VALUENUM", "ICUSTAY_ID"):
        frame[name] = pd.to_numeric(frame[name])
    return frame


@pytest.fixture(scope="module")
def planted(small) -> pd.Series:
    return small.truth_table("oddities")["hadm_id"]


def test_each_charting_system_has_its_own_items(charts, small):
    stays = small.raw("ICUSTAYS")
    system = pd.Series(stays["DBSOURCE"].to_numpy(), index=stays["ICUSTAY_ID"].astype(float))
    metavision_item = charts["ITEMID"] >= 220_000
    assert (charts["ICUSTAY_ID"].map(system) == "metavision").eq(metavision_item).all()


def test_distractors_outnumber_measurements(charts):
    assert charts["ITEMID"].isin(DISTRACTORS).mean() > 0.5


def test_flags_belong_to_their_systems(charts):
    carevue = charts["ITEMID"] < 220_000
    assert charts.loc[carevue, ["ERROR", "WARNING"]].isna().all(axis=None)
    assert charts.loc[~carevue, "ERROR"].isin(["0", "1"]).all()
    assert charts.loc[~carevue, "STOPPED"].isna().all()
    assert set(charts.loc[carevue, "STOPPED"]) == {"NotStopd", "D/C'd"}
    assert charts.loc[~carevue, "WARNING"].value_counts().min() > 0


def test_carevue_charts_mostly_on_the_hour_and_metavision_less_so(charts, planted):
    routine = charts[~charts["HADM_ID"].isin(planted)]
    on_the_hour = routine["CHARTTIME"].str.endswith(":00:00")
    by_system = on_the_hour.groupby(routine["ITEMID"] >= 220_000).mean()
    assert 0.8 < by_system[False] < 0.9
    assert 0.4 < by_system[True] < 0.6


def test_temperature_twins_are_one_measurement_in_two_units(charts, planted):
    routine = charts[~charts["HADM_ID"].isin(planted)]
    keys = ["HADM_ID", "CHARTTIME"]
    for celsius, fahrenheit in ((676, 679), (677, 678)):
        pairs = routine[routine["ITEMID"] == celsius].merge(routine[routine["ITEMID"] == fahrenheit], on=keys)
        pairs = pairs.dropna(subset=["VALUENUM_x", "VALUENUM_y"])
        assert len(pairs) > 100
        assert ((pairs["VALUENUM_y"] - 32) / 1.8 - pairs["VALUENUM_x"]).abs().max() < 0.15


def test_some_text_holds_commas(charts):
    text = charts.loc[charts["VALUENUM"].isna(), "VALUE"].dropna()
    assert text.str.contains(",").sum() > 100


def test_charts_run_over_the_window_and_over_the_discharge(charts, small):
    admissions = small.raw("ADMISSIONS")
    admissions["HADM_ID"] = admissions["HADM_ID"].astype(float)
    rows = charts.merge(admissions[["HADM_ID", "ADMITTIME", "DISCHTIME"]], on="HADM_ID")
    moments = {name: rows[name].astype("datetime64[s]") for name in ("CHARTTIME", "ADMITTIME", "DISCHTIME")}
    since = moments["CHARTTIME"] - moments["ADMITTIME"]
    assert (since > pd.Timedelta(hours=120)).sum() > 100
    assert (since < pd.Timedelta(0)).sum() > 10
    late = (moments["CHARTTIME"] > moments["DISCHTIME"]).mean()
    assert 0 < late < 0.02


def test_nothing_but_zeros_is_charted_at_and_after_death(charts, small):
    admissions = small.raw("ADMISSIONS").dropna(subset=["DEATHTIME"])
    admissions["HADM_ID"] = admissions["HADM_ID"].astype(float)
    rows = charts.merge(admissions[["HADM_ID", "DEATHTIME"]], on="HADM_ID")
    rows = rows[~rows["HADM_ID"].isin(small.truth_table("oddities")["hadm_id"])]
    late = rows["CHARTTIME"].astype("datetime64[s]") >= rows["DEATHTIME"].astype("datetime64[s]")
    assert late.sum() > 0
    assert set(rows.loc[late, "VALUENUM"]) == {0}


@pytest.mark.parametrize(
    ("variable", "mean", "sd"),
    # Hourly means and standard deviations of adult MIMIC-III, as MIMIC_Extract publishes them.
    [
        ("heart_rate", 84.97, 17.27),
        ("respiratory_rate", 19.09, 5.72),
        ("systolic_bp", 121.83, 21.99),
        ("temperature", 36.98, 0.784),
    ],
)
def test_vital_signs_have_the_published_mean_and_spread(large, variable, mean, sd):
    measurements = large.truth("corrected/measurements")
    values = measurements.loc[measurements["variable"] == variable, "value"]
    assert values.mean() == pytest.approx(mean, rel=0.03 if variable != "temperature" else 0.003)
    assert values.std() == pytest.approx(sd, rel=0.10)


def test_vital_signs_are_about_hourly(large):
    measurements = large.truth("corrected/measurements")
    counts = measurements.groupby("variable")["admission_id"].agg(["size", "nunique"])
    per_admission = counts["size"] / counts["nunique"]
    assert per_admission[["heart_rate", "respiratory_rate", "systolic_bp"]].between(35, 65).all()
    assert 8 < per_admission["temperature"] < 20


def test_pressures_and_rates_go_missing_under_the_papers_items(large):
    admissions = large.truth("paper/admissions").set_index("admission_id")["stratum"]
    reached = {}
    for concepts in ("paper", "corrected"):
        measurements = large.truth(f"{concepts}/measurements")
        seen = pd.crosstab(measurements["admission_id"], measurements["variable"]).gt(0)
        reached[concepts] = seen.reindex(admissions.index, fill_value=False).groupby(admissions).mean()
    assert reached["corrected"].loc[["carevue", "metavision"], "systolic_bp"].min() > 0.95
    assert reached["paper"].loc["metavision", "respiratory_rate"] == 0
    assert reached["paper"].loc["carevue", "systolic_bp"] < 0.6
    assert reached["paper"].loc["metavision", "temperature"] < 0.2


def test_septic_patients_are_hot_or_cold(large):
    measurements = large.truth("corrected/measurements")
    mean = measurements[measurements["variable"] == "temperature"].groupby("admission_id")["value"].mean()
    septic = large.truth("labels").set_index("admission_id")["sepsis"].reindex(mean.index)
    beyond = pd.DataFrame({"fever": mean > 37.7, "hypothermia": mean < 36.2}).groupby(septic).mean()
    assert beyond.loc[True, "fever"] > 3 * beyond.loc[False, "fever"]
    assert beyond.loc[True, "hypothermia"] > 1.3 * beyond.loc[False, "hypothermia"]
