"""Columns of the result tables that hold metrics of a fit."""

from __future__ import annotations

import pyarrow as pa

from synthsize.catalogue.metrics import of_kind

# What a fit reaches on a split's test rows at their own prevalence; estimates of risk are NaN where none is made.
METRICS = {name: pa.float64() for name in of_kind("decision", "ranking", "estimate")}
