"""Writes a MIMIC-III-shaped extract with known truth from a seeded model of illness and charting.

Nothing is imported here: the workflow reads `shares` at every start, which needs no NumPy.
"""
