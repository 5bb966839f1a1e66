"""The contracts between packages: every table that one writes and another reads, with its columns, types and order."""
