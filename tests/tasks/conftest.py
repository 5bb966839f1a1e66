"""A cohort of four admissions, small enough to check by hand."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from synthsize.contracts.canonical import MEASUREMENTS
from synthsize.contracts.variables import VARIABLES


@pytest.fixture
def admissions() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "patient_id": [1, 1, 2, 3],
            "admission_id": [10, 11, 20, 30],
            "age_years": [40, 41, 91, 60],
            "sex": ["F", "F", "M", "M"],
            "died_in_hospital": [False, True, True, False],
            "length_of_stay_hours": [50.0, 200.0, 130.0, 12.0],
            "admission_rank": [1, 2, 1, 1],
            "last_admission": [False, True, True, True],
            "stratum": ["carevue", "metavision", "carevue", "carevue"],
        }
    )


@pytest.fixture
def diagnoses() -> pd.DataFrame:
    rows = [(10, "99592", 9), (10, "4019", 9), (11, "78552", 9), (20, "9959", 9), (30, "R6521", 10)]
    return pd.DataFrame(rows, columns=["admission_id", "code", "code_version"])


@pytest.fixture
def bins() -> pd.DataFrame:
    """Every variable in two bins of admission 10; heart rate also in admission 20; nothing in 11 and 30."""
    rows = [(10, v.name, b, 10.0 + 5.0 * b, 3) for v in VARIABLES for b in (0, 2)]
    rows.append((20, "heart_rate", 4, 90.0, 1))
    return pd.DataFrame(rows, columns=["admission_id", "variable", "bin", "value", "measurements"])


@pytest.fixture
def write_measurements(tmp_path: Path) -> Callable[[list[tuple]], Path]:
    """Write rows (admission_id, variable, hours, value) as a canonical measurements file."""

    def write(rows: list[tuple]) -> Path:
        frame = pd.DataFrame(rows, columns=["admission_id", "variable", "hours", "value"])
        frame = frame.astype({"admission_id": "int64", "hours": "float64", "value": "float64"})
        path = tmp_path / "measurements.parquet"
        MEASUREMENTS.write(frame.assign(item="211").astype({"variable": object, "item": object}), path)
        return path

    return write
