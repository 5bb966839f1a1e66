"""Raw EHR extract to canonical tables: the only package with a vendor's column names.

Nothing is imported here: the workflow reads `source` and `tables` at every start, which need no DuckDB.
"""
