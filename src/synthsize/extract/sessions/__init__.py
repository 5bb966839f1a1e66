"""DuckDB as the extraction uses it, and the relations that every step finds in it."""
