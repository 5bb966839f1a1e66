"""Raw tables in a DuckDB or SQLite file or on a PostgreSQL server."""
