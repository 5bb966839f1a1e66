"""Raw EHR extract to canonical tables: the only room that knows a vendor's columns."""

from synthsize.extract.admissions import Cohort, extract_admissions
from synthsize.extract.diagnoses import extract_diagnoses
from synthsize.extract.engine import Engine
from synthsize.extract.measurements import extract_measurements
from synthsize.extract.preflight import check_source
from synthsize.extract.release import compare_release
from synthsize.extract.source import Source, find_tables, load_source

__all__ = [
    "Cohort",
    "Engine",
    "Source",
    "check_source",
    "compare_release",
    "extract_admissions",
    "extract_diagnoses",
    "extract_measurements",
    "find_tables",
    "load_source",
]
