"""Files of the simulated extracts, by the source that reads them and its names of the tables."""

from __future__ import annotations

FILES: dict[str, dict[str, str]] = {
    "mimic3": {
        name: f"{name.upper()}.csv.gz"
        for name in ("admissions", "patients", "diagnoses_icd", "icustays", "chartevents", "labevents")
    },
    "mimic4": {
        **{name: f"hosp/{name}.csv.gz" for name in ("admissions", "patients", "diagnoses_icd", "labevents")},
        **{name: f"icu/{name}.csv.gz" for name in ("icustays", "chartevents")},
    },
    "eicu": {
        "patient": "patient.csv.gz",
        "diagnosis": "diagnosis.csv.gz",
        "vitalperiodic": "vitalPeriodic.csv.gz",
        "vitalaperiodic": "vitalAperiodic.csv.gz",
        "nursecharting": "nurseCharting.csv.gz",
        "lab": "lab.csv.gz",
    },
    "omop": {
        name: f"{name}.csv.gz"
        for name in (
            "person",
            "visit_occurrence",
            "visit_detail",
            "care_site",
            "death",
            "condition_occurrence",
            "concept",
            "measurement",
        )
    },
}


def folder_of(simulated: str, schema: str) -> str:
    """Folder of an extract below `simulated`: MIMIC-III's there, the others in one of their own."""
    return simulated if schema == "mimic3" else f"{simulated}/{schema}"
