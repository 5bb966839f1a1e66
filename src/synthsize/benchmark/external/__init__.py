"""Synthetic rows that are made outside this package: by a command, or beforehand."""
