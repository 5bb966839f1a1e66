"""Canonical tables to analysis tables: bins, features, labels, and the tables that describe the cohort."""

from synthsize.tasks.attrition import attrition
from synthsize.tasks.binning import bin_measurements
from synthsize.tasks.coverage import coverage
from synthsize.tasks.features import summarise_bins
from synthsize.tasks.labels import build_task
from synthsize.tasks.missingness import missingness
from synthsize.tasks.table1 import table_1

__all__ = [
    "attrition",
    "bin_measurements",
    "build_task",
    "coverage",
    "missingness",
    "summarise_bins",
    "table_1",
]
