"""Real open data from the raw tables: 8,000 stays and the eICU demo to the report, the MIMIC demos to Table 1."""

import re

import pandas as pd
import pytest
from open_data import CHALLENGE_2012, EICU_DEMO, MIMIC3_DEMO, MIMIC4_DEMO, open_data
from shown_numbers import shown_numbers

pytestmark = pytest.mark.slow

TOY = {
    "experiment": {
        "classifiers": ["logistic"],
        "generators": ["smote"],
        "multipliers": {"step": 1},
        "splits": 4,
        "splits_per_job": 4,
        "vtss": {"folds": 3, "repeats": 1},
        "transport": {"run": True},
        "fidelity": {"splits": 0},
    },
    "learning_curve": {"positives": [100], "splits": 2},  # and all: two points
    "net_benefit": {"run": False},
}


def test_the_open_preset_reaches_its_report(new_checkout):
    folder = open_data(CHALLENGE_2012)
    checkout = new_checkout()
    checkout.preset("toy", TOY)
    checkout.succeed(
        "--config", f"source={{path: {folder}}}", presets=("workflow/presets/open", "toy"), warm=True
    )
    results = checkout.folder / "runs" / "open" / "results"
    tables = {
        name: pd.read_csv(results / "tables" / f"{name}.csv")
        for name in (
            "table1",
            "expected",
            "attrition",
            "coverage",
            "curves",
            "transport_strata",
            "learning_curve",
        )
    }
    size = tables["table1"].set_index("task").loc["mortality"]
    assert (len(tables["table1"]), size["admissions"], size["positives"]) == (1, 8000, 1122)
    assert set(tables["expected"]["verdict"]) == {"equal"}
    units = pd.concat(
        [pd.read_csv(folder / f"set-{name}.csv.gz").query("Parameter == 'ICUType'") for name in "ab"]
    )
    by_unit = (
        units["Value"]
        .map({1: "coronary care", 2: "cardiac surgery", 3: "medical ICU", 4: "surgical ICU"})
        .value_counts()
    )
    found = tables["coverage"].set_index("stratum")["admissions"]
    assert found.drop("all").to_dict() == by_unit.to_dict()
    assert "inr_percent" not in tables["coverage"]
    # Each unit is held out once, and as a whole.
    strata = tables["transport_strata"]
    assert dict(zip(strata["stratum"], strata["splits"], strict=True)) == dict.fromkeys(by_unit.index, 1)
    assert strata["whole"].all()
    assert tables["learning_curve"]["n_minority_mean"].round().nunique() == 2
    raw = tables["curves"].query("metric == 'balanced_risk' and multiplier == 0")["mean"]
    assert raw.between(0.9, 1.1).all()  # 0.986 over 100 splits: docs/results-open.md
    page = (results / "report.html").read_text()
    shown = {int(number) for number in re.findall(r">(\d{6})<", page)}
    assert shown.isdisjoint(pd.read_parquet(results / "extract" / "admissions.parquet")["admission_id"])
    assert "Transport between strata" in page


def test_a_database_of_many_hospitals_reaches_its_report(new_checkout, small_run):
    demo, checkout = open_data(EICU_DEMO), new_checkout()
    raw = checkout.folder / "raw"
    raw.mkdir()
    for file in (*demo.glob("*.csv.gz"), demo / "lab-subset" / "lab.csv.gz"):
        (raw / file.name).symlink_to(file)
    tasks = {"sepsis": None, "septic_shock": None}
    checkout.preset("eicu", {**small_run, "source": {"name": "eicu", "path": "raw"}, "tasks": tasks})
    checkout.succeed(presets=("eicu",), warm=True)
    results = checkout.folder / "results"
    table1, expected = (pd.read_csv(results / "tables" / f"{name}.csv") for name in ("table1", "expected"))
    assert set(expected["verdict"]) == {"equal"}
    counted = expected.set_index("check")["observed"]
    # 2,520 stays in units, 1,841 patients, 186 hospitals: the README of the set.
    assert counted[["rows of PATIENT", "patients", "hospitals"]].tolist() == [2520, 1841, 186]
    units = pd.read_csv(raw / "patient.csv.gz", dtype={"age": str})
    stays = units.drop_duplicates("patienthealthsystemstayid")
    adults = stays["age"].replace("> 89", "91").astype(float) >= 16
    stays = stays[adults & stays["hospitaldischargestatus"].notna()]
    died = (stays["hospitaldischargestatus"] == "Expired").sum()
    assert table1[["admissions", "positives"]].to_numpy().tolist() == [[len(stays), died]]
    # Hospitals of few stays take no part in what the page tells of them, and no hospital is named.
    sizes = stays["hospitalid"].value_counts()
    large = int((sizes >= 10).sum())
    assert len(sizes) == 186
    page = (results / "report.html").read_text()
    told = f"Percentiles over {large} strata ({186 - large} of few admissions are left out)"
    assert page.count(told) == 2  # the table and the figure's caption
    assert not re.search(r"hospital \d", page)
    assert (results / "figures" / "missingness_coverage.png").stat().st_size
    assert told in (results / "figures" / "missingness_coverage.txt").read_text()
    identifiers = units[["patientunitstayid", "patienthealthsystemstayid"]].to_numpy().ravel()
    assert shown_numbers(page).isdisjoint(identifiers)
    assert not [patient for patient in units["uniquepid"] if patient in page]


def test_the_mimic_iv_demo_finds_the_known_counts(new_checkout):
    checkout = new_checkout()
    checkout.preset("mimic4", {"source": {"name": "mimic4", "path": str(open_data(MIMIC4_DEMO))}})
    tables = [f"results/tables/{name}.csv" for name in ("table1", "expected")]
    checkout.succeed(*tables, presets=("mimic4",), warm=True)
    table1, expected = (pd.read_csv(checkout.folder / table) for table in tables)
    sizes = table1.set_index("task").loc[["mortality", "sepsis", "septic_shock"]]
    assert sizes["positives"].tolist() == [15, 17, 12]
    assert sizes["admissions"].unique().tolist() == [128]
    assert sizes["patients"].unique().tolist() == [100]
    assert set(expected["verdict"]) == {"equal"}
    counted = expected.set_index("check")["observed"]
    rows = [f"rows of {table}" for table in ("ADMISSIONS", "ICUSTAYS", "LABEVENTS", "CHARTEVENTS")]
    assert counted[rows].tolist() == [275, 140, 107727, 668862]  # the README of the set


def test_the_demo_preset_finds_the_known_counts(new_checkout):
    checkout = new_checkout()
    source, presets = f"source={{path: {open_data(MIMIC3_DEMO)}}}", ("workflow/presets/demo",)
    known = {"all": ([40, 26, 16], 129), "latest": ([40, 17, 9], 100)}
    for admissions, (positives, cohort) in known.items():
        tables = [f"{admissions}/results/tables/{name}.csv" for name in ("table1", "expected")]
        chosen = (f"cohort={{admissions: {admissions}}}", f"output={{root: {admissions}}}")
        checkout.succeed(*tables, "--config", source, *chosen, presets=presets, warm=True)
        table1, expected = (pd.read_csv(checkout.folder / table) for table in tables)
        sizes = table1.set_index("task").loc[["mortality", "sepsis", "septic_shock"]]
        assert (sizes["positives"].tolist(), sizes["admissions"].iloc[0]) == (positives, cohort)
        assert set(expected["verdict"]) == {"equal"}
