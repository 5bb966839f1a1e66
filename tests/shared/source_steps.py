"""All steps of a source on one folder, and what they wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from synthsize.contracts.canonical import ADMISSIONS, DIAGNOSES, MEASUREMENTS
from synthsize.extract.admissions import Cohort, extract_admissions
from synthsize.extract.definition.loading import load_source
from synthsize.extract.diagnoses import extract_diagnoses
from synthsize.extract.measurements import extract_measurements
from synthsize.extract.release import compare_release
from synthsize.extract.sessions.engine import Engine


def run_source(
    name: str,
    folder: Path,
    out: Path,
    *,
    window_hours: float = 120,
    pre_admission_hours: float = 0,
    **cohort: Any,
) -> dict[str, pd.DataFrame]:
    """Extract from a folder with concept set ``corrected``; return what each step wrote, by name."""
    source, engine = load_source(name), Engine()
    out.mkdir(exist_ok=True)
    admissions, audit = out / "admissions.parquet", out / "audit.csv"
    extract_admissions(
        source,
        folder,
        cohort=Cohort(window_hours=window_hours, **cohort),
        engine=engine,
        output=admissions,
        steps=out / "steps.csv",
    )
    coded = {}
    if source.has_diagnoses:
        codes = out / "diagnoses.parquet"
        extract_diagnoses(source, folder, admissions=admissions, engine=engine, output=codes)
        coded = {"diagnoses": DIAGNOSES.read(codes)}
    extract_measurements(
        source,
        folder,
        concepts="corrected",
        admissions=admissions,
        window_hours=window_hours,
        pre_admission_hours=pre_admission_hours,
        engine=engine,
        output=out / "measurements.parquet",
        audit=audit,
    )
    compare_release(source, folder, audit=audit, engine=engine, output=out / "expected.csv")
    return coded | {
        "admissions": ADMISSIONS.read(admissions),
        "measurements": MEASUREMENTS.read(out / "measurements.parquet"),
        "audit": pd.read_csv(audit, keep_default_na=False, dtype={"item": str}),
        "steps": pd.read_csv(out / "steps.csv").set_index("step"),
        "expected": pd.read_csv(out / "expected.csv"),
    }


def write_tables(folder: Path, tables: dict[str, list[dict[str, Any]]]) -> None:
    """Write rows as CSV files at paths below a folder."""
    for name, rows in tables.items():
        file = folder / f"{name}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        pd.DataFrame(rows).to_csv(file, index=False)
