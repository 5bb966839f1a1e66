"""Locations of the raw tables, and the views that read them from files."""
