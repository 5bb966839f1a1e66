"""Extracts with one table of as many rows as asked for: what the extraction's speed and memory are measured on.

Each source has a module for the columns of its tables. A large CSV file is written as gzip members of 500,000 rows
each, a large Parquet table as files of as many, every chunk with its own ids, times and values. Numbers and times stand
unquoted and texts quoted, as in the published files.
"""
