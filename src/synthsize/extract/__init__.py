"""Raw EHR extract to canonical tables: the only room that knows a vendor's columns.

Nothing is imported here: the workflow reads `source` and `tables` at every start, which need no DuckDB.
"""
