"""The truth: its form, and what ties it to the raw files."""

import pandas as pd
import pytest

from synthsize.contracts.canonical import ADMISSIONS, DIAGNOSES, MEASUREMENTS
from synthsize.contracts.variables import VARIABLES

CONCEPTS = ("corrected", "paper")
TABLES = (ADMISSIONS, DIAGNOSES, MEASUREMENTS)


@pytest.mark.parametrize("concepts", CONCEPTS)
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_tables_keep_their_contracts(large, concepts, table):
    path = large.folder / "truth" / concepts / f"{table.name}.parquet"
    table.check_file(path)
    frame = table.read(path)
    ordered = frame.sort_values(list(table.sort_by), kind="stable", ignore_index=True)
    pd.testing.assert_frame_equal(frame, ordered)
    assert frame.notna().all(axis=None)


@pytest.mark.parametrize("concepts", CONCEPTS)
def test_measurements_lie_in_the_window_of_an_eligible_admission(large, concepts):
    measurements = large.truth(f"{concepts}/measurements")
    assert measurements["hours"].between(0, 120, inclusive="left").all()
    assert set(measurements["variable"]) == {variable.name for variable in VARIABLES}
    assert measurements["admission_id"].isin(large.truth(f"{concepts}/admissions")["admission_id"]).all()


def test_corrected_values_are_plausible(large):
    measurements = large.truth("corrected/measurements")
    bounds = {
        "heart_rate": 300,
        "respiratory_rate": 70,
        "temperature": 50,
        "systolic_bp": 400,
        "wbc": 1000,
        "platelets": 10_000,
        "creatinine": 150,
        "inr": 50,
        "lactate": 50,
        "bilirubin": 150,
    }
    extremes = measurements.groupby("variable")["value"].agg(["min", "max"])
    assert (extremes["min"] > 0).all()
    assert (extremes["max"] <= pd.Series(bounds).reindex(extremes.index)).all()
    assert extremes.loc["temperature", "min"] > 10


def test_every_kept_value_stands_in_the_files(small):
    charts, labs = small.raw("CHARTEVENTS"), small.raw("LABEVENTS")
    rows = pd.concat([charts, labs])
    rows = rows[rows["HADM_ID"].notna() & rows["VALUENUM"].notna()]
    admit = small.raw("ADMISSIONS").set_index("HADM_ID")["ADMITTIME"].astype("datetime64[s]")
    since = rows["CHARTTIME"].astype("datetime64[s]").to_numpy() - rows["HADM_ID"].map(admit).to_numpy()
    found = pd.DataFrame(
        {
            "admission_id": rows["HADM_ID"].astype("int64"),
            "item": rows["ITEMID"],
            "hours": since.astype("m8[s]").astype("int64") / 3600.0,
            "value": rows["VALUENUM"].astype(float),
        }
    )
    for concepts in CONCEPTS:
        truth = small.truth(f"{concepts}/measurements")
        # Fahrenheit is the only unit that is converted, so the other variables must be there to the last bit.
        truth = truth[(truth["variable"] != "temperature") | (concepts == "paper")]
        matched = truth.merge(found.drop_duplicates(), on=list(found), how="left", indicator=True)
        assert matched["_merge"].eq("both").all()


def test_concept_sets_share_their_cohort(small):
    for name in ("admissions", "diagnoses"):
        pd.testing.assert_frame_equal(small.truth(f"corrected/{name}"), small.truth(f"paper/{name}"))


def test_labels_agree_with_outcomes_and_codes(large):
    labels = large.truth("labels").set_index("admission_id")
    admissions = large.truth("corrected/admissions").set_index("admission_id")
    codes = large.truth("corrected/diagnoses").groupby("admission_id")["code"].agg(set).reindex(labels.index)
    assert labels["mortality"].equals(admissions["died_in_hospital"].rename("mortality"))
    has = codes.map(lambda found: found if isinstance(found, set) else set())
    assert (labels["sepsis"] == has.map(lambda found: bool(found & {"99592", "78552"}))).all()
    assert (labels["septic_shock"] == has.map(lambda found: "78552" in found)).all()


def test_labels_agree_with_the_raw_outcome(small):
    flags = small.raw("ADMISSIONS").set_index("HADM_ID")["HOSPITAL_EXPIRE_FLAG"]
    labels = small.truth("labels")
    assert (labels["admission_id"].astype(str).map(flags).eq("1") == labels["mortality"]).all()


def test_ranks_count_eligible_admissions_in_time(large):
    admissions = large.truth("corrected/admissions")
    by_patient = admissions.groupby("patient_id")["admission_rank"]
    assert (by_patient.max() == by_patient.size()).all()
    assert by_patient.min().eq(1).all()
    assert admissions["last_admission"].eq(admissions["admission_rank"] == by_patient.transform("size")).all()
    assert admissions["admission_rank"].max() > 2


def test_simultaneous_admissions_rank_by_id(small):
    planted = small.truth_table("oddities").set_index("oddity").loc["two_admissions_at_one_time"]
    raw = small.raw("ADMISSIONS")
    twins = raw[raw["SUBJECT_ID"] == str(planted["subject_id"])]
    twins = twins[twins["ADMITTIME"].duplicated(keep=False)]["HADM_ID"].astype("int64")
    assert twins.tolist() == sorted(twins, reverse=True)  # against the order of the file
    ranks = small.truth("corrected/admissions").set_index("admission_id")["admission_rank"]
    assert ranks[twins.min()] + 1 == ranks[twins.max()]
