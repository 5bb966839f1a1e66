"""Raw EHR extract to canonical tables: the only room that knows a vendor's columns."""

from synthsize.extract.admissions import Cohort, extract_admissions
from synthsize.extract.diagnoses import extract_diagnoses
from synthsize.extract.engine import Engine
from synthsize.extract.measurements import extract_measurements
from synthsize.extract.preflight import check_source
from synthsize.extract.release import compare_release
from synthsize.extract.source import Source, load_source
from synthsize.extract.tables import TableFiles, find_tables

__all__ = [
    "Cohort",
    "Engine",
    "Source",
    "TableFiles",
    "check_source",
    "compare_release",
    "extract_admissions",
    "extract_diagnoses",
    "extract_measurements",
    "find_tables",
    "load_source",
]
