"""Raw tables on a PostgreSQL server: found by its catalogue, read as Arrow batches, never written to."""
