"""One simulated hospital as four databases: each source finds its truth, and what MIMIC-III's finds of its patients.

Where a database cannot say the same, the difference is worked out here, from the files of the MIMIC-III extract.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from source_steps import run_source

from synthsize.contracts.canonical import ADMISSIONS, DIAGNOSES, MEASUREMENTS
from synthsize.simulate.schemas import eicu_items, mimic4, omop_concepts
from synthsize.simulate.schemas.icd10 import TWINS
from synthsize.simulate.schemas.names import FILES
from synthsize.simulate.simulation import simulate_extract

SEED, SIZE = 7, 300
OTHERS = ("mimic4", "eicu", "omop")
MINUTE = 1 / 60  # hours
KEYS = ["hadm_id", "variable", "item", "hours"]


@dataclass(frozen=True)
class Extract:
    """The files of one database, their truth, and what its source reads; ids are MIMIC-III's where they say so."""

    schema: str
    folder: Path
    tables: dict[str, pd.DataFrame]

    def raw(self, table: str, **types: str) -> pd.DataFrame:
        """Read a raw table as text, but for columns of a type."""
        frame = pd.read_csv(self.folder / FILES[self.schema][table], dtype=str)
        return frame.rename(columns=str.lower).astype(types)

    def truth(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.folder / "truth" / f"{name}.parquet")

    @cached_property
    def ids(self) -> pd.DataFrame:
        return self.truth("ids").set_index("admission_id")

    def by_hadm(self, table: str) -> pd.DataFrame:
        """A canonical table under MIMIC-III's ids of the admissions."""
        frame = self.tables[table]
        if self.schema == "mimic3":
            return frame.rename(columns={"admission_id": "hadm_id"})
        hadm = frame["admission_id"].map(self.ids["hadm_id"])
        return frame.assign(hadm_id=hadm).drop(columns="admission_id")


@pytest.fixture(scope="module")
def extract(tmp_path_factory) -> Callable[[str], Extract]:
    made: dict[str, Extract] = {}

    def make(schema: str) -> Extract:
        if schema not in made:
            folder = tmp_path_factory.mktemp(schema)
            simulate_extract(folder, n_admissions=SIZE, seed=SEED, schema=schema)
            # The minute before the admission: eICU's whole minutes reach into it.
            early = MINUTE if schema == "mimic3" else 0
            found = run_source(schema, folder, folder / "canonical", pre_admission_hours=early)
            made[schema] = Extract(schema, folder, found)
        return made[schema]

    return make


@pytest.fixture(scope="module")
def mimic3(extract) -> Extract:
    return extract("mimic3")


@pytest.fixture(scope="module")
def stays(mimic3) -> pd.DataFrame:
    """Times and patients of MIMIC-III's admissions, by hadm_id, and whether they were in intensive care."""
    frame = mimic3.raw("admissions", subject_id="int64", hadm_id="int64").set_index("hadm_id", drop=False)
    frame = frame.rename_axis(None)
    for name in ("admittime", "dischtime"):
        frame[name] = frame[name].astype("datetime64[s]")
    units = mimic3.raw("icustays", hadm_id="int64")["hadm_id"]
    return frame.assign(in_icu=frame["hadm_id"].isin(units))


@pytest.mark.parametrize("schema", OTHERS)
@pytest.mark.parametrize("table", [ADMISSIONS, DIAGNOSES, MEASUREMENTS], ids=lambda table: table.name)
def test_a_source_finds_the_truth_of_its_extract(extract, schema, table):
    made = extract(schema)
    expected = table.read(made.folder / "truth" / "corrected" / f"{table.name}.parquet")
    assert len(expected) > 200
    pd.testing.assert_frame_equal(made.tables[table.name], expected, check_exact=True)


@pytest.mark.parametrize("schema", OTHERS)
def test_labels_are_those_of_the_same_patients(extract, mimic3, schema):
    made = extract(schema)
    labels = made.truth("labels").assign(hadm_id=lambda rows: rows["admission_id"].map(made.ids["hadm_id"]))
    same = mimic3.truth("labels").set_index("admission_id").loc[labels["hadm_id"]]
    for task in ("mortality", "sepsis", "septic_shock"):
        assert labels[task].tolist() == same[task].tolist()
        assert 5 < labels[task].sum() < len(labels)
    codes = made.by_hadm("diagnoses").groupby("hadm_id")["code"].agg(set)
    shocked = codes.map(lambda found: bool(found & {"78552", "R6521"})).reindex(
        labels["hadm_id"], fill_value=False
    )
    septic = codes.map(lambda found: bool(found & {"99592", "78552", "R6520", "R6521"}))
    assert shocked.tolist() == same["septic_shock"].tolist()
    assert septic.reindex(labels["hadm_id"], fill_value=False).tolist() == same["sepsis"].tolist()


@pytest.mark.parametrize("schema", OTHERS)
def test_admissions_are_those_in_intensive_care(extract, mimic3, stays, schema):
    """None but patients of units; eICU's rows without an age or an outcome are left out, MIMIC-IV's minors too."""
    made = extract(schema)
    found = made.by_hadm("admissions").set_index("hadm_id").sort_index()
    ours = mimic3.by_hadm("admissions").set_index("hadm_id")
    wanted = ours[stays["in_icu"].reindex(ours.index)]
    if schema == "mimic4":
        wanted = wanted[wanted["age_years"] >= 18]
    if schema == "eicu":
        known = (
            made.raw("patient", patienthealthsystemstayid="int64").groupby("patienthealthsystemstayid").max()
        )
        of_known = known[["age", "hospitaldischargestatus"]].notna().all(axis=1)
        wanted = wanted[of_known.reindex(wanted.index + 300_000).to_numpy()]
    assert found.index.tolist() == sorted(wanted.index)
    assert 200 < len(wanted) < len(ours)
    wanted = wanted.loc[found.index]
    for name in ("sex", "died_in_hospital"):
        assert found[name].equals(wanted[name])
    times = stays.loc[found.index, ["admittime", "dischtime"]]
    hours = wanted["length_of_stay_hours"]
    if schema == "eicu":  # whole minutes
        minutes = times.astype("int64") // 60
        hours = (minutes["dischtime"] - minutes["admittime"]) / 60
    np.testing.assert_array_equal(found["length_of_stay_hours"], hours)
    np.testing.assert_array_equal(found["age_years"], _ages(schema, mimic3, stays).loc[found.index])
    np.testing.assert_array_equal(found["admission_rank"], _ranks(made, wanted, stays))
    of_patient = wanted.groupby("patient_id")["sex"].transform("size")
    assert (found["last_admission"] == (found["admission_rank"] == of_patient)).all()


def _ages(schema: str, mimic3: Extract, stays: pd.DataFrame) -> pd.Series:
    """Ages as MIMIC-III has them; in MIMIC-IV the years since the first admission of an adult are added to that age."""
    ages = mimic3.by_hadm("admissions").set_index("hadm_id")["age_years"]
    if schema != "mimic4":
        return ages
    adult = stays.join(ages, how="inner").query("age_years >= 18").sort_values(["admittime", "hadm_id"])
    first = adult.drop_duplicates("subject_id").set_index("subject_id").reindex(adult["subject_id"])
    years = adult["admittime"].dt.year - first["admittime"].dt.year.to_numpy()
    told = first["age_years"].to_numpy() + years
    return told.where(told <= 89, 91)


def _ranks(made: Extract, cohort: pd.DataFrame, stays: pd.DataFrame) -> np.ndarray:
    """Positions of the admissions among their patient's: by time, in eICU by year and age."""
    order = cohort.assign(key=stays["admittime"].reindex(cohort.index), second=0)
    if made.schema == "eicu":
        year = made.raw("patient").groupby("patienthealthsystemstayid")["hospitaldischargeyear"].min()
        order["key"] = year.reindex((cohort.index + 300_000).astype(str)).to_numpy()
        order["second"] = cohort["age_years"]
    order = order.rename_axis("id").reset_index().sort_values(["patient_id", "key", "second", "id"])
    rank = order.set_index("id").groupby("patient_id").cumcount() + 1
    return rank.reindex(cohort.index).to_numpy()


@pytest.mark.parametrize("schema", ["mimic4", "omop"])
def test_codes_are_the_same_or_their_twins(extract, mimic3, schema):
    """An admission is coded in one revision; septic shock says severe sepsis in the later one."""
    made = extract(schema)
    found = made.by_hadm("diagnoses").groupby(["hadm_id", "code_version"])["code"].agg(set)
    held = made.by_hadm("admissions")["hadm_id"]
    ours = mimic3.by_hadm("diagnoses").groupby("hadm_id")["code"].agg(set)
    revisions = found.index.get_level_values("code_version").value_counts()
    assert revisions.min() > 20
    for hadm, codes in ours[ours.index.isin(held)].items():
        if (hadm, 9) in found.index:
            assert found[hadm, 9] == codes
            assert (hadm, 10) not in found.index
        else:
            without = codes - {"99592"} if "78552" in codes else codes
            assert found[hadm, 10] == {TWINS[code] for code in without}
    assert set(found.index.get_level_values("hadm_id")) <= set(ours.index)


def test_eicu_codes_are_those_of_problems_that_have_some(extract, mimic3):
    """Problems stand in the order of MIMIC-III's codes; sepsis and shock are told by the path as well."""
    made = extract("eicu")
    ours = mimic3.raw("diagnoses_icd", hadm_id="int64")
    ours = ours[ours["hadm_id"].isin(made.ids["hadm_id"])].reset_index(drop=True)
    ours["code"] = ours["icd9_code"].str.replace(".", "")
    problems = made.raw("diagnosis")
    assert len(problems) == len(ours)
    coded = problems["icd9code"].notna()
    assert 0.1 < 1 - coded.mean() < 0.25
    old = ours[coded & ours["code"].notna()]
    new = ours[(coded | ours["code"].isin(["99592", "78552"])) & ours["code"].notna()]
    expected = {(hadm, 9, code) for hadm, code in zip(old["hadm_id"], old["code"], strict=True)}
    expected |= {(hadm, 10, TWINS[code]) for hadm, code in zip(new["hadm_id"], new["code"], strict=True)}
    found = made.by_hadm("diagnoses")
    in_cohort = set(made.by_hadm("admissions")["hadm_id"])
    assert set(found[["hadm_id", "code_version", "code"]].itertuples(index=False, name=None)) == {
        row for row in expected if row[0] in in_cohort
    }


def _shared_rows(
    mimic3: Extract, made: Extract, items: dict[int, object], stays: pd.DataFrame
) -> pd.DataFrame:
    """MIMIC-III's measurements of the other's cohort under the other's items, and the moment of each."""
    rows = mimic3.by_hadm("measurements")
    rows = rows[rows["hadm_id"].isin(made.by_hadm("admissions")["hadm_id"])]
    mimic_item = rows["item"].astype(int)
    assert mimic_item.isin(list(items)).all()
    seconds = (rows["hours"] * 3600).round().astype("int64")
    moment = stays["admittime"].reindex(rows["hadm_id"]).to_numpy() + seconds.to_numpy().astype("m8[s]")
    return rows.assign(mimic_item=mimic_item, item=mimic_item.map(items).astype(str), moment=moment)


def _compare(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    found, expected = (
        frame[[*KEYS, "value"]].sort_values([*KEYS, "value"], ignore_index=True)
        for frame in (found, expected)
    )
    assert len(found) > 30_000
    pd.testing.assert_frame_equal(found, expected, check_exact=False, rtol=1e-14, atol=0)


def _stay_at(stays: pd.DataFrame, subject: pd.Series, moment: pd.Series) -> list[int]:
    """Admission of a patient that each moment lies in: the last begun, then that of the greatest id; else 0."""
    ordered = stays.sort_values(["admittime", "hadm_id"])
    by_patient = {
        patient: list(zip(rows["admittime"], rows["dischtime"], rows["hadm_id"], strict=True))
        for patient, rows in ordered.groupby("subject_id")
    }
    return [
        next((hadm for start, end, hadm in reversed(by_patient.get(who, [])) if start <= when <= end), 0)
        for who, when in zip(subject, moment, strict=True)
    ]


def _placed(
    rows: pd.DataFrame, extra: pd.DataFrame, unnamed: pd.DataFrame, made: Extract, stays: pd.DataFrame
) -> pd.DataFrame:
    """Rows of MIMIC-III where the other database puts them: those that name no admission there, by their time.

    `unnamed` holds subject_id, mimic_item, moment and number (0 for temperatures) of these; `extra` are rows that name
    none in MIMIC-III either.
    """
    subject = stays["subject_id"].reindex(rows["hadm_id"]).to_numpy()
    rows = pd.concat([rows.assign(subject_id=subject), extra], ignore_index=True)
    # Temperatures were converted; all else is told apart by its number too, where two admissions began at one time.
    number = rows["value"].round(6).where(rows["variable"] != "temperature", 0.0)
    keys = ["subject_id", "mimic_item", "moment", "number"]
    by_time = rows.assign(number=number).merge(
        unnamed[keys].drop_duplicates(), on=keys, how="left", indicator=True
    )
    goes_by_time = (by_time["_merge"] == "both").to_numpy()
    assert 0.02 < goes_by_time.mean() < 0.9
    rows.loc[goes_by_time, "hadm_id"] = _stay_at(
        stays, rows["subject_id"][goes_by_time], rows["moment"][goes_by_time]
    )
    rows = rows[rows["hadm_id"].isin(made.by_hadm("admissions")["hadm_id"])]
    start = stays["admittime"].reindex(rows["hadm_id"]).to_numpy()
    hours = (rows["moment"].to_numpy() - start).astype("m8[s]").astype("int64") / 3600
    rows = rows.assign(hours=hours)
    return rows[(rows["hours"] >= 0) & (rows["hours"] < 120)]


def _without_admission(
    mimic3: Extract, table: str, items: dict[int, object], variables: dict[str, str]
) -> pd.DataFrame:
    """Numbers of MIMIC-III's table that name no admission, in the form of `_shared_rows`."""
    rows = mimic3.raw(table, subject_id="int64", itemid="int64", valuenum="float64")
    rows = rows[rows["hadm_id"].isna() & rows["valuenum"].notna() & rows["itemid"].isin(list(items))]
    item = rows["itemid"].map(items).astype(str)
    rows = rows.assign(
        item=item,
        variable=item.map(variables),
        value=rows["valuenum"],
        moment=rows["charttime"].astype("datetime64[s]"),
        mimic_item=rows["itemid"],
        hadm_id=0,
    )
    assert len(rows) > 0
    return rows[rows["variable"].notna()]


def test_mimic4_measurements(extract, mimic3, stays):
    """Laboratory rows go by time where they name no admission, and a second arterial line counts."""
    made = extract("mimic4")
    subjects = made.ids.reset_index().set_index("patient_id")["subject_id"].drop_duplicates()
    rows = _shared_rows(mimic3, made, mimic4.ITEMS, stays)
    variables = {str(item): variable for item, variable in mimic4.COUNTED.items()}
    labs = made.raw("labevents", subject_id="int64")
    unnamed = labs[labs["hadm_id"].isna()]
    unnamed = pd.DataFrame(
        {
            "subject_id": unnamed["subject_id"] - 10_000_000,
            "mimic_item": unnamed["itemid"].astype("int64"),
            "moment": unnamed["charttime"].astype("datetime64[s]"),
            "number": unnamed["valuenum"].astype(float),
        }
    )
    extra = _without_admission(mimic3, "labevents", mimic4.ITEMS, variables)
    extra = extra[extra["subject_id"].isin(subjects)]
    held = stays[stays["hadm_id"].isin(made.ids["hadm_id"])]
    expected = _placed(rows, extra, unnamed, made, held)
    line = mimic3.raw("chartevents", itemid="int64", valuenum="float64", hadm_id="float64")
    line = line[(line["itemid"] == mimic4.SECOND_ARTERIAL_LINE) & (line["error"] != "1")]
    start = stays["admittime"].reindex(line["hadm_id"]).to_numpy()
    hours = (line["charttime"].astype("datetime64[s]").to_numpy() - start).astype("m8[s]").astype(
        "int64"
    ) / 3600
    line = pd.DataFrame(
        {
            "hadm_id": line["hadm_id"].astype("int64"),
            "variable": "systolic_bp",
            "item": "225309",
            "hours": hours,
        }
        | {"value": line["valuenum"]}
    )
    line = line[line["hadm_id"].isin(expected["hadm_id"]) & line["hours"].between(0, 120, inclusive="left")]
    assert len(line) > 20
    _compare(made.by_hadm("measurements"), pd.concat([expected, line]))


def test_omop_measurements(extract, mimic3, stays):
    """Rows of charts and laboratory alike go by time where they name no visit."""
    made = extract("omop")
    items = {item: concept for item, (concept, _) in omop_concepts.CONCEPTS.items()}
    rows = _shared_rows(mimic3, made, items, stays)
    subject = made.ids.drop_duplicates("patient_id").set_index("patient_id")["subject_id"]
    measured = made.raw("measurement", person_id="int64", visit_occurrence_id="Int64")
    unnamed = measured[~measured["visit_occurrence_id"].isin(made.ids.index)]
    number = unnamed["value_as_number"].astype(float)
    number = (number / 1000).where(unnamed["unit_concept_id"] == "8647", number).round(6)
    unnamed = pd.DataFrame(
        {
            "subject_id": unnamed["person_id"].map(subject),
            "mimic_item": unnamed["measurement_source_value"].astype("int64"),
            "moment": unnamed["measurement_datetime"].astype("datetime64[s]"),
            "number": number.where(unnamed["measurement_concept_id"] != "3020891", 0.0),
        }
    )
    extra = [
        _without_admission(mimic3, table, items, omop_concepts.VARIABLES)
        for table in ("labevents", "chartevents")
    ]
    expected = _placed(rows, pd.concat(extra), unnamed, made, stays)
    _compare(made.by_hadm("measurements"), expected)


def test_eicu_measurements(extract, mimic3, stays):
    """Times are cut to the minute, and of two results of a test in one minute the later one counts."""
    made = extract("eicu")
    rows = _shared_rows(mimic3, made, eicu_items.ITEMS, stays)
    minutes = _minutes(rows["moment"]) - _minutes(stays["admittime"].reindex(rows["hadm_id"]))
    rows = rows.assign(hours=minutes / 60)
    is_lab = rows["item"].isin(list(eicu_items.LABS.values()))
    labs = mimic3.raw("labevents", itemid="int64", valuenum="float64").dropna(subset="hadm_id")
    labs = labs.assign(
        hadm_id=labs["hadm_id"].astype("int64"),
        item=labs["itemid"].map(eicu_items.LABS),
        value=labs["valuenum"],
    ).dropna(subset="item")
    labs["hours"] = (
        _minutes(labs["charttime"].astype("datetime64[s]"))
        - _minutes(stays["admittime"].reindex(labs["hadm_id"]))
    ) / 60
    last = labs.drop_duplicates(["hadm_id", "item", "hours"], keep="last")
    kept = rows[is_lab].merge(last[["hadm_id", "item", "hours", "value"]], how="inner").drop_duplicates()
    assert len(kept) < is_lab.sum()
    expected = pd.concat([rows[~is_lab], kept])
    expected = expected[(expected["hours"] >= 0) & (expected["hours"] < 120)]
    _compare(made.by_hadm("measurements"), expected)


def _minutes(moments: pd.Series) -> np.ndarray:
    return moments.to_numpy().astype("M8[s]").astype("int64") // 60


def test_mimic4_has_its_traps(extract):
    made = extract("mimic4")
    labs, codes, patients = (made.raw(name) for name in ("labevents", "diagnoses_icd", "patients"))
    assert 0.2 < labs["hadm_id"].isna().mean() < 0.4
    assert (labs["value"] == "___").any()
    assert labs.loc[labs["value"] == "___", "comments"].notna().all()
    assert codes["icd_version"].value_counts().min() > 100
    assert codes["icd_code"].isna().any()
    ages = patients["anchor_age"].astype(int)
    assert ages.min() >= 18
    assert ages.max() == 91
    assert 90 not in ages.to_numpy()
    assert patients["anchor_year_group"].nunique() == 5
    assert len(made.raw("icustays")["hadm_id"].unique()) < len(made.raw("admissions"))


def test_eicu_has_its_traps(extract):
    made = extract("eicu")
    patients, codes, labs = (made.raw(name) for name in ("patient", "diagnosis", "lab"))
    assert (patients["age"] == "> 89").any()
    assert patients["age"].isna().any()
    assert patients["hospitaldischargestatus"].isna().any()
    left_alive = patients["hospitaldischargestatus"] == "Alive"
    assert (left_alive & (patients["unitdischargestatus"] == "Expired")).any()
    assert (patients["hospitaladmitoffset"].astype(int) > 0).any()
    assert (patients["hospitaladmitoffset"].astype(int) < -120).any()
    assert patients["patienthealthsystemstayid"].duplicated().any()
    printed = codes["icd9code"].dropna()
    assert printed.str.fullmatch(r"[\dVE.]+, [A-Z][\dA-Z.]+").all()
    assert printed.str.startswith("38.9,").any()
    assert labs.duplicated(["patientunitstayid", "labname", "labresultoffset"]).sum() > 50
    assert labs["labresult"].isna().any()
    assert made.raw("nursecharting")["nursingchartvalue"].eq("Unable to assess").any()
    assert made.raw("vitalperiodic")["heartrate"].isna().any()


def test_omop_has_its_traps(extract):
    made = extract("omop")
    visits = made.raw("visit_occurrence", visit_occurrence_id="int64", person_id="int64")
    for name in ("visit_occurrence_id", "person_id"):
        assert (visits[name] < 0).any()
        assert (visits[name] > 2**53).any()
    assert set(visits["visit_concept_id"]) == {"9201", "262", "9202", "38004207"}
    assert (visits["discharged_to_concept_id"] == "0").any()
    measured, codes = made.raw("measurement"), made.raw("condition_occurrence")
    assert measured["operator_concept_id"].eq("4171756").any()
    assert measured["unit_concept_id"].isin(["8647", "9289", "586323", "0"]).any()
    assert measured["visit_occurrence_id"].isna().mean() > 0.1
    assert codes["visit_occurrence_id"].isna().any()
    assert codes["condition_source_value"].str.endswith(" ").any()
    assert codes["condition_source_concept_id"].isin(["0", "2000000017"]).any()
