"""The extraction of the simulated hospital returns its truth, exactly."""

from pathlib import Path

import pandas as pd
import pytest

from synthsize.contracts.canonical import ADMISSIONS, DIAGNOSES, MEASUREMENTS
from synthsize.extract.admissions import Cohort, extract_admissions
from synthsize.extract.definition.loading import load_source
from synthsize.extract.diagnoses import extract_diagnoses
from synthsize.extract.measurements import extract_measurements
from synthsize.extract.sessions.engine import Engine
from synthsize.simulate.simulation import simulate_extract


@pytest.fixture(scope="module", params=[(300, 1), (1200, 2)], ids=lambda p: f"{p[0]}-admissions")
def hospital(request, tmp_path_factory):
    n_admissions, seed = request.param
    folder = tmp_path_factory.mktemp("hospital")
    simulate_extract(folder, n_admissions=n_admissions, seed=seed)
    return folder


@pytest.mark.parametrize("concepts", ["corrected", "paper"])
def test_extraction_equals_the_truth(hospital: Path, tmp_path: Path, concepts: str):
    source = load_source("mimic3")
    engine = Engine.for_job(1500, 2)
    admissions = tmp_path / "admissions.parquet"
    extract_admissions(
        source, hospital, cohort=Cohort(), engine=engine, output=admissions, steps=tmp_path / "steps.csv"
    )
    extract_diagnoses(
        source, hospital, admissions=admissions, engine=engine, output=tmp_path / "diagnoses.parquet"
    )
    extract_measurements(
        source,
        hospital,
        concepts=concepts,
        admissions=admissions,
        window_hours=120,
        pre_admission_hours=0,
        engine=engine,
        output=tmp_path / "measurements.parquet",
        audit=tmp_path / "audit.csv",
    )
    truth = hospital / "truth" / concepts
    for table in (ADMISSIONS, DIAGNOSES, MEASUREMENTS):
        found = table.read(tmp_path / f"{table.name}.parquet")
        expected = table.read(truth / f"{table.name}.parquet")
        assert len(expected) > 0
        pd.testing.assert_frame_equal(found, expected, check_exact=True)
