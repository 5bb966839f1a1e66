"""Finished runs side by side: the same task in several sources, read from each run's tables and manifest alone."""
