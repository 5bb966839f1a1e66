"""Writes a MIMIC-III-shaped extract with known truth from a seeded model of illness and charting."""

from synthsize.simulate.simulation import simulate_extract

__all__ = ["simulate_extract"]
